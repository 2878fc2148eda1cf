"""What a mistake of a layer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays


class Unroll(Protocol):
    """A cell called step by step: (x [batch, time, features], the start states in the order in which they are
    passed, each [batch, units]) -> its hidden states [batch, time, units], or the states in place `shows`."""

    def __call__(self, x: Array, states: Arrays, shows: int = 0) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCall:
    """One call of a layer: its cell, x [batch, time, features], and the start states in the order in which
    they are passed."""

    run: Unroll
    x: Array
    states: Arrays

    def right(self, shows: int = 0) -> Array:
        """What a layer gives that makes no mistake [batch, time, units]."""
        return self.run(self.x, self.states, shows)

    def fed(self, x: Array) -> Array:
        """What it gives for another input."""
        return self.run(x, self.states)

    def started(self, *states: Array) -> Array:
        """What it gives from other start states."""
        return self.run(self.x, states)


Alternative = Callable[[LayerCall], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMistake:
    """What a wrong layer gives, [batch, time, units] unless its mistake is the shape."""

    id: str
    words: str  # completes "it behaves like ..."
    hint: str
    gives: Alternative
    place: MistakePlace = MistakePlace.STEP  # where in the code to look: there, LOOP or RETURN
    changes_shape: bool = False
    in_model: bool = True  # whether a whole model can be computed with it; else the model must undo it
    states: int = 1  # how many states a cell must have for it
