"""Activations by the names that Keras gives them, and their vector-Jacobian products."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from grader.rnn.weights import Array

SELU, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017
THEN = ", then "  # between two activations, the second applied to what the first gives
Activation = Callable[[Array], Array]
# (what went in, what came out, upstream gradient) -> gradient by what went in
Vjp = Callable[[Array, Array, Array], Array]


def sigmoid(z: Array) -> Array:
    """The logistic function, by tanh so that no large number is exponentiated."""
    out: Array = np.tanh(0.5 * z)
    out += 1.0  # in place: most of a judge's time is spent here
    out *= 0.5
    return out


def linear(z: Array) -> Array:
    """No activation at all."""
    return z


def relu(z: Array) -> Array:
    """The positive part."""
    out: Array = np.maximum(z, 0)
    return out


def softmax(z: Array) -> Array:
    """Shares of one over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    out: Array = e / e.sum(axis=-1, keepdims=True)
    return out


def _softplus(z: Array) -> Array:
    out: Array = np.logaddexp(0, z)
    return out


def _erf(z: Array) -> Array:
    """The error function to 2e-7, which is what float32 knows of it (Abramowitz & Stegun 1964, 7.1.26)."""
    t = 1 / (1 + 0.3275911 * np.abs(z))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    out: Array = np.sign(z) * (1 - series * np.exp(-z * z))
    return out


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": relu,
    "softmax": softmax,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "softplus": _softplus,
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "selu": lambda z: SELU * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0))),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: 0.5 * z * (1 + _erf(z / math.sqrt(2))),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "hard_sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "relu6": lambda z: np.clip(z, 0, 6),
    "mish": lambda z: z * np.tanh(_softplus(z)),
    "exponential": np.exp,
}


def activated(name: str, z: Array) -> Array:
    """What an activation gives, or several one after the other."""
    for one in name.split(THEN):
        z = ACTIVATIONS[one](z)
    return z


def _by_softmax(z: Array, out: Array, upstream: Array) -> Array:
    by_z: Array = out * (upstream - np.sum(upstream * out, axis=-1, keepdims=True))
    return by_z


def _normal_below(z: Array) -> Array:
    """The share of a standard normal distribution below z: gelu(z) / z, also at zero."""
    return np.where(z == 0, 0.5, ACTIVATIONS["gelu"](z) / np.where(z == 0, 1, z))


def _by_mish(z: Array, out: Array, upstream: Array) -> Array:
    squashed = np.tanh(_softplus(z))
    by_z: Array = upstream * (squashed + z * (1 - squashed**2) * sigmoid(z))
    return by_z


VJPS: dict[str, Vjp] = {
    "linear": lambda z, out, upstream: upstream,
    "sigmoid": lambda z, out, upstream: upstream * out * (1 - out),
    "tanh": lambda z, out, upstream: upstream * (1 - out**2),
    "relu": lambda z, out, upstream: upstream * (z > 0),
    "softmax": _by_softmax,
    "elu": lambda z, out, upstream: upstream * np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    "softplus": lambda z, out, upstream: upstream * sigmoid(z),
    "leaky_relu": lambda z, out, upstream: upstream * np.where(z > 0, 1, 0.2),
    "selu": lambda z, out, upstream: (
        upstream * SELU * np.where(z > 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0)))
    ),
    "silu": lambda z, out, upstream: upstream * (sigmoid(z) + out * (1 - sigmoid(z))),
    "gelu": lambda z, out, upstream: (
        upstream * (_normal_below(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi))
    ),
    "softsign": lambda z, out, upstream: upstream / (1 + np.abs(z)) ** 2,
    "hard_sigmoid": lambda z, out, upstream: upstream * (np.abs(z) < 3) / 6,
    "relu6": lambda z, out, upstream: upstream * ((z > 0) & (z < 6)),
    "mish": _by_mish,
    "exponential": lambda z, out, upstream: upstream * out,
}


def by_activation(name: str, z: Array, upstream: Array) -> Array:
    """The gradient by what went into an activation, or into the first of several."""
    ins = [z]
    for one in name.split(THEN):
        ins.append(ACTIVATIONS[one](ins[-1]))
    for one, before, after in zip(
        reversed(name.split(THEN)), reversed(ins[:-1]), reversed(ins[1:]), strict=True
    ):
        upstream = VJPS[one](before, after, upstream)
    return upstream
