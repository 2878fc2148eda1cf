"""Steps and answers of ours that stand in for the student's own while a function that calls them is called,
and what comes out of it then.

What such a step computes is no equation of any sheet, and its gradients are none: a function that goes
through the steps must not care, and nobody finds the answer to another question in it.
run/inside/asked/stand_in_steps.py computes the same in the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.assignment import Function
from grader.probes.calls import Instruction
from grader.probes.reading import Array


def steps_in_place(
    forward: Function, back: Function | None, *, states: int, gates: int, own: bool
) -> Instruction:
    """Make the steps; calls `within` what this returns find them under the names of these functions. `own`:
    the student's own step goes forward where it gives anything, and ours goes back."""
    told = {
        **{
            way: {"name": role.name, "arguments": list(role.arguments)}
            for way, role in (("forward", forward), ("back", back))
            if role is not None
        },
        "states": states,
        "gates": gates,
        "own": own,
    }
    return Instruction(of=None, do="steps", given=(told,))


def answer_in_place(role: Function, given: Sequence[Array], returned: Sequence[Array]) -> Instruction:
    """What this function gives for these arguments, in the order of the sheet, as the host computed it; calls
    `within` what this returns find it under the function's name. Other arguments raise."""
    told = {"name": role.name, "arguments": list(role.arguments)}
    return Instruction(of=None, do="answer", given=(told, list(given), list(returned)))


def stepped(x: Array, h0: Array, weights: Sequence[Array], *, states: int, gates: int) -> Array:
    """The hidden states [batch, time, units] of these steps, the other states from zero on."""
    kernel, recurrent, bias = weights
    held, found = [h0, *(np.zeros_like(h0) for _ in range(states - 1))], []
    for t in range(x.shape[1]):
        total = np.sum(np.split(x[:, t] @ kernel + held[0] @ recurrent + bias, gates, axis=1), axis=0)
        held = [np.sin(total + sum(held[1:])), *(np.cos(total) + 0.5 * one for one in held[1:])]
        found.append(held[0])
    return np.stack(found, axis=1)


def stepped_back(
    x: Array, weights: Sequence[Array], upstream: Array, *, states: int, gates: int
) -> list[Array]:
    """What goes back through these steps, by x, h0, kernel, recurrent weights and bias; `upstream`: [batch,
    time, units]."""
    kernel, recurrent, _ = weights
    carried = [np.zeros_like(upstream[:, 0]) for _ in range(states)]
    by_x, by_weights = np.zeros(x.shape), []
    for t in reversed(range(x.shape[1])):
        given = [upstream[:, t] + carried[0], *carried[1:]]
        total = np.sin(sum((k + 1) * one for k, one in enumerate(given))) + np.mean(x[:, t])
        blocks = np.tile(total, (1, gates))
        carried = [0.5 * np.sin(blocks @ recurrent.T), *(0.5 * total for _ in carried[1:])]
        by_x[:, t] = np.cos(blocks @ kernel.T)
        own = np.sin(x[:, t].T @ blocks), np.cos(recurrent * np.mean(blocks)), np.mean(blocks, axis=0)
        by_weights.append(own)
    return [by_x, carried[0], *(np.sum(one, axis=0) for one in zip(*by_weights, strict=True))]
