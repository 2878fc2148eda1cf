"""What a cell was asked and answered, and a mapping of its variables to equations that explains the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.draws import close_enough
from grader.rnn.layouts import Layout
from grader.rnn.mistakes.variant import Variant
from grader.rnn.weights import Array, Sums, Weights, step, unroll


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One set of weights and what came out: arrays per variable; x [rows, features]; first, second [rows, units], the states as
    they were passed; out: the tensors that were returned, each [rows, units]."""

    arrays: tuple[Array, ...]
    x: Array
    first: Array
    second: Array
    out: tuple[Array, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """In which order a pair of states is passed and returned."""

    hidden_first_in: bool
    hidden_first_out: bool
    apart: bool = False  # passed as two arguments: which of them comes back first is then the student's choice

    def states(self, draw: Draw) -> tuple[Array, Array]:
        """(h, c) as the cell understood them."""
        return (draw.first, draw.second) if self.hidden_first_in else (draw.second, draw.first)

    def returned(self, draw: Draw) -> tuple[Array, Array | None]:
        """(h', c') as the cell returned them: the last two tensors; a layer that is asked step by step may show h' alone."""
        if len(draw.out) == 1:
            return draw.out[0], None
        one, two = draw.out[-2], draw.out[-1]
        return (one, two) if self.hidden_first_out else (two, one)


AS_ASKED = Pair(hidden_first_in=True, hidden_first_out=True)
CELL_FIRST = Pair(hidden_first_in=False, hidden_first_out=False)  # another order, kept everywhere: no mistake
SWAPPED = (Pair(hidden_first_in=True, hidden_first_out=False), Pair(hidden_first_in=False, hidden_first_out=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What explains the answers: a rule, where its weights are, and the order of the states."""

    variant: Variant
    layout: Layout
    pair: Pair
    deviation: float  # largest difference over all draws
    tolerance: float

    def chain(self, weights: Weights, x: Array, first: Array, second: Array, *, cell_states: bool = False) -> Array:
        """What a layer shows that calls this cell step by step: the hidden states, or the cell states. x [batch, time, features];
        first, second: the start states in the order in which they are passed, [batch, units] -> [batch, time, units].

        A pair that comes back in the other order than it went in changes roles at every step: the layer takes the first of what
        comes back for the hidden state, as the sheet says.
        """
        h, c = (first, second) if self.pair.hidden_first_in else (second, first)
        if self.pair not in SWAPPED:
            return unroll(weights, x, h, c, self.variant.rule, shows=int(cell_states))[0]

        def swapped(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
            new_h, new_c = self.variant.rule(z, h, c)
            return new_c, new_h

        hidden = 0 if self.pair.hidden_first_in else 1
        return unroll(weights, x, h, c, swapped, shows=1 - hidden if cell_states else hidden)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Draws of one cell, and the variables that they went into."""

    draws: Sequence[Draw]
    shapes: Sequence[Sequence[int]]
    paths: Sequence[str]
    units: int
    features: int


def measure(variant: Variant, layout: Layout, pair: Pair, draw: Draw, units: int, features: int) -> tuple[float, float, float]:
    """(deviation of h', deviation of c', tolerance) of a mapping on one draw."""
    h, c = pair.states(draw)
    weights = layout.weights(draw.arrays, units, features)
    exact = step(weights, draw.x.astype("f8"), h.astype("f8"), c.astype("f8"), variant.rule)
    single = step(weights.astype("float32"), draw.x, h, c, variant.rule)
    got = pair.returned(draw)
    tolerance = max(close_enough(e, s) for e, s in zip(exact, single, strict=True))
    return distance(exact[0], got[0]), distance(exact[1], got[1]) if got[1] is not None else 0.0, tolerance


def distance(a: Array, b: Array) -> float:
    """The largest difference; infinite where it is not a number."""
    gap = np.abs(a - b)
    return float(np.max(gap, initial=0.0)) if np.all(np.isfinite(gap)) else float("inf")
