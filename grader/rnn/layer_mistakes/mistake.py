"""What a mistake of a layer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from grader.rnn.weights import Array


class Run(Protocol):
    """The student's cell called step by step: (x, first, second) -> its hidden states, or its cell states."""

    def __call__(self, x: Array, first: Array, second: Array, *, cell_states: bool = False) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to the layer and what it should have answered. x [batch, time, features]; wanted [batch, time, units]."""

    run: Run | None  # None: the cell's rule is unknown, `wanted` is the student's own cell called step by step
    x: Array
    first: Array  # the start states in the order in which they are passed
    second: Array
    wanted: Array
    got: tuple[Array, ...]
    tolerance: float


Alternative = Callable[[Case, Run], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMistake:
    """What a wrong layer gives, [batch, time, units] unless its mistake is the shape."""

    id: str
    words: str  # completes "it behaves like ..."
    hint: str
    gives: Alternative
    place: str = "step"  # where in the code to look: the "step", the "loop", or the "return"
    changes_shape: bool = False
    in_model: bool = True  # whether a whole model can be computed with it; else the model must undo it, as the last step does


def right(case: Case, run: Run) -> Array:
    """What a layer gives that makes no mistake [batch, time, units]."""
    return run(case.x, case.first, case.second)
