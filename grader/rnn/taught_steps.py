"""Steps and sequences as functions of arrays: (x, *states, kernel, recurrent, bias), gates side by side in
blocks of columns.

And what is mistaken for them: other states that are carried, other steps that are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.by_hand import Explanation, explanations, in_blocks, step_of
from grader.rnn.family import CellFamily, Variant
from grader.rnn.weights import Array, Arrays

# (x [batch, time, features], h0, kernel, recurrent, bias) -> hidden states [batch, time, units]
Gives = Callable[..., Array]


def _on(begin: Arrays, new: Arrays) -> Arrays:
    return new


@dataclass(frozen=True, slots=True)
class Carried:
    """A way from step to step: `carries(first states, new states)` are those that the next step starts from,
    `start(h0)` the first."""

    id: str
    words: str
    carries: Callable[[Arrays, Arrays], Arrays]
    start: Callable[[Array], Arrays] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A family whose gates stand in this order of blocks; `order`: the block of each gate in the family's
    order."""

    family: CellFamily
    order: tuple[int, ...]
    rules: tuple[str, ...] = ()  # ids of those that are right; none: all

    @property
    def equations(self) -> str:
        """Those that are taught, in one line."""
        return self.family.equations_by(self.rules)

    @property
    def right(self) -> Variant:
        """The rule that is right."""
        return next(rule for rule in self.family.rules if not self.rules or rule.id in self.rules)

    @property
    def count(self) -> int:
        """Of states."""
        return len(self.family.states)

    def step(self, x: Array, *given: Array) -> Arrays:
        """The new states [batch, units]. given: the states, then kernel, recurrent and bias."""
        *states, kernel, recurrent, bias = given
        return tuple(step_of(self.right, in_blocks(kernel, recurrent, bias, self.order))(x, *states))

    def explanations(self, kernel: Array, recurrent: Array, bias: Array) -> list[Explanation]:
        """What a step may compute, the right one first."""
        return list(explanations(self.family, self.rules, in_blocks(kernel, recurrent, bias, self.order)))

    def sequence(self, x: Array, h0: Array, kernel: Array, recurrent: Array, bias: Array) -> Arrays:
        """(all hidden states [batch, time, units],); further states start from zero."""
        return (self.states(x, h0, (kernel, recurrent, bias)),)

    def states(self, x: Array, h0: Array, weights: Sequence[Array], how: Carried | None = None) -> Array:
        """All hidden states [batch, time, units]."""
        return np.stack([new[0] for _, new in self._steps(x, h0, weights, how)], axis=1)

    def before(
        self, x: Array, h0: Array, weights: Sequence[Array], how: Carried | None = None
    ) -> list[Arrays]:
        """The states from which each step starts."""
        return [states for states, _ in self._steps(x, h0, weights, how)]

    def _steps(
        self, x: Array, h0: Array, weights: Sequence[Array], how: Carried | None
    ) -> Iterator[tuple[Arrays, Arrays]]:
        start = how.start if how and how.start else lambda h0: (h0, *[0 * h0] * (self.count - 1))
        states = begin = start(h0)
        for t in range(x.shape[1]):
            new = self.step(x[:, t], *states, *weights)
            yield states, new
            states = how.carries(begin, new) if how else new

    def carried_otherwise(self) -> Iterator[Carried]:
        """Wrong ways to go from step to step."""
        yield Carried("not_carried", "that starts every step from h0", lambda begin, new: begin)
        if self.count > 1:
            yield Carried(
                "cell_not_carried",
                "that carries the hidden state, but not the cell state",
                lambda b, new: (new[0], b[1]),
            )
            yield Carried(
                "hidden_not_carried",
                "that carries the cell state, but not the hidden state",
                lambda b, new: (b[0], new[1]),
            )
            yield Carried(
                "carried_swapped", "that hands its two states on in the other order", lambda b, new: new[::-1]
            )
            yield Carried(
                "hidden_carried_twice",
                "that hands the hidden state on in both places",
                lambda b, new: (new[0], new[0]),
            )
            yield Carried("h0_in_both", "whose cell state starts from h0, too", _on, lambda h0: (h0, h0))
            yield Carried(
                "h0_is_cell_state",
                "that takes h0 for the cell state to start from",
                _on,
                lambda h0: (0 * h0, h0),
            )
        yield Carried(
            "start_ignored", "that starts from zeros and ignores h0", _on, lambda h0: (0 * h0,) * self.count
        )

    def mistaken(self) -> Iterator[tuple[str, str, Gives]]:
        """(id, words that complete "it behaves like one ...", what it computes) of wrong sequences."""

        def right(x: Array, h0: Array, *weights: Array) -> Array:
            return self.states(x, h0, weights)

        for one in self.carried_otherwise():
            yield one.id, one.words, lambda x, h0, *w, one=one: self.states(x, h0, w, one)
        yield (
            "time_reversed",
            "that reads the sequence backwards",
            lambda x, h0, *w: right(x[:, ::-1], h0, *w),
        )
        words = "that reads the sequence backwards and turns its states round"
        yield "reversed_twice", words, lambda x, h0, *w: right(x[:, ::-1], h0, *w)[:, ::-1]
        words = "that reads the first step again and again"
        yield (
            "first_step_only",
            words,
            lambda x, h0, *w: right(np.repeat(x[:, :1], x.shape[1], axis=1), h0, *w),
        )
        yield (
            "time_first",
            "that gives the time before the batch",
            lambda x, h0, *w: right(x, h0, *w).swapaxes(0, 1),
        )
        yield "last_state_only", "that gives the last state alone", lambda x, h0, *w: right(x, h0, *w)[:, -1]


def backward_through(
    back: Callable[..., Arrays],
    x: Array,
    before: Sequence[Arrays],
    weights: Sequence[Array],
    dh: Array,
    how: str = "",
) -> Arrays:
    """(dx, dh0, dkernel, drecurrent, dbias) of a sequence whose steps start from the states `before`.
    back(arguments of a step, upstream) gives those of a step; `how`: what is wrong on the way."""
    carried: Arrays = tuple(0 * state for state in before[0])
    dx, total = [], [0 * one for one in weights]
    for t in reversed(range(x.shape[1])):
        given = dh[:, t] if how != "last_upstream_only" or t == x.shape[1] - 1 else 0 * dh[:, t]
        up = (given if how == "upstream_lost" and t < x.shape[1] - 1 else given + carried[0], *carried[1:])
        if how == "nothing_carried":
            up = (given, *(0 * one for one in carried[1:]))
        if how == "cell_not_carried":
            up = (up[0], *(0 * one for one in carried[1:]))
        step, *parts = back((x[:, t], *before[t], *weights), up)
        carried, by_weights = tuple(parts[: len(carried)]), parts[len(carried) :]
        dx.append(step)
        total = (
            list(by_weights)
            if how == "weights_overwritten"
            else [a + b for a, b in zip(total, by_weights, strict=True)]
        )
        if how == "last_step_only" and t == x.shape[1] - 1:
            kept = list(by_weights)
    turned = dx if how == "dx_reversed" else dx[::-1]
    weights_out = kept if how == "last_step_only" else total
    return (np.stack(turned, axis=1), carried[0], *weights_out)


WRONG_WAYS_BACK = {
    "nothing_carried": "that passes nothing from a step to the one before",
    "cell_not_carried": "that does not pass the cell state's gradient from a step to the one before",
    "last_upstream_only": "that takes the gradient of the last step alone",
    "weights_overwritten": (
        "whose weights have the gradient of the first step alone: it is assigned and not added"
    ),
    "last_step_only": "whose weights have the gradient of the last step alone",
    "dx_reversed": "whose dx has the steps in the order in which they were computed",
}
