"""The student's own steps, called one after the other through a sequence: forward, and back behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Function
from grader.judge.checks.by_hand.recurrence import Recurrence
from grader.rnn.weights import Array

Called = probes.Called


def own_steps(step: Function, kind: Recurrence, given: Sequence[Any], begin: int) -> list[Any]:
    """The student's own step from the first to the last; `begin`: the place of the first of these calls."""
    x, h0, *weights = given
    states: list[Any] = [h0, *[np.zeros_like(h0)] * (kind.states - 1)]
    calls = []
    for t in range(x.shape[1]):
        calls.append(probes.call(step, x[:, t], *states, *weights))
        states = [probes.Result(begin + t, part=k) for k in range(kind.states)]
    return calls


def stacked(own: Sequence[Called]) -> Array | None:
    """The hidden states that the student's own steps give, side by side along time; None where one gave none,
    or all the same."""
    found = [one.part(0) for one in own]
    if not found or any(one is None or one.shape != getattr(found[0], "shape", None) for one in found):
        return None
    states = np.stack([np.asarray(one) for one in found], axis=1)
    # what moves nothing is no step
    return states if np.all(np.ptp(states, axis=1).max(axis=-1) > 0) else None


def own_steps_back(step_back: Function, kind: Recurrence, upstream: Array, begin: int) -> list[Any]:
    """The student's own step back from the last step to the first, behind as many steps forward."""
    time = upstream.shape[1]
    carried: list[Any] = [np.zeros_like(upstream[:, 0]) for _ in range(kind.states)]
    calls = []
    for k, t in enumerate(reversed(range(time))):
        by_states = [probes.Sum((upstream[:, t], carried[0])), *carried[1:]]
        calls.append(probes.call(step_back, *by_states, probes.Result(begin - time + t, part=kind.states)))
        carried = [probes.Result(begin + k, part=1 + place) for place in range(kind.states)]
    return calls
