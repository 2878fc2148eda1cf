"""Keras' own layers in NumPy: what a layer with these settings and weights gives.

Weights in Keras' order: kernel [features, gates * units], recurrent kernel [units, gates * units], bias. Gates of an
LSTM: i, f, g, o; of a GRU: z, r, n, where reset_after has a bias of its own inside of the recurrent product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from grader.rnn.activations import ACTIVATIONS, Activation
from grader.rnn.weights import Array

RECURRENT = ("SimpleRNN", "LSTM", "GRU")
GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}
MERGES = ("concat", "sum", "ave", "mul")


class LayerOf(Protocol):
    """What is asked of a layer's description."""

    @property
    def kind(self) -> str:
        """Keras' class."""

    @property
    def settings(self) -> Mapping[str, str | float | bool | None]:
        """By Keras' names."""

    @property
    def inside(self) -> Sequence[LayerOf]:
        """Of a wrapper: what it wraps."""

    @property
    def values(self) -> Sequence[Array]:
        """The weights."""


class UnknownLayer(ValueError):
    """The host cannot compute a layer of this kind, or of these settings."""


def is_recurrent(layer: LayerOf) -> bool:
    """Whether it carries a state from step to step."""
    return layer.kind in RECURRENT or (layer.kind == "Bidirectional" and any(map(is_recurrent, layer.inside)))


def computed(layer: LayerOf, x: Array) -> Array:
    """What the layer gives for x, in float64.

    Raises:
        UnknownLayer: there is no such layer here.
    """
    values = [value.astype("f8") for value in layer.values]
    match layer.kind:
        case "Dense":
            return dense(layer, values, x)
        case "Bidirectional" if len(layer.inside) == 2 and len(values) % 2 == 0:
            return both_ways(layer, values, x)
        case kind if kind in RECURRENT:
            return recurrent(layer, values, x)
    raise UnknownLayer(layer.kind)


def dense(layer: LayerOf, values: Sequence[Array], x: Array) -> Array:
    """x: [..., features] -> [..., units]."""
    kernel, *bias = values
    return _activation(layer, "activation")(x @ kernel + (bias[0] if bias else 0.0))


def both_ways(layer: LayerOf, values: Sequence[Array], x: Array) -> Array:
    """The two layers inside, each with its half of the weights, merged."""
    half = len(values) // 2
    forward, backward = layer.inside
    one = recurrent(forward, values[:half], x)
    other = recurrent(backward, values[half:], x)
    if other.ndim == 3:
        other = other[:, ::-1]
    match layer.settings.get("merge_mode"):
        case "concat":
            return np.concatenate([one, other], axis=-1)
        case "sum":
            return np.asarray(one + other)
        case "ave":
            return np.asarray((one + other) / 2)
        case "mul":
            return np.asarray(one * other)
    raise UnknownLayer("Bidirectional")


def recurrent(layer: LayerOf, values: Sequence[Array], x: Array) -> Array:
    """x: [batch, time, features] -> [batch, units], or [batch, time, units] where it returns sequences."""
    if layer.settings.get("stateful") or layer.settings.get("return_state") or layer.kind not in RECURRENT:
        raise UnknownLayer(layer.kind)
    kernel, rec, *bias = values
    units = rec.shape[0]
    h = c = np.zeros((len(x), units))
    steps = range(x.shape[1])
    outs = []
    inputs = x @ kernel + _bias(layer, bias)[0]
    inner, function = _bias(layer, bias)[1], _activation(layer, "activation")
    for t in reversed(steps) if layer.settings.get("go_backwards") else steps:
        match layer.kind:
            case "SimpleRNN":
                h = function(inputs[:, t] + h @ rec)
            case "LSTM":
                h, c = _lstm(layer, inputs[:, t] + h @ rec, c)
            case _:
                h = _gru(layer, inputs[:, t], h, rec, inner)
        outs.append(h)
    return np.stack(outs, axis=1) if layer.settings.get("return_sequences") else h


def _lstm(layer: LayerOf, z: Array, c: Array) -> tuple[Array, Array]:
    gate, function = _activation(layer, "recurrent_activation"), _activation(layer, "activation")
    i, f, g, o = np.split(z, 4, axis=1)
    c = gate(f) * c + gate(i) * function(g)
    return gate(o) * function(c), c


def _gru(layer: LayerOf, z: Array, h: Array, rec: Array, inner: Array | float) -> Array:
    gate, function = _activation(layer, "recurrent_activation"), _activation(layer, "activation")
    units = rec.shape[0]
    if layer.settings.get("reset_after"):
        from_h = h @ rec + inner
        update, reset = (gate(z[:, k * units : (k + 1) * units] + from_h[:, k * units : (k + 1) * units]) for k in (0, 1))
        new = function(z[:, 2 * units :] + reset * from_h[:, 2 * units :])
    else:
        gates = gate(z[:, : 2 * units] + h @ rec[:, : 2 * units])
        update, reset = gates[:, :units], gates[:, units:]
        new = function(z[:, 2 * units :] + (reset * h) @ rec[:, 2 * units :])
    return np.asarray(update * h + (1 - update) * new)


def _bias(layer: LayerOf, bias: Sequence[Array]) -> tuple[Array | float, Array | float]:
    """(outside of, inside of) the recurrent product."""
    if not bias:
        return 0.0, 0.0
    return (bias[0][0], bias[0][1]) if bias[0].ndim == 2 else (bias[0], 0.0)


def _activation(layer: LayerOf, name: str) -> Activation:
    said = str(layer.settings.get(name, "linear"))
    if said not in ACTIVATIONS:
        raise UnknownLayer(f"{layer.kind} with the activation {said}")
    return ACTIVATIONS[said]
