"""Classes and people as instructors and students really lay them: tutorials, archives in folders, clones of
repositories, versions called by words, printouts and texts in the place of a notebook."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.collect import Course, RosterEntry, find_candidates, find_class, load_course, prepare
from grader.errors import UsageError
from tests.test_collect_downloads import DEADLINE, laid


def called(source: Path, *files: str, course: Course | None = None) -> list[str]:
    """Whose homework is found in a folder with these files."""
    work = source.parent / f"work of {source.name}"
    return [one.student for one in find_class(laid(source, *files), work, course or Course()).candidates]


def test_tutorials_side_by_side_are_one_class(tmp_path: Path) -> None:
    tutorials = ["A/anna/h.ipynb", "A/ben/h.ipynb", "B/cleo/h.ipynb", "B/dora/src/h.py"]
    assert called(tmp_path / "1", *tutorials) == ["anna", "ben", "cleo", "dora"]
    assert called(tmp_path / "2", *tutorials, "B/emil.ipynb") == ["A", "B"]  # B has a notebook of its own
    twice = ["anna/keras/h.ipynb", "anna/numpy/h.ipynb", "ben/keras/h.ipynb", "ben/numpy/h.ipynb"]
    assert called(tmp_path / "3", *twice) == ["anna", "ben"]
    parts = ["anna/task1/h.ipynb", "anna/task2/h.ipynb", "ben/old/h.ipynb", "ben/new/h.ipynb"]
    assert called(tmp_path / "4", *parts) == ["anna", "ben"]
    of_roster = ["anna/x/h.ipynb", "anna/y/h.ipynb", "ben/z/h.ipynb"]
    known = Course(roster={"anna": RosterEntry(), "ben": RosterEntry()})
    assert called(tmp_path / "5", *of_roster, course=known) == [
        "anna",
        "ben",
    ]


def test_tutorials_of_which_some_have_loose_notebooks(tmp_path: Path) -> None:
    uneven = ["group1/ben.ipynb", "group1/anna/h.ipynb", "group2/dora/h.ipynb", "group2/cleo/sub/h.ipynb"]
    assert called(tmp_path / "1", *uneven) == ["anna", "ben", "cleo", "dora"]
    loose = ["tut1/ben.ipynb", "tut1/anna.ipynb", "tut2/dora.ipynb"]
    assert called(tmp_path / "2", *loose) == ["anna", "ben", "dora"]
    # groups that hand in together, parts of a homework, and folders that are called like nobody's tutorial
    together = ["group1/ben.ipynb", "group1/anna.ipynb", "group2/cleo.ipynb"]
    assert called(tmp_path / "3", *together) == ["group1", "group2"]
    assert called(tmp_path / "4", "tut1/task1.ipynb", "tut1/task2.ipynb", "tut2/h.ipynb") == ["tut1", "tut2"]
    assert called(tmp_path / "5", "mo/ben.ipynb", "mo/anna.ipynb", "di/dora.ipynb") == ["di", "mo"]
    known = Course(roster={"tut1": RosterEntry(), "tut2": RosterEntry()})
    assert called(tmp_path / "6", *loose, course=known) == ["tut1", "tut2"]


def test_the_folder_of_one_person_alone_is_called_by_the_person(tmp_path: Path) -> None:
    assert called(tmp_path / "1", "submissions/anna/homework.ipynb") == ["anna"]
    assert called(tmp_path / "1" / "submissions" / "anna") == ["anna"]
    assert called(tmp_path / "2", "Abgaben/hw7.ipynb") == ["Abgaben"]
    assert called(tmp_path / "3" / "submissions" / "anna", "lee.ipynb") == ["lee"]
    assert called(tmp_path / "4" / "course" / "anna", "homework.ipynb") == ["homework"]


def test_homeworks_of_one_person_side_by_side_are_one_persons(tmp_path: Path) -> None:
    several = ["anna_hw1.ipynb", "anna_hw2.ipynb", "hw1-ben.ipynb", "hw2-ben.ipynb", "cleo_hw2.ipynb"]
    found = find_class(laid(tmp_path / "1", *several), tmp_path / "work", Course()).candidates
    assert {one.student: len(one.files) for one in found} == {"anna": 2, "ben": 2, "cleo_hw2": 1}
    nobodys = ["homework_hw1.ipynb", "homework_hw2.ipynb"]
    assert called(tmp_path / "2", *nobodys) == ["homework_hw1", "homework_hw2"]
    assert called(tmp_path / "3", "group_hw1.ipynb", "group_hw2.ipynb") == ["group_hw1", "group_hw2"]


def test_a_class_in_an_archive_in_a_folder(tmp_path: Path) -> None:
    packed = laid(tmp_path / "packed", "class/anna/h.ipynb", "class/ben/h.ipynb")
    (tmp_path / "in" / "download").mkdir(parents=True)
    shutil.make_archive(str(tmp_path / "in" / "download" / "hw7"), "zip", packed)
    found = find_class(tmp_path / "in", tmp_path / "work", Course())
    assert [one.student for one in found.candidates] == ["anna", "ben"]


def test_repositories_of_one_homework_are_called_by_their_logins(tmp_path: Path) -> None:
    assert called(tmp_path / "1", "hw7-ada/h.ipynb", "hw7-ben-li/h.ipynb") == ["ada", "ben-li"]
    assert called(tmp_path / "2", "van-ada/h.ipynb", "van-ben/h.ipynb") == ["van-ada", "van-ben"]
    assert called(tmp_path / "3", "task-1/h.ipynb", "task-2/h.ipynb") == ["task-1", "task-2"]


def test_versions_are_told_by_words_too(tmp_path: Path) -> None:
    assert called(tmp_path / "1", "lw_final.ipynb", "lw_final_final.ipynb", "jd.ipynb") == ["jd", "lw"]
    assert called(tmp_path / "2", "lw.ipynb", "lw_new.ipynb", "jd.ipynb") == ["jd", "lw"]
    assert called(tmp_path / "5", "lw.ipynb", "lw (korrigiert).ipynb", "jd.ipynb") == ["jd", "lw"]
    assert called(tmp_path / "6", "lw_draft.ipynb", "lw_final.ipynb", "jd.ipynb") == ["jd", "lw"]
    # may be two people's, who call it all alike
    alike = ["homework_final.ipynb", "homework_new.ipynb"]
    assert called(tmp_path / "3", *alike) == ["homework_final", "homework_new"]


def test_what_stands_for_a_notebook_is_somebodys(tmp_path: Path) -> None:
    source = laid(tmp_path / "in", "anna.ipynb", "ben.ipynb")
    (source / "mia.ipynb.html").write_text("<html></html>")
    (source / "leo.txt").write_text("import tensorflow as tf\n\nx = 1\n")
    (source / "anna.ipynb.pdf").write_text("")
    (source / "hints.txt").write_text("Read the sheet first.\n")
    found = find_class(source, tmp_path / "work", Course())
    assert [one.student for one in found.candidates] == ["anna", "ben", "leo", "mia"]
    assert found.nobodys == ("hints.txt",)


def test_extensions_without_a_roster(tmp_path: Path) -> None:
    course = f"{DEADLINE}[extensions]\nAda = 48\nzoe = 1\n"
    (tmp_path / "course.toml").write_text(course)
    given = load_course(tmp_path / "in", tmp_path / "course.toml")
    assert given.extensions == {"Ada": 48, "zoe": 1}
    assert (given.extension(["ada"]), given.extension(["ben"])) == (48, 0)
    found = find_candidates(laid(tmp_path / "in", "ada/h.ipynb", "ben/h.ipynb"), tmp_path / "work", given)
    assert given.missing(found) == ("zoe",)


def test_lateness_below_an_hour_is_told_in_minutes(tmp_path: Path) -> None:
    assert "1 minute late: the time of handing in is that of the files" in told_when(tmp_path, 1)
    assert "1.5 hours late: the time of handing in is that of the files" in told_when(tmp_path, 90)


def told_when(tmp_path: Path, minutes_late: int) -> tuple[str, ...]:
    """The notices of one of two homeworks, the other of which came days before."""
    source, at = tmp_path / f"late {minutes_late}", datetime(2026, 1, 10, 23, 59, tzinfo=UTC).timestamp()
    laid(source, "ada/h.ipynb", at=at + 60 * minutes_late)
    laid(source, "ben/h.ipynb", at=at - 3 * 86_400)
    (tmp_path / "course.toml").write_text("deadline = 2026-01-10T23:59:00Z")
    given = load_course(source, tmp_path / "course.toml")
    ada = find_candidates(source, tmp_path / "work", given)[0]
    return prepare(ada, Assignment("hw", title="A homework")).notices


def test_an_extension_that_is_no_time_says_what_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(f'{DEADLINE}[extensions]\nada = "two days"\n')
    with pytest.raises(UsageError, match="ada = hours, or a new deadline like 2026-02-03T12:00"):
        load_course(laid(tmp_path / "in", "ada/h.ipynb"), tmp_path / "course.toml")
