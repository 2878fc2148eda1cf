"""Samples of a task, and the data sets that are made from it. Answered by run/inside/of_data.py."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.assignment import DataSet, Function, Probe
from grader.model import Observation
from grader.probes.form import ERROR, SIDES, Form, anything, count, each, flag, record, text
from grader.probes.sizes import LONGEST, Numbers, length_of

SAMPLES = record(
    {"count": count},
    {
        "x_shape": SIDES,
        "y_shape": SIDES,
        "x_dtype": text,
        "y_dtype": text,
        "shapes": each(text),
        "odd": text,
        "is_generator": flag,
        "error": ERROR,
    },
)
DATA_SET = record({"batches": each(each(SIDES)), "seen": count}, {"odd": anything, "absent": flag, "is_dataset": flag})


def _other_calls(observation: Observation) -> Iterator[str]:
    """A task that makes one sample is not called as often as was asked."""
    answer = observation.answer
    if "takes" not in answer and len(answer["calls"]) != len(observation.question.get("calls", ())):
        yield "calls"


OF_DATA = Form(
    required={"calls": each(SAMPLES)},
    optional={"wrapped": SAMPLES, "takes": count, "number_first": flag},
    disagrees=_other_calls,
)
OF_PIPELINE = Form(required={"same_object": flag}, others=DATA_SET)


@functools.cache
def data(task: Function, wrapped: Function | None = None, samples: int = 400, length: str = "SEQ_LEN") -> Probe:
    """Samples of a generator: the student's own length twice (fresh noise?), then another one. `wrapped`:
    the same without arguments."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        steps = length_of(parameters, LONGEST, length)
        return {"calls": [[steps, samples], [steps, 20], [int(rng.integers(5, 12)), 12]]}

    parts = (("task", task), *((("wrapped", wrapped),) if wrapped is not None else ()))
    return Probe(name=f"data{task.place}", answered_by="data", needs=(task.name,), parts=parts, draw=draw, form=OF_DATA)


@functools.cache
def pipeline(train: DataSet, test: DataSet, batches: int = 64) -> Probe:
    """The first batches of both data sets; where there is none to test on, of the one there is."""
    return Probe(
        name="pipeline",
        answered_by="pipeline",
        needs=(train.name,),
        parts=(("train", train), ("test", test)),
        draw=lambda rng, parameters: {"batches": batches},
        early=False,
        form=OF_PIPELINE,
    )
