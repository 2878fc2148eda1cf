"""A rule for one step, right or wrong, and the pieces from which wrong ones are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.rnn.weights import GATES, Array, Step, Sums, lstm_step, sigmoid

ALL = (0, 1, 2, 3)  # places in GATES
GATE_WORDS = ("input gate", "forget gate", "candidate", "output gate")
Activation = Callable[[Array], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A rule for one step. The right one has the id "lstm"; variants of one id are one diagnosis in different code."""

    id: str
    words: str  # completes "it behaves like a cell ..."
    rule: Step
    unused: tuple[int, ...] = ()  # gates, as places in GATES, that the rule does not look at: a student may not even have them
    relative: bool = False  # no LSTM with a mistake, but a cell with a name of its own
    place: str = ""  # where in the code to look: "cell state", "hidden state" or "return"

    def gates(self, blocks: int) -> tuple[int, ...] | None:
        """The gates that so many blocks of weights feed: all four, or those that are used; None when the number fits neither."""
        used = tuple(gate for gate in ALL if gate not in self.unused)
        return next((gates for gates in (ALL, used) if len(gates) == blocks), None)


LSTM = Variant(id="lstm", words="that computes the LSTM equations", rule=lstm_step)


def linear(z: Array) -> Array:
    """No activation at all."""
    return z


def relu(z: Array) -> Array:
    """The positive part."""
    out: Array = np.maximum(z, 0)
    return out


def hard_sigmoid(z: Array) -> Array:
    """The broken line that old versions of Keras had in place of a sigmoid."""
    out: Array = np.clip(0.2 * z + 0.5, 0, 1)
    return out


def clipped(z: Array) -> Array:
    """A broken line in place of a tanh."""
    out: Array = np.clip(z, -1, 1)
    return out


def softmax(z: Array) -> Array:
    """Shares of one over the units."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    out: Array = e / e.sum(axis=-1, keepdims=True)
    return out


def activated(
    i: Activation = sigmoid,
    f: Activation = sigmoid,
    g: Activation = np.tanh,
    o: Activation = sigmoid,
    shown: Activation = np.tanh,
) -> Step:
    """The equations with other activations: of the gates i, f, o, of the candidate g, and of the cell state that is shown."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        new_c = f(z.forget) * c + i(z.input) * g(z.candidate)
        return o(z.output) * shown(new_c), new_c

    return rule


Update = Callable[[Array, Array, Array, Array, Array], Array]
Show = Callable[[Array, Array, Array, Array], Array]


def updated(update: Update) -> Step:
    """The equations with another new cell state, `update(i, f, g, h, c)`."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        new_c = update(sigmoid(z.input), sigmoid(z.forget), np.tanh(z.candidate), h, c)
        return sigmoid(z.output) * np.tanh(new_c), new_c

    return rule


def shown(show: Show) -> Step:
    """The equations with another new hidden state, `show(o, new_c, h, c)`."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        new_c = sigmoid(z.forget) * c + sigmoid(z.input) * np.tanh(z.candidate)
        return show(sigmoid(z.output), new_c, h, c), new_c

    return rule


Part = Callable[[Sums, int, Array, Array], Array]


def fed(part: Part, *gates: int) -> Step:
    """The equations with other sums in these gates: each is `part(z, gate, h, c)`."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        others: dict[str, Any] = {GATES[gate]: part(z, gate, h, c) for gate in gates}
        return lstm_step(replace(z, **others), h, c)

    return rule


def of_gate(z: Sums, gate: int) -> Array:
    """A gate's sum by its place in GATES."""
    return (z.input, z.forget, z.candidate, z.output)[gate]
