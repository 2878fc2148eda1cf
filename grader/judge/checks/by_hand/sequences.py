"""Whole sequences as functions of arrays: judged against the equations, and against the student's
own steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.by_hand.in_place import FORWARD, excused, forward_in_place, steps_ours
from grader.judge.checks.by_hand.own_steps import own_steps, stacked
from grader.judge.checks.by_hand.recurrence import (
    SEQUENCE_CASES,
    Recurrence,
    arguments_of,
    asked,
    drawn_sequence,
    fitted,
    same,
)
from grader.judge.checks.by_hand.said import (
    best,
    but_for_ones,
    changed_too,
    difference,
    how_it_failed,
    seen_shape,
)
from grader.model import Basis, Evidence, Mistake, Verdict
from grader.model.verdict import failed, passed
from grader.rnn.by_hand import near

Called = probes.Called


def _wherever(role: Function, probe: Probe) -> Probe:
    """Asked wherever this one function is there: what its steps give helps where they are there, too."""
    return replace(probe, needs=(role.name,))


def gives_sequence(role: Function, kind: Recurrence, *, step: Function) -> Criterion:
    """A function of (x, h0, kernel, recurrent, bias) gives the hidden states of all steps, and a cache.
    `step`: the student's own, whose mistake was charged already."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        drawn = [drawn_sequence(kind, rng, ones) for ones in SEQUENCE_CASES]
        steps = [asked(role, given, by_name=by_name) for by_name in (False, True) for given in drawn]
        steps += own_steps(step, kind, drawn[0], len(steps))
        return [*steps, *forward_in_place(role, kind, step, drawn[0], len(steps))]

    probe = _wherever(role, probes.calls(role, step, draw=draw, called=f"calls_{role.name}"))

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        each = len(SEQUENCE_CASES)

        def judged(group: Sequence[Called]) -> Verdict:
            return _judge_sequence(role, kind, group, told[2 * each : -FORWARD], step)

        verdict = best(
            [but_for_ones(judged, told[k * each : (k + 1) * each], slice(-1, None)) for k in (0, 1)]
        )
        return excused(verdict, steps_ours(role, kind, told[-FORWARD:]), role, step)

    return Criterion(
        id=role.name,
        title=f"{role.name} steps {kind.taught.family.words} through the sequence, from h0 on.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(probe,),
        hint=(
            f"Call {step.name} once for each step, with the state that the step before returned, and stack"
            " the states along axis 1."
        ),
        forger_gains="nothing: weights, states and inputs are drawn",
    )


def _judge_sequence(
    role: Function, kind: Recurrence, group: Sequence[Called], own: Sequence[Called], step: Function
) -> Verdict:
    if wrong := next((one for one in group if one.error is not None), None):
        return how_it_failed(role.name, wrong.error or {})
    arguments = [arguments_of(one, role) for one in group]
    wanted = [kind.taught.sequence(*given)[0] for given in arguments]
    found = [fitted(one.part(0), right.shape) for one, right in zip(group, wanted, strict=True)]
    if same(found, wanted):
        return passed(
            f"{role.name} is right for sequences of {' and '.join(str(one.shape[1]) for one in wanted)}"
            f" steps.{changed_too(group)}"
        )
    if (states := stacked(own)) is not None and found[0] is not None and near(found[0], states):
        return passed(f"{role.name} steps your own {step.name} through the sequence.{changed_too(group)}")
    known = next(
        (
            (name, words)
            for name, words, gives in kind.taught.mistaken()
            if all(near(one.part(0), gives(*given)) for one, given in zip(group, arguments, strict=True))
        ),
        None,
    )
    mistake = Mistake(id=known[0], confidence=1.0, words=f"one {known[1]}") if known else None
    if found[0] is None:
        told = f"{role.name} gives {seen_shape(group[0])} for h, expected shape {wanted[0].shape}"
        return failed(told, mistake=mistake)
    gap = difference(found[0], wanted[0])
    evidence = [Evidence(what="largest difference of h", expected="0", actual=gap)]
    return failed(
        f"{role.name}: h is off by {gap}",
        evidence=evidence,
        mistake=mistake,
        undiagnosed=known is None,
    )
