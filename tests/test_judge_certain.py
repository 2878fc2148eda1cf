"""What is lost in a shortened run, and whether a longer one is made for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judge.verdicts import judge_all, longer_run
from grader.model import Basis, CellError, CellRun, Extent
from grader.model.verdict import failed
from tests.made_up_model import Model
from tests.made_up_sheet import PROBES

RAISED = CellRun(
    number=1, seconds=1.0, error=CellError(name="ValueError", message="the data set is empty", traceback="")
)


def wants(*asks, cells=(), after_training=False, lost=failed, needs=False):
    """How much must run again for one check, and one that needs it, which lose what they are about."""
    seen = Model().seen()
    sheet = replace(seen.assignment, checks=[])
    task = sheet.task("1", "All.", after_training=after_training)

    @task.own_check("First.", points=1, basis=Basis.PROVEN, asks=[PROBES[name] for name in asks])
    def first(seen):
        return lost("wrong")

    if needs:
        task.own_check(
            "Second.", points=1, basis=Basis.PROVEN, asks=[PROBES["one_step"]], needs=[sheet.checks[0].id]
        )(lambda seen: lost("wrong"))
    found = replace(
        seen, assignment=sheet, run=replace(seen.run, overrides={"NUM_SAMPLES": 100}, cells=cells)
    )
    return longer_run(found, judge_all(found))


@pytest.mark.parametrize("asks", [["one_step"], ["model"], ["one_step", "model"]])
def test_what_definitions_and_shapes_show_is_certain(asks):
    assert wants(*asks) is None


def test_what_waits_for_something_certain_is_certain_too():
    assert wants("one_step", needs=True) is None


@pytest.mark.parametrize("asks", [["layer"], ["gradients"], ["pipeline"], []])
def test_what_was_not_answered_or_rests_on_data_or_weights_is_not(asks):
    assert wants(*asks) is Extent.OWN_NUMBERS


def test_where_a_cell_raised_a_model_may_be_another_and_a_cell_is_not():
    assert wants("model", cells=(RAISED,)) is Extent.OWN_NUMBERS
    assert wants("one_step", cells=(RAISED,)) is None


def test_what_training_decides_must_recur_in_full():
    assert wants("model", after_training=True) is Extent.FULL
