"""Steps and sequences as functions of arrays: (x, *states, kernel, recurrent, bias), gates side by side in blocks of columns.

And what is mistaken for them: other states that are carried, other steps that are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.by_hand import Explanation, explanations, in_blocks, step_of
from grader.rnn.family import CellFamily, Variant
from grader.rnn.weights import Array, Arrays

Sequence_ = Callable[..., Array]  # (x [batch, time, features], h0, kernel, recurrent, bias) -> hidden states [batch, time, units]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A family whose gates stand in this order of blocks; `order`: the block of each gate in the family's order."""

    family: CellFamily
    order: tuple[int, ...]
    rules: tuple[str, ...] = ()  # ids of those that are right; none: all

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

    def may_be(self, kernel: Array, recurrent: Array, bias: Array) -> list[Explanation]:
        """What a step may compute, the right one first."""
        return list(explanations(self.family, self.rules, in_blocks(kernel, recurrent, bias, self.order)))

    def sequence(self, x: Array, h0: Array, kernel: Array, recurrent: Array, bias: Array) -> Arrays:
        """(all hidden states [batch, time, units],); further states start from zero."""
        return (self._unrolled(x, h0, (kernel, recurrent, bias), lambda start, new: new),)

    def _unrolled(
        self, x: Array, h0: Array, weights: Arrays, carries: Callable[[Arrays, Arrays], Arrays], start: Arrays | None = None
    ) -> Array:
        states = begin = start or (h0, *[0 * h0] * (self.count - 1))
        found = []
        for t in range(x.shape[1]):
            new = self.step(x[:, t], *states, *weights)
            found.append(new[0])
            states = carries(begin, new)
        return np.stack(found, axis=1)

    def mistaken(self) -> Iterator[tuple[str, str, Sequence_]]:
        """(id, words that complete "it behaves like one ...", what it computes) of wrong sequences."""

        def of(carries: Callable[[Arrays, Arrays], Arrays], start: Callable[[Array], Arrays] | None = None) -> Sequence_:
            return lambda x, h0, *w: self._unrolled(x, h0, w, carries, start(h0) if start else None)

        def right(x: Array, h0: Array, *weights: Array) -> Array:
            return self._unrolled(x, h0, weights, lambda start, new: new)

        yield "not_carried", "that starts every step from h0", of(lambda start, new: start)
        yield "start_ignored", "that starts from zeros and ignores h0", lambda x, h0, *w: right(x, 0 * h0, *w)
        yield "time_reversed", "that reads the sequence backwards", lambda x, h0, *w: right(x[:, ::-1], h0, *w)
        yield (
            "reversed_twice",
            "that reads the sequence backwards and turns its states round",
            lambda x, h0, *w: right(x[:, ::-1], h0, *w)[:, ::-1],
        )
        yield (
            "first_step_only",
            "that reads the first step again and again",
            lambda x, h0, *w: right(np.repeat(x[:, :1], x.shape[1], axis=1), h0, *w),
        )
        yield "time_first", "that gives the time before the batch", lambda x, h0, *w: right(x, h0, *w).swapaxes(0, 1)
        yield "last_state_only", "that gives the last state alone", lambda x, h0, *w: right(x, h0, *w)[:, -1]
        if self.count > 1:
            yield (
                "cell_not_carried",
                "that carries the hidden state, but not the cell state",
                of(lambda start, new: (new[0], start[1])),
            )
            yield (
                "hidden_not_carried",
                "that carries the cell state, but not the hidden state",
                of(lambda start, new: (start[0], new[1])),
            )
            yield "carried_swapped", "that hands its two states on in the other order", of(lambda start, new: new[::-1])
            yield "hidden_carried_twice", "that hands the hidden state on in both places", of(lambda start, new: (new[0], new[0]))
            yield "h0_in_both", "whose cell state starts from h0, too", of(lambda start, new: new, lambda h0: (h0, h0))
            yield (
                "h0_is_cell_state",
                "that takes h0 for the cell state to start from",
                of(lambda start, new: new, lambda h0: (0 * h0, h0)),
            )


def backward_through(
    back: Callable[..., Arrays], taught: Taught, x: Array, h0: Array, weights: Sequence[Array], dh: Array, how: str = ""
) -> Arrays:
    """(dx, dh0, dkernel, drecurrent, dbias) of a sequence. back(arguments of a step, upstream) gives those of a step; `how`: what is
    wrong on the way."""
    states: Arrays = (h0, *[0 * h0] * (taught.count - 1))
    before = []
    for t in range(x.shape[1]):
        before.append(states)
        states = taught.step(x[:, t], *states, *weights)
    carried: Arrays = tuple(0 * h0 for _ in states)
    dx, total = [], [0 * one for one in weights]
    for t in reversed(range(x.shape[1])):
        given = dh[:, t] if how != "last_upstream_only" or t == x.shape[1] - 1 else 0 * dh[:, t]
        up = (given if how == "upstream_lost" and t < x.shape[1] - 1 else given + carried[0], *carried[1:])
        if how == "nothing_carried":
            up = (given, *(0 * one for one in carried[1:]))
        if how == "cell_not_carried":
            up = (up[0], *(0 * one for one in carried[1:]))
        step, *parts = back((x[:, t], *before[t], *weights), up)
        carried, by_weights = tuple(parts[: taught.count]), parts[taught.count :]
        dx.append(step)
        total = list(by_weights) if how == "weights_overwritten" else [a + b for a, b in zip(total, by_weights, strict=True)]
        if how == "last_step_only" and t == x.shape[1] - 1:
            kept = list(by_weights)
    turned = dx if how == "dx_reversed" else dx[::-1]
    weights_out = kept if how == "last_step_only" else total
    return (np.stack(turned, axis=1), carried[0], *weights_out)


WRONG_WAYS_BACK = {
    "nothing_carried": "that passes nothing from a step to the one before",
    "cell_not_carried": "that does not pass the cell state's gradient from a step to the one before",
    "last_upstream_only": "that takes the gradient of the last step alone",
    "weights_overwritten": "whose weights have the gradient of the first step alone: it is assigned and not added",
    "last_step_only": "whose weights have the gradient of the last step alone",
    "dx_reversed": "whose dx has the steps in the order in which they were computed",
}
