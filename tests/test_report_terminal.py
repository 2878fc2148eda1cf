"""The terminal says what, seen and wanted; needs no colour; and no student text acts in it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
from rich.console import Console, RenderableType
from test_report_fakes import ASSIGNMENT, hostile, make_checks, make_grade, make_record, wrong_cell

from grader.model import CellError, CellRun, Evidence, Level, Outcome, Status
from grader.model.quantities import counted
from grader.model.verdict import ITS_SHEET, NO_ANSWER
from grader.report.class_page import class_stats
from grader.report.look.first import look_here_first
from grader.report.look.item import Concern
from grader.report.own_work import ending, student_report
from grader.report.shown import harmless, is_simple, points_bar
from grader.report.story import as_told
from grader.report.terminal import class_table, look_lines, summary_lines
from grader.report.words import level_text, levels_text, moment_text, open_text, points_text, some

CLASS = [
    make_record("ada"),
    wrong_cell(),
    make_record("zoe", outcome=None, run_id="", problem="homework.ipynb is empty"),
]


def printed(*things: RenderableType, width: int = 120, colour: bool = False) -> str:
    system = "truecolor" if colour else None
    console = Console(
        file=io.StringIO(), width=width, color_system=system, force_terminal=colour, legacy_windows=False
    )  # type: ignore[arg-type]
    for thing in things:
        console.print(thing)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_table_shows_everybody_with_points_level_and_reason() -> None:
    text = printed(class_table(CLASS), width=140)
    ada, grace, zoe = (
        next(line for line in text.splitlines() if name in line) for name in ("ada", "Grace", "zoe")
    )
    assert re.search(r"ada\s+█{10}▒▒\s+17 of 20\s+3\s+passed → outstanding\?\s+ran", ada)
    assert re.search(r"11 of 20\s+3\s+passed\s+a cell raised, late\s+The cell's new cell state", grace)
    assert re.search(r"did not run\s+homework\.ipynb is empty", zoe)


def test_a_narrow_table_fits_and_has_no_bars() -> None:
    text = printed(class_table(CLASS, width=80), width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert "█" not in text
    assert "17 of 20" in text


def test_everything_is_ascii_where_the_terminal_knows_nothing_else() -> None:
    text = printed(
        class_table(CLASS, simple=True),
        student_report(wrong_cell(), ASSIGNMENT, simple=True),
        *summary_lines(CLASS),
    )
    assert not set(re.sub("…", "", text)) - set(map(chr, range(32, 127))) - {"\n"}
    assert "#######??..." in text
    assert "x not yet" in text


@pytest.mark.parametrize(
    ("encoding", "simple"), [("utf-8", False), ("UTF8", False), ("cp1252", True), ("ascii", True)]
)
def test_the_terminals_encoding_decides(encoding: str, simple: bool) -> None:
    assert is_simple(Console(file=io.TextIOWrapper(io.BytesIO(), encoding=encoding))) is simple


def test_a_report_tells_what_seen_wanted_and_the_hint() -> None:
    text = " ".join(printed(student_report(wrong_cell(), ASSIGNMENT)).split())
    for words in (
        "✗ not yet 2.1 The cell computes the LSTM equations. (0 of 4)",
        "The cell's new cell state is not that of the equations",
        "new cell state, first unit (cell 5, `LSTM_Cell.call`) seen -0.08812 wanted 0.41327",
        "hint: Look at the line that makes the new cell state",
        "◐ partly 2.1",
        "○ not reached: 1 check 2.1",
        "… to be read: 2 checks A person will read this.",
        "✓ passed: 5 checks",
        "cell 9 raised ValueError",
        "11 of 20 points, 3 still open, 0.5 taken off for lateness; passed",
        "- For this run, `EPOCHS` was set to 1.",
    ):
        assert words in text, words


def test_failures_come_before_what_passes() -> None:
    text = printed(student_report(wrong_cell(), ASSIGNMENT))
    assert (
        text.index("not yet")
        < text.index("partly")
        < text.index("to be read")
        < text.index("passed: 5 checks")
        < text.index("11 of 20")
    )


def test_the_mistake_is_named_only_when_the_sheet_says_so() -> None:
    assert "It behaves like" not in printed(student_report(wrong_cell(), ASSIGNMENT))
    assert "It behaves like a cell whose forget gate is multiplied" in printed(
        student_report(wrong_cell(), ASSIGNMENT, tell="mistake")
    )


def test_what_is_told_leaves_out_what_is_for_staff() -> None:
    checks = make_checks(every_length={"evidence": (Evidence(what="x"),), "staff_note": "SECRET"})
    told = as_told(make_record("ada", checks, flags=("SECRET",)), "mistake")
    assert told.flags == ()
    assert not [check for check in told.grade.checks if check.staff_note or (check.hidden and check.evidence)]
    bare = as_told(wrong_cell(), "pass or fail").grade.checks[2]
    assert (bare.status, bare.message, bare.hint, bare.evidence, bare.mistake) == (
        Status.FAILED,
        "",
        "",
        (),
        None,
    )
    assert as_told(wrong_cell(), "pass or fail").grade.checks[8].message  # a pending check says why


def test_pass_or_fail_tells_no_more_than_that() -> None:
    text = printed(student_report(wrong_cell(), ASSIGNMENT, tell="pass or fail"))
    assert "not yet" in text
    assert "forget gate is multiplied" not in text
    assert "-0.08812" not in text


def test_hidden_checks_and_notes_for_staff_stay_hidden() -> None:
    rows = (Evidence(what="SECRET", expected="SECRET", actual="SECRET"),)
    checks = make_checks(
        every_length={
            "status": Status.FAILED,
            "evidence": rows,
            "staff_note": "SECRET",
            "message": "wrong at length 1",
        }
    )
    text = printed(
        student_report(make_record("ada", checks, isolation="SECRET", flags=("SECRET",)), ASSIGNMENT)
    )
    assert "SECRET" not in text
    assert "wrong at length 1" in text


def test_our_problem_is_said_kindly_and_once() -> None:
    ours = make_checks(
        **{
            check.id: {"status": Status.ERROR, "message": "tqdm is not installed here"}
            for check in ASSIGNMENT.checks
        }
    )
    text = printed(student_report(make_record("ada", ours), ASSIGNMENT))
    assert text.count("no points are lost") == 1
    assert text.count("tqdm is not installed here") == 1
    assert "! our problem: 10 checks" in text


def test_long_evidence_is_cut() -> None:
    rows = tuple(Evidence(what=f"value {n}", expected="1" * 5000, actual="2") for n in range(20))
    text = printed(
        student_report(
            make_record("ada", make_checks(learns={"status": Status.FAILED, "evidence": rows})), ASSIGNMENT
        )
    )
    assert "(and 16 further values)" in text
    assert len(text) < 10_000


@pytest.mark.parametrize("colour", [False, True])
def test_nothing_a_student_writes_acts_in_the_terminal(colour: bool) -> None:
    things: Sequence[RenderableType] = [
        class_table([hostile()]),
        student_report(hostile(), ASSIGNMENT),
        *look_lines(look_here_first([hostile()], ASSIGNMENT, missing=["\x1b[2J[red]x"])),
    ]
    text = printed(*things, colour=colour)
    rest = re.sub(r"\x1b\[[0-9;]*m", "", text) if colour else text  # rich's own colours
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", rest)
    assert "[red]markup[/red]" in rest  # shown, not obeyed
    assert "]8;;" not in rest
    assert "alice" not in rest
    assert rest.encode("utf-8")


def test_cells_that_raised_and_are_not_named_are_counted() -> None:
    error = CellError(name="ValueError", message="no", traceback="")
    cells = tuple(CellRun(number=n, seconds=0.1, error=error) for n in range(1, 9))
    text = printed(student_report(make_record("ada", outcome=Outcome.RAISED, cells=cells), ASSIGNMENT))
    assert "8 cells of your notebook raised an error" in text
    assert "cell 5 raised ValueError: no\n  and 3 more" in re.sub(" +\n", "\n", text)


def test_the_summary_counts() -> None:
    lines = [line.plain for line in summary_lines(CLASS)]
    assert lines == [
        "3 submissions graded: 3 passed",
        "6 answers wait for a person",
    ]
    error = make_record("x", make_checks(learns={"status": Status.ERROR}))
    assert "1 submission waits for a repair of ours" in [line.plain for line in summary_lines([error])]
    assert [line.plain for line in summary_lines([])] == ["0 submissions graded"]


def test_homework_of_another_sheet_is_no_heap_of_answers_that_wait() -> None:
    waiting = {
        "status": Status.NEEDS_REVIEW,
        "waits_for": ITS_SHEET,
        "message": "it defines none of these",
    }
    other = make_record("otto", make_checks(**{check.id: waiting for check in ASSIGNMENT.checks}))
    lines = [line.plain for line in summary_lines([*CLASS, other])]
    assert lines == [
        "3 submissions graded: 3 passed",
        "1 submission looks like the homework of another sheet: nothing of it was judged",
        "6 answers wait for a person",
    ]
    (item,) = (
        item for item in look_here_first([*CLASS, other], ASSIGNMENT) if item.kind is Concern.ANOTHER_SHEET
    )
    assert item.students == ("otto",)
    assert "does not look like this sheet's" in item.text
    assert "it defines none of these" in printed(class_table([other], width=200), width=200)
    assert "It defines none of these." in printed(student_report(other, ASSIGNMENT))


def test_a_question_without_an_answer_is_not_said_to_be_read() -> None:
    empty = {"status": Status.NEEDS_REVIEW, "waits_for": NO_ANSWER}
    (written, *_) = (check.id for check in make_checks() if check.status is Status.NEEDS_REVIEW)
    record = make_record("ada", make_checks(**{written: empty}))
    told = [line.plain for line in ending(record, ASSIGNMENT)]
    points = next(check.points_max for check in record.grade.checks if check.id == written)
    assert f"Still to be answered, or not found: 1 question, {points:g} points." in told
    assert "no answer found: 1 check" in printed(student_report(record, ASSIGNMENT))


def test_what_is_still_to_run_again_is_not_counted_as_graded() -> None:
    waiting = make_record("dora", make_checks(learns={"status": Status.INCONCLUSIVE}))
    lines = [line.plain for line in summary_lines([*CLASS, waiting])]
    assert lines[:2] == [
        "3 submissions graded: 3 passed",
        "1 submission is still to run again: what was not shown so far is open",
    ]
    assert "to run again" in printed(class_table([waiting]))
    assert ("still to run again", "1") in class_stats([*CLASS, waiting], missing=[])


def test_look_lines_name_kind_text_and_people() -> None:
    records = [make_record(f"s{n}", flags=("uses exec",), outcome=Outcome.DIED) for n in range(9)]
    lines = [line.plain for line in look_lines(look_here_first(records, ASSIGNMENT))]
    assert lines == [
        "ended early: 9 notebooks ended early: kernel died (s0, s1, s2, s3, s4, s5 and 3 more)",
        "flag: uses exec (s0, s1, s2, s3, s4, s5 and 3 more)",
    ]


@pytest.mark.parametrize(
    ("points", "pending", "bar"),
    [(0, 0, "·" * 12), (20, 0, "█" * 12), (10, 10, "█" * 6 + "▒" * 6), (99, 99, "█" * 12)],
)
def test_bars(points: float, pending: float, bar: str) -> None:
    checks = make_checks()
    grade = make_grade(checks)
    changed = type(grade)(
        **{name: getattr(grade, name) for name in ("penalty", "level", "level_possible", "checks")},
        points=points,
        points_max=20,
        points_pending=pending,
    )
    assert points_bar(changed).plain == bar


def test_words() -> None:
    assert [points_text(points) for points in (4.0, 2.5, 1 / 3, 0.0, -0.0)] == ["4", "2.5", "0.33", "0", "0"]
    assert [counted(1, "cell"), counted(2, "cell"), counted(2, "person", "people")] == [
        "1 cell",
        "2 cells",
        "2 people",
    ]
    assert level_text(Level.OUTSTANDING) == "outstanding"
    assert levels_text(make_record("ada").grade) == "passed, outstanding possible"
    assert moment_text("2026-01-02T03:04:05+00:00") == "2 January 2026, 03:04 (UTC)"
    assert moment_text("soon") == "soon"
    assert open_text(()) == ""
    assert some(["a", "b"], 1) == "a and 1 more"
    assert harmless("/home/kim/x.py [red]\n\x07") == "…/x.py [red] ␇"


def test_what_was_not_answered_is_not_said_to_lose_nothing() -> None:
    empty = {"waits_for": NO_ANSWER}
    words = open_text(make_checks(explains_bptt=empty, explains_kind=empty))
    assert "lose no points" not in words
    assert words.endswith("a person looks once more, and where there is none there are no points.")
    both = open_text(make_checks(explains_bptt=empty))
    assert both.startswith("A person will read 1 part of your homework. You lose no points by this. For 1 ")


def test_the_log_of_a_workflow_is_given_no_command() -> None:
    """GitHub's runner obeys ##[...] wherever it stands in a line."""
    forged = "##[error]all is well ##[add-mask]"
    told = printed(class_table([make_record("ada", outcome=None, run_id="", problem=forged)]))
    assert "all is well" in told
    assert "##[" not in told
