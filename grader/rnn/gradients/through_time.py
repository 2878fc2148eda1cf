"""The way back through time, for every family that says how one step goes back: the gradients of the unrolled
equations."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.family import CellFamily, Variant
from grader.rnn.flow import FREE, Flow, Passed, Saved, StepBack
from grader.rnn.layer import SideBySide, side_by_side
from grader.rnn.weights import Array, Arrays, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One step: its input [batch, features], the hidden state before it [batch, units], and what the family
    keeps of it."""

    x: Array
    h: Array
    saved: Saved


def step_back(variant: Variant) -> StepBack:
    """The vector-Jacobian product of a rule; ValueError for one that has none, as wrong ones have."""
    if variant.step_back is None:
        raise ValueError(f"no gradients are known of the rule {variant.id}")
    return variant.step_back


def forward(w: Weights, x: Array, states: Arrays, variant: Variant) -> tuple[Array, list[Moment]]:
    """The hidden states [batch, time, units], and all that the way back needs. x: [batch, time, features];
    states: each [batch, units]."""
    gates, record = SideBySide(w), step_back(variant).record
    moments, out = [], []
    for t in range(x.shape[1]):
        now, h = x[:, t], states[0]
        states, saved = record(gates.fed(now, h), *states)
        moments.append(Moment(x=now, h=h, saved=saved))
        out.append(states[0])
    return np.stack(out, axis=1), moments


def backward(
    w: Weights,
    moments: list[Moment],
    upstream: Array,
    family: CellFamily,
    variant: Variant,
    flow: Flow = FREE,
) -> tuple[Weights, Array]:
    """(gradient by the weights, gradient by the input [batch, time, features]) for `upstream`, the gradient
    by the hidden states [batch, time, units]."""
    kernel, recurrent, _ = side_by_side(w)
    passing = [flow.passes(state) for state in family.states]
    by_states: Arrays = tuple(np.zeros_like(moments[0].h) for _ in family.states)
    passed: list[Passed] = []
    for t in reversed(range(len(moments))):
        cut = [by * passes for by, passes in zip(by_states, passing, strict=True)]
        here = step_back(variant).back(moments[t].saved, (cut[0] + upstream[:, t], *cut[1:]), flow)
        passed.append(here)
        by_states = (
            here.by_states[0] + _by_products(here, w.units, through=True) @ recurrent.T,
            *here.by_states[1:],
        )
    passed.reverse()
    by_x = np.stack([here.by_gates @ kernel.T for here in passed], axis=1)
    return _by_weights(w, moments, passed), by_x


def _by_products(here: Passed, units: int, *, through: bool) -> Array:
    """The gradient by the products h U side by side; with `through` without those whose kernels multiply
    something else than h."""
    by = here.by_gates if here.by_products is None else here.by_products
    if not (through and here.operands):
        return by
    by = by.copy()
    for gate in here.operands:
        by[:, gate * units : (gate + 1) * units] = 0
    return by


def _by_weights(w: Weights, moments: list[Moment], passed: list[Passed]) -> Weights:
    """What all steps add to the weights, at once."""
    count = len(w.bias)
    by_gates = np.concatenate([here.by_gates for here in passed])
    same = passed[0].by_products is None
    by_products = (
        by_gates if same else np.concatenate([_by_products(here, w.units, through=False) for here in passed])
    )
    by_kernel = np.concatenate([now.x for now in moments]).T @ by_gates
    by_recurrent = np.concatenate([now.h for now in moments]).T @ by_products
    for gate in passed[0].operands:
        columns = slice(gate * w.units, (gate + 1) * w.units)
        operand = np.concatenate([here.operands[gate] for here in passed])
        by_recurrent[:, columns] = operand.T @ by_products[:, columns]
    gradient = Weights(
        kernel=_apart(by_kernel, count),
        recurrent=_apart(by_recurrent, count),
        bias=_apart(by_gates.sum(axis=0), count),
    )
    return (
        replace(gradient, recurrent_bias=_apart(by_products.sum(axis=0), count))
        if w.recurrent_bias is not None
        else gradient
    )


def _apart(joined: Array, count: int) -> Array:
    return np.stack(np.split(joined, count, axis=-1))
