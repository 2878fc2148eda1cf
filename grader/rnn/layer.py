"""A cell of any family through time."""

from __future__ import annotations

import numpy as np

from grader.rnn.family import UpdateRule
from grader.rnn.weights import Array, Arrays, PreActivations, Weights, inner_biases, pre_activations


def step(w: Weights, x: Array, states: Arrays, rule: UpdateRule) -> Arrays:
    """One time step. x: [batch, features]; states: each [batch, units] -> the new states."""
    return rule(pre_activations(w, x, states[0]), *states)


def unroll(w: Weights, x: Array, states: Arrays, rule: UpdateRule, shows: int = 0) -> tuple[Array, Arrays]:
    """All time steps. x: [batch, time, features]; states: each [batch, units] -> (outputs [batch, time,
    units], the last states).

    The outputs are the hidden states; with another `shows` the states in that place.
    """
    batch, time, _ = x.shape
    gates = SideBySide(w)
    out = np.empty((batch, time, w.units), dtype=x.dtype)
    for t in range(time):
        states = rule(gates.fed(x[:, t], states[0]), *states)
        out[:, t] = states[shows]
    return out, states


class SideBySide:
    """The gates of a cell side by side: two products a step, in arrays that stay in the cache."""

    def __init__(self, w: Weights) -> None:
        self._kernel, self._recurrent, self._bias = side_by_side(w)
        self._gates = [slice(k * w.units, (k + 1) * w.units) for k in range(len(w.bias))]
        self._kernels, self._biases, self._inner = tuple(w.recurrent), tuple(w.biases), inner_biases(w)

    def fed(self, x: Array, h: Array) -> PreActivations:
        """What goes into the gates at one step. x: [batch, features]; h: [batch, units]."""
        from_hidden = h @ self._recurrent
        z = x @ self._kernel + from_hidden + self._bias
        return PreActivations(
            gates=tuple([z[:, gate] for gate in self._gates]),
            from_hidden=tuple([from_hidden[:, gate] for gate in self._gates]),
            recurrent_kernels=self._kernels,
            biases=self._biases,
            recurrent_biases=self._inner,
        )


def side_by_side(w: Weights) -> tuple[Array, Array, Array]:
    """(kernel [features, gates * units], recurrent [units, gates * units], all biases [gates * units])."""
    kernel, recurrent, bias = (
        np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent, w.biases)
    )
    return kernel, recurrent, bias
