"""Data made up for tests: what is seen of a task's samples, and of the data sets made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.model import Observation, Reply, Run, SourceFacts, Submission
from tests.made_up_sheet import small

Array = np.ndarray
SAMPLES, TIME = 400, 25


def normal(samples: int = SAMPLES, time: int = TIME, seed: int = 3) -> Array:
    """Standard normal noise [samples, time, 1]."""
    return np.random.default_rng(seed).standard_normal((samples, time, 1))


def positive(samples: int = SAMPLES, time: int = TIME) -> Array:
    """Noise between 0 and 1 [samples, time, 1]."""
    return np.random.default_rng(4).random((samples, time, 1))


def labels(x: Array, rule: Callable[[Array], Array]) -> Array:
    """The labels [samples, 1] that a rule of the sum gives."""
    return rule(x.sum(axis=(1, 2))).astype("int32")[:, None]


def task_seen(
    x: Array, label: Array, *, again: Array | None = None, pipeline: tuple[Array, Array] | None = None
) -> Seen:
    """What is seen of a task that gave x [samples, time, 1] with these labels, `again` at its second call,
    and of training data."""
    arrays = {
        "x/0": x,
        "y/0": label,
        "x/1": normal(20, x.shape[1], seed=5) if again is None else again,
        "y/1": np.zeros((20, 1)),
    }
    call = {
        "count": len(x),
        "x_shape": list(x.shape[1:]),
        "y_shape": list(label.shape[1:]),
        "y_dtype": str(label.dtype),
    }
    data = Observation(
        probe="data",
        status=Reply.ANSWERED,
        question={"calls": [[x.shape[1], len(x)]]},
        answer=arrays | {"calls": [call]},
    )
    return seen_of(data, *([training_data(*pipeline)] if pipeline else ()))


def training_data(x: Array, y: Array) -> Observation:
    """What is seen of the first samples of train_ds."""
    return Observation(
        probe="pipeline",
        status=Reply.ANSWERED,
        question={"batches": 64},
        answer={"x/train_ds": x, "y/train_ds": y},
    )


def batches_seen(
    train: Any, test: Any, *, seen: int = 1, parameters: dict[str, float | int] | None = None
) -> Seen:
    """What is seen of two data sets, each told by the shapes of its first batch, [] when it is empty, or a
    text: how an odd one is nested; `seen`: batches of each."""

    def found(shapes: Any) -> dict[str, Any]:
        return (
            {"odd": shapes}
            if isinstance(shapes, str)
            else {"batches": [shapes] if shapes else [], "seen": seen}
        )

    answer = {"train_ds": found(train), "test_ds": found(test)}
    return seen_of(
        Observation(probe="pipeline", status=Reply.ANSWERED, question={"batches": 64}, answer=answer),
        parameters=parameters,
    )


def seen_of(*observations: Observation, parameters: dict[str, float | int] | None = None) -> Seen:
    """What a check sees of these answers, and of these numbers in the source."""
    return Seen(
        assignment=small(),
        submission=Submission(student="ada", source=SourceFacts(parameters=parameters or {})),
        run=Run(run_id="r", observations={observation.probe: observation for observation in observations}),
    )
