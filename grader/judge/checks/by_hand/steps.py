"""One step as a function of arrays, and its gradients: judged against the equations, and against the
student's own step."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.by_hand.recurrence import (
    Array,
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
    difference,
    how_it_failed,
    seen_shape,
)
from grader.model import Basis, Evidence, Mistake, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.derivatives import vector_jacobian
from grader.rnn.mistakes.ways_back import ways_back

CASES = (False, False, True)  # whether all sides are one


@functools.cache
def _asks_step(role: Function, kind: Recurrence) -> Probe:
    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        drawn = [drawn_step(kind, rng, ones) for ones in CASES]
        return [asked(role, arguments, by_name=by_name) for by_name in (False, True) for arguments in drawn]

    return probes.calls(role, draw=draw, called=f"calls_{role.name}")


def gives_step(role: Function, kind: Recurrence) -> Criterion:
    """A function of (x, states, kernel, recurrent, bias) gives the new states and a cache."""
    probe = _asks_step(role, kind)
    states = " and ".join(f"the {state} state" for state in kind.taught.family.states)

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        half = len(told) // 2
        return best(
            [
                but_for_ones(lambda group: _judge_step(role, kind, group), some, slice(-1, None))
                for some in (told[:half], told[half:])
            ]
        )

    return Criterion(
        id=role.name,
        title=f"{role.name} computes {states} of {kind.taught.family.words} after one step.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(probe,),
        hint=f"Compare it with the sheet's equations, term by term: {kind.taught.family.equations}.",
        forger_gains="nothing: weights, states and inputs are drawn",
    )


def _judge_step(role: Function, kind: Recurrence, group: Sequence[probes.Called]) -> Verdict:
    if wrong := next((one for one in group if one.error is not None), None):
        return how_it_failed(role.name, wrong.error or {})
    arguments = [arguments_of(one, role) for one in group]
    wanted = [kind.taught.step(*given) for given in arguments]
    found = [
        [fitted(one.part(k), new.shape) for k, new in enumerate(right)]
        for one, right in zip(group, wanted, strict=True)
    ]
    for one, row, right in zip(group, found, wanted, strict=True):
        for k, state in enumerate(row):
            if state is None:
                return failed(
                    f"{role.name} gives {seen_shape(one, k)} for next_{'hc'[k]}, expected shape"
                    f" {right[k].shape}"
                )
    if all(same(row, right) for row, right in zip(found, wanted, strict=True)):
        return passed(f"{role.name} computes {kind.taught.family.equations}.{changed_too(group)}")
    known = [kind.taught.may_be(*given[-3:]) for given in arguments]
    places = [
        k
        for k in range(len(known[0]))
        if all(_explains(known[n][k].step, given, found[n]) for n, given in enumerate(arguments))
    ]
    mistake = known[0][places[0]] if places else None
    names = kind.taught.family.states
    gaps = {
        name: difference(seen, right) for name, seen, right in zip(names, found[0], wanted[0], strict=True)
    }
    told = " and ".join(f"the {name} state is off by {gap}" for name, gap in gaps.items())
    return failed(
        f"{role.name}: {told} after one step"
        + (f"; it behaves like a cell {mistake.words}" if mistake else ""),
        evidence=[
            Evidence(what=f"largest difference, {name} state", expected="0", actual=gap)
            for name, gap in gaps.items()
        ],
        mistake=Mistake(id=mistake.id, confidence=1.0, words=f"a cell {mistake.words}") if mistake else None,
        undiagnosed=mistake is None,
    )


def _explains(step: Any, given: Sequence[Array], found: Sequence[Array | None]) -> bool:
    x, *states = given[:-3]
    try:
        return same(found, step(x, *states))
    except ValueError:  # a rule for other shapes
        return False


# --- its gradients ------------------------------------------------------------------------------------------


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
    forwards, backs = told[0::2], told[1::2]
    if any(one.error is not None for one in forwards):
        return skipped(f"not reached: {along.name} must give its cache first")
    if any(len(one.parts) <= kind.states for one in forwards):
        return skipped(
            f"not reached: {along.name} must return a cache behind its"
            f" {'state' if kind.states == 1 else 'states'} first"
        )
    if wrong := next((one for one in backs if one.error is not None), None):
        return how_it_failed(role.name, wrong.error or {})
    arguments = [list(one.given) for one in forwards]
    upstream = [arguments_of(one, role)[: kind.states] for one in backs]
    found = [
        [fitted(one.part(k), a.shape) for k, a in enumerate(given)]
        for one, given in zip(backs, arguments, strict=True)
    ]
    if (verdict := misshapen(role.name, backs, found, kind.step, arguments)) is not None:
        return verdict
    wanted = [
        vector_jacobian(kind.taught.step, given, up) for given, up in zip(arguments, upstream, strict=True)
    ]
    rows = [[np.asarray(one) for one in row] for row in found]
    if all(same(row, right) for row, right in zip(rows, wanted, strict=True)):
        return passed(f"{role.name}: {_names(kind)} are the exact derivatives.{changed_too(backs)}")
    if not _is_right(kind, forwards, arguments) and _of_own(kind, role, first, moves, told):
        return passed(
            f"{role.name}: {_names(kind)} are the derivatives of your own {along.name}.{changed_too(backs)}"
        )
    known = next(
        (
            (name, words)
            for name, words, back in ways_back(kind.taught.family.name, kind.taught.order)
            if all(
                same(row, back(given, up)) for row, given, up in zip(rows, arguments, upstream, strict=True)
            )
        ),
        None,
    )
    return wrong_gradients(role.name, kind.step, rows[0], wanted[0], known)


def misshapen(
    name: str,
    backs: Sequence[probes.Called],
    found: Sequence[Sequence[Array | None]],
    names: Sequence[str],
    arguments: Sequence[Sequence[Array]],
) -> Verdict | None:
    """What is said of gradients that are missing or have another shape; None when all are there."""
    for one, row, given in zip(backs, found, arguments, strict=True):
        for k, gradient in enumerate(row):
            if gradient is None:
                return failed(
                    f"{name} gives {seen_shape(one, k)} for d{names[k]}, expected shape {given[k].shape}"
                )
    return None


def wrong_gradients(
    name: str,
    names: Sequence[str],
    seen: Sequence[Array],
    wanted: Sequence[Array],
    known: tuple[str, str] | None,
) -> Verdict:
    """What is said of gradients that are not right: which, by how much, and what they are instead."""
    gaps = {
        f"d{one}": difference(a, b)
        for one, a, b in zip(names, seen, wanted, strict=True)
        if not same([a], [b])
    }
    which = " and ".join(f"{one} by {gap}" for one, gap in gaps.items()) or "in another case"
    return failed(
        f"{name} is off: {which}" + (f"; it behaves like one {known[1]}" if known else ""),
        evidence=[
            Evidence(what=f"largest difference of {one}", expected="0", actual=gap)
            for one, gap in gaps.items()
        ],
        mistake=Mistake(id=known[0], confidence=1.0, words=f"one {known[1]}") if known else None,
        undiagnosed=known is None,
    )


def _is_right(
    kind: Recurrence, forwards: Sequence[probes.Called], arguments: Sequence[Sequence[Array]]
) -> bool:
    """Whether the student's own step is right: then only its exact derivative is."""
    rights = [kind.taught.step(*given) for given in arguments]
    return all(
        same([fitted(one.part(k), new.shape) for k, new in enumerate(right)], right)
        for one, right in zip(forwards, rights, strict=True)
    )


def _of_own(
    kind: Recurrence,
    role: Function,
    first: Sequence[probes.Called],
    moves: Sequence[probes.Called],
    told: Sequence[probes.Called],
) -> bool:
    """Whether the gradients of the first case are the derivatives of the student's own step."""
    forward, back = first
    arguments, upstream = list(forward.given), arguments_of(back, role)[: kind.states]
    gradients = [fitted(back.part(k), one.shape) for k, one in enumerate(arguments)]
    derivatives = own_derivatives(moves, arguments, upstream)
    if back.error is not None or derivatives is None or any(one is None for one in gradients):
        return False
    return agree([np.asarray(one) for one in gradients], derivatives)
