"""Whose sheets may run: never a student's, wherever one stands and whatever is graded, unless it is said."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from test_cli_fakes import SHEET, FakeRunner, a_notebook, a_sheet

from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.cli.own_run import check_folder
from grader.cli.sheets import OWN_REPOSITORY, sheet_folder_of, sheets_for_own_work, sheets_to_grade
from grader.errors import UsageError
from grader.record import Gradebook

TRAP = SHEET + "\nfrom pathlib import Path\nPath(__file__).with_name('ran').touch()\n"
REFUSED = "sheets are programs"


class Course:
    """A course beside a class of which some want more than a grade."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.course, self.class_ = folder, folder / "course", folder / "hw7"
        self.sheets = a_sheet(self.course / "assignments")
        for student in ("anna", "ben", "cleo"):
            a_notebook(self.class_ / student / "homework.ipynb", "right")

    def trap(self, *parts: str) -> Path:
        """A student's sheet in the class."""
        return a_sheet(self.class_.joinpath(*parts), TRAP)

    def ran(self) -> list[Path]:
        return list(self.folder.rglob("ran"))


@pytest.fixture
def here(tmp_path: Path) -> Course:
    return Course(tmp_path)


def the_folder(decide, *arguments):
    """Which sheets are taken, None when none may run."""
    try:
        return decide(*arguments).folder
    except UsageError as problem:
        return None if "--assignments FOLDER" in str(problem) else problem


# ── grade DIR
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("graded", ["", "anna", "ben", "assignments"])
@pytest.mark.parametrize("stands", ["", "anna", "anna/deep", "assignments"])
def test_nothing_in_a_class_is_a_sheet(here, monkeypatch, stands, graded):
    here.trap("anna", "assignments")
    here.trap("anna", ".grader")
    here.trap("anna", "deep", "assignments")
    here.trap("assignments")
    a_notebook(here.class_ / "assignments" / "homework.ipynb", "right")
    monkeypatch.chdir(here.class_ / stands)
    assert the_folder(sheets_to_grade, None, here.class_ / graded) is None
    assert the_folder(sheets_to_grade, None, Path(os.path.relpath(here.class_ / graded))) is None


@pytest.mark.parametrize("graded", ["hw7", "hw7/anna", "hw7/anna/deep"])
@pytest.mark.parametrize("stands", ["", "hw7", "hw7/ben", "hw7/ben/deep"])
def test_what_lies_above_the_class_is_the_courses(tmp_path, monkeypatch, stands, graded):
    here = Course(tmp_path)
    here.sheets.rename(tmp_path / "assignments")
    for student in ("anna", "ben"):
        here.trap(student, "assignments")
        a_notebook(here.class_ / student / "deep" / "more.ipynb", "right")
    monkeypatch.chdir(tmp_path / stands)
    assert the_folder(sheets_to_grade, None, tmp_path / graded) == tmp_path / "assignments"


def test_the_course_is_where_one_stands_and_the_class_may_lie_anywhere(here, monkeypatch):
    monkeypatch.chdir(here.course)
    here.trap("anna", "assignments")
    here.trap("assignments")
    for source in (here.class_, here.class_ / "anna", Path("../hw7"), Path("../hw7/anna")):
        assert the_folder(sheets_to_grade, None, source) == here.sheets
    with zipfile.ZipFile(here.folder / "class.zip", "w") as archive:
        for student in ("anna", "ben", "cleo", "dora"):
            archive.writestr(f"{student}/homework.ipynb", "{}")
    assert the_folder(sheets_to_grade, None, here.folder / "class.zip") == here.sheets


def test_a_homework_that_stands_alone_says_nothing_of_what_lies_above(tmp_path, monkeypatch):
    a_notebook(tmp_path / "eve" / "hw7" / "homework.ipynb", "right")
    for place in (tmp_path / "eve", tmp_path):
        a_sheet(place / "assignments", TRAP)
        for stands in (place, tmp_path / "eve" / "hw7"):
            monkeypatch.chdir(stands)
            with pytest.raises(UsageError, match=REFUSED):
                sheets_to_grade(None, tmp_path / "eve" / "hw7")
            assert (
                sheets_to_grade(place / "assignments", tmp_path / "eve" / "hw7").folder
                == place / "assignments"
            )


def test_a_nested_homework_does_not_make_its_owner_a_course(here, monkeypatch):
    """Two homeworks in one student's folder look like a class; the neighbours tell."""
    here.trap("assignments")
    here.trap("eve", "assignments")
    for part in ("hw6", "hw7"):
        a_notebook(here.class_ / "eve" / part / "homework.ipynb", "right")
    for stands in (here.class_, here.class_ / "eve"):
        monkeypatch.chdir(stands)
        for source in (here.class_ / "eve", here.class_ / "eve" / "hw7"):
            assert the_folder(sheets_to_grade, None, source) is None


def test_a_class_of_archives_is_a_class(here, monkeypatch):
    folder = here.folder / "zips"
    folder.mkdir()
    for student in ("anna", "ben", "cleo"):
        with zipfile.ZipFile(folder / f"{student}.zip", "w") as archive:
            archive.writestr("homework.ipynb", "{}")
    a_sheet(folder / "assignments", TRAP)
    monkeypatch.chdir(folder)
    for source in (folder, folder / "anna.zip"):
        assert the_folder(sheets_to_grade, None, source) is None


DOWNLOADS = {
    "Moodle": "{name}_{number}_assignsubmission_file/homework.ipynb",
    "Moodle, a zip each": "{name}_{number}_assignsubmission_file/homework.zip",
    "Canvas": "{name}_{number}_77_homework.ipynb",
    "many folders": "{name}/homework.ipynb",
    "many zips": "{name}.zip",
}


@pytest.mark.parametrize("beside", [1, 3])
@pytest.mark.parametrize("platform", DOWNLOADS)
def test_a_course_that_keeps_its_downloads_beside_its_sheets_is_a_course(
    tmp_path, monkeypatch, platform, beside
):
    sheets, people = a_sheet(tmp_path / "assignments"), ["anna", "ben", "cleo", "dora"]
    if "many" not in platform:
        people = people[:2]  # a platform's names tell a class of two
    for place in range(beside):
        (tmp_path / f"hw{place}").mkdir()
        with zipfile.ZipFile(tmp_path / f"hw{place}" / "submissions.zip", "w") as archive:
            for number, name in enumerate(people):
                archive.writestr(DOWNLOADS[platform].format(name=name, number=100 + number), "{}")
    for stands in ("hw0", ""):
        monkeypatch.chdir(tmp_path / stands)
        assert the_folder(sheets_to_grade, None, tmp_path / "hw0" / "submissions.zip") == sheets


def test_a_student_who_hands_in_a_zip_in_a_folder_brings_no_sheet(tmp_path, monkeypatch):
    for student in ("anna", "ben", "cleo"):
        (tmp_path / student).mkdir()
        with zipfile.ZipFile(tmp_path / student / "hw.zip", "w") as archive:
            archive.writestr("hw/homework.ipynb", "{}")
            archive.writestr("hw/draft.ipynb", "{}")
    a_sheet(tmp_path / "eve" / "assignments", TRAP)
    for stands in ("", "eve"):
        monkeypatch.chdir(tmp_path / stands)
        assert the_folder(sheets_to_grade, None, tmp_path / "anna") is None


def test_links_into_a_class_lead_nowhere(here, monkeypatch):
    here.trap("anna", "sheets")
    (here.course / "assignments").rename(here.course / "old")
    (here.course / "assignments").symlink_to(here.class_ / "anna" / "sheets")
    monkeypatch.chdir(here.course)
    assert the_folder(sheets_to_grade, None, here.class_) is None
    (here.course / "assignments").unlink()
    (here.course / "assignments").mkdir()
    (here.course / "assignments" / "small").symlink_to(here.class_ / "anna" / "sheets" / "small")
    assert the_folder(sheets_to_grade, None, here.class_) is None
    (here.folder / "link").symlink_to(here.class_ / "anna")
    monkeypatch.chdir(here.folder / "link")  # the working folder is what it really is
    here.trap("anna", "assignments")
    assert the_folder(sheets_to_grade, None, here.class_ / "ben") is None


def test_beside_the_grades_is_a_place_of_the_instructors(here, monkeypatch):
    monkeypatch.chdir(here.class_ / "anna")
    here.trap("anna", "assignments")
    assert (
        the_folder(sheets_to_grade, None, here.class_ / "ben", here.course / "grades" / "small")
        == here.sheets
    )


def test_sheets_inside_what_is_graded_are_refused_even_when_said(here, monkeypatch):
    monkeypatch.chdir(here.course)
    with pytest.raises(UsageError, match=REFUSED):
        sheets_to_grade(here.trap("anna", "assignments"), here.class_)


def test_the_repository_of_the_grader_itself_is_always_a_course(monkeypatch):
    monkeypatch.chdir(OWN_REPOSITORY)
    alone = OWN_REPOSITORY / "reference" / "sum_sequence"
    assert the_folder(sheets_to_grade, None, alone) == OWN_REPOSITORY / "assignments"
    assert the_folder(sheets_for_own_work, None, alone / "solution.ipynb") == OWN_REPOSITORY / "assignments"


# ── check and ci
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hand_out_serves_its_own_repository(tmp_path, monkeypatch):
    brought = a_sheet(tmp_path / "mine" / ".grader")
    a_notebook(tmp_path / "mine" / "deep" / "homework.ipynb", "right")
    for stands in ("mine", "mine/deep"):
        monkeypatch.chdir(tmp_path / stands)
        for path in (tmp_path / "mine" / "deep" / "homework.ipynb", tmp_path / "mine" / "deep", Path(".")):
            sheets = sheets_for_own_work(None, path)
            assert (sheets.folder, sheets.note) == (brought, "which came with this homework")
    checked = check_folder(tmp_path / "mine" / "deep", strict=True, runner=FakeRunner())
    assert (
        checked.source == "Sheet: " + str(brought / "small" / "sheet.py") + ", which came with this homework"
    )


def test_a_hand_out_serves_nobody_who_stands_outside(here, monkeypatch):
    brought = here.trap("anna", ".grader")
    monkeypatch.chdir(here.course)
    sheets = sheets_for_own_work(None, here.class_ / "anna" / "homework.ipynb")
    assert sheets.folder == here.sheets
    assert (
        sheets.line("small")
        == f"Sheet: assignments/small/sheet.py, not {brought}, which came with the homework"
    )
    monkeypatch.chdir(here.folder)
    with pytest.raises(
        UsageError,
        match="came with a homework, and you are outside of it: give --assignments FOLDER, or go to",
    ):
        sheets_for_own_work(None, here.class_ / "anna")


def test_a_hand_out_serves_nothing_that_lies_elsewhere(here, monkeypatch):
    here.trap("anna", ".grader")
    monkeypatch.chdir(here.class_ / "anna")
    with pytest.raises(UsageError, match="serve only homework in"):
        sheets_for_own_work(None, here.class_ / "ben")
    (here.class_ / "anna" / "link.ipynb").symlink_to(here.class_ / "ben" / "homework.ipynb")
    with pytest.raises(UsageError, match="serve only homework in"):
        sheets_for_own_work(None, Path("link.ipynb"))


@pytest.mark.parametrize("stands", ["", "anna", "assignments"])
@pytest.mark.parametrize("graded", ["anna", "anna/homework.ipynb", "assignments", "ben"])
def test_a_check_runs_no_assignments_of_a_class(here, monkeypatch, stands, graded):
    here.trap("anna", "assignments")
    here.trap("assignments")
    a_notebook(here.class_ / "assignments" / "homework.ipynb", "right")
    monkeypatch.chdir(here.class_ / stands)
    assert the_folder(sheets_for_own_work, None, here.class_ / graded) is None


def test_what_is_said_is_taken(here, monkeypatch):
    monkeypatch.chdir(here.folder)
    said = here.trap("anna", ".grader")
    assert sheets_for_own_work(said, here.class_ / "ben").folder == said


# ── report, regrade, review
# ──────────────────────────────────────────────────────────────────────────────────────────────


def graded(here: Course, out: Path) -> Path:
    wish = GradeWish(
        source=here.class_, out=out, assignments=here.sheets, no_isolation=True, jobs=1, quiet=True
    )
    assert grade_class(wish, FakeRunner()) == 0
    return out


def sheet_for(out: Path, given: Path | None = None) -> Path | UsageError | None:
    with Gradebook(out, create=False) as gradebook:
        try:
            return sheet_folder_of(gradebook, given)
        except UsageError as problem:
            return None if "--assignments FOLDER" in str(problem) else problem


def test_grades_are_reported_by_the_sheet_beside_them_wherever_one_stands(here, monkeypatch):
    out = graded(here, here.course / "grades" / "small")
    here.trap("anna", "assignments")
    here.trap("assignments")
    for stands in (here.course, here.class_, here.class_ / "anna"):
        monkeypatch.chdir(stands)
        assert sheet_for(out) == here.sheets / "small"


def test_grades_elsewhere_are_reported_by_the_course_in_which_one_stands(here, monkeypatch):
    out = graded(here, here.folder / "grades")
    here.trap("anna", "assignments")
    monkeypatch.chdir(here.course)
    assert sheet_for(out) == here.sheets / "small"
    monkeypatch.chdir(here.class_ / "anna")
    assert sheet_for(out) is None
    assert sheet_for(out, here.sheets) == here.sheets / "small"


def test_grades_that_a_student_brought_bring_no_sheet(here, monkeypatch):
    out = graded(here, here.folder / "grades")
    (here.class_ / "anna" / "grades").mkdir()
    out.rename(here.class_ / "anna" / "grades" / "small")
    here.trap("anna", "assignments")
    monkeypatch.chdir(here.class_ / "anna")
    assert sheet_for(here.class_ / "anna" / "grades" / "small") is None


def test_another_courses_sheet_of_another_name_is_passed_over(here, monkeypatch):
    out = graded(here, here.course / "grades" / "small")
    (here.sheets / "small").rename(here.sheets / "other")
    here.sheets.rename(here.folder / "assignments")
    (here.folder / "assignments" / "other").rename(here.folder / "assignments" / "small")
    a_sheet(here.course / "assignments")
    (here.course / "assignments" / "small").rename(here.course / "assignments" / "large")
    monkeypatch.chdir(here.course)
    assert sheet_for(out) == here.folder / "assignments" / "small"


# ── as it is typed
# ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        ("course", ["check", "../hw7/anna/homework.ipynb", "--assignment", "nothing"]),
        ("hw7", ["check", "anna"]),
        ("hw7", ["ci", "anna"]),
        ("hw7", [".", "--dry-run"]),
        ("hw7", ["anna", "--dry-run"]),
        ("hw7/anna", ["../ben", "--dry-run"]),
        ("hw7/anna", ["report", "--out", "../../grades"]),
        ("hw7/anna", ["regrade", "../../grades"]),
        ("hw7/anna", ["review", "../../grades"]),
        ("hw7/anna", ["regrade", "../../grades", "--undo"]),
    ],
)
def test_no_command_runs_a_students_sheet(here, stands, words):
    graded(here, here.folder / "grades")
    for trap in ("anna/assignments", "anna/.grader", "assignments"):
        here.trap(trap)
    (here.class_ / "anna" / "typer.py").write_text(
        "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=here.folder / stands, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert here.ran() == []
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_where_no_homework_is_a_student_is_told_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"no homework with its sheet \(a folder \.grader/\)"):
        sheets_for_own_work(None, tmp_path)
