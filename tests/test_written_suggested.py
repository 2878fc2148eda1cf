"""From the answer in a folder to the mark: pending with a suggestion, and given only with --written
suggested."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from test_cli_fakes import FakeRunner, a_class, a_sheet

from grader.assignment import load_sheet
from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.cli.regrade.work import RegradeWish, regrade_class
from grader.errors import UsageError
from grader.judge.checks.written import RubricReading, Suggestion, suggested_share
from grader.model import Basis, Decision, Level, Status
from grader.record import Gradebook
from grader.report.history import history_lines
from grader.review import Desk
from grader.review.pages import class_page, place_of, queue_page, student_page

SHEET = '''
"""A sheet with one question."""
from grader import Assignment, Basis, Level, checks, passed

hw = Assignment("small", title="A small sheet", contract=("answer", "also"), parameters={"EPOCHS": 3})
task = hw.task("1", "All of it.")
SKY = hw.question("sky", "Is the sky blue?", template_text="*Write here.*")

@task.own_check("It ran.", points=1, basis=Basis.OBSERVED)
def ran(seen):
    return passed("it ran")

task.check(checks.answered(SKY), points=4, level=Level.OUTSTANDING)
'''
RUBRIC = """
sky:
  question: Is the sky blue?
  positions:
    blue: {says: It is blue., phrases: [blue], reasons: [light], when_denied: grey}
    grey: {says: It is not., phrases: [grey]}
  reasons:
    light: {says: Light is scattered., phrases: [light ... scattered]}
"""
FULL, PARTIAL, LOOK = "It is blue because light is scattered.", "It is blue.", "It is grey."


class House:
    """A class that is graded by the command's own function, with a runner that only pretends."""

    def __init__(self, folder: Path, rubric: str = RUBRIC, **answers: str) -> None:
        self.folder, self.out = folder, folder / "out"
        self.sheets = a_sheet(folder / "sheets", SHEET)
        if rubric:
            (self.sheets / "small" / "rubric.yaml").write_text(rubric)
        self.source = a_class(folder / "class", **dict.fromkeys(answers, "right"))
        for student, answer in answers.items():
            self.writes(student, answer)

    def writes(self, student: str, answer: str) -> None:
        (self.source / student / "README.md").write_text(
            f"# Is the sky blue?\n{answer}\n" if answer else "# Notes\n"
        )

    def grade(self, **options: object) -> FakeRunner:
        runner = FakeRunner()
        wish = GradeWish(
            source=self.source, out=self.out, assignments=self.sheets, no_isolation=True, quiet=True
        )
        assert grade_class(replace(wish, **options), runner) == 0  # type: ignore[arg-type]
        return runner

    def check(self, student: str):
        with Gradebook(self.out) as book:
            return book.record_of(student).grade.checks[1]

    def decide(self, student: str, points: float) -> None:
        with Gradebook(self.out) as book:
            digest = book.record_of(student).digest
            book.decide(
                Decision(
                    student=student,
                    check_id="sky",
                    points=points,
                    reason="",
                    person="Grace",
                    when="now",
                    digest=digest,
                )
            )


def test_a_suggestion_is_told_to_staff_and_gives_no_points(tmp_path):
    home = House(tmp_path, ada=FULL, bob=PARTIAL, eve=LOOK, zoe="")
    home.grade()
    notes = {student: home.check(student).staff_note for student in ("ada", "bob", "eve", "zoe")}
    assert notes["ada"].startswith("likely full: “It is blue.”, and a reason that carries it")
    assert notes["bob"].startswith("likely partial")
    assert notes["eve"].startswith("look closely: another position")
    assert notes["zoe"] == ""
    assert all(home.check(student).status is Status.NEEDS_REVIEW for student in notes)
    assert "likely full" not in (home.out / "feedback" / "ada.html").read_text("utf-8")


def test_where_nothing_is_found_the_places_are_named(tmp_path):
    home = House(tmp_path, zoe="")
    home.grade()
    message = home.check("zoe").message
    assert (
        message == "no answer was found under a heading like “Is the sky blue?” (searched: homework.ipynb,"
        " README.md)"
    )


def test_suggestions_are_taken_only_when_asked_for_and_shown_everywhere(tmp_path):
    home = House(tmp_path, ada=FULL, bob=PARTIAL, eve=LOOK, zoe="")
    home.grade(written="suggested")
    found = {student: (home.check(student).points, home.check(student).basis) for student in ("ada", "bob")}
    assert found == {"ada": (4, Basis.SUGGESTED), "bob": (2, Basis.SUGGESTED)}
    assert home.check("eve").pending
    assert home.check("zoe").pending
    assert "read by no person yet" in (home.out / "feedback" / "ada.html").read_text("utf-8")
    assert "no person has confirmed" in (home.out / "index.html").read_text("utf-8")
    ada, *_ = json.loads((home.out / "results.json").read_text("utf-8"))["submissions"]
    assert (ada["points_suggested"], ada["checks"][1]["basis"], ada["level"]) == (
        4,
        "suggested",
        Level.OUTSTANDING.name,
    )
    assert next(csv.DictReader((home.out / "grades.csv").open()))["points_suggested"] == "4"


def test_the_story_and_the_review_page_say_what_is_only_suggested(tmp_path, capsys):
    home = House(tmp_path, ada=FULL)
    home.grade(written="suggested")
    told = "5 of 5 points, 4 of them suggested by the rubric and confirmed by no person"
    with Gradebook(home.out) as book:
        story = history_lines(book.history("ada"), book.decisions("ada"), {}, {})
        sheet = load_sheet(home.sheets / "small")
        view = Desk(book, sheet, "Kim").look()
    assert story[-1] == f"  {told}; outstanding"
    assert told in student_page(view, sheet, "ada", "Kim", executed=False)
    assert "It counts, marked as suggested, until a person decides." in queue_page(
        view, sheet, place_of(view, "", 1), "Kim"
    )
    # still waits for a person
    assert '<td class="number" data-value="1">1</td>' in class_page(view, sheet, "Kim")


def test_a_persons_decision_replaces_a_suggestion_and_stays(tmp_path):
    home = House(tmp_path, ada=FULL)
    home.grade(written="suggested")
    home.decide("ada", 1)
    assert (home.check("ada").points, home.check("ada").basis, home.check("ada").points_auto) == (
        1,
        Basis.JUDGED,
        4,
    )
    home.grade(written="suggested", rerun=frozenset({"all"}))
    assert (home.check("ada").points, home.check("ada").decided_by) == (1, "Grace")


def test_open_answers_of_a_graded_class_are_read_without_running_again(tmp_path):
    home = House(tmp_path, ada=FULL, bob=LOOK)
    home.grade()
    assert home.grade(written="suggested").asked == []
    assert home.check("ada").basis is Basis.SUGGESTED
    home.grade()  # nothing changed: what was asked for stays
    assert home.check("ada").basis is Basis.SUGGESTED


def test_regrading_keeps_taking_suggestions_where_they_were_taken(tmp_path):
    home = House(tmp_path, ada=FULL, bob=PARTIAL)
    home.grade(written="suggested")
    (home.sheets / "small" / "rubric.yaml").write_text(
        RUBRIC.replace("  positions", "  partial: 0.25\n  positions")
    )
    regrade_class(RegradeWish(out=home.out, assignments=home.sheets, apply=True, quiet=True))
    assert (home.check("ada").points, home.check("bob").points) == (4, 1)


def test_without_a_rubric_a_person_reads_all(tmp_path):
    home = House(tmp_path, rubric="", ada=FULL)
    home.grade(written="suggested")
    assert home.check("ada").pending


def test_another_word_is_refused(tmp_path):
    with pytest.raises(UsageError, match="--written given: give --written suggested"):
        House(tmp_path, ada=FULL).grade(written="given")


def test_candidates_that_disagree_go_to_a_person():
    full, half, look = (
        RubricReading(question="sky", suggestion=pile, points=points, why="")
        for pile, points in ((Suggestion.FULL, 1.0), (Suggestion.PARTIAL, 0.5), (Suggestion.LOOK, None))
    )
    assert suggested_share([full]) == suggested_share([full, full]) == 1.0
    assert suggested_share([full, half]) is suggested_share([full, look]) is None
