"""Homework is found in folders, zips and the downloads of learning platforms, quickly and without opening a
notebook."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.collect import Candidate, Course, LatePolicy, RosterEntry, find_candidates, load_course, prepare
from grader.collect.candidate import OUR_FAULT
from grader.collect.files.listing import MOST_FILES, list_files
from grader.errors import UsageError

NOON = datetime(2025, 1, 31, 12, tzinfo=UTC)


def write(base: Path, *names: str, when: datetime | None = None) -> Path:
    for name in names:
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        if when:
            os.utime(path, (when.timestamp(), when.timestamp()))
    return base


def zipped(*names: str, content: bytes = b"{}") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 31, 12, 0, 0)), content)
    return buffer.getvalue()


def find(source: Path, course: Course | None = None) -> dict[str, Candidate]:
    candidates = find_candidates(source, source.parent / "workspace", course or Course())
    assert len({candidate.student for candidate in candidates}) == len(candidates)
    return {candidate.student: candidate for candidate in candidates}


def test_one_folder_per_student(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in", "Anna Müller/hw.ipynb", "Anna Müller/lib/cell.py", "bo/hw.ipynb", when=NOON
    )
    found = find(source)
    anna = found["Anna Müller"]
    assert list(found) == ["Anna Müller", "bo"]
    assert anna.files == ("hw.ipynb", "lib/cell.py")
    assert (anna.path, anna.root, anna.submitted, anna.late) == (
        "Anna Müller",
        source / "Anna Müller",
        NOON.isoformat(),
        False,
    )


def test_each_loose_notebook_is_a_student_and_sees_nobody_elses(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "anna.ipynb", "bo.ipynb", "model.py", "notes.pdf", when=NOON)
    for name in ("anna", "bo"):
        (source / f"{name}.ipynb").write_text(
            json.dumps({"cells": [{"source": ["from model import Cell\n"]}]})
        )
        os.utime(source / f"{name}.ipynb", (NOON.timestamp(), NOON.timestamp()))
    found = find(source)
    assert {student: candidate.files for student, candidate in found.items()} == {
        "anna": ("anna.ipynb", "model.py"),
        "bo": ("bo.ipynb", "model.py"),
    }
    assert found["anna"].root != found["bo"].root
    assert source not in (found["anna"].root, *found["anna"].root.parents)
    assert (found["anna"].path, found["anna"].submitted) == ("anna.ipynb", NOON.isoformat())


def test_a_folder_with_one_notebook_and_what_belongs_to_it_is_one_homework(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "homework.ipynb", "model.py", "README.md", "data/x.csv", ".git/config")
    found = find(source)
    assert found["homework"].files == ("README.md", "data/x.csv", "homework.ipynb", "model.py")
    assert found["homework"].root == source


def test_the_instructors_own_files_are_no_homework(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "homework.ipynb", "model.py", "data/x.csv")
    (source / "course.toml").write_text('roster = "people.csv"')
    (source / "people.csv").write_text("student\nanna\n")
    found = find(source, load_course(source, source / "course.toml"))
    assert found["homework"].files == ("data/x.csv", "homework.ipynb", "model.py")
    assert not (found["homework"].root / "people.csv").exists()


def test_folders_are_students_when_notebooks_lie_in_them_too(tmp_path: Path) -> None:
    found = find(write(tmp_path / "in", "anna.ipynb", "bo/hw.ipynb", "cem/report.pdf"))
    assert {student: candidate.files for student, candidate in found.items()} == {
        "anna": ("anna.ipynb",),
        "bo": ("hw.ipynb",),
        "cem": ("report.pdf",),
    }


def test_what_is_ignored(tmp_path: Path) -> None:
    names = [
        "a/hw.ipynb",
        "a/.ipynb_checkpoints/hw-checkpoint.ipynb",
        "a/__MACOSX/x",
        "a/.git/x",
        "a/__pycache__/x.pyc",
    ]
    found = find(
        write(
            tmp_path / "in",
            *names,
            "a/Thumbs.db",
            "a/.DS_Store",
            "a/venv/lib/x.py",
            ".hidden/x.ipynb",
            "__MACOSX/y",
        )
    )
    assert {student: candidate.files for student, candidate in found.items()} == {"a": ("hw.ipynb",)}


def test_an_empty_folder_is_a_candidate_with_a_problem(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "anna/hw.ipynb")
    (source / "bo" / "nothing" / "inside").mkdir(parents=True)
    assert find(source)["bo"].problem == "the folder is empty"


def test_symbolic_links_are_not_followed_and_noted(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", "key.txt", "hw.ipynb")
    source = write(tmp_path / "in", "anna/hw.ipynb")
    (source / "anna" / "key").symlink_to(secret / "key.txt")
    (source / "anna" / "folder").symlink_to(secret)
    (source / "bo").symlink_to(secret)
    (source / "cem.ipynb").symlink_to(secret / "hw.ipynb")
    found = find(source)
    assert found["anna"].files == ("hw.ipynb",)
    assert found["anna"].notices == ("2 symbolic links not followed: please hand in the files themselves",)
    assert "symbolic link" in found["bo"].problem
    assert "symbolic link" in found["cem"].problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_pipes_are_no_files(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "anna/hw.ipynb")
    os.mkfifo(source / "anna" / "pipe.ipynb")
    assert find(source)["anna"].files == ("hw.ipynb",)


def test_a_folder_in_a_folder_is_looked_through(tmp_path: Path) -> None:
    found = find(write(tmp_path / "in", "anna/hw7/final/hw.ipynb", "anna/hw7/final/model.py"))
    assert found["anna"].files == ("hw.ipynb", "model.py")
    assert found["anna"].root == tmp_path / "in/anna/hw7/final"


def test_a_zip_for_each_student(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "bo/README.md")
    (source / "anna.zip").write_bytes(zipped("hw7/hw.ipynb", "hw7/model.py"))
    (source / "bo" / "homework.zip").write_bytes(zipped("hw.ipynb", "../evil"))
    os.utime(source / "anna.zip", (NOON.timestamp(), NOON.timestamp()))
    found = find(source)
    assert found["anna"].files == ("hw.ipynb", "model.py")
    assert (found["anna"].path, found["anna"].submitted) == ("anna.zip", NOON.isoformat())
    assert found["bo"].files == ("README.md", "hw.ipynb")
    assert found["bo"].notices == ("1 file of the archive left out: the name leads out of the folder",)
    assert (source / "bo" / "homework.zip").exists()  # nothing in the graded folder is touched


def test_zips_beside_a_notebook_stay_packed_and_several_get_folders_of_their_own(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "anna/hw.ipynb")
    (source / "anna" / "data.zip").write_bytes(zipped("x.csv"))
    (source / "bo").mkdir()
    (source / "bo" / "code.zip").write_bytes(zipped("hw.ipynb"))
    (source / "bo" / "more.zip").write_bytes(zipped("hw.ipynb"))
    found = find(source)
    assert found["anna"].files == ("data.zip", "hw.ipynb")
    assert found["bo"].files == ("code/hw.ipynb", "more/hw.ipynb")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("anna.zip", b"no zip", "anna.zip cannot be opened: it is damaged or no zip archive"),
        ("anna.zip", zipped(), "anna.zip is empty"),
        (
            "anna.zip",
            b"Rar!\x1a\x07\x00",
            "anna.zip is a RAR archive: it cannot be opened here, please hand in a .zip",
        ),
        ("anna.rar", b"Rar!", "anna.rar cannot be opened here: please hand in a folder or a .zip"),
    ],
)
def test_archives_that_cannot_be_opened(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    source = write(tmp_path / "in", "bo/hw.ipynb")
    (source / name).write_bytes(content)
    found = find(source)["anna"]
    assert found.problem == problem
    assert [file for file in found.files if not (found.root / file).exists()] == []


@pytest.mark.parametrize("others", [(), ("a.zip", "c.zip")])
def test_what_could_not_be_unpacked_is_still_there(tmp_path: Path, others: Sequence[str]) -> None:
    """A file that is listed and not there would be our fault, and the homework had no grade."""
    source = write(tmp_path / "in", "bo/hw.ipynb")
    (source / "anna").mkdir()
    (source / "anna" / "b.zip").write_bytes(b"PK\3\4 broken off")
    for name in others:
        (source / "anna" / name).write_bytes(zipped("hw.ipynb"))
    found = find(source)["anna"]
    assert found.problem == "b.zip cannot be opened: it is damaged or no zip archive"
    assert "b.zip" in found.files
    assert [file for file in found.files if not (found.root / file).exists()] == []


@pytest.mark.parametrize(
    ("names", "students"),
    [
        (["anna/hw.ipynb", "bo/hw.ipynb"], ["anna", "bo"]),
        (["hw7/anna/hw.ipynb", "hw7/bo/hw.ipynb", "__MACOSX/x"], ["anna", "bo"]),
        (["a/b/anna/hw.ipynb", "a/b/bo/hw.ipynb"], ["anna", "bo"]),
        (["hw7/anna.ipynb", "hw7/bo.ipynb"], ["anna", "bo"]),
        (["anna/hw.ipynb", "anna/model.py"], ["anna"]),
        (["hw7/anna/hw.ipynb", "hw7/anna/data/x.csv"], ["anna"]),
        (["anna/cell.py", "anna/src/hw.ipynb"], ["anna"]),
        (
            ["Anna Li_17_assignsubmission_file_/a.ipynb", "Anna Li_17_assignsubmission_file_/b.ipynb"],
            ["Anna Li"],
        ),
        (["s/annali_17_23_hw.ipynb"], ["annali"]),
    ],
)
def test_a_zip_of_a_class(tmp_path: Path, names: list[str], students: list[str]) -> None:
    (tmp_path / "class.zip").write_bytes(zipped(*names))
    found = find(tmp_path / "class.zip")
    assert list(found) == students
    # it marks what is late, and its archives tell no times
    of_canvas = any("_17_23_" in name for name in names)
    assert all(
        candidate.submitted == (None if of_canvas else NOON.isoformat()) for candidate in found.values()
    )


def test_paths_of_a_zip_are_those_inside_it(tmp_path: Path) -> None:
    (tmp_path / "class.zip").write_bytes(zipped("hw7/anna/hw.ipynb", "hw7/bo/hw.ipynb"))
    assert [candidate.path for candidate in find(tmp_path / "class.zip").values()] == ["hw7/anna", "hw7/bo"]


def test_a_download_of_github_classroom(tmp_path: Path) -> None:
    found = find(
        write(tmp_path / "hw7-submissions", "hw7-anna-b/hw.ipynb", "hw7-bo/hw.ipynb", "other/hw.ipynb")
    )
    assert list(found) == ["anna-b", "bo", "other"]
    outer = write(tmp_path / "outer", "rnn-hw7_submissions_2025-01-31/rnn-hw7-anna/hw.ipynb")
    assert {student: candidate.path for student, candidate in find(outer).items()} == {
        "anna": "rnn-hw7_submissions_2025-01-31/rnn-hw7-anna"
    }


def test_a_download_of_moodle(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in",
        "Anna Müller_123_assignsubmission_file_/hw.ipynb",
        "Anna Müller_123_assignsubmission_onlinetext_/onlinetext.html",
        "Kim Lee_7_assignsubmission_file/hw.ipynb",
        "Kim Lee_8_assignsubmission_file/hw.ipynb",
        "Bo Li_9_assignsubmission_onlinetext_/onlinetext.html",
    )
    found = find(source)
    assert list(found) == ["Anna Müller", "Bo Li", "Kim Lee-7", "Kim Lee-8"]
    assert found["Anna Müller"].notices == (
        "the text typed into the form of the learning platform was not read",
    )
    assert found["Bo Li"].files == ("onlinetext.html",)


def test_a_flat_download_of_moodle(tmp_path: Path) -> None:
    names = ["Anna Li_1_assignsubmission_file_hw.ipynb", "Anna Li_1_assignsubmission_file_model.py"]
    assert find(write(tmp_path / "in", *names))["Anna Li"].files == ("hw.ipynb", "model.py")


def test_a_download_of_canvas(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in", "annali_17_301_hw-1.ipynb", "annali_17_302_model.py", "annali_17_303_notes.pdf"
    )
    write(source, "bo_LATE_18_304_hw_final.ipynb", "grades.csv")
    (source / "cem_19_305_hw.zip").write_bytes(zipped("hw7/hw.ipynb"))
    found = find(source)
    assert {student: candidate.files for student, candidate in found.items()} == {
        "annali": ("hw-1.ipynb", "model.py", "notes.pdf"),
        "bo": ("hw_final.ipynb",),
        "cem": ("hw.ipynb",),
    }
    assert found["bo"].late
    assert found["bo"].notices == ("the learning platform marks this homework as late",)


def test_one_name_like_canvass_proves_nothing(tmp_path: Path) -> None:
    assert list(find(write(tmp_path / "in", "hw_7_2024_final.ipynb", "anna.ipynb"))) == [
        "anna",
        "hw_7_2024_final",
    ]


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    found = find(write(tmp_path / "in", "anna_17_301_hw.ipynb", "anna_17_302_hw.ipynb"))
    assert found["anna"].files == ("2_hw.ipynb", "hw.ipynb")


def test_a_pattern_of_the_course_names_students_and_joins_their_files(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text("pattern = '^(?P<student>[A-Za-z]+_[A-Za-z]+)_hw7_?(?P<file>.*)'")
    source = write(
        tmp_path / "in", "Li_Anna_hw7_nb.ipynb", "Li_Anna_hw7_model.py", "Ng_Bo_hw7/x.ipynb", "other.ipynb"
    )
    found = find(source, load_course(source))
    assert {student: candidate.files for student, candidate in found.items()} == {
        "Li_Anna": ("model.py", "nb.ipynb"),
        "Ng_Bo": ("x.ipynb",),
        "other": ("other.ipynb",),
    }


def test_the_roster_names_students_and_groups(tmp_path: Path) -> None:
    roster = {
        "amueller": RosterEntry(name="Anna Müller", group="G1"),
        "bo": RosterEntry(group="G1"),
        "cem": RosterEntry(group="G2"),
        "dana": RosterEntry(group="G2"),
        "eve": RosterEntry(group="G3"),
        "fay": RosterEntry(group="G3"),
    }
    source = write(
        tmp_path / "in",
        "Müller, Anna_5_assignsubmission_file_/hw.ipynb",
        "g2/hw.ipynb",
        "eve/h.ipynb",
        "fay/h.ipynb",
    )
    (source / "fay" / "h.ipynb").write_text("{} ")
    course = Course(roster=roster)
    found = find(source, course)
    assert found["amueller"].members == ("amueller", "bo")
    assert found["G2"].members == ("cem", "dana")
    assert (found["eve"].members, found["fay"].members) == ((), ())
    assert found["eve"].notices == (
        "more than one homework of this group was found: each is graded by itself",
    )
    assert course.missing(found.values()) == ()


def test_a_member_hands_in_for_the_group(tmp_path: Path) -> None:
    course = Course(
        roster={"anna": RosterEntry(group="G1"), "bo": RosterEntry(group="G1"), "cem": RosterEntry()}
    )
    found = find(write(tmp_path / "in", "anna/hw.ipynb"), course)
    assert found["anna"].members == ("anna", "bo")
    assert course.missing(found.values()) == ("cem",)


def test_names_that_are_equal_when_made_safe_get_a_number(tmp_path: Path) -> None:
    assert list(find(write(tmp_path / "in", "an?na/h.ipynb", "an*na/h.ipynb", "AN:NA/h.ipynb"))) == [
        "an_na",
        "AN_NA-2",
        "an_na-3",
    ]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "bo/hw.ipynb")
    odd = os.fsencode(source) + b"/an\xffna"
    os.mkdir(odd)
    for name in (b"/hw.ipynb", b"/\xfe.txt"):
        with open(odd + name, "w") as file:
            file.write("{}")
    anna = find(source)["an_na"]
    assert anna.files == ("hw.ipynb",)
    assert anna.notices == ("1 file left out: the name is not valid text",)
    assert anna.path.encode() == b"an?na"


def test_lateness_is_counted_from_the_newest_file(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "anna/hw.ipynb", "bo/hw.ipynb", when=NOON)
    write(source, "bo/late.txt", when=NOON + timedelta(hours=30))
    found = find(source, Course(deadline=NOON, late=LatePolicy(percent_per_day=10)))
    assert (found["anna"].late, found["anna"].lateness_hours) == (False, 0)
    assert (found["bo"].late, found["bo"].lateness_hours) == (True, 30)


def test_nothing_is_late_when_the_time_is_not_known(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in",
        "checkout/hw.ipynb",
        "checkout/.git/HEAD",
        "checkout/x.py",
        "deep/.git/HEAD",
        "deep/hw7/x.ipynb",
    )
    write(source, "old/hw.ipynb", when=datetime(1970, 1, 2, tzinfo=UTC))
    found = find(source, Course(deadline=NOON))
    assert found
    for candidate in found.values():
        assert (candidate.submitted, candidate.late) == (None, False)
        assert candidate.notices == ("it is not known when this was handed in: nothing is counted as late",)


def test_a_homework_with_too_many_files_is_cut(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MOST_FILES + 10):
        (folder / f"{number:05d}").touch()
    listing = list_files(folder)
    assert len(listing.files) == MOST_FILES
    assert listing.notices == ("more than 5,000 files: only the first 5,000 are looked at",)


def test_a_source_that_is_not_there_not_readable_or_empty(tmp_path: Path) -> None:
    write(tmp_path, "text.zip", "hw.ipynb", "modules/cell.py", "only.csv/../only/x.csv")
    (tmp_path / "nothing").mkdir()
    (tmp_path / "empty.zip").write_bytes(zipped())
    for name, says in (
        ("gone", "gone does not exist: give the folder or the archive"),
        ("text.zip", "text.zip is neither a folder nor an archive"),
        ("hw.ipynb", "hw.ipynb is a single notebook: give the folder it lies in"),
        (
            "nothing",
            "no homework in .*nothing: expected a folder, a notebook, a script or a zip for each student",
        ),
        ("empty.zip", "no homework in"),
        ("modules/cell.py", "cell.py is a single script: give the folder it lies in"),
    ):
        with pytest.raises(UsageError, match=says):
            find_candidates(tmp_path / name, tmp_path / "workspace", Course())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    source = write(tmp_path / "in", "anna/hw.ipynb", "bo/hw.ipynb")
    (source / "bo").chmod(0)
    assert "could not be read" in find(source)["bo"].notices[0]
    source.chmod(0)
    with pytest.raises(UsageError, match="cannot be read"):
        find_candidates(source, tmp_path / "workspace", Course())


def test_three_hundred_folders_take_less_than_a_second(tmp_path: Path) -> None:
    names = [
        f"student {n:03d}/{name}"
        for n in range(300)
        for name in ("hw.ipynb", "README.md", "lib/cell.py", "lib/layer.py")
    ]
    source = write(tmp_path / "in", *names)
    roster = {f"s{n}": RosterEntry(name=f"Student {n:03d}") for n in range(300)}
    start = time.perf_counter()
    found = find_candidates(source, tmp_path / "workspace", Course(roster=roster, deadline=NOON))
    assert time.perf_counter() - start < 1.0
    assert [candidate.student for candidate in found][:2] == ["s0", "s1"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no modes of files")
def test_what_is_closed_to_us_is_one_homeworks_matter_and_ours() -> None:
    with a_plain_users_folder() as folder:
        source = write(
            folder / "in", "anna/hw.ipynb", "ben/hw.ipynb", "cem/hw.ipynb", "dora/hw.ipynb", "dora/more/x.py"
        )
        for closed in ("ben", "cem/hw.ipynb", "dora/more"):
            (source / closed).chmod(0)
        found = find(source)
        said = {
            name: prepare(candidate, Assignment("small", title="Small")).problem
            for name, candidate in found.items()
        }
        for closed in ("ben", "dora/more"):
            (source / closed).chmod(0o700)
    assert said["ben"] == f"{OUR_FAULT}: its folder cannot be read (Permission denied)"
    assert said["cem"] == f"{OUR_FAULT}: hw.ipynb cannot be read: Permission denied"
    assert not any(said[name].startswith(OUR_FAULT) for name in ("anna", "dora"))
    assert found["dora"].notices == ("1 folder could not be read",)


@contextlib.contextmanager
def a_plain_users_folder() -> Iterator[Path]:
    """A new folder, and in this block the rights of one who is not root: root reads everything."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(12345)
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    finally:
        if root:
            os.seteuid(0)


def test_a_notebook_whose_name_begins_with_a_dot_is_read_where_there_is_no_other(tmp_path: Path) -> None:
    for name in (".homework.ipynb", "._homework.ipynb", ".~other.ipynb", ".zshrc", "notes.txt"):
        (tmp_path / name).write_bytes(b"{}")
    assert list_files(tmp_path).files == (".homework.ipynb", "notes.txt")
    (tmp_path / "homework.ipynb").write_bytes(b"{}")
    assert list_files(tmp_path).files == ("homework.ipynb", "notes.txt")
