"""Gradients of whole sequences as functions of arrays: judged against the derivatives, and against
those of the student's own forward pass and steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.checks.by_hand.gone_back import GoneBack, gone_back, wrong_gradients
from grader.judge.checks.by_hand.in_place import BACK, back_in_place, excused, goes_back_by_ours
from grader.judge.checks.by_hand.own_steps import own_steps, own_steps_back
from grader.judge.checks.by_hand.recurrence import (
    SEQUENCE_CASES,
    Recurrence,
    agree,
    arguments_of,
    asked,
    drawn_sequence,
    fitted,
    moved,
    own_derivatives,
    same,
)
from grader.judge.checks.by_hand.said import best, but_for_ones, changed_too
from grader.model import Basis, Verdict
from grader.model.verdict import passed
from grader.rnn.by_hand import near
from grader.rnn.derivatives import vector_jacobian
from grader.rnn.mistakes.ways_back import right_back, ways_back
from grader.rnn.taught_steps import WRONG_WAYS_BACK, backward_through
from grader.rnn.weights import Array

Called = probes.Called


def gives_sequence_gradients(
    role: Function, kind: Recurrence, *, along: Function, step: Function, step_back: Function
) -> Criterion:
    """A function of the gradient by all hidden states and a cache gives those by x, h0 and the weights.
    `along`: the student's forward pass, from which the cache comes; `step`, `step_back`: the student's own
    steps, whose mistakes were charged already."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        steps = _there_and_back(role, kind, along, rng)
        first, upstream = list(steps[0].given), steps[1].given[0]
        steps += own_steps(step, kind, first, len(steps))
        steps += own_steps_back(step_back, kind, upstream, len(steps))
        steps += moved(along, first, rng)
        ways = along, step, step_back
        return [*steps, *back_in_place(role, kind, ways, first, upstream, len(steps))]

    probe = probes.calls(role, along, step, step_back, draw=draw, called=f"calls_{role.name}")
    probe = replace(probe, needs=(role.name, along.name))

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        each = 2 * len(SEQUENCE_CASES)
        rest = told[2 * each : -BACK]

        def judged(group: Sequence[Called]) -> Verdict:
            return _judge_gradients(role, along, kind, group, told[:2], rest, step_back)

        verdict = best(
            [but_for_ones(judged, told[k * each : (k + 1) * each], slice(-2, None)) for k in (0, 1)]
        )
        return excused(verdict, goes_back_by_ours(role, kind, told[-BACK:]), role, step_back)

    return Criterion(
        id=role.name,
        title=(
            f"{role.name} gives the gradients {', '.join(f'd{name}' for name in kind.sequence)} of a whole"
            " sequence."
        ),
        judge=judge,
        basis=Basis.PROVEN,
        asks=(probe,),
        hint=(
            "Go back from the last step: to the gradient of each step's state add what the step after passes"
            " back; add up the weights'."
        ),
        forger_gains="nothing: weights, states, inputs and upstream gradients are drawn",
    )


def _there_and_back(role: Function, kind: Recurrence, along: Function, rng: np.random.Generator) -> list[Any]:
    """Each case forward, and back with the cache of that; in the order of the arguments, then by name."""
    steps: list[Any] = []
    for by_name in (False, True):
        for ones in SEQUENCE_CASES:
            given = drawn_sequence(kind, rng, ones)
            x, h0 = given[:2]
            upstream = rng.normal(size=(*x.shape[:2], h0.shape[1]))
            cache = probes.Result(len(steps), part=1)
            steps += [probes.call(along, *given), asked(role, [upstream, cache], by_name=by_name)]
    return steps


def _judge_gradients(
    role: Function,
    along: Function,
    kind: Recurrence,
    told: Sequence[Called],
    first: Sequence[Called],
    rest: Sequence[Called],
    step_back: Function,
) -> Verdict:
    gone = gone_back(role, along, told, kind.sequence, behind="the hidden states", count=1)
    if isinstance(gone, Verdict):
        return gone
    wanted = [
        vector_jacobian(kind.taught.sequence, given, up)
        for given, up in zip(gone.arguments, gone.upstream, strict=True)
    ]
    names, changed = ", ".join(f"d{name}" for name in kind.sequence), changed_too(gone.backs)
    if all(same(row, right) for row, right in zip(gone.rows, wanted, strict=True)):
        return passed(f"{role.name}: {names} are the exact derivatives.{changed}")
    if _of_own(kind, role, first, rest):
        return passed(f"{role.name}: {names} are the derivatives of your own {along.name}.{changed}")
    if _of_own_states(kind, gone):
        return passed(f"{role.name} goes back through the steps that your own {along.name} took.{changed}")
    if _of_own_steps(kind, role, first, rest):
        return passed(
            f"{role.name} goes back by your own {step_back.name}, and adds up what it gives.{changed}"
        )
    known = next((one for one in _known(kind) if _explains(kind, one[2], gone)), None)
    return wrong_gradients(role.name, kind.sequence, gone.rows[0], wanted[0], known[:2] if known else None)


def _of_own_states(kind: Recurrence, gone: GoneBack) -> bool:
    """Whether they are right for the states that a wrong forward pass kept in its cache: that mistake was
    charged already."""
    taught = kind.taught
    back = right_back(taught.family.name, taught.order)
    for how in taught.carried_otherwise():
        states = [taught.states(x, h0, weights, how) for x, h0, *weights in gone.arguments]
        if not all(
            near(fitted(one.part(0), right.shape), right)
            for one, right in zip(gone.forwards, states, strict=True)
        ):
            continue
        found = [
            backward_through(back, x, taught.before(x, h0, weights, how), weights, up)
            for (x, h0, *weights), (up,) in zip(gone.arguments, gone.upstream, strict=True)
        ]
        if all(same(row, gradients) for row, gradients in zip(gone.rows, found, strict=True)):
            return True
    return False


def _known(kind: Recurrence) -> list[tuple[str, str, tuple[Any, str]]]:
    """Mistakes on the way from step to step, then in every step."""
    family, order = kind.taught.family.name, kind.taught.order
    right = right_back(family, order)
    ways = [(name, words, (right, name)) for name, words in WRONG_WAYS_BACK.items()]
    return [*ways, *((name, words, (back, "")) for name, words, back in ways_back(family, order))]


def _explains(kind: Recurrence, way: tuple[Any, str], gone: GoneBack) -> bool:
    """Whether a known mistake gives the same in every case."""
    back, how = way
    return all(
        same(row, backward_through(back, x, kind.taught.before(x, h0, weights), weights, up, how))
        for row, (x, h0, *weights), (up,) in zip(gone.rows, gone.arguments, gone.upstream, strict=True)
    )


def _first(
    kind: Recurrence, role: Function, first: Sequence[Called]
) -> tuple[list[Array], Array, list[Array | None]]:
    forward, back = first
    arguments = list(forward.given)
    return (
        arguments,
        arguments_of(back, role)[0],
        [fitted(back.part(k), one.shape) for k, one in enumerate(arguments)],
    )


def _of_own(kind: Recurrence, role: Function, first: Sequence[Called], rest: Sequence[Called]) -> bool:
    """Whether the first case's gradients are the derivatives of the student's own forward pass, which is
    wrong itself."""
    arguments, upstream, gradients = _first(kind, role, first)
    right = kind.taught.sequence(*arguments)[0]
    if any(one is None for one in gradients) or near(fitted(first[0].part(0), right.shape), right):
        return False
    derivatives = own_derivatives(rest[2 * upstream.shape[1] :], arguments, [upstream])
    return derivatives is not None and agree([np.asarray(one) for one in gradients], derivatives)


def _of_own_steps(kind: Recurrence, role: Function, first: Sequence[Called], rest: Sequence[Called]) -> bool:
    """Whether they are what the student's own steps back give, added up."""
    arguments, upstream, gradients = _first(kind, role, first)
    time = upstream.shape[1]
    backs = rest[time : 2 * time]
    shapes = [
        arguments[0][:, 0].shape,
        *[arguments[1].shape] * kind.states,
        *(one.shape for one in arguments[2:]),
    ]
    parts = [[fitted(one.part(k), shape) for k, shape in enumerate(shapes)] for one in backs]
    if any(one.error is not None for one in backs) or any(part is None for row in parts for part in row):
        return False
    dx = np.stack([np.asarray(row[0]) for row in reversed(parts)], axis=1)
    if not np.any(dx):  # nothing is no gradient
        return False
    weights = [
        np.sum([np.asarray(row[k]) for row in parts], axis=0) for k in range(1 + kind.states, len(shapes))
    ]
    return same(gradients, [dx, np.asarray(parts[-1][1]), *weights])
