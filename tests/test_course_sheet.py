"""A course's own sheet, outside of the grader's repository, with a check and a question of its own: every
command takes it."""

import csv
import shutil
import subprocess
import sys

import pytest

from grader.assignment import load_sheet
from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.cli.new.skeleton import skeleton, write_skeleton
from grader.cli.own_run import check_folder
from grader.model import Status
from grader.record import Gradebook
from grader.review.desk import Desk
from tests.plain_runner import run_plainly


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with its sheet, and beside it a class of two that is graded by it."""
    # what other tests leave beside it is no class around it
    folder = tmp_path_factory.mktemp("home") / "autumn" / "course"
    folder.mkdir(parents=True)
    write_skeleton(skeleton("own", "Of one's own"), folder)
    shutil.copytree(folder / "submissions" / "own", folder.parent / f"{folder.name}_class")
    return folder


@pytest.fixture
def class_(course):
    return course.parent / f"{course.name}_class"


@pytest.fixture(scope="module")
def graded(course):
    """The folder of the grades."""
    out, class_ = course / "grades" / "own", course.parent / f"{course.name}_class"
    wish = GradeWish(
        source=class_, assignment="own", assignments=course / "assignments", out=out, quiet=True, jobs=1
    )
    assert grade_class(wish, runner=run_plainly) == 0
    return out


def type_in(folder, *words):
    command = [sys.executable, "-m", "grader", *words]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_a_class_is_graded_by_it(graded):
    with Gradebook(graded, create=False) as book:
        found = {
            record.student: {check.id: check.status for check in record.grade.checks}
            for record in book.records()
        }
    assert found["right"]["one_step"] is Status.PASSED
    assert found["wrong_forgets_the_state"]["one_step"] is Status.FAILED


@pytest.mark.parametrize("said", [(), ("--assignments", "assignments")])
def test_grades_are_told_judged_again_and_compared(course, graded, class_, said):
    for words, wanted in (
        (("report", "right"), "Reports: "),
        (("regrade",), "There is nothing to write."),
        (("similar", str(class_), "--assignment", "own"), ""),
        ((str(class_), "--dry-run", "--assignment", "own"), "2 people, 2 notebooks, own"),
    ):
        done = type_in(course, *words, *said)
        assert (done.returncode, done.stderr) == (0, ""), words
        assert wanted in done.stdout


def test_the_sheet_is_recognised_by_its_own_names(course, class_):
    done = type_in(course, str(class_), "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 people, 2 notebooks, own" in done.stdout


def test_marks_leave_as_a_table(course, graded):
    done = type_in(course, "export", "csv", "--provisional", "--to", str(course / "marks"))
    assert done.returncode in (0, 1), done.stderr  # points are open, which is said
    (table,) = (course / "marks").glob("*.csv")
    assert any("right" in row for row in csv.reader(table.read_text("utf-8").splitlines()))


def test_a_person_finds_the_answers_on_the_desk(course, graded):
    with Gradebook(graded, create=False) as book:
        stacks = Desk(book, load_sheet(course / "assignments" / "own"), "tutor").look().stacks
    assert {card.check.id for stack in stacks for card in stack.cards} == {"why_tanh"}


def test_students_check_by_their_copy_which_lacks_what_is_hidden(course, tmp_path, monkeypatch):
    done = type_in(course, "template", "own", str(tmp_path / "handout"), "--no-wheel")
    assert (done.returncode, done.stderr) == (0, "")
    public = (tmp_path / "handout/.grader/own/sheet.py").read_text("utf-8")
    assert "one_step" in public
    assert "320" not in public
    shutil.copy(course / "submissions/own/right/homework.ipynb", tmp_path / "handout/homework.ipynb")
    monkeypatch.chdir(tmp_path / "handout")
    checked = check_folder(tmp_path / "handout" / "homework.ipynb", strict=True, runner=run_plainly)
    found = {check.id: check.status for check in checked.record.grade.checks}
    assert found == {
        "one_step": Status.PASSED,
        "count_parameters": Status.PASSED,
        "why_tanh": Status.NEEDS_REVIEW,
    }
