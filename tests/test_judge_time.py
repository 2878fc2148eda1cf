"""A training that was stopped for its time is nobody's mistake: a person decides what it would have shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judge.identify.training_cells import unending
from grader.judge.verdicts import judge_all
from grader.model import Basis, CellRun, CellSource, Observation, Outcome, Reply, Status, Verdict
from grader.model.verdict import failed, skipped
from tests.made_up_model import Model
from tests.made_up_sheet import PROBES, SHEET

TRAIN_STEP = "def train_step(model, x):\n    optimizer.apply_gradients([])\n"
TRAINS = "for x in data:\n    train_step(model, x)\n"
WAITS = "while True:\n    pass\n"
TOO_LOW = failed("the accuracy is too low")


def verdict(
    code: str,
    *,
    timed_out: bool = True,
    after_training: bool = True,
    asks: str = "model",
    basis: Basis = Basis.PROVEN,
    given: Verdict = TOO_LOW,
) -> Status:
    """What comes of a check that fails, when the second cell, with this code, was stopped. The pipeline was
    not found."""
    seen = Model().seen()
    sheet = replace(seen.assignment, checks=[])
    task = sheet.task("1", "All.", after_training=after_training)
    probe = {**PROBES, "pipeline": next(p for p in SHEET.hw.probes() if p.name == "pipeline")}[asks]

    @task.own_check("First.", points=1, basis=basis, asks=[probe])
    def first(seen: object) -> object:
        return given

    cells = (CellSource(number=1, text=TRAIN_STEP), CellSource(number=2, text=code))
    text = "".join(f"# --- cell {cell.number} ---\n{cell.text}" for cell in cells)
    missing = Observation(probe="pipeline", status=Reply.MISSING, missing=("train_ds",))
    run = replace(
        seen.run,
        outcome=Outcome.TIMED_OUT,
        cells=(CellRun(number=1, seconds=1.0), CellRun(number=2, seconds=900.0, timed_out=timed_out)),
        observations={**seen.run.observations, "pipeline": missing},
    )
    source = replace(seen.submission.source, text=text)
    submission = replace(seen.submission, source=source, cells=cells)
    ((_, found),) = judge_all(replace(seen, assignment=sheet, run=run, submission=submission))
    if found.status is Status.NEEDS_REVIEW:
        assert found.message.startswith("cell 2 trained for longer than 10 minutes and was stopped: a person")
        assert "As far as it got: not reached" not in found.message
    return found.status


def test_what_a_stopped_training_decides_goes_to_a_person() -> None:
    assert verdict(TRAINS) is Status.NEEDS_REVIEW
    assert verdict("history = model.fit(x, y)\n") is Status.NEEDS_REVIEW


def test_what_was_not_reached_says_nothing_of_how_far_it_came() -> None:
    assert verdict(TRAINS, given=skipped("not reached: there is no model")) is Status.NEEDS_REVIEW


@pytest.mark.parametrize("code", [WAITS, "def again():\n    train_step(model, 1)\n"])
def test_a_loop_that_trains_nothing_costs_what_it_stands_in_the_way_of(code: str) -> None:
    assert verdict(code) is Status.FAILED


def test_a_training_that_came_to_its_end_is_judged() -> None:
    assert verdict(TRAINS, timed_out=False) is Status.FAILED


def test_definitions_are_judged_whatever_was_stopped() -> None:
    assert verdict(TRAINS, after_training=False) is Status.FAILED


def test_what_was_made_where_it_trained_is_missed_by_nobodys_mistake() -> None:
    assert verdict(TRAINS, after_training=False, asks="pipeline") is Status.NEEDS_REVIEW
    assert verdict(WAITS, after_training=False, asks="pipeline") is Status.FAILED


def test_what_is_read_in_the_source_stands_unless_it_could_not_be_reached() -> None:
    assert verdict(TRAINS, basis=Basis.READ) is Status.FAILED
    unreached = verdict(TRAINS, basis=Basis.READ, after_training=False, asks="pipeline")
    assert unreached is Status.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("code", "how", "waits"),
    [
        (WAITS, {}, False),
        (WAITS, {"starved": True}, True),  # others held the processor: with one it may end
        (WAITS, {"seconds": 300.0}, True),  # the whole run's time was over
        (WAITS, {"timed_out": False}, True),
        (TRAINS, {}, True),  # with its own numbers it may come to its goal
    ],
)
def test_what_trains_nothing_and_had_all_its_time_is_not_waited_for_again(
    code: str, how: dict[str, bool], waits: bool
) -> None:
    seen = Model().seen()
    cells = (CellSource(number=1, text=TRAIN_STEP), CellSource(number=2, text=code))
    text = "".join(f"# --- cell {cell.number} ---\n{cell.text}" for cell in cells)
    ran = CellRun(**{"number": 2, "seconds": seen.run.limits.cell_seconds, "timed_out": True} | how)
    submission = replace(seen.submission, source=replace(seen.submission.source, text=text), cells=cells)
    found = unending(replace(seen, run=replace(seen.run, cells=(ran,)), submission=submission))
    assert found == (() if waits else (2,))
