"""The codec gives back what it was given, and says clearly when it cannot."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import GradebookError
from grader.model import (
    Answer,
    Basis,
    CellError,
    CellRun,
    CheckResult,
    ChosenBy,
    Evidence,
    Grade,
    Level,
    Limits,
    Mistake,
    Outcome,
    Repair,
    RepairKind,
    Run,
    SourceFacts,
    Status,
    Submission,
    Versions,
)
from grader.record import Record, from_json, to_json

words = st.text(st.characters(exclude_categories=()), max_size=12).filter(
    lambda text: json.loads(json.dumps(text)) == text
)
numbers = st.floats(allow_nan=False)
tuples = st.lists(words, max_size=3).map(tuple)
evidence = st.builds(Evidence, what=words, expected=words, actual=words, where=words)
mistakes = st.none() | st.builds(Mistake, id=words, confidence=numbers, runner_up=words)
checks = st.builds(
    CheckResult,
    **dict.fromkeys(
        ("id", "task", "title", "decided_by", "message", "hint", "waits_for", "staff_note"), words
    ),
    hidden=st.booleans(),
    status=st.sampled_from(Status),
    points=numbers,
    points_auto=st.none() | numbers,
    points_max=numbers,
    basis=st.sampled_from(Basis),
    level=st.none() | st.sampled_from(Level),
    evidence=st.lists(evidence, max_size=2).map(tuple),
    mistake=mistakes,
)
grades = st.builds(
    Grade,
    **dict.fromkeys(("points", "points_max", "points_pending", "penalty"), numbers),
    level=st.sampled_from(Level),
    level_possible=st.sampled_from(Level),
    checks=st.lists(checks, max_size=2).map(tuple),
)
cells = st.builds(
    CellRun,
    number=st.integers(),
    seconds=numbers,
    error=st.none() | st.builds(CellError, name=words, message=words, traceback=words),
    timed_out=st.booleans(),
)
records = st.builds(
    Record,
    **dict.fromkeys(
        ("student", "path", "digest", "problem", "run_id", "reason", "runtime", "isolation", "when"), words
    ),
    **dict.fromkeys(("members", "files", "notices", "flags", "cuts", "missing_packages"), tuples),
    repairs=st.lists(
        st.builds(Repair, kind=st.sampled_from(RepairKind), text=words, about=words), max_size=2
    ).map(tuple),
    submitted=st.none() | words,
    late=st.booleans(),
    answers=st.lists(st.builds(Answer, question=words, text=words, where=words), max_size=2).map(tuple),
    attempt=st.integers(),
    outcome=st.none() | st.sampled_from(Outcome),
    limits=st.builds(Limits, cell_seconds=numbers, memory_mb=st.integers()),
    versions=st.builds(Versions, grader=words, keras=words),
    overrides=st.dictionaries(words, numbers | st.integers(), max_size=2),
    cells=st.lists(cells, max_size=2).map(tuple),
    seconds=numbers,
    memory_mb=numbers,
    grade=grades,
    session=st.integers(),
)


@settings(max_examples=60, deadline=None)
@given(records)
def test_a_record_survives_the_way_to_json_text_and_back(record: Record) -> None:
    back = from_json(Record, json.loads(json.dumps(to_json(record), allow_nan=False)))
    assert back == record
    assert all(type(back.overrides[name]) is type(value) for name, value in record.overrides.items())


def test_every_status_level_and_outcome_comes_back_as_itself() -> None:
    for value in (*Status, *Level, *Outcome, *Basis):
        assert from_json(type(value), to_json(value)) is value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_know_come_back(value: float) -> None:
    run = dataclasses.replace(Run(run_id="1"), seconds=value, overrides={"LR": value})
    back = from_json(Run, json.loads(json.dumps(to_json(run), allow_nan=False)))
    assert repr(back.seconds) == repr(value)
    assert repr(back.overrides["LR"]) == repr(value)


def test_a_whole_submission_comes_back_with_its_sets_and_its_folder() -> None:
    facts = SourceFacts(
        uses=frozenset({"tf.function", "exec"}),
        classes={"Cell": ("Layer",)},
        parameters={"UNITS": 25, "LR": 0.1},
    )
    submission = Submission(
        student="ada", root=Path("/work/ada"), source=facts, notebook={"cells": [], "nbformat": 4}
    )
    assert from_json(Submission, json.loads(json.dumps(to_json(submission)))) == submission


def test_numpy_numbers_of_a_judge_become_plain_numbers() -> None:
    assert to_json((np.float32(0.5), np.int64(3), np.bool_(True))) == [0.5, 3, True]


@pytest.mark.parametrize("value", [np.zeros(3), object(), b"bytes", {1: "a number as a key"}])
def test_what_is_not_ours_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        to_json(value)


def test_reading_ignores_unknown_keys_and_fills_absent_ones() -> None:
    assert from_json(Answer, {"question": "q", "text": "t", "where": "w", "from_the_future": 1}).text == "t"
    assert from_json(Limits, {"memory_mb": 1}) == Limits(memory_mb=1)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Evidence, {}),
        (Evidence, []),
        (Evidence, {"what": 3}),
        (Status, "EXCELLENT"),
        (Limits, {"memory_mb": "much"}),
        (Limits, {"memory_mb": True}),
        (Limits, {"wall_seconds": "long"}),
        (CellRun, {"number": 1, "seconds": 1.0, "error": "a word"}),
        (CheckResult, {"level": "HIGH"}),
    ],
)
def test_damaged_data_gives_one_clear_line(kind: type, data: Any) -> None:
    with pytest.raises(GradebookError, match="gradebook holds"):
        from_json(kind, data)


def test_repairs_that_were_stored_as_text_are_read():
    stored = {
        "student": "ada",
        "repairs": ["cells 2 and 3: Windows line ends replaced", "cell 3: shell commands were skipped"],
    }
    routine, other = from_json(Submission, stored).repairs
    assert (routine.kind, routine.is_routine) == (RepairKind.LINE_ENDS, True)
    assert (other.kind, other.what, other.is_routine) == (
        RepairKind.OTHER,
        "shell commands were skipped",
        False,
    )
    assert to_json(routine)["kind"] == "LINE_ENDS"


def test_runs_stored_before_it_was_noted_who_chose_the_runtime_are_read() -> None:
    stored = to_json(Run(run_id="r1", runtime_by=ChosenBy.OPTION, runtime_reason="asked for"))
    assert from_json(Run, stored).runtime_by is ChosenBy.OPTION
    del stored["runtime_by"]
    assert from_json(Run, stored).runtime_by is ChosenBy.SHEET
