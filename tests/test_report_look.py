"""Look here first: each kind is found when it is there, and only then."""

from __future__ import annotations

import dataclasses

import pytest
from test_report_fakes import ASSIGNMENT, hostile, make_checks, make_record

from grader.model import Evidence, Key, Mistake, Outcome, Person, Status, TimeSource
from grader.model.verdict import ITS_SHEET
from grader.record import Record
from grader.report.look.first import MOST_LINES, look_here_first
from grader.report.look.item import Concern, LookItem
from grader.report.look.verdicts import value_of

ERROR = {"status": Status.ERROR, "message": "our probe raised KeyError"}
FAILED = {"status": Status.FAILED, "message": "wrong"}


def look(*records: Record, missing: tuple[str, ...] = ()) -> list[LookItem]:
    return list(look_here_first(records, ASSIGNMENT, missing=missing))


def class_of(number: int, failing: int) -> list[Record]:
    known = FAILED | {"mistake": Mistake(id="bias_zero", confidence=1.0)}
    return [
        make_record(f"s{n}", make_checks(forget_bias=known) if n < failing else None) for n in range(number)
    ]


def test_a_class_without_trouble_has_nothing_to_look_at() -> None:
    assert look(make_record("ada"), make_record("bob")) == []
    assert look() == []


def test_errors_of_ours_come_first_grouped_by_what_they_say() -> None:
    items = look(
        *(make_record(name, make_checks(learns=ERROR), flags=("uses exec",)) for name in ("ada", "bob"))
    )
    assert items[0].kind is Concern.ERROR
    title = "“After training, the model is right in at least 80 % of new sequences”"
    assert items[0].text == f"{title}: an error of ours in 2 submissions: our probe raised KeyError"
    assert items[0].students == ("ada", "bob")


def test_an_error_of_many_checks_is_one_line_with_its_cause() -> None:
    noted = ERROR | {"staff_note": "ValueError: a bad frame\nTraceback ..."}
    items = look(make_record("ada", make_checks(**{check.id: noted for check in ASSIGNMENT.checks[:5]})))
    assert [item.text for item in items] == [
        "“The generator yields a sequence of shape `(seq_len, 1)` and a target of shape `(1,)`”, “The target"
        " says whether the sum is above the threshold” and 3 more: an error of ours in 1 submission:"
        " ValueError: a bad frame"
    ]


def test_a_run_that_we_could_not_make_is_one_line_not_ten() -> None:
    all_error = make_checks(**{check.id: ERROR for check in ASSIGNMENT.checks})
    items = look(
        make_record("ada", all_error, outcome=Outcome.UNAVAILABLE, reason="the zygote did not start")
    )
    assert [item.text for item in items] == ["1 submission could not be run by us: the zygote did not start"]


def test_a_missing_package_is_one_line_with_its_cure() -> None:
    all_error = make_checks(**{check.id: ERROR for check in ASSIGNMENT.checks})
    items = look(*(make_record(f"s{n}", all_error, missing_packages=("tqdm",)) for n in range(17)))
    assert [(item.kind, item.text) for item in items] == [
        (
            Concern.PACKAGE,
            "17 notebooks import tqdm: add it to `packages` in the sheet, then `grade DIR --rerun errors`",
        )
    ]
    assert (
        "1 notebook imports matplotlib: install it"
        in look(make_record("ada", missing_packages=("matplotlib",)))[0].text
    )


def test_a_package_of_another_homework_is_not_this_sheets() -> None:
    waits = {"status": Status.NEEDS_REVIEW, "waits_for": ITS_SHEET}
    checks = make_checks(**{check.id: waits for check in ASSIGNMENT.checks})
    items = look(make_record("ada", checks, missing_packages=("tqdm",)))
    assert [item.kind for item in items] == [Concern.ANOTHER_SHEET]


def test_what_cannot_be_read_is_said() -> None:
    items = look(make_record("ada", outcome=None, problem="homework.ipynb is empty"))
    assert (items[0].kind, items[0].text) == (
        Concern.UNREADABLE,
        "1 submission could not be read: homework.ipynb is empty",
    )


@pytest.mark.parametrize(
    ("number", "failing", "found"),
    [(5, 3, True), (6, 3, False), (2, 2, False), (30, 16, True), (30, 15, False)],
)
def test_a_check_that_most_fail_is_found(number: int, failing: int, found: bool) -> None:
    kinds = [item.kind for item in look(*class_of(number, failing))]
    assert (Concern.MOST_FAIL in kinds) is found


def test_an_undiagnosed_failure_of_a_proof_is_found_and_a_diagnosed_one_is_not() -> None:
    unexplained = FAILED | {"undiagnosed": True}
    items = look(make_record("ada", make_checks(computes_lstm=unexplained)))
    assert [(item.kind, item.students) for item in items] == [(Concern.UNDIAGNOSED, ("ada",))]
    assert look(*class_of(4, 1)) == []
    assert (
        look(make_record("ada", make_checks(zero_states=FAILED))) == []
    )  # its message says it all: there is nothing to diagnose


def test_runs_that_ended_early_and_switched_runtimes_are_found() -> None:
    items = look(
        make_record("ada", outcome=Outcome.TIMED_OUT),
        make_record("bob", runtime="keras2", runtime_reason="np.int"),
    )
    assert [(item.kind, item.students) for item in items] == [
        (Concern.ENDED_EARLY, ("ada",)),
        (Concern.RUNTIME, ("bob",)),
    ]
    assert items[1].text == "1 notebook ran with keras2 instead of keras3: np.int"


def test_only_repairs_that_matter_are_listed() -> None:
    routine = (
        "notebook format 4.0 raised to 4.5",
        "cells 2 and 3: new cell ids: some were missing, repeated or not allowed",
    )
    items = look(
        make_record("ada", repairs=(*routine, "cell 3: shell commands were skipped")),
        make_record("bob", repairs=("cells 1, 2 and 7: shell commands were skipped",)),
    )
    assert [(item.text, item.students) for item in items] == [("shell commands were skipped", ("ada", "bob"))]


def test_identical_files_are_found_and_empty_digests_are_not() -> None:
    pair = [make_record(name, digest="ab" * 32) for name in ("ada", "bob")]
    assert [(item.kind, item.students) for item in look(*pair)] == [(Concern.IDENTICAL, ("ada", "bob"))]
    assert look(*(dataclasses.replace(record, digest="") for record in pair)) == []


def test_flags_are_grouped() -> None:
    items = look(*(make_record(name, flags=("uses exec",)) for name in ("ada", "bob")))
    assert [(item.kind, item.text, item.students) for item in items] == [
        (Concern.FLAG, "uses exec", ("ada", "bob"))
    ]


@pytest.mark.parametrize(
    ("reported", "measured", "found"),
    [(0.98, 0.513, True), (0.94, 0.93, False), (0.7, 0.95, False), (None, 0.5, False)],
)
def test_a_gap_between_reported_and_measured_accuracy_is_found(
    reported: float | None, measured: float, found: bool
) -> None:
    rows = (
        Evidence(what="in other words", key=Key.REPORTED_ACCURACY, value=reported),
        Evidence(what="in whatever words", key=Key.MEASURED_ACCURACY, value=measured),
        Evidence(what="measured accuracy", actual="1 %"),  # words are nothing
    )
    record = make_record("ada", make_checks(learns={"evidence": rows}))
    assert [item.kind for item in look(record)] == ([Concern.GAP] if found else [])
    assert value_of(make_record("bob"), Key.MEASURED_ACCURACY) is None


def test_people_without_a_submission_come_last() -> None:
    items = look(make_record("ada", flags=("x",)), missing=("carl", "dora"))
    assert (items[-1].kind, items[-1].text) == (Concern.MISSING, "2 people on the roster have no submission")
    assert items[-1].students == ("carl", "dora")


def test_nobody_fills_the_screen_and_all_of_it_is_harmless() -> None:
    flags = tuple(f"flag {n}" for n in range(500))
    items = [item for item in look(hostile(), make_record("eve", flags=flags)) if item.kind is Concern.FLAG]
    assert len(items) == MOST_LINES
    assert "more of this kind" in items[-1].text
    assert not [
        item for item in look(hostile()) if "\n" in item.text or "\x1b" in item.text or len(item.text) > 400
    ]


def test_what_a_time_rests_on_who_is_unlisted_and_what_is_nobodys() -> None:
    stranger = Person(student="eve", name="Eve", on_roster=False)
    records = [
        make_record("ada", time_source=TimeSource.UNKNOWN, submitted=None),
        make_record("bob", time_source=TimeSource.MARK, late=True),
        make_record("cem", time_source=TimeSource.FILES, late=True),
        make_record("dan", time_source=TimeSource.COMMIT, late=True),
        make_record("eve", time_source=TimeSource.FILES, people=(stranger,)),
    ]
    records.append(make_record("Copy of hw 7", people=(Person(student="Copy of hw 7", name="Copy of hw 7"),)))
    records += [make_record(name, people=(Person(student=name, name=name),)) for name in ("12", "group 3")]
    items = look_here_first(records, ASSIGNMENT, missing=("fay",), nobodys=("notes.md",))
    assert [(item.kind, item.students) for item in items] == [
        (Concern.TIME, ("ada",)),
        (Concern.TIME, ("bob",)),
        (Concern.TIME, ("cem",)),
        (Concern.UNNAMED, ("Copy of hw 7",)),
        (Concern.UNLISTED, ("eve",)),
        (Concern.MISSING, ("fay",)),
        (Concern.NOBODYS, ()),
    ]
    assert items[-1].text == "1 loose file not looked at: notes.md"
    (item,) = look_here_first([], ASSIGNMENT, nobodys=("notes.md", "handout/", "solution/"))
    assert item.text == (
        "1 loose file and 2 folders of the course not looked at: notes.md, handout/, solution/"
    )
