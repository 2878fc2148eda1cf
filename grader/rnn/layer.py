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
    kernel, recurrent, bias = side_by_side(w)
    gates = [slice(k * w.units, (k + 1) * w.units) for k in range(len(w.bias))]
    kernels, biases, inner = tuple(w.recurrent), tuple(w.biases), inner_biases(w)
    out = np.empty((batch, time, w.units), dtype=x.dtype)
    for t in range(time):  # all gates side by side: two products a step, in arrays that stay in the cache
        from_hidden = states[0] @ recurrent
        z = x[:, t] @ kernel + from_hidden + bias
        parts = PreActivations(
            gates=tuple([z[:, gate] for gate in gates]),
            from_hidden=tuple([from_hidden[:, gate] for gate in gates]),
            recurrent_kernels=kernels,
            biases=biases,
            recurrent_biases=inner,
        )
        states = rule(parts, *states)
        out[:, t] = states[shows]
    return out, states


def side_by_side(w: Weights) -> tuple[Array, Array, Array]:
    """(kernel [features, gates * units], recurrent [units, gates * units], all biases [gates * units])."""
    kernel, recurrent, bias = (
        np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent, w.biases)
    )
    return kernel, recurrent, bias
