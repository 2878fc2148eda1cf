"""The way back through an LSTM: the gradients of its unrolled equations, written out once, with the places at which code may cut them.

With z_i, z_f, z_g, z_o the gates' sums, dh and dc what arrives at h' and c' of a step:

    do = dh * tanh(c')                    dc = dc + dh * o * (1 - tanh(c')^2)
    dz_o = do * o * (1 - o)               dz_i = dc * g * i * (1 - i)
    dz_f = dc * c * f * (1 - f)           dz_g = dc * i * (1 - g^2)
    dc of the step before = dc * f        dh of the step before = sum of dz U^T over the gates
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.rnn.weights import Array, Weights, sigmoid


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Where gradients pass; all True in a right cell. What NumPy or stop_gradient touches lets none through."""

    hidden: bool = True  # from step to step through the hidden state
    cell: bool = True  # from step to step through the cell state
    shown: bool = True  # from h' = o * tanh(c') into c'
    gates: tuple[bool, bool, bool, bool] = (True, True, True, True)  # into the sums of the gates, in the order of GATES


FREE = Flow()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one step computed: the gates and the states, each [batch, units]; `h` and `c` are those before the step."""

    x: Array
    h: Array
    c: Array
    gates: Array  # i, f, g, o side by side, [batch, 4 * units]
    shown: Array  # tanh(c')


def forward(w: Weights, x: Array, h: Array, c: Array) -> tuple[Array, list[Moment]]:
    """The hidden states [batch, time, units], and all that the way back needs. x: [batch, time, features]; h, c: [batch, units]."""
    kernel, recurrent, bias = (np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent, w.bias))
    moments, out = [], []
    for t in range(x.shape[1]):
        z = x[:, t] @ kernel + h @ recurrent + bias
        gates = sigmoid(z)
        candidate = slice(2 * w.units, 3 * w.units)
        gates[:, candidate] = np.tanh(z[:, candidate])
        i, f, g, o = np.split(gates, 4, axis=1)
        new_c = f * c + i * g
        shown = np.tanh(new_c)
        moments.append(Moment(x=x[:, t], h=h, c=c, gates=gates, shown=shown))
        h, c = o * shown, new_c
        out.append(h)
    return np.stack(out, axis=1), moments


def backward(w: Weights, moments: list[Moment], given: Array, flow: Flow = FREE) -> tuple[Weights, Array]:
    """(gradient by the weights, gradient by the input [batch, time, features]) for `given`, that by the hidden states
    [batch, time, units]."""
    kernel, recurrent = (np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent))
    batch, time, _ = given.shape
    dz = np.empty((time, batch, kernel.shape[1]), dtype=kernel.dtype)
    dh, dc = np.zeros_like(moments[0].h), np.zeros_like(moments[0].c)
    for t in reversed(range(time)):
        dz[t], dc = _through_step(moments[t], dh * flow.hidden + given[:, t], dc * flow.cell, flow)
        dh = dz[t] @ recurrent.T
    flat = dz.reshape(time * batch, -1)  # what all steps add to the weights, at once
    by_kernel = np.concatenate([now.x for now in moments]).T @ flat
    by_recurrent = np.concatenate([now.h for now in moments]).T @ flat
    parts = (np.stack(np.split(part, 4, axis=-1)) for part in (by_kernel, by_recurrent, flat.sum(axis=0)))
    by_kernel, by_recurrent, by_bias = parts
    by_x = np.moveaxis(dz @ kernel.T, 0, 1)
    return Weights(kernel=by_kernel, recurrent=by_recurrent, bias=by_bias), by_x


def _through_step(now: Moment, dh: Array, dc: Array, flow: Flow) -> tuple[Array, Array]:
    """(gradient by the gates' sums side by side, gradient by the cell state before the step)."""
    i, f, g, o = np.split(now.gates, 4, axis=1)
    if flow.shown:
        dc = dc + dh * o * (1 - now.shown**2)
    by_sums = (dc * g * i * (1 - i), dc * now.c * f * (1 - f), dc * i * (1 - g**2), dh * now.shown * o * (1 - o))
    dz = np.concatenate([by * passes for by, passes in zip(by_sums, flow.gates, strict=True)], axis=1)
    return dz, dc * f
