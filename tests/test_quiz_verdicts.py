"""What a choice or number question earns, how a sheet declares it, and what of it a rubric, a person and a
student see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.assignment import Assignment, Choice, Number
from grader.assignment.rubric_file import load_rubric
from grader.assignment.seen import Seen
from grader.errors import AssignmentError
from grader.judge import checks
from grader.judge.checks import quiz
from grader.model import Answer, Basis, Run, Status, Submission, Verdict
from grader.review.reading import ShownSuggestion, reader_of

OPTIONS = ("red", "green", "blue")
TASK = "1"


def sheet(letters: float = 1.0, other: float = 9.0) -> Assignment:
    made = Assignment("colours", title="Colours")
    task = made.task(TASK, "Colours.")
    colour = made.choice("colour", "Which colour?", options=OPTIONS)
    mixed = made.choice(
        "mixed", "Which colours are mixed?", options=("red", "green", "blue", "white"), several=True
    )
    count = made.number("count", "How many colours are there?", whole=True)
    assert (mixed.several, count.whole) == (True, True)

    task.check(checks.chosen(colour, right="B"), points=letters)

    @task.own_check("The rest.", points=other, basis=Basis.READ)
    def rest(seen: Seen) -> Verdict:
        raise NotImplementedError

    return made


def seen(made: Assignment, answers: Sequence[tuple[str, str]] = (), untouched: Sequence[str] = ()) -> Seen:
    submission = Submission(
        student="a",
        answers=tuple(
            Answer(question=question, text=text, where="hw.ipynb, cell 2") for question, text in answers
        ),
        untouched=tuple(untouched),
    )
    return Seen(assignment=made, submission=submission, run=Run(run_id="r"))


def question(made: Assignment, id: str) -> Choice | Number:
    found = next(one for one in made.questions if one.id == id)
    assert isinstance(found, Choice | Number)
    return found


def choice(made: Assignment, text: str, right: str, id: str = "colour", *, each: bool = False) -> Verdict:
    asked = question(made, id)
    assert isinstance(asked, Choice)
    return quiz.judge_choice(seen(made, [(id, text)] if text else []), asked, right, each=each)


def test_what_is_certain_is_judged_and_the_rest_waits_for_a_person() -> None:
    made = sheet()
    assert choice(made, "B", "B").status is Status.PASSED
    wrong = choice(made, "C", "B")
    assert (wrong.status, wrong.message) == (Status.FAILED, "You chose C: “blue”; that is not right")
    assert "green" not in f"{wrong.message}{wrong.hint}", "students are not told what is right"
    assert wrong.staff_note == "right: B"
    doubtful = choice(made, "B or C", "B")
    assert doubtful.status is Status.NEEDS_REVIEW
    assert doubtful.evidence[0].actual == "B or C"
    assert choice(made, "", "B").status is Status.NEEDS_REVIEW, "it may stand where nobody looked"


def test_an_untouched_template_is_no_answer() -> None:
    made = sheet()
    assert choice(made, "- [ ] red\n- [ ] green\n- [ ] blue", "B").status is Status.FAILED
    asked = question(made, "count")
    assert isinstance(asked, Number)
    assert quiz.judge_number(seen(made, untouched=["count"]), asked, 3).status is Status.FAILED
    assert quiz.judge_number(seen(made), asked, 3).status is Status.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("text", "status", "share"),
    [
        ("A, B", Status.PASSED, 1.0),
        ("A", Status.PARTIAL, 0.5),
        ("A, C", Status.FAILED, 0.0),
        ("C, D", Status.FAILED, 0.0),
    ],
)
def test_where_each_option_counts_guessing_earns_nothing(text: str, status: Status, share: float) -> None:
    verdict = choice(sheet(), text, "AB", id="mixed", each=True)
    assert (verdict.status, verdict.share) == (status, share)


@pytest.mark.parametrize(
    ("text", "right", "within", "status"),
    [
        ("53,365", 53365, 0.0, Status.PASSED),
        ("4*((1+32)*32+32)", 4352, 0.0, Status.PASSED),
        ("53,366", 53365, 0.0, Status.FAILED),
        ("53k", 53365, 0.0, Status.FAILED),
        ("53k", 53000, 0.0, Status.NEEDS_REVIEW),
        ("53k", 53365, 500, Status.PASSED),
        ("3 or 4", 3, 0.0, Status.NEEDS_REVIEW),
    ],
)
def test_numbers(text: str, right: float, within: float, status: Status) -> None:
    made = sheet()
    asked = question(made, "count")
    assert isinstance(asked, Number)
    assert quiz.judge_number(seen(made, [("count", text)]), asked, right, within=within).status is status


def test_at_most_a_tenth_of_a_sheet_rests_on_letters() -> None:
    sheet(letters=1, other=9).verify()
    with pytest.raises(AssignmentError, match=r"2 of 11 points rest on the letters"):
        sheet(letters=2, other=9).verify()


def test_options_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(AssignmentError, match="options that differ"):
        Assignment("x", title="X").choice("q", "Which?", options=("One", "one"))
    with pytest.raises(AssignmentError, match="has the options A, B, C, not D"):
        checks.chosen(question(sheet(), "colour"), right="D")


RUBRIC = """
colour:
  question: Which colour?
  wordings: ["Welche Farbe?"]
  options:
    C: Blue is the colour of the sky, not of grass.
count:
  question: How many colours are there?
  says: Black is none.
"""


def test_a_rubric_explains_wrong_options_and_brings_wordings(tmp_path: Path) -> None:
    made = sheet()
    (tmp_path / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    made.use_rubric(load_rubric(tmp_path / "rubric.yaml", made.questions))
    assert question(made, "colour").wordings == ("Welche Farbe?",)
    assert choice(made, "C", "B").hint == "Blue is the colour of the sky, not of grass."
    (tmp_path / "rubric.yaml").write_text(RUBRIC.replace("    C:", "    E:"), encoding="utf-8")
    with pytest.raises(
        AssignmentError, match=r"line 6, colour.options: there is no option E; there are A, B, C"
    ):
        load_rubric(tmp_path / "rubric.yaml", made.questions)


def test_the_reviewer_is_told_what_was_seen() -> None:
    made = sheet()
    reading = reader_of(made)(made.checks[0], ["A", "B"], ())
    assert (reading.suggestion, reading.points) == (ShownSuggestion.LOOK, None)
    assert "differ" in reading.why
