"""The gradients of a whole model, computed here, in float64 unless asked: through its dense layers and its LSTM layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.backward import FREE, Flow, backward, forward
from grader.rnn.network import (
    ACTIVATIONS,
    READS,
    SELU,
    SELU_ALPHA,
    THEN,
    Dense,
    Network,
    Recurrent,
    activated,
)
from grader.rnn.weights import Array, sigmoid

Slope = Callable[[Array, Array, Array], Array]  # (what went in, what came out, gradient by that) -> gradient by what went in


def _by_softmax(z: Array, out: Array, given: Array) -> Array:
    by_z: Array = out * (given - np.sum(given * out, axis=-1, keepdims=True))
    return by_z


def _softplus(z: Array) -> Array:
    out: Array = np.logaddexp(0, z)
    return out


def _normal_below(z: Array) -> Array:
    """The share of a standard normal distribution below z: gelu(z) / z, also at zero."""
    return np.where(z == 0, 0.5, ACTIVATIONS["gelu"](z) / np.where(z == 0, 1, z))


SLOPES: dict[str, Slope] = {
    "linear": lambda z, out, given: given,
    "sigmoid": lambda z, out, given: given * out * (1 - out),
    "tanh": lambda z, out, given: given * (1 - out**2),
    "relu": lambda z, out, given: given * (z > 0),
    "softmax": _by_softmax,
    "elu": lambda z, out, given: given * np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    "softplus": lambda z, out, given: given * sigmoid(z),
    "leaky_relu": lambda z, out, given: given * np.where(z > 0, 1, 0.2),
    "selu": lambda z, out, given: given * SELU * np.where(z > 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0))),
    "silu": lambda z, out, given: given * (sigmoid(z) + out * (1 - sigmoid(z))),
    "gelu": lambda z, out, given: given * (_normal_below(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)),
    "softsign": lambda z, out, given: given / (1 + np.abs(z)) ** 2,
    "hard_sigmoid": lambda z, out, given: given * (np.abs(z) < 3) / 6,
    "relu6": lambda z, out, given: given * ((z > 0) & (z < 6)),
    "mish": lambda z, out, given: given * (np.tanh(_softplus(z)) + z * (1 - np.tanh(_softplus(z)) ** 2) * sigmoid(z)),
    "exponential": lambda z, out, given: given * out,
}


def _by_activation(name: str, z: Array, given: Array) -> Array:
    """The gradient by what went into an activation, or into the first of several."""
    ins = [z]
    for one in name.split(THEN):
        ins.append(ACTIVATIONS[one](ins[-1]))
    for one, before, after in zip(reversed(name.split(THEN)), reversed(ins[:-1]), reversed(ins[1:]), strict=True):
        given = SLOPES[one](before, after, given)
    return given


def _by_all_steps(given: Array, reads: str, shape: tuple[int, ...]) -> Array:
    """The gradient by the hidden states of all steps, from the gradient by what the read-out reads of them."""
    by_steps = np.zeros(shape, dtype=given.dtype)
    match reads:
        case "the last step":
            by_steps[:, -1] = given
        case "the first step":
            by_steps[:, 0] = given
        case "the mean of all steps":
            by_steps[:] = given[:, None] / shape[1]
        case "all steps side by side":
            by_steps[:] = given.reshape(shape)
    return by_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """Gradients by every variable, in their order, and by the input [batch, time, 1]."""

    variables: tuple[Array, ...]
    input: Array


def gradients_of(
    network: Network, arrays: Sequence[Array], x: Array, weights: Array, flow: Flow = FREE, dtype: str = "f8"
) -> Gradients:
    """Gradients of the sum of the network's outputs, each times its weight. x: [batch, time, 1]; weights: [batch, columns], taken
    in turn for the columns of the output, or [batch], one for a whole row."""
    own = [np.asarray(array, dtype=dtype) for array in arrays]
    way = _Way(arrays=own, totals=[np.zeros_like(array) for array in own], flow=flow)
    x = network.scaled(np.asarray(x, dtype=dtype))
    back: list[Callable[[Array], Array]] = []  # from the input to the output; each takes a gradient one step back
    back.append(lambda given: network.scale * given)
    for dense in network.read_in:
        x, step = way.through_dense(dense, x)
        back.append(step)
    for layer in network.recurrent:
        x, step = way.through_lstm(network, layer, x)
        back.append(step)
    shape = x.shape
    x = READS[network.reads](x)
    back.append(lambda given: _by_all_steps(given, network.reads, shape))
    for dense in network.read_out:
        x, step = way.through_dense(dense, x)
        back.append(step)
    columns = weights.reshape(len(weights), -1).astype(dtype)
    given = columns[:, np.arange(x.shape[1]) % columns.shape[1]]
    for step in reversed(back):
        given = step(given)
    return Gradients(variables=tuple(way.totals), input=given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One pass through a network and back; `totals` collects the gradients by the variables."""

    arrays: list[Array]
    totals: list[Array]
    flow: Flow

    def through_dense(self, dense: Dense, x: Array) -> tuple[Array, Callable[[Array], Array]]:
        kernel = self.arrays[dense.kernel]
        z = x @ kernel + (self.arrays[dense.bias] if dense.bias is not None else 0)
        out = activated(dense.activation, z)

        def back(given: Array) -> Array:
            by_z = _by_activation(dense.activation, z, given)
            flat = by_z.reshape(-1, by_z.shape[-1])
            self.totals[dense.kernel] += x.reshape(-1, x.shape[-1]).T @ flat
            if dense.bias is not None:
                self.totals[dense.bias] += flat.sum(axis=0)
            return np.asarray(by_z @ kernel.T)

        return out, back

    def through_lstm(self, network: Network, layer: Recurrent, x: Array) -> tuple[Array, Callable[[Array], Array]]:
        layout = network.cell.layout
        own = [self.arrays[k] for k in layer.variables]
        weights = layout.weights(own, layer.units, layer.features).astype(str(x.dtype))
        start = np.full((len(x), layer.units), network.start, dtype=x.dtype)
        out, moments = forward(weights, x, start, start)

        def back(given: Array) -> Array:
            by_weights, by_x = backward(weights, moments, given, self.flow)
            for place, part in zip(layer.variables, layout.spread(by_weights, [a.shape for a in own]), strict=True):
                self.totals[place] += part
            return by_x

        return out, back
