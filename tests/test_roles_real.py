"""Real kernels: parts under other names and in modules are found, and traced calls freeze nothing that is
asked for alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.model import Status
from grader.model.runtime import KERAS3
from grader.pipeline import Examiner, Settings, Turn, noted
from grader.run import Engine
from tests import corpus

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[1]
OF_CELL_AND_LAYER = (
    "returns_states",
    "computes_lstm",
    "forget_bias_one",
    "zero_states",
    "one_output_per_step",
)


@pytest.fixture(scope="module")
def engine():
    with Engine.best() as engine:
        yield engine


def attempted(name, tmp_path, engine):
    """(the first attempt under Keras 3, the submission with its notices) of an example."""
    home = tmp_path / "class"
    corpus.write(name, home)
    sheet = load_sheet(ROOT / "assignments" / "sum_sequence")
    sheet.budget = replace(sheet.budget, steps=20)
    (candidate,) = find_candidates(home, tmp_path / "unpacked", Course())
    (tmp_path / "out").mkdir()
    settings = Settings(runtime=KERAS3)
    examiner = Examiner(
        assignment=sheet, out=tmp_path / "out", key=b"a key for tests", runner=engine.run, settings=settings
    )
    submission = prepare(candidate, sheet)
    turn = examiner.next_turn(submission)
    assert isinstance(turn, Turn)
    attempt = examiner.attempt(submission, turn)
    assert not attempt.fault
    return attempt, noted(submission, [attempt], attempt)


def statuses(attempt):
    return {check.id: verdict.status for check, verdict in attempt.verdicts}


@pytest.mark.parametrize("name", ["frozen_decorator", "frozen_outside_fit"])
def test_a_traced_call_is_no_wrong_cell_and_no_wrong_layer(name, tmp_path, engine):
    attempt, _ = attempted(name, tmp_path, engine)
    found = statuses(attempt)
    assert {check: found[check] for check in OF_CELL_AND_LAYER} == dict.fromkeys(
        OF_CELL_AND_LAYER, Status.PASSED
    )


def test_of_a_notebook_that_was_all_traced_the_cell_passes_and_the_reason_is_named(tmp_path, engine):
    attempt, _ = attempted("year_2021", tmp_path, engine)
    found = statuses(attempt)
    assert {check: found[check] for check in OF_CELL_AND_LAYER} == dict.fromkeys(
        OF_CELL_AND_LAYER, Status.PASSED
    )


def test_what_was_taken_for_what_is_said(tmp_path, engine):
    _, submission = attempted("takes_c_h_x_german", tmp_path, engine)
    assert "Zelle is taken for LSTM_Cell, the name on the sheet" in submission.notices
    assert "netz is taken for model, the name on the sheet" in submission.notices
    assert (
        "the cell Zelle is called with (cell, hidden, x); the sheet says (x, (hidden, cell))"
        in submission.notices
    )
