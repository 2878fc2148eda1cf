"""The whole model as the host understands it: read-in layers, the student's LSTM, read-out layers, computed again in NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.rnn.layer_mistakes import Alternative
from grader.rnn.layer_mistakes.mistake import Case
from grader.rnn.mapping import Mapping as CellMapping
from grader.rnn.weights import Array, Weights, sigmoid

CHUNK = 250  # sequences at a time: the gates of one step stay in the processor's cache (measured: 12 % faster than 500)
SELU, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017


THEN = ", then "  # between two activations, the second applied to what the first gives


def _erf(z: Array) -> Array:
    """The error function to 2e-7, which is what float32 knows of it (Abramowitz & Stegun 1964, 7.1.26)."""
    t = 1 / (1 + 0.3275911 * np.abs(z))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    out: Array = np.sign(z) * (1 - series * np.exp(-z * z))
    return out


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    out: Array = e / e.sum(axis=-1, keepdims=True)
    return out


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softmax": _softmax,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "softplus": lambda z: np.logaddexp(0, z),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "selu": lambda z: SELU * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0))),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: 0.5 * z * (1 + _erf(z / math.sqrt(2))),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "hard_sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "relu6": lambda z: np.clip(z, 0, 6),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "exponential": np.exp,
}


def activated(name: str, z: Array) -> Array:
    """What an activation gives, or several one after the other."""
    for one in name.split(THEN):
        z = ACTIVATIONS[one](z)
    return z


FIRST_STEP = "the first step"
READS: dict[str, Callable[[Array], Array]] = {
    "the last step": lambda h: h[:, -1],
    FIRST_STEP: lambda h: h[:, 0],
    "the mean of all steps": lambda h: h.mean(axis=1),
    "all steps side by side": lambda h: h.reshape(len(h), -1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """One dense layer: the places of its kernel and bias in the list of variables, and its activation."""

    kernel: int
    bias: int | None
    activation: str

    def __call__(self, arrays: Sequence[Array], x: Array) -> Array:
        """x: [..., in] -> [..., out]."""
        z = x @ arrays[self.kernel]
        return np.asarray(activated(self.activation, z + arrays[self.bias] if self.bias is not None else z))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrent:
    """One LSTM layer: the places of its cell's variables, in the order of a fresh cell's."""

    variables: tuple[int, ...]
    units: int
    features: int
    path: str = ""  # of the cell in the model


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Read-in layers on every step, LSTM layers from zero states, read-out layers on the last step (or what is read instead)."""

    read_in: tuple[Dense, ...]
    recurrent: tuple[Recurrent, ...]
    read_out: tuple[Dense, ...]
    cell: CellMapping
    reads: str = "the last step"
    start: float = 0.0  # what the start states are filled with
    mistake: Alternative | None = None  # of the layer, charged by a check of its own
    scale: float = 1.0  # what the model multiplies its input by, before the first layer
    shift: float = 0.0  # what it adds then

    def __call__(self, arrays: Sequence[Array], x: Array) -> Array:
        """x: [batch, time, 1] -> [batch, outputs], in the precision of `arrays`."""
        x = self.scaled(x)
        for dense in self.read_in:
            x = dense(arrays, x)
        for layer in self.recurrent:
            weights = self.cell.layout.weights([arrays[k] for k in layer.variables], layer.units, layer.features)
            x = self._unrolled(weights.astype(str(x.dtype)), x)
        x = READS[self.reads](x) if x.ndim == 3 else x
        for dense in self.read_out:
            x = dense(arrays, x)
        return x

    def scaled(self, x: Array) -> Array:
        """The input as the first layer gets it."""
        return x if (self.scale, self.shift) == (1.0, 0.0) else np.asarray(self.scale * x + self.shift, dtype=x.dtype)

    def _unrolled(self, weights: Weights, x: Array) -> Array:
        start = np.full((len(x), weights.units), self.start, dtype=x.dtype)
        run = partial(self.cell.chain, weights)
        if self.mistake is None:
            return run(x, start, start)
        wanted = np.empty((*x.shape[:2], weights.units), dtype=x.dtype)
        case = Case(run=run, x=x, first=start, second=start, wanted=wanted, got=(), tolerance=0.0)
        return self.mistake(case, run).astype(x.dtype)

    def in_chunks(self, arrays: Sequence[Array], x: Array) -> Array:
        """The same for many sequences, in float32."""
        single = [a.astype("f4") for a in arrays]
        return np.concatenate([self(single, x[k : k + CHUNK].astype("f4")) for k in range(0, len(x), CHUNK)])
