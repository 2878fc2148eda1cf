"""What is downloaded from platforms, packed once more, called otherwise or handed in twice: everybody is
found once, and by name."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import tarfile
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.collect import Candidate, Course, find_class, load_course, prepare
from grader.collect.choice.choose import choose
from grader.errors import UsageError
from grader.model import TimeSource

NOTEBOOK = json.dumps(
    {
        "cells": [
            {
                "cell_type": "code",
                "id": "a",
                "metadata": {},
                "source": "UNITS = 3",
                "outputs": [],
                "execution_count": None,
            }
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
DEADLINE = 'deadline = 2026-01-10T23:59:00\ntimezone = "Europe/Berlin"\n[late]\npercent_per_day = 10\n'
DOWNLOADED = datetime(2026, 2, 1, 9, 30, tzinfo=UTC).timestamp()


def laid(folder: Path, *names: str, at: float | None = DOWNLOADED) -> Path:
    """These files, all with the time at which somebody downloaded them; each says whose it is."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_text = name.endswith((".py", ".pdf", ".md"))
        path.write_text(f"UNITS = {len(name)}" if is_text else NOTEBOOK.replace("UNITS", f"U{len(name)}"))
        if at:
            os.utime(path, (at, at))
    return folder


def found(folder: Path, course: str = "", roster: str = "") -> dict[str, Candidate]:
    """The class in a folder, with a course.toml and a roster beside it."""
    rules = Course()
    if course or roster:
        beside = folder.parent
        (beside / "course.toml").write_text(
            f'roster = "roster.csv"\n{course}' if roster else course, encoding="utf-8"
        )
        (beside / "roster.csv").write_text(roster, encoding="utf-8")
        rules = load_course(folder, beside / "course.toml")
    candidates = find_class(folder, folder.parent / "work", rules).candidates
    return {candidate.student: candidate for candidate in candidates}


def chosen(candidate: Candidate) -> str:
    reading = choose(candidate.root, candidate.files, ()).reading
    return reading.file if reading else ""


# ── which version
# ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("files", "last"),
    [
        (["homework.ipynb", "old/first_try.ipynb"], "homework.ipynb"),
        (["hw_v2.ipynb", "hw_v10.ipynb", "hw_v9.ipynb"], "hw_v10.ipynb"),
        (["attempt 2/hw.ipynb", "attempt 10/hw.ipynb"], "attempt 10/hw.ipynb"),
        (["hw.ipynb", "hw (1).ipynb"], "hw (1).ipynb"),
        (["hw.ipynb", "hw-Copy1.ipynb"], "hw.ipynb"),
        (["hw_final.ipynb", "hw.ipynb"], "hw_final.ipynb"),
        (["backup.ipynb", "hw.ipynb"], "hw.ipynb"),
        (["hw.ipynb", "hw.sync-conflict-20260101-120000-ABC.ipynb"], "hw.ipynb"),
        (["hw.ipynb", "test.ipynb", "OLD_hw.ipynb"], "hw.ipynb"),
        (["try1.ipynb", "try2.ipynb"], "try2.ipynb"),
        (["2026-01-09 hw.ipynb", "2026-01-10 hw.ipynb"], "2026-01-10 hw.ipynb"),
        (["a/b/hw.ipynb", "a/task.ipynb"], "a/task.ipynb"),
    ],
)
def test_where_times_do_not_tell_names_and_places_do(tmp_path: Path, files: list[str], last: str) -> None:
    laid(tmp_path / "class", *(f"ada/{file}" for file in files), "bob/hw.ipynb")
    ada = found(tmp_path / "class")["ada"]
    assert chosen(ada).endswith(last.rpartition("/")[2])
    assert "newest" not in "".join(choose(ada.root, ada.files, ()).notices)


def test_a_time_that_tells_goes_before_the_name(tmp_path: Path) -> None:
    laid(tmp_path / "class" / "ada", "hw_v1.ipynb", at=DOWNLOADED)
    laid(tmp_path / "class" / "ada", "hw_v2.ipynb", at=DOWNLOADED - 3600)
    laid(tmp_path / "class", "bob/hw.ipynb")
    ada = found(tmp_path / "class")["ada"]
    assert chosen(ada) == "hw_v1.ipynb"
    assert "is the newest" in choose(ada.root, ada.files, ()).notices[0]


# ── when it came
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_canvas_marks_who_is_late_and_a_download_does_not(tmp_path: Path) -> None:
    names = (
        "doejane_1001_20001_hw.ipynb",
        "rossimario_LATE_1002_20002_hw.ipynb",
        "liwei_1003_20003_hw.ipynb",
    )
    people = found(laid(tmp_path / "class", *names), DEADLINE)
    assert {name: one.late for name, one in people.items()} == {
        "doejane": False,
        "rossimario": True,
        "liwei": False,
    }
    assert {one.time_source for one in people.values()} == {TimeSource.MARK}
    late = people["rossimario"]
    assert load_course(tmp_path, tmp_path / "course.toml").penalty(60, late.lateness_hours) == 6
    assert "one started day" in prepare(late, Assignment("small", title="Small")).notices[-1]


def test_an_extension_explains_a_mark(tmp_path: Path) -> None:
    roster = "student,name,extension_hours\nmr,Mario Rossi,48\njd,Jane Doe,\n"
    laid(tmp_path / "class", "doejane_1001_20001_hw.ipynb", "rossimario_LATE_1002_20002_hw.ipynb")
    people = found(tmp_path / "class", DEADLINE, roster)
    assert not people["mr"].late
    assert people["mr"].notices[-1].endswith("there is an extension, so nothing is counted")


def committed(folder: Path, *commits: str) -> None:
    """A repository whose commits were made at these times."""
    folder.mkdir(parents=True)
    who = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    for number, when in enumerate(commits):
        (folder / "hw.ipynb").write_text(NOTEBOOK.replace("3", str(number)))
        environment = {**os.environ, **who, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
        subprocess.run(["git", "commit", "-qm", "x"], cwd=folder, check=True, env=environment)


def test_the_last_commit_says_when_a_checkout_was_handed_in(tmp_path: Path) -> None:
    committed(tmp_path / "from" / "ada", "2026-01-09T10:00:00+01:00", "2026-01-14T10:00:00+01:00")
    committed(tmp_path / "from" / "kurt", "2026-01-10T22:00:00+00:00")
    for name in ("ada", "kurt"):
        target = tmp_path / "hw7-submissions" / f"hw7-{name}"
        subprocess.run(
            ["git", "clone", "-q", "--no-local", str(tmp_path / "from" / name), str(target)], check=True
        )
    laid(tmp_path / "hw7-submissions", "hw7-without/.git/HEAD", "hw7-without/hw.ipynb")
    people = found(tmp_path / "hw7-submissions", DEADLINE)
    ada = people["ada"]
    assert (ada.submitted, ada.late, ada.time_source) == (
        "2026-01-14T10:00:00+01:00",
        True,
        TimeSource.LATER_COMMIT,
    )
    assert re.fullmatch(
        r"the last commit is late and counts; the commit [0-9a-f]{12} of 2026-01-09 10:00 was in time, "
        r"changed since then: hw.ipynb",
        ada.notices[-1],
    )
    assert round(ada.lateness_hours) == 82  # four started days
    assert (people["kurt"].submitted, people["kurt"].late) == ("2026-01-10T23:00:00+01:00", False)
    assert (people["without"].time_source, people["without"].late) == (TimeSource.UNKNOWN, False)


def test_a_checkout_whose_commits_are_all_late_has_no_other(tmp_path: Path) -> None:
    committed(
        tmp_path / "hw7-submissions" / "hw7-ada", "2026-01-13T10:00:00+01:00", "2026-01-14T10:00:00+01:00"
    )
    ada = found(tmp_path / "hw7-submissions", DEADLINE)["ada"]
    assert (ada.late, ada.time_source) == (True, TimeSource.COMMIT)
    assert not any("in time" in notice for notice in ada.notices)


def test_a_clock_that_is_years_ahead_says_nothing(tmp_path: Path) -> None:
    committed(tmp_path / "hw7-submissions" / "hw7-ada", "2099-01-13T10:00:00+01:00")
    ada = found(tmp_path / "hw7-submissions", DEADLINE)["ada"]
    assert (ada.late, ada.time_source, ada.lateness_hours) == (False, TimeSource.UNKNOWN, 0)


def again(folder: Path, *words: str) -> None:
    """One more `git` command on a late day."""
    when = {f"GIT_{who}_DATE": "2026-01-15T10:00:00+01:00" for who in ("AUTHOR", "COMMITTER")}
    name = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, env={**os.environ, **when})


def test_a_late_commit_that_changes_no_file_makes_nobody_late(tmp_path: Path) -> None:
    homes = {name: tmp_path / "hw7-submissions" / f"hw7-{name}" for name in ("empty", "back", "readme")}
    committed(homes["empty"], "2026-01-09T10:00:00+01:00")
    again(homes["empty"], "commit", "-q", "--allow-empty", "-m", "start the checks")
    committed(homes["back"], "2026-01-09T10:00:00+01:00", "2026-01-14T10:00:00+01:00")
    again(homes["back"], "revert", "--no-edit", "HEAD")
    committed(homes["readme"], "2026-01-09T10:00:00+01:00")
    (homes["readme"] / "README.md").write_text("mine\n")
    again(homes["readme"], "add", "-A")
    again(homes["readme"], "commit", "-qm", "x")
    people = found(tmp_path / "hw7-submissions", DEADLINE)
    assert {name: one.late for name, one in people.items()} == {"empty": False, "back": False, "readme": True}
    for name in ("empty", "back"):
        assert people[name].submitted == "2026-01-09T10:00:00+01:00"
        assert people[name].time_source is TimeSource.COMMIT
        assert "is late and changed no file since the commit" in people[name].notices[-1]
    assert people["readme"].notices[-1].endswith("changed since then: README.md")


@pytest.mark.parametrize("branch", ["feature/#7", "ada+ben", "fix(cell)", "übung-7", "v1.2@home"])
def test_a_branch_may_be_called_anything(tmp_path: Path, branch: str) -> None:
    home = tmp_path / "hw7-submissions" / "hw7-ada"
    committed(home, "2026-01-09T10:00:00+01:00")
    subprocess.run(["git", "checkout", "-q", "-b", branch], cwd=home, check=True)
    for _ in range(2):
        assert found(tmp_path / "hw7-submissions", DEADLINE)["ada"].time_source is TimeSource.COMMIT
        subprocess.run(["git", "pack-refs", "--all"], cwd=home, check=True)


def test_the_commit_in_time_can_be_graded_instead(tmp_path: Path) -> None:
    home = tmp_path / "hw7-submissions" / "hw7-ada"
    committed(home, "2026-01-09T10:00:00+01:00", "2026-01-14T10:00:00+01:00")
    notice = found(tmp_path / "hw7-submissions", DEADLINE)["ada"].notices[-1]
    name = re.search(r"[0-9a-f]{12}", notice)[0]
    subprocess.run(["git", "checkout", "-q", name], cwd=home, check=True)
    ada = found(tmp_path / "hw7-submissions", DEADLINE)["ada"]
    assert (ada.submitted, ada.late, ada.time_source) == (
        "2026-01-09T10:00:00+01:00",
        False,
        TimeSource.COMMIT,
    )


def test_a_repository_handed_in_decides_nothing_about_git(tmp_path: Path) -> None:
    """A config can name programs, HEAD can name other files, and packed references a commit of somebody
    else."""
    committed(tmp_path / "hw7-submissions" / "hw7-eve", "2026-01-14T10:00:00+01:00")
    git = tmp_path / "hw7-submissions" / "hw7-eve" / ".git"
    done = tmp_path / "done"
    with (git / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = touch {done}\n\tpager = touch {done}\n[log]\n\tshowSignature = true\n"
        )
        config.write(f"[gpg]\n\tprogram = touch {done}\n[uploadpack]\n\tpackObjectsHook = touch {done}\n")
    assert found(tmp_path / "hw7-submissions", DEADLINE)["eve"].time_source is TimeSource.COMMIT
    (git / "HEAD").write_text("ref: refs/../../../../../secret\n")
    assert found(tmp_path / "hw7-submissions", DEADLINE)["eve"].time_source is TimeSource.UNKNOWN
    blob = subprocess.run(
        ["git", "rev-parse", "main:hw.ipynb"], cwd=git, capture_output=True, text=True, check=True
    ).stdout
    (git / "HEAD").write_text(blob)  # no commit
    assert found(tmp_path / "hw7-submissions", DEADLINE)["eve"].time_source is TimeSource.UNKNOWN
    assert not done.exists()


def test_the_clock_of_a_download_makes_nobody_late(tmp_path: Path) -> None:
    people = found(laid(tmp_path / "class", "ada/hw.ipynb", "bob/hw.ipynb", "cem/hw.ipynb"), DEADLINE)
    assert {(one.late, one.time_source, one.submitted) for one in people.values()} == {
        (False, TimeSource.UNKNOWN, None)
    }
    alone = found(laid(tmp_path / "one" / "class", "ada/hw.ipynb"), DEADLINE)["ada"]
    assert (alone.late, alone.time_source) == (False, TimeSource.UNKNOWN)
    # somebody opened and saved it
    os.utime(tmp_path / "class" / "bob" / "hw.ipynb", (DOWNLOADED + 7200,) * 2)
    assert not found(tmp_path / "class", DEADLINE)["bob"].late


def test_times_that_an_archive_kept_say_who_is_late(tmp_path: Path) -> None:
    for name, day in (("ada", 8), ("bob", 10), ("cem", 12)):
        laid(tmp_path / "class" / name, "hw.ipynb", at=datetime(2026, 1, day, 12, tzinfo=UTC).timestamp())
    people = found(tmp_path / "class", DEADLINE)
    assert {name: one.late for name, one in people.items()} == {"ada": False, "bob": False, "cem": True}
    assert people["cem"].time_source is TimeSource.FILES


def test_what_the_roster_says_goes_before_everything(tmp_path: Path) -> None:
    roster = "student,submitted\nada,2026-01-10 23:58\nbob,2026-01-11T00:10:00+01:00\n"
    people = found(laid(tmp_path / "class", "ada/hw.ipynb", "bob/hw.ipynb"), DEADLINE, roster)
    assert (people["ada"].late, people["bob"].late, people["bob"].time_source) == (
        False,
        True,
        TimeSource.ROSTER,
    )


# ── a class in one more folder or archive
# ────────────────────────────────────────────────────────────────────────────────


def archive(folder: Path, kind: str, target: Path) -> Path:
    """Everything in a folder as an archive."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if kind == "zip":
        with zipfile.ZipFile(target, "w") as packed:
            for path in sorted(folder.rglob("*")):
                packed.write(path, path.relative_to(folder))
    else:
        with tarfile.open(target, f"w:{kind}") as packed:
            packed.add(folder, arcname=".")
    return target


@pytest.mark.parametrize(
    "names",
    [
        ["submissions/anna/hw.ipynb", "submissions/ben/hw.ipynb", "submissions/cleo/hw.ipynb"],
        ["a/b/c/anna/hw.ipynb", "a/b/c/ben/hw.ipynb", "a/b/c/cleo/hw.ipynb"],
        ["Abgaben Blatt 7/anna.ipynb", "Abgaben Blatt 7/ben.ipynb", "Abgaben Blatt 7/cleo.ipynb"],
        [
            "x/anna_11_assignsubmission_file/hw.ipynb",
            "x/ben_12_assignsubmission_file/h.ipynb",
            "x/cleo_13_assignsubmission_file/h.ipynb",
        ],
        [
            "out/hw7-submissions/hw7-anna/h.ipynb",
            "out/hw7-submissions/hw7-ben/h.ipynb",
            "out/hw7-submissions/hw7-cleo/h.ipynb",
        ],
        [
            "submissions/anna/hw7/final/hw.ipynb",
            "submissions/ben/hw.ipynb",
            "submissions/cleo/x/hw.ipynb",
            "README.md",
        ],
    ],
)
@pytest.mark.parametrize(
    "packed", ["", "zip", "gz", "zip in a folder", "zip in a zip", "zip in a zip in a folder"]
)
def test_a_class_in_one_more_folder_is_the_class(tmp_path: Path, names: list[str], packed: str) -> None:
    source = laid(tmp_path / "graded", *names)
    if packed == "zip":
        source = archive(source, "zip", tmp_path / "class.zip")
    elif packed == "gz":
        source = archive(source, "gz", tmp_path / "class.tar.gz")
    elif packed:
        source = archive(source, "zip", tmp_path / "outer" / "class.zip").parent
        source = archive(source, "zip", tmp_path / "around" / "outer.zip") if "in a zip" in packed else source
        source = source.parent if packed.endswith("in a zip in a folder") else source
    assert list(found(source)) == ["anna", "ben", "cleo"]


@pytest.mark.parametrize(
    "names",
    [
        ["anna/v1/hw.ipynb", "anna/v2/hw.ipynb"],
        ["anna/task 1/a.ipynb", "anna/task 2/b.ipynb"],
        ["anna/data/x.csv", "anna/notebooks/hw.ipynb"],
        ["anna/hw.ipynb", "anna/hw_old.ipynb"],
        ["anna/hw7/hw.ipynb"],
    ],
)
def test_one_persons_folder_is_one_person(tmp_path: Path, names: list[str]) -> None:
    assert list(found(laid(tmp_path / "graded", *names))) == ["anna"]


@pytest.mark.parametrize(
    "names",
    [["hw7/hw.ipynb"], ["hw.ipynb", "old.ipynb"], ["hw7/v1/hw.ipynb", "hw7/v2/hw.ipynb"], ["hw.ipynb"]],
)
def test_one_persons_archive_alone_is_one_person(tmp_path: Path, names: list[str]) -> None:
    archive(laid(tmp_path / "x", *names), "zip", tmp_path / "graded" / "anna.zip")
    assert list(found(tmp_path / "graded")) == ["anna"]


def test_a_roster_tells_people_from_parts(tmp_path: Path) -> None:
    laid(tmp_path / "graded", "x/model/hw.ipynb", "x/train/hw.ipynb")
    assert list(found(tmp_path / "graded", "", "student\nmodel\ntrain\n")) == ["model", "train"]


# ── attempts
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("course", "day"),
    [
        ("", 12),
        (DEADLINE, 9),
        ('deadline = 2026-01-13\ntimezone = "UTC"', 12),
        ('deadline = 2026-01-01\ntimezone = "UTC"', 12),
    ],
)
def test_of_several_attempts_the_last_one_on_time_counts(tmp_path: Path, course: str, day: int) -> None:
    names = [f"120346-67890 - Mario Rossi - Jan {n}, 2026 0940 AM/hw.ipynb" for n in (9, 5, 12)]
    people = found(
        laid(tmp_path / "class", *names, "120345-67890 - Jane Doe - Jan 5, 2026 1230 PM/hw.ipynb"), course
    )
    assert list(people) == ["Jane Doe", "Mario Rossi"]
    mario = people["Mario Rossi"]
    assert f"Jan {day}," in mario.path
    assert (mario.submitted or "").startswith(f"2026-01-{day:02}T09:40:00")
    assert mario.notices[0].startswith("3 attempts were handed in; ")
    assert people["Jane Doe"].submitted is not None
    assert "T12:30:00" in people["Jane Doe"].submitted


def test_attempts_of_blackboard_and_those_that_only_a_name_numbers(tmp_path: Path) -> None:
    names = [
        f"hw7_jdoe_attempt_2026-01-{day}-12-30-00{rest}"
        for day in ("09", "10")
        for rest in (".txt", "_hw.ipynb")
    ]
    people = found(laid(tmp_path / "class", *names, "hw7_mrossi_attempt_2026-01-08-09-00-00_hw.ipynb"))
    assert list(people) == ["jdoe", "mrossi"]
    assert (people["jdoe"].submitted or "").startswith("2026-01-10T12:30:00")
    people = found(
        laid(
            tmp_path / "other",
            "anna_v1.ipynb",
            "anna_v2.ipynb",
            "ben.ipynb",
            "ben (1).ipynb",
            "group (3).ipynb",
        )
    )
    assert list(people) == ["anna", "ben", "group _3_"]
    assert (people["anna"].path, people["ben"].path) == ("anna_v2.ipynb", "ben (1).ipynb")


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("Copy of Ada Lovelace.ipynb", "Ada Lovelace"),
        ("Kopie von Copy of Kurt Gödel.ipynb", "Kurt Gödel"),
        ("Copia de Emmy - hw 7 (1).ipynb", "Emmy - hw 7"),
        ("alan - Copy (2).ipynb", "alan"),
        ("alan-Copy1.ipynb", "alan"),
        ("alan copy 2.ipynb", "alan"),
        ("alan (another copy).ipynb", "alan"),
        ("Mark Copying.ipynb", "Mark Copying"),
        ("group (3).ipynb", "group _3_"),
        ("homework-1 (copy).ipynb", "homework-1 _copy_"),
    ],
)
def test_marks_of_copying_are_no_part_of_a_name(tmp_path: Path, file: str, student: str) -> None:
    people = found(laid(tmp_path / "class", file, "ben.ipynb"))
    assert set(people) == {student, "ben"}


def test_a_copy_is_matched_with_the_roster_and_marks_that_alone_tell_two_apart_stay(tmp_path: Path) -> None:
    roster = "student,name\nada,Ada Lovelace\nkurt,Kurt Gödel\n"
    files = ("Copy of Ada Lovelace - homework.ipynb", "Kopie von Kurt Gödel (1).ipynb")
    assert set(found(laid(tmp_path / "class", *files), roster=roster)) == {"ada", "kurt"}
    pairs = laid(tmp_path / "pairs", "ada (1).ipynb", "ada (2).ipynb", "ben.ipynb", "Copy of ben.ipynb")
    assert list(found(pairs)) == ["ada _1_", "ada _2_", "ben"]


def test_what_many_people_sent_under_one_name_is_no_ones_second_attempt(tmp_path: Path) -> None:
    sent = laid(tmp_path / "class", "homework.ipynb", "homework (1).ipynb", "homework (2).ipynb")
    assert len(found(sent)) == 3


def test_a_day_behind_a_name_numbers_attempts_and_behind_a_homework_nothing(tmp_path: Path) -> None:
    days = ("ada_2026-01-09", "ada_2026-01-10", "kurt 21.12.2026", "kurt 3.1.2027", "lin", "lin resubmission")
    people = found(laid(tmp_path / "class", *(f"{day}.ipynb" for day in days)))
    assert {name: one.path for name, one in people.items()} == {
        "ada": "ada_2026-01-10.ipynb",
        "kurt": "kurt 3.1.2027.ipynb",
        "lin": "lin resubmission.ipynb",
    }
    assert len(found(laid(tmp_path / "2" / "class", "hw_2026-01-09.ipynb", "hw_2026-01-10.ipynb"))) == 2


@pytest.mark.parametrize("file", ["hw{}/{}.ipynb", "hw{}/{}/main.ipynb"])
def test_several_homeworks_of_the_same_people_are_no_class(tmp_path: Path, file: str) -> None:
    class_ = laid(tmp_path / "class", *(file.format(n, who) for n in (6, 7) for who in ("ada", "ben")))
    with pytest.raises(UsageError, match=r"hw6 and hw7\): grade one of them, as in `grade class/hw7`"):
        found(class_)
    assert set(found(class_ / "hw7")) == {"ada", "ben"}
    parts = laid(tmp_path / "2", *(f"task{n}/{part}.ipynb" for n in (1, 2) for part in ("lstm", "plot")))
    assert set(found(parts)) == {"task1", "task2"}


def test_namesakes_are_two_people(tmp_path: Path) -> None:
    laid(
        tmp_path / "class",
        "Kim Lee_7_assignsubmission_file/hw.ipynb",
        "Kim Lee_8_assignsubmission_file/hw.ipynb",
    )
    assert list(found(tmp_path / "class")) == ["Kim Lee-7", "Kim Lee-8"]


# ── archives and endings
# ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["zip", "", "gz", "bz2", "xz"])
@pytest.mark.parametrize("inside", ["zip", "gz"])
def test_archives_in_archives_are_opened(tmp_path: Path, kind: str, inside: str) -> None:
    inner = archive(
        laid(tmp_path / "a", "hw/hw.ipynb"),
        inside,
        tmp_path / "b" / f"abgabe.{'zip' if inside == 'zip' else 'tgz'}",
    )
    laid(tmp_path / "class", "ben/hw.ipynb")
    archive(
        inner.parent,
        kind,
        tmp_path / "class" / ("anna.zip" if kind == "zip" else f"anna.tar.{kind}".rstrip(".")),
    )
    people = found(tmp_path / "class")
    assert {name: one.files for name, one in people.items()} == {"anna": ("hw.ipynb",), "ben": ("hw.ipynb",)}


@pytest.mark.parametrize("kind", ["", "gz", "bz2", "xz"])
def test_a_tar_that_is_called_a_zip_is_opened(tmp_path: Path, kind: str) -> None:
    laid(tmp_path / "class", "ben/hw.ipynb")
    archive(laid(tmp_path / "a", "hw/hw.ipynb"), kind, tmp_path / "class" / "anna.zip")
    assert found(tmp_path / "class")["anna"].files == ("hw.ipynb",)


def hostile_tar(path: Path) -> None:
    with tarfile.open(path, "w:gz") as packed:
        for name, kind in (
            ("../out", b"0"),
            ("/tmp/out", b"0"),
            ("link", b"2"),
            ("hard", b"1"),
            ("pipe", b"6"),
            ("ok/hw.ipynb", b"0"),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            member.size = len(NOTEBOOK) if kind == b"0" else 0
            packed.addfile(member, io.BytesIO(NOTEBOOK.encode()) if kind == b"0" else None)


def test_a_hostile_tar_leaves_nothing_outside_and_fills_no_disk(tmp_path: Path) -> None:
    laid(tmp_path / "class", "ben/hw.ipynb")
    hostile_tar(tmp_path / "class" / "eve.tar.gz")
    with gzip.open(tmp_path / "class" / "mallory.tar.gz", "wb") as bomb:
        member = tarfile.TarInfo("zeros.ipynb")
        member.size = 300 * 2**20
        bomb.write(member.tobuf())
        for _ in range(300):
            bomb.write(bytes(2**20))
    (tmp_path / "class" / "trudy.tar.gz").write_bytes(b"\x1f\x8b00")
    people = found(tmp_path / "class")
    assert people["eve"].files == ("hw.ipynb",)
    assert people["eve"].notices == (
        "2 files of the archive left out: the name leads out of the folder",
        "3 files of the archive left out: it is a link or no regular file",
    )
    assert people["mallory"].problem == "mallory.tar.gz is not unpacked: it is larger than homework is"
    assert people["trudy"].problem == "trudy.tar.gz cannot be opened: it is damaged or no tar archive"


def test_archives_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    class_ = laid(tmp_path / "class", "anna/hw.rar", "ben/hw.7z", "cleo.rar", "dora/hw.ipynb")
    for name in ("anna/hw.rar", "ben/hw.7z", "cleo.rar"):
        (class_ / name).write_bytes(b"packed in a way of its own")
    people = found(tmp_path / "class")
    said = {name: prepare(one, Assignment("small", title="Small")).problem for name, one in people.items()}
    assert all(
        name in said[who] and "cannot be opened here" in said[who]
        for who, name in (("anna", "hw.rar"), ("ben", "hw.7z"))
    )
    assert said["cleo"] == "cleo.rar cannot be opened here: please hand in a folder or a .zip"
    assert said["dora"] == ""


@pytest.mark.parametrize(
    "name",
    [
        "hw.ipynb.json",
        "hw.ipynb.txt",
        "hw.json",
        "hw.ipynb.download",
        "hw.IPYNB",
        "hw",
        "hw.ipynb (1)",
        "hw.ipynb.TXT",
        "hw.txt",
        "hw.ipynb.html",
        "hw.ipynb.bin",
        "hw.ipynb ",
        "hw.ipnyb",
        "hw.jpynb",
        "hw.notebook",
    ],
)
def test_a_notebook_under_another_ending_is_read(tmp_path: Path, name: str) -> None:
    laid(tmp_path / "class", f"anna/{name}", "anna/helper.py", "ben/hw.ipynb")
    anna = found(tmp_path / "class")["anna"]
    submission = prepare(anna, Assignment("small", title="Small"))
    assert submission.notebook_file.lower() == "hw.ipynb"
    assert submission.cells[0].text.startswith("U")
    assert name == "hw.IPYNB" or anna.notices == (
        f"{name.strip()}: it is read as a notebook; a notebook's name ends with .ipynb",
    )


def test_loose_notebooks_under_other_endings_are_peoples_too(tmp_path: Path) -> None:
    people = found(laid(tmp_path / "class", "anna.ipynb.txt", "ben.json", "cleo.ipynb", "dora.ipynb.json"))
    assert {name: one.files for name, one in people.items()} == {
        name: (f"{name}.ipynb",) for name in ("anna", "ben", "cleo", "dora")
    }


def test_a_program_under_another_ending_is_read_and_prose_is_told(tmp_path: Path) -> None:
    class_ = laid(tmp_path / "class", "ben/hw.ipynb", "cleo.ipynb", "dora.ipynb")
    for name, text in {
        "anna/hw.py.txt": "import math\n",
        "emil.py.txt": "import math\n",
        "fay/hw.py.txt": "It works.\n",
        "gus/hw.py": "x = 1\n",
        "gus/hw.py.bak": "import math\n",
        "hal/hw.py.ipynb": NOTEBOOK,
        "ina/hw.pyw": "import math\n",
    }.items():
        (class_ / name).parent.mkdir(exist_ok=True)
        (class_ / name).write_text(text)
    people = found(class_)
    assert {name: one.files for name, one in people.items() if name not in ("ben", "cleo", "dora")} == {
        "anna": ("hw.py",),
        "emil": ("emil.py",),
        "fay": ("hw.py.txt",),
        "gus": ("hw.py", "hw.py.bak"),
        "hal": ("hw.py.ipynb",),
        "ina": ("hw.py",),
    }
    assert people["ina"].notices == ("hw.pyw: it is run as any other Python file",)
    said = "hw.py.txt: it is read as a Python file; the name of one ends with .py"
    assert people["anna"].notices == (said,)
    assert prepare(people["fay"], Assignment("small", title="Small")).problem == (
        "no notebook and no Python file found: only hw.py.txt; if hw.py.txt holds your program, hand it in as"
        " hw.py"
    )


def test_what_is_no_notebook_stays_what_it_is(tmp_path: Path) -> None:
    laid(tmp_path / "class", "ben/hw.ipynb")
    (tmp_path / "class" / "anna").mkdir()
    (tmp_path / "class" / "anna" / "data.json").write_text('{"cells": 3}')
    (tmp_path / "class" / "anna" / "hw.ipynb.html").write_text("<html>")
    assert found(tmp_path / "class")["anna"].files == ("data.json", "hw.ipynb.html")


def test_a_zip_that_is_called_a_notebook_is_opened(tmp_path: Path) -> None:
    laid(tmp_path / "class", "ben/hw.ipynb")
    archive(laid(tmp_path / "x", "hw7/hw.ipynb"), "zip", tmp_path / "class" / "anna" / "homework.ipynb")
    anna = found(tmp_path / "class")["anna"]
    assert anna.files == ("hw.ipynb",)
    assert anna.notices == ("homework.ipynb: it is a zip archive, which was unpacked",)


# ── loose files
# ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_loose_file_is_somebodys_or_it_is_named(tmp_path: Path) -> None:
    source = laid(
        tmp_path / "class",
        "anna.ipynb",
        "ben.ipynb",
        "cleo.py",
        "anna_helper.py",
        "ben.pdf",
        "shared.py",
        "notes.md",
    )
    text = NOTEBOOK.replace('"UNITS = 3"', '["import numpy as np\\n", "from shared import cell"]')
    (source / "ben.ipynb").write_text(text)
    class_ = find_class(source, tmp_path / "work", Course())
    assert {one.student: one.files for one in class_.candidates} == {
        "anna": ("anna.ipynb", "anna_helper.py"),
        "ben": ("ben.ipynb", "ben.pdf", "shared.py"),
        "cleo": ("cleo.py",),
    }
    assert class_.nobodys == ("notes.md",)


def test_a_script_called_like_a_part_beside_peoples_folders_is_the_courses(tmp_path: Path) -> None:
    class_ = find_class(
        laid(tmp_path / "class", "anna/h.ipynb", "ben/h.ipynb", "utils.py"), tmp_path / "work", Course()
    )
    assert [one.student for one in class_.candidates] == ["anna", "ben"]
    assert class_.nobodys == ("utils.py",)


# ── whose it is
# ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ROSTER = """student,name,email
jd,Jane Doe,jane.doe@uni.edu
101,Li Wei,li@uni.edu
mr,Mario Rossi,m.rossi@uni.edu
jb,Jan van der Berg,jb@uni.edu
am,"Müller, Anna Lena",am@uni.edu
bm,Ben Müller,bm@uni.edu
po,Pat O'Brien,po@uni.edu
zh,Zoë Hélène Łukasz,zh@uni.edu
"""


@pytest.mark.parametrize(
    ("folder", "student"),
    [
        ("jane.doe@uni.edu", "jd"),
        ("jane.doe", "jd"),
        ("jdoe-hw7", "jd"),
        ("hw7 Doe, Jane", "jd"),
        ("101", "101"),
        ("101-hw7", "101"),
        ("Rossi Mario", "mr"),
        ("Mario Giovanni Rossi", "mr"),
        ("van der berg jan", "jb"),
        ("jvanderberg", "jb"),
        ("Anna-Lena Müller", "am"),
        (unicodedata.normalize("NFD", "Anna Lena Müller"), "am"),
        ("Mueller Ben", "bm"),
        ("MULLER_BEN", "bm"),
        ("o_brien pat", "po"),
        ("OBrien Pat", "po"),
        ("Lukasz Zoe Helene", "zh"),
    ],
)
def test_a_name_that_is_written_otherwise_is_found_in_the_roster(
    tmp_path: Path, folder: str, student: str
) -> None:
    people = found(laid(tmp_path / "class", f"{folder}/hw.ipynb", "nobody at all/hw.ipynb"), "", ROSTER)
    assert set(people) == {student, "nobody at all"}
    assert [person.on_roster for person in people[student].people] == [True]
    assert [person.on_roster for person in people["nobody at all"].people] == [False]


def test_who_is_only_likely_never_takes_the_place_of_one_who_is_sure(tmp_path: Path) -> None:
    names = ("Jane Doe", "jdoe-hw7", "mrossi", "rossim", "bmueller", "muellerb")
    people = found(laid(tmp_path / "class", *(f"{name}/{name}.ipynb" for name in names)), "", ROSTER)
    assert set(people) == {"jd", "jdoe-hw7", "mr", "rossim", "bmueller", "muellerb"}
    assert not people["jdoe-hw7"].people[0].on_roster


def test_who_is_on_the_roster_by_two_names_is_one_person(tmp_path: Path) -> None:
    people = found(
        laid(tmp_path / "class", "Jane Doe/hw.ipynb", "jane.doe@uni.edu/hw.ipynb", "Mario Rossi/h.ipynb"),
        "",
        ROSTER,
    )
    assert set(people) == {"jd", "mr"}
    assert people["jd"].notices[0].startswith("2 attempts were handed in; ")


def test_namesakes_that_only_accents_tell_apart_stay_apart(tmp_path: Path) -> None:
    roster = "student,name\na,Ben Müller\nb,Ben Muller\n"
    assert set(found(laid(tmp_path / "class", "Ben Müller/h.ipynb", "Muller Ben/h.ipynb"), "", roster)) == {
        "a",
        "b",
    }


GROUPS = "student,name,group\njd,Jane Doe,Group A\nlw,Li Wei,Group A\nmr,Mario Rossi,Group B\n"


def test_moodle_puts_the_group_before_the_member(tmp_path: Path) -> None:
    names = [
        "Group A-Jane Doe_11_assignsubmission_file/h.ipynb",
        "Group A-Li Wei_13_assignsubmission_file/h.ipynb",
    ]
    laid(tmp_path / "class", *names, "Group B-Mario Rossi_12_assignsubmission_file/h.ipynb")
    for name in names:
        (tmp_path / "class" / name).write_text(NOTEBOOK)
    people = found(tmp_path / "class", "", GROUPS)
    assert {name: one.members for name, one in people.items()} == {
        "Group A": ("jd", "lw"),
        "Group B": ("mr",),
    }
    assert [person.name for person in people["Group A"].people] == ["Jane Doe", "Li Wei"]
    assert [person.ident for person in people["Group A"].people] == ["11", "13"]
    alone = found(laid(tmp_path / "2", names[1]), "", GROUPS)  # handed in once for both
    assert [person.ident for person in alone["Group A"].people] == ["", "13"]


def test_groups_and_numbers_are_found_as_other_programs_write_them(tmp_path: Path) -> None:
    roster = "student,group\n0012345,Gruppe 3\n0012346,Gruppe 3\n0012347,Gruppe 12\n0012348,\n007,\n7,\n"
    names = ("group_03", "Team 12", "12348", "07")
    people = found(laid(tmp_path / "class", *(f"{name}/h.ipynb" for name in names)), "", roster)
    assert set(people) == {"Gruppe 3", "Gruppe 12", "0012348", "07"}  # 07: two could be meant
    assert people["Gruppe 3"].members == ("0012345", "0012346")
    roster = "student,group\na,Gruppe 3\nb,Team 3\n"
    assert set(found(laid(tmp_path / "2" / "class", "group 3/h.ipynb"), "", roster)) == {"group 3"}


def test_groups_and_extensions_stand_in_the_course_too(tmp_path: Path) -> None:
    course = f'{DEADLINE}[groups]\n"Group A" = ["jd", "lw"]\n[extensions]\nlw = 48\nmr = 2026-01-12\n'
    (tmp_path / "course.toml").write_text(f'roster = "roster.csv"\n{course}')
    (tmp_path / "roster.csv").write_text("student\njd\nlw\nmr\n")
    rules = load_course(tmp_path, tmp_path / "course.toml")
    assert [(name, entry.group, round(entry.extension_hours)) for name, entry in rules.roster.items()] == [
        ("jd", "Group A", 0),
        ("lw", "Group A", 48),
        ("mr", "", 48),
    ]


def test_a_download_of_gradescope_is_named_by_its_list(tmp_path: Path) -> None:
    laid(tmp_path / "export", "submission_1/hw.ipynb", "submission_2/hw.ipynb")
    (tmp_path / "export" / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters:\n  - :name: Jane Doe\n    :sid: '77'\n    :email: jane.doe@uni.edu\n "
        " :created_at: 2026-01-12 10:00:00.000000000 Z\nsubmission_2:\n  :submitters:\n  - :name: Mario"
        " Rossi\n    :sid: ''\n    :email: m.rossi@uni.edu\n  - :name: Li Wei\n    :sid: ''\n    :email:"
        " li@uni.edu\n  :created_at: 2026-01-10 10:00:00.000000000 Z\n"
    )
    people = found(tmp_path / "export", DEADLINE)
    assert {name: one.late for name, one in people.items()} == {
        "Jane Doe": True,
        "Mario Rossi and Li Wei": False,
    }
    assert [person.email for person in people["Mario Rossi and Li Wei"].people] == [
        "m.rossi@uni.edu",
        "li@uni.edu",
    ]
    assert people["Jane Doe"].people[0].ident == "77"


def test_the_list_of_github_classroom_says_who_and_when(tmp_path: Path) -> None:
    laid(tmp_path / "hw7-submissions", "hw7-jdoe/hw.ipynb", "hw7-mrossi/hw.ipynb")
    (tmp_path / "hw7-submissions" / "grades.csv").write_text(
        "assignment_name,github_username,roster_identifier,student_repository_name,submission_timestamp,points_awarded\nhw7,jdoe,jane.doe@uni.edu,hw7-jdoe,2026-01-12"
        " 10:00:00 UTC,0\nhw7,mrossi,,hw7-mrossi,2026-01-09 10:00:00 UTC,0\n"
    )
    people = found(tmp_path / "hw7-submissions", DEADLINE, ROSTER)
    assert {name: (one.late, one.time_source) for name, one in people.items()} == {
        "jd": (True, TimeSource.PLATFORM),
        "mr": (False, TimeSource.PLATFORM),
    }


# ── the roster's own table
# ───────────────────────────────────────────────────────────────────────────────────────────────

OF_A_PLATFORM = (
    'SIS Login ID;First name;Last name;E-Mail-Adresse\r\njd;Jane;"Doe;'
    ' PhD";jane.doe@uni.edu\r\nbm;Ben;Müller;bm@uni.edu\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_roster_with_other_columns_in_any_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = (
        OF_A_PLATFORM
        if delimiter == ";"
        else OF_A_PLATFORM.replace("Doe; PhD", f"Doe{delimiter} PhD").replace(";", delimiter)
    )
    (tmp_path / "people.csv").write_bytes(text.encode(encoding))
    (tmp_path / "course.toml").write_text(
        'roster = "people.csv"\n[columns]\nstudent = "SIS login ID"\nname = ["First name", "Last'
        ' name"]\nemail = "E-Mail-Adresse"\n'
    )
    roster = load_course(tmp_path).roster
    assert {name: entry.name for name, entry in roster.items()} == {
        "jd": f"Jane Doe{delimiter} PhD".replace("\t", "\t"),
        "bm": "Ben Müller",
    }
    assert roster["jd"].email == "jane.doe@uni.edu"
