"""Samples of a task, and the data sets that are made from it. Answered by run/inside/asked/of_data.py."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from grader.assignment import DataSet, Function, Probe
from grader.model import Observation
from grader.probes.form import ERROR, SIDES, Form, anything, count, each, flag, record, text
from grader.probes.reading import Array, Shape
from grader.probes.sizes import MOST_STEPS, NamedNumbers, length_of

# seconds of a core for both data sets: test data behind a skip() draw all that is skipped, and 64,000 samples
# that TensorFlow draws one by one took 44 s (2026-11-29)
DRAWING = 240.0
FEWEST_OF_WRAPPED = 3  # pairs that are taken of it: what ends before has no samples to train on


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCall:
    """What one call of a task yielded: `wanted` samples of so many steps were asked for. Shapes are those of
    the first sample; `odd` says in words what is no pair."""

    steps: int
    wanted: int
    count: int
    x_shape: Shape | None
    y_shape: Shape | None
    y_dtype: str
    is_one_shape: bool
    is_generator: bool
    odd: str


class ReturnedSamples(Enum):
    """What a task returns that should yield sample by sample."""

    ONE = "one"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What a task yielded. `takes`: how many arguments it takes where these are not a length and a number of
    samples."""

    calls: tuple[TaskCall, ...]
    takes: int | None
    returned: ReturnedSamples | None  # what came instead of a generator, where it could be asked all the same
    number_first: bool  # it was called with (number of samples, length)
    error_of_wrapped: Mapping[str, str] | None
    wrapped_ends_after: int | None  # pairs, where it was asked for more than it has


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """A data set: the shapes of its first batches, how many batches were `seen`, and the first samples as far
    as they are numbers of one shape. `keys` [samples, 4]: numbers by which every sample seen is known again;
    `odd`: the nesting of what is no pair."""

    is_absent: bool
    shapes: tuple[tuple[Shape, Shape], ...]
    seen: int
    odd: object
    x: Array | None
    y: Array | None
    keys: Array | None

    @property
    def sequences(self) -> list[bytes] | None:
        """A key for every sequence that was seen: equal sequences have equal ones."""
        if self.keys is None:
            return None
        return [row.tobytes() for row in self.keys.astype("f8") + 0.0]  # of two zeros there is one


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
DATA_SET = record(
    {"batches": each(each(SIDES)), "seen": count}, {"odd": anything, "absent": flag, "is_dataset": flag}
)


def _other_calls(observation: Observation) -> Iterator[str]:
    """A task that makes one sample is not called as often as was asked."""
    answer = observation.answer
    if "takes" not in answer and len(answer["calls"]) != len(observation.question.get("calls", ())):
        yield "calls"


OF_DATA = Form(
    required={"calls": each(SAMPLES)},
    optional={"wrapped": SAMPLES, "takes": count, "number_first": flag, "returns": text},
    disagrees=_other_calls,
)
OF_PIPELINE = Form(required={"same_object": flag}, others=DATA_SET)


@functools.cache
def data(
    task: Function, wrapped: Function | None = None, samples: int = 400, length: str = "SEQ_LEN"
) -> Probe:
    """Samples of a generator: the student's own length twice (fresh noise?), then another one. `wrapped`:
    the same without arguments."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        steps = length_of(parameters, MOST_STEPS, length)
        return {"calls": [[steps, samples], [steps, 20], [int(rng.integers(5, 12)), 12]]}

    parts = (("task", task), *((("wrapped", wrapped),) if wrapped is not None else ()))
    return Probe(
        name=f"data{task.place}",
        answered_by="data",
        needs=(task.name,),
        parts=parts,
        draw=draw,
        form=OF_DATA,
        reads=read_data,
    )


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
        seconds=DRAWING,
    )


def read_data(observation: Observation) -> Samples:
    """What every call yielded."""
    told, asked = observation.answer, observation.question.get("calls", ())
    wrapped, takes = told.get("wrapped"), told.get("takes")
    error = wrapped.get("error") if isinstance(wrapped, Mapping) else None
    return Samples(
        calls=tuple(_call(one, *of) for of, one in zip(asked, told.get("calls", ()), strict=False)),
        takes=takes if isinstance(takes, int) else None,
        returned=next((how for how in ReturnedSamples if how.value == told.get("returns")), None),
        number_first=told.get("number_first") is True,
        error_of_wrapped=error if isinstance(error, Mapping) else None,
        wrapped_ends_after=_ends_after(wrapped),
    )


def _ends_after(told: object) -> int | None:
    if not isinstance(told, Mapping) or told.get("odd"):
        return None
    pairs = told.get("count")
    return pairs if isinstance(pairs, int) and 0 < pairs < FEWEST_OF_WRAPPED else None


def read_samples(observation: Observation, call: int = 0) -> tuple[Array, Array] | None:
    """(x [samples, ...], y [samples, ...]) of one call; None when they have no common shape, or are no
    numbers."""
    x, y = (_of_several(observation.array(f"{kind}/{call}")) for kind in ("x", "y"))
    return None if x is None or y is None else (x, y)


def _of_several(array: Array | None) -> Array | None:
    """What holds something for each sample; None for a single number."""
    return array if array is not None and array.ndim else None


def read_set(observation: Observation, name: str) -> Batches:
    """The data set of that name."""
    told = observation.answer.get(name)
    found: Mapping[str, Any] = told if isinstance(told, Mapping) else {"absent": True}
    shapes = tuple((tuple(x), tuple(y)) for x, y in found.get("batches", ()))
    x, y, keys = (_of_several(observation.array(f"{kind}/{name}")) for kind in ("x", "y", "keys"))
    return Batches(
        is_absent=found.get("absent") is True,
        shapes=shapes,
        seen=int(found.get("seen", 0)),
        odd=found.get("odd"),
        x=x,
        y=y,
        keys=keys,
    )


def is_one_object(observation: Observation) -> bool:
    """Whether the data sets to train and to test with are one and the same object."""
    return observation.answer.get("same_object") is True


def _call(told: Mapping[str, Any], steps: int, wanted: int) -> TaskCall:
    return TaskCall(
        steps=steps,
        wanted=wanted,
        count=told["count"],
        x_shape=_shape(told.get("x_shape")),
        y_shape=_shape(told.get("y_shape")),
        y_dtype=told.get("y_dtype", ""),
        is_one_shape="shapes" not in told,
        is_generator=told.get("is_generator") is True,
        odd=told.get("odd", ""),
    )


def _shape(told: object) -> Shape | None:
    return tuple(told) if isinstance(told, list) else None
