"""The gradients of one step as a function of arrays: judged against the equations, and against the student's
own step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.checks.by_hand.gone_back import GoneBack, gone_back, wrong_gradients
from grader.judge.checks.by_hand.recurrence import (
    Recurrence,
    agree,
    arguments_of,
    asked,
    drawn_step,
    fitted,
    moved,
    own_derivatives,
    same,
)
from grader.judge.checks.by_hand.said import (
    best,
    but_for_ones,
    changed_too,
)
from grader.judge.checks.by_hand.steps import CASES
from grader.judge.follows import may_follow
from grader.model import Basis, Verdict
from grader.model.verdict import passed
from grader.rnn.derivatives import vector_jacobian
from grader.rnn.mistakes.ways_back import ways_back
from grader.rnn.weights import Array


def gives_step_gradients(role: Function, kind: Recurrence, *, along: Function) -> Criterion:
    """A function of the gradients by the new states and a cache gives those by all arguments of the step, in
    their order. `along`: the student's own step, from which the cache comes; where that is wrong, its own
    derivatives are right, too."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        steps: list[Any] = []
        for by_name in (False, True):
            for ones in CASES:
                arguments = drawn_step(kind, rng, ones)
                upstream = [rng.normal(size=arguments[1].shape) for _ in range(kind.states)]
                cache = probes.Result(len(steps), part=kind.states)
                steps += [probes.call(along, *arguments), asked(role, [*upstream, cache], by_name=by_name)]
        return [*steps, *moved(along, steps[0].given, rng)]

    probe = probes.calls(role, along, draw=draw, called=f"calls_{role.name}")

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        each = 2 * len(CASES)
        moves = told[2 * each :]

        def judged(group: Sequence[probes.Called]) -> Verdict:
            return _judge_gradients(role, along, kind, group, told[:2], moves)

        return best([but_for_ones(judged, told[k * each : (k + 1) * each], slice(-2, None)) for k in (0, 1)])

    return Criterion(
        id=role.name,
        title=f"{role.name} gives the gradients {_names(kind)} of one step.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(probe,),
        hint=(
            "Go back line by line; where a thing is used twice, its gradients are added. Compare with"
            " differences of your forward step."
        ),
        forger_gains="nothing: weights, states, inputs and upstream gradients are drawn",
    )


def _names(kind: Recurrence) -> str:
    return ", ".join(f"d{name}" for name in kind.step)


def _judge_gradients(
    role: Function,
    along: Function,
    kind: Recurrence,
    told: Sequence[probes.Called],
    first: Sequence[probes.Called],
    moves: Sequence[probes.Called],
) -> Verdict:
    states = "state" if kind.states == 1 else "states"
    gone = gone_back(role, along, told, kind.step, behind=f"its {states}", count=kind.states)
    if isinstance(gone, Verdict):
        return gone
    wanted = [
        vector_jacobian(kind.taught.step, given, up)
        for given, up in zip(gone.arguments, gone.upstream, strict=True)
    ]
    changed = changed_too(gone.backs)
    if all(same(row, right) for row, right in zip(gone.rows, wanted, strict=True)):
        return passed(f"{role.name}: {_names(kind)} are the exact derivatives.{changed}")
    step_is_off = not _is_right(kind, gone)
    if step_is_off and _of_own(kind, role, first, moves):
        return passed(f"{role.name}: {_names(kind)} are the derivatives of your own {along.name}.{changed}")
    ways = ways_back(kind.taught.family.name, kind.taught.order)
    known = next(((name, words) for name, words, back in ways if _goes_back_so(back, gone)), None)
    verdict = wrong_gradients(role.name, kind.step, gone.rows[0], wanted[0], known)
    return may_follow(verdict, along.name) if step_is_off and known is None else verdict


def _is_right(kind: Recurrence, gone: GoneBack) -> bool:
    """Whether the student's own step is right: then only its exact derivative is."""
    rights = [kind.taught.step(*given) for given in gone.arguments]
    return all(
        same([fitted(one.part(k), new.shape) for k, new in enumerate(right)], right)
        for one, right in zip(gone.forwards, rights, strict=True)
    )


def _goes_back_so(back: Callable[[Any, Any], Sequence[Array]], gone: GoneBack) -> bool:
    """Whether a known wrong way back gives the same in every case."""
    cases = zip(gone.rows, gone.arguments, gone.upstream, strict=True)
    return all(same(row, back(given, up)) for row, given, up in cases)


def _of_own(
    kind: Recurrence,
    role: Function,
    first: Sequence[probes.Called],
    moves: Sequence[probes.Called],
) -> bool:
    """Whether the gradients of the first case are the derivatives of the student's own step."""
    forward, back = first
    arguments, upstream = list(forward.given), arguments_of(back, role)[: kind.states]
    gradients = [fitted(back.part(k), one.shape) for k, one in enumerate(arguments)]
    derivatives = own_derivatives(moves, arguments, upstream)
    if back.error is not None or derivatives is None or any(one is None for one in gradients):
        return False
    return agree([np.asarray(one) for one in gradients], derivatives)
