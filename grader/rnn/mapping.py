"""What a cell was asked and answered, and a mapping of its variables to equations that explains the
answers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.draws import close_enough
from grader.rnn.family import CellFamily, Variant
from grader.rnn.layer import step, unroll
from grader.rnn.layouts import Layout
from grader.rnn.weights import Array, Arrays, PreActivations, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDraw:
    """One set of weights and what came out: arrays per variable; x [rows, features]; states, each [rows,
    units], as they were passed; out: the tensors that were returned, each [rows, units]."""

    arrays: Arrays
    x: Array
    states: Arrays
    out: Arrays

    def rows(self, chosen: slice | Array) -> CellDraw:
        """Some of its rows."""
        states, out = (tuple(array[chosen] for array in arrays) for arrays in (self.states, self.out))
        return CellDraw(arrays=self.arrays, x=self.x[chosen], states=states, out=out)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOrder:
    """In which order the states are passed and returned: in place k stands the family's state number
    `passed[k]`, `returned[k]`."""

    passed: tuple[int, ...]
    returned: tuple[int, ...]
    # passed as arguments of their own: which one comes back first is the student's choice
    apart: bool = False

    @property
    def kept(self) -> bool:
        """Whether the states come back as they are taken; another order than asked, kept everywhere, is no
        mistake."""
        return self.passed == self.returned or self.apart

    @property
    def hidden_first_in(self) -> bool:
        """Whether the hidden state is passed first."""
        return self.passed[0] == 0

    @property
    def hidden_first_out(self) -> bool:
        """Whether the hidden state is returned first."""
        return self.returned[0] == 0

    def understood(self, states: Arrays) -> Arrays:
        """The states in the family's order, from those that were passed."""
        return tuple(states[self.passed.index(k)] for k in range(len(self.passed)))

    def answers(self, draw: CellDraw) -> tuple[Array | None, ...]:
        """The new states in the family's order, as the cell returned them: the last tensors; a layer that is
        asked step by step may show its hidden state alone."""
        if len(draw.out) < len(self.returned):
            return (draw.out[0], *(None for _ in self.returned[1:]))
        last = draw.out[-len(self.returned) :]
        return tuple(last[self.returned.index(k)] for k in range(len(self.returned)))


def kept_orders(states: int) -> tuple[StateOrder, ...]:
    """Every order of so many states that is kept, that of the family first."""
    return tuple(StateOrder(passed=order, returned=order) for order in itertools.permutations(range(states)))


def changed_orders(states: int) -> tuple[StateOrder, ...]:
    """Every two orders that differ; none for one state."""
    orders = itertools.permutations(itertools.permutations(range(states)), 2)
    return tuple(StateOrder(passed=passed, returned=returned) for passed, returned in orders)


AS_ASKED, CELL_FIRST = kept_orders(2)
SWAPPED = changed_orders(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMapping:
    """What explains the answers: a rule, where its weights are, and the order of the states. `rivals`: other
    layouts that explain them as well, where gates stand for each other in wrong equations and no name tells
    which is which."""

    variant: Variant
    layout: Layout
    order: StateOrder
    deviation: float  # largest difference over all draws
    tolerance: float
    rivals: tuple[Layout, ...] = ()

    @property
    def family(self) -> CellFamily:
        """The family to whose gates the variables were mapped."""
        return self.layout.family

    @property
    def is_right(self) -> bool:
        """Whether the rule is one of the family's own, with every gate seeing the hidden state, and the
        states keep their order."""
        return self.variant in self.family.rules and not self.layout.blind_gates and self.order.kept

    def chain(self, weights: Weights, x: Array, states: Arrays, shows: int = 0) -> Array:
        """What a layer shows that calls this cell step by step: the hidden states, or the states that come
        back in place `shows`. x [batch, time, features]; states: the start states in the order in which they
        are passed, each [batch, units] -> [batch, time, units].

        States that come back in another order than they went in change roles at every step: the layer takes
        the first of what comes back for the hidden state, as the sheet says."""
        order, start = self.order, self.order.understood(states)
        if order.kept:
            return unroll(weights, x, start, self.variant.rule, shows=shows)[0]

        def changed(z: PreActivations, *now: Array) -> Arrays:
            new = self.variant.rule(z, *now)
            return tuple(new[order.returned[order.passed.index(k)]] for k in range(len(new)))

        return unroll(weights, x, start, changed, shows=order.passed[shows])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDraws:
    """Draws of one cell, the variables that they went into, and the family that the cell should be of."""

    family: CellFamily
    draws: Sequence[CellDraw]
    shapes: Sequence[Sequence[int]]
    paths: Sequence[str]
    units: int
    features: int
    apart: bool = False  # its states are passed as arguments of their own: `StateOrder.apart`

    @property
    def consistent_orders(self) -> tuple[StateOrder, ...]:
        """The orders of the states that are no mistake, that of the family first: what comes back as it is
        taken, and, of states that are passed as arguments of their own, every other."""
        kept, changed = kept_orders(len(self.family.states)), changed_orders(len(self.family.states))
        return (*kept, *(replace(order, apart=True) for order in changed if self.apart))

    @property
    def mistaken_orders(self) -> tuple[StateOrder, ...]:
        """The others."""
        return () if self.apart else changed_orders(len(self.family.states))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well a mapping fits one draw. `deviations`: of each new state, in the order of the family's; one
    that was not shown deviates by nothing. `tolerance`: how far they may."""

    deviations: tuple[float, ...]
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the mapping explains the draw."""
        return max(self.deviations) <= self.tolerance


def fit(asked: CellDraws, variant: Variant, layout: Layout, order: StateOrder, draw: CellDraw) -> Fit:
    """The rule with the weights of this layout beside what the cell gave."""
    states = order.understood(draw.states)
    weights = layout.weights(draw.arrays, asked.units, asked.features)
    exact = step(weights, draw.x.astype("f8"), tuple(state.astype("f8") for state in states), variant.rule)
    single = step(weights.astype("float32"), draw.x, states, variant.rule)
    got = order.answers(draw)
    return Fit(
        deviations=tuple(0.0 if g is None else distance(e, g) for e, g in zip(exact, got, strict=True)),
        tolerance=max(close_enough(e, s) for e, s in zip(exact, single, strict=True)),
    )


def distance(a: Array, b: Array) -> float:
    """The largest difference; infinite where it is not a number."""
    gap = np.abs(a - b)
    return float(np.max(gap, initial=0.0)) if np.all(np.isfinite(gap)) else float("inf")
