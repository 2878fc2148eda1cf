"""Steps and sequences as functions of arrays, with a cache that goes from a forward pass to its gradients:
what they are asked.

A cache is its owner's: it stays in the student's process, and every backward pass gets one of a forward pass
of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Function
from grader.errors import AssignmentError
from grader.rnn.by_hand import near
from grader.rnn.families import FAMILIES
from grader.rnn.taught_steps import Taught
from grader.rnn.weights import Array

SIDES = (2, 3, 4, 5)  # of batch, features, units and time, each another: shapes tell the arrays apart
SEQUENCE_CASES = (False, True)  # of `drawn_sequence`: whether all sides are one
GAIN = 0.8
DIFFERENCE = 1e-5  # of a finite difference of the student's own function: its error is a few 1e-10
NO_DERIVATIVE = 1e-7  # a derivative below this share of the others is none
OF_DIFFERENCES = 1e-4  # between a derivative and its finite difference, which errs by some 1e-10
DIRECTIONS = 2  # for each argument


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A family as the sheet writes it. `step`, `sequence`: the names of the arguments (x, states, kernel,
    recurrent, bias) of a step and of a whole sequence."""

    taught: Taught
    step: tuple[str, ...]
    sequence: tuple[str, ...]

    @property
    def states(self) -> int:
        """How many a step has."""
        return self.taught.count


def recurrence(
    family: str,
    *,
    blocks: Sequence[str],
    step: Sequence[str],
    sequence: Sequence[str],
    rules: Sequence[str] = (),
) -> Recurrence:
    """A family whose gates stand side by side in this order of `blocks`.

    Raises:
        AssignmentError: there is no such family, or it has other gates.
    """
    found = next((one for one in FAMILIES if one.name == family), None)
    if found is None or set(found.gates) != set(blocks):
        raise AssignmentError(f"no family {family!r} has the gates {', '.join(blocks)}")
    order = tuple(list(blocks).index(gate) for gate in found.gates)
    return Recurrence(
        taught=Taught(family=found, order=order, rules=tuple(rules)),
        step=tuple(step),
        sequence=tuple(sequence),
    )


def drawn_step(kind: Recurrence, rng: np.random.Generator, ones: bool = False) -> list[Array]:
    """The arguments of a step."""
    batch, features, units, _ = (1, 1, 1, 1) if ones else tuple(map(int, rng.permutation(SIDES)))
    gates = len(kind.taught.order)
    states = [rng.normal(size=(batch, units)) for _ in range(kind.states)]
    weights = [
        GAIN * rng.normal(size=shape)
        for shape in ((features, gates * units), (units, gates * units), (gates * units,))
    ]
    return [rng.normal(size=(batch, features)), *states, *weights]


def drawn_sequence(kind: Recurrence, rng: np.random.Generator, ones: bool = False) -> list[Array]:
    """The arguments of a whole sequence, which has two steps at least: one alone is none."""
    _, h0, *_, kernel, recurrent, bias = drawn_step(kind, rng, ones)
    time = 2 if ones else next(side for side in SIDES if side not in (len(h0), len(kernel), len(recurrent)))
    return [rng.normal(size=(len(h0), time, len(kernel))), h0, kernel, recurrent, bias]


def asked(role: Function, arguments: Sequence[Any], *, by_name: bool) -> Any:
    """The call of a function in one of the two forms."""
    if by_name:
        return probes.call(role, **dict(zip(role.arguments, arguments, strict=True)))
    return probes.call(role, *arguments)


def arguments_of(called: probes.Called, role: Function) -> list[Any]:
    """What a function was given, in its order."""
    return list(called.given) or [called.named[name] for name in role.arguments]


def fitted(found: Array | None, shape: tuple[int, ...]) -> Array | None:
    """An array in this shape, which sides of one number do not change; None when it has another."""
    if found is None or [side for side in found.shape if side != 1] != [side for side in shape if side != 1]:
        return None
    return found.reshape(shape).astype("f8")


def moved(role: Function, arguments: Sequence[Array], rng: np.random.Generator) -> list[Any]:
    """Calls with each argument moved a little to and fro along drawn directions: what the function's own
    derivatives are."""
    steps = []
    for place, argument in enumerate(arguments):
        for _ in range(DIRECTIONS):
            direction = rng.normal(size=argument.shape)
            for sign in (1, -1):
                beside = argument + sign * DIFFERENCE * direction
                steps.append(probes.call(role, *arguments[:place], beside, *arguments[place + 1 :]))
    return steps


def own_derivatives(
    told: Sequence[probes.Called], arguments: Sequence[Array], upstream: Sequence[Array]
) -> list[list[tuple[Array, float]]] | None:
    """For each argument its directions with the derivative along each of the outputs times `upstream`, by the
    student's own function; None where it did not answer."""
    found: list[list[tuple[Array, float]]] = []
    for place, argument in enumerate(arguments):
        rows = []
        for k in range(DIRECTIONS):
            pair = told[2 * (place * DIRECTIONS + k) : 2 * (place * DIRECTIONS + k) + 2]
            outs = [[fitted(one.part(part), up.shape) for part, up in enumerate(upstream)] for one in pair]
            if any(out is None for row in outs for out in row):
                return None
            ahead, back = ([np.asarray(out) for out in row] for row in outs)
            total = sum(float(np.sum((a - b) * up)) for a, b, up in zip(ahead, back, upstream, strict=True))
            rows.append(((pair[0].given[place] - argument) / DIFFERENCE, total / (2 * DIFFERENCE)))
        found.append(rows)
    return found


def agree(gradients: Sequence[Array], derivatives: Sequence[Sequence[tuple[Array, float]]]) -> bool:
    """Whether gradients are those of a function with these derivatives. An argument that the function does
    not look at is not judged, as long as most are."""
    sizes = [max(abs(value) for _, value in rows) for rows in derivatives]
    seen = [size > NO_DERIVATIVE * max(sizes) for size in sizes]
    if max(sizes, default=0) == 0 or 2 * sum(seen) <= len(seen):
        return False
    return all(
        abs(float(np.sum(gradient * direction)) - value) <= OF_DIFFERENCES * max(1.0, abs(value))
        for gradient, rows, looked in zip(gradients, derivatives, seen, strict=True)
        for direction, value in rows
        if looked
    )


def same(seen: Sequence[Array | None], wanted: Sequence[Array]) -> bool:
    """Whether all arrays are equal."""
    return all(near(one, array) for one, array in zip(seen, wanted, strict=True))
