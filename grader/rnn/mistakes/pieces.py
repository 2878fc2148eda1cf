"""Pieces from which wrong rules of any family are put together: other activations, and gates that are fed
something else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import UpdateRule
from grader.rnn.weights import Array, Arrays, Feed, PreActivations

# (pre-activations, gate, states) -> what that gate is fed instead
Part = Callable[[PreActivations, int, Arrays], Feed]


def fed(rule: UpdateRule, part: Part, *gates: int) -> UpdateRule:
    """The rule with something else in these gates."""

    def other(z: PreActivations, *states: Array) -> Arrays:
        feeds = [part(z, gate, states) for gate in gates]  # of what was there before any is replaced
        for feed, gate in zip(feeds, gates, strict=True):
            z = z.fed(feed, gate)
        return rule(z, *states)

    return other


def hard_sigmoid(z: Array) -> Array:
    """The broken line that old versions of Keras had in place of a sigmoid."""
    out: Array = np.clip(0.2 * z + 0.5, 0, 1)
    return out


def clipped(z: Array) -> Array:
    """A broken line in place of a tanh."""
    out: Array = np.clip(z, -1, 1)
    return out


def sigmoid_twice(z: Array) -> Array:
    """A sigmoid in a layer and again around it."""
    return sigmoid(sigmoid(z))


def tanh_twice(z: Array) -> Array:
    """A tanh in a layer and again around it."""
    out: Array = np.tanh(np.tanh(z))
    return out
