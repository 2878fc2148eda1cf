"""No judge raises, whatever was answered: every probe's answer in every shape, of every type, and absent, to
the sheets on a cell by hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from grader.assignment import load_sheet
from grader.model import Observation, Reply, SourceFacts, Submission
from tests.changed_answers import changed, faults
from tests.made_up_model import Model
from tests.made_up_student import Student

SHEETS = [
    load_sheet(Path(__file__).resolve().parents[1] / "assignments" / name)
    for name in ("sum_sequence", "integration_task")
]
rng = np.random.default_rng(5)
X, Y = rng.standard_normal((64, 25, 1)).astype("f4"), rng.integers(0, 2, (64, 1)).astype("f4")
SAMPLES = {
    "count": 403,
    "type": "generator",
    "is_generator": True,
    "x_shape": [25, 1],
    "y_shape": [1],
    "x_dtype": "f4",
    "y_dtype": "i4",
}
DATA_SET = {
    "type": "Dataset",
    "is_dataset": True,
    "batches": [[[32, 25, 1], [32, 1]]],
    "seen": 2,
    "x_dtype": "f4",
    "y_dtype": "f4",
}
LIST = np.array([0.7, 0.5, 0.3])


def answered(probe: str, question: dict[str, object], answer: dict[str, object]) -> Observation:
    return Observation(probe=probe, status=Reply.ANSWERED, question=question, answer=answer)


HONEST = {**Student().seen().run.observations, **Model().seen().run.observations} | {
    "data": answered(
        "data",
        {"calls": [[25, 64], [25, 64], [7, 12]]},
        {
            "calls": [SAMPLES] * 3,
            "x/0": X,
            "y/0": Y,
            "x/1": X + 1,
            "y/1": Y,
            "x/2": X[:, :7],
            "y/2": Y,
            "wrapped": SAMPLES,
        },
    ),
    "pipeline": answered(
        "pipeline",
        {"batches": 64},
        {"same_object": False, "train_ds": DATA_SET, "test_ds": DATA_SET}
        | {
            f"{k}/{ds}": v
            for ds in ("train_ds", "test_ds")
            for k, v in (("x", X), ("y", Y), ("keys", X[:, :4, 0].astype("f8")))
        },
    ),
    "names": answered(
        "names",
        {"names": ["model"], "lists": ["train_losses"]},
        {"kinds": {}, "numbers": {}}
        | {"list/train_losses": LIST, "list/test_losses": LIST, "list/test_accuracies": 1 - LIST},
    ),
    "training": answered(
        "training",
        {},
        {
            "steps": [60],
            "updates": 60,
            "gradients": 3,
            "bursts": 0,
            "assigned": [],
            "loaded": [],
            "known": True,
        },
    ),
    "tracing": answered("tracing", {}, {"functions": [{"name": "train_step", "traces": 1}]}),
}
OFTEN = settings(
    max_examples=60,
    deadline=None,
    # In test-all other answers at every run; in make test, which says whether a change is right, always the
    # same ones.
    derandomize=not os.environ.get("GRADER_TEST_ALL"),
    suppress_health_check=list(HealthCheck),
)
SOURCE = SourceFacts(parameters={"UNITS": 7, "READ_IN": 3, "SEQ_LEN": 6, "BATCH_SIZE": 4})


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
@OFTEN
@given(observations=changed(HONEST))
def test_whatever_was_answered_no_judge_raises(sheet, observations):
    assert faults(sheet, Submission(student="ada", source=SOURCE), observations) == []
