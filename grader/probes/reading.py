"""What the readers of answers share: values taken with care from what a kernel wrote, whatever that is."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, cast

import numpy as np

from grader.model import Observation
from grader.model.run import LONGEST_NAME

Array = np.ndarray
Arrays = tuple[Array, ...]
Shape = tuple[int, ...]
Error = Mapping[str, str]  # its name and message
R = TypeVar("R")  # what a reader gives

LONGEST_ERROR = 8000  # characters of a message: what a library adds to it is cut off later


def once(reader: Callable[[Observation], R]) -> Callable[[Observation], R]:
    """The reader, which reads each answer once: all who ask for it share what it gives."""

    @functools.wraps(reader)
    def read(observation: Observation) -> R:
        if reader not in observation.read:
            observation.read[reader] = reader(observation)
        return cast(R, observation.read[reader])

    return read


def tensors(observation: Observation, prefix: str) -> Arrays:
    """The arrays prefix/0, prefix/1, ... of an answer, up to the first that is not there."""
    return tuple(_tensors(observation, prefix))


def _tensors(observation: Observation, prefix: str) -> Iterator[Array]:
    for place in itertools.count():
        array = observation.array(f"{prefix}/{place}")
        if array is None:
            return
        yield array


def identifier(told: object) -> str:
    """A name as code may have it; "" for anything else."""
    return told if isinstance(told, str) and told.isidentifier() and len(told) <= LONGEST_NAME else ""


def text(told: object, longest: int = LONGEST_NAME) -> str:
    """A text, cut to a length; "" for anything else."""
    return told[:longest] if isinstance(told, str) else ""


def error_in(told: object) -> Error | None:
    """What was raised; None where nothing was."""
    if not isinstance(told, Mapping) or not told:
        return None
    return {key: str(told.get(key, ""))[:LONGEST_ERROR] for key in ("name", "message")}


def errors_in(told: object) -> Mapping[str, Error]:
    """What was raised, by the case in which it was."""
    found = {str(case): error_in(one) for case, one in told.items()} if isinstance(told, Mapping) else {}
    return {case: error for case, error in found.items() if error is not None}


def errors_noted(observation: Observation) -> tuple[Error, ...]:
    """What came up while a question was asked that was answered all the same."""
    told = observation.answer
    found = (error_in(told.get("graph_error")), *errors_in(told.get("errors")).values())
    return tuple(error for error in found if error is not None)
