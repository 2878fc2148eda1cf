"""Whole sequences as functions of arrays, and their gradients: judged against the equations, and against the
student's own steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.checks.by_hand.in_place import (
    BACK,
    FORWARD,
    back_in_place,
    excused,
    forward_in_place,
    goes_back_by_ours,
    steps_ours,
)
from grader.judge.checks.by_hand.recurrence import (
    Array,
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
from grader.judge.checks.by_hand.said import (
    best,
    but_for_ones,
    changed_too,
    difference,
    how_it_failed,
    seen_shape,
)
from grader.judge.checks.by_hand.steps import misshapen, wrong_gradients
from grader.model import Basis, Evidence, Mistake, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.by_hand import near
from grader.rnn.derivatives import vector_jacobian
from grader.rnn.mistakes.ways_back import right_back, ways_back
from grader.rnn.taught_steps import WRONG_WAYS_BACK, backward_through

CASES = (False, True)  # whether all sides are one
Called = probes.Called


def _needs(probe: Any, role: Function) -> Any:
    """Asked wherever this one function is there: what its steps give helps where they are there, too."""
    return replace(probe, needs=(role.name,))


def _own_steps(step: Function, kind: Recurrence, given: Sequence[Any], begin: int) -> list[Any]:
    """The student's own step from the first to the last; `begin`: the place of the first of these calls."""
    x, h0, *weights = given
    states: list[Any] = [h0, *[np.zeros_like(h0)] * (kind.states - 1)]
    calls = []
    for t in range(x.shape[1]):
        calls.append(probes.call(step, x[:, t], *states, *weights))
        states = [probes.Result(begin + t, part=k) for k in range(kind.states)]
    return calls


def gives_sequence(role: Function, kind: Recurrence, *, step: Function) -> Criterion:
    """A function of (x, h0, kernel, recurrent, bias) gives the hidden states of all steps, and a cache.
    `step`: the student's own, whose mistake was charged already."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        drawn = [drawn_sequence(kind, rng, ones) for ones in CASES]
        steps = [asked(role, given, by_name=by_name) for by_name in (False, True) for given in drawn]
        steps += _own_steps(step, kind, drawn[0], len(steps))
        return [*steps, *forward_in_place(role, kind, step, drawn[0], len(steps))]

    probe = _needs(probes.calls(role, step, draw=draw, called=f"calls_{role.name}"), role)

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        each = len(CASES)

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
    if (states := _stacked(own)) is not None and found[0] is not None and near(found[0], states):
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
    behaves = f"; it behaves like one {known[1]}" if known else ""
    if found[0] is None:
        told = f"{role.name} gives {seen_shape(group[0])} for h, expected shape {wanted[0].shape}{behaves}"
        return failed(told, mistake=mistake)
    gap = difference(found[0], wanted[0])
    evidence = [Evidence(what="largest difference of h", expected="0", actual=gap)]
    return failed(
        f"{role.name}: h is off by {gap}{behaves}",
        evidence=evidence,
        mistake=mistake,
        undiagnosed=known is None,
    )


def _stacked(own: Sequence[Called]) -> Array | None:
    """The hidden states that the student's own steps give, side by side along time; None where one gave none,
    or all the same."""
    found = [one.part(0) for one in own]
    if not found or any(one is None or one.shape != getattr(found[0], "shape", None) for one in found):
        return None
    states = np.stack([np.asarray(one) for one in found], axis=1)
    # what moves nothing is no step
    return states if np.all(np.ptp(states, axis=1).max(axis=-1) > 0) else None


# --- its gradients ------------------------------------------------------------------------------------------


def gives_sequence_gradients(
    role: Function, kind: Recurrence, *, along: Function, step: Function, step_back: Function
) -> Criterion:
    """A function of the gradient by all hidden states and a cache gives those by x, h0 and the weights.
    `along`: the student's forward pass, from which the cache comes; `step`, `step_back`: the student's own
    steps, whose mistakes were charged already."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        steps: list[Any] = []
        for by_name in (False, True):
            for ones in CASES:
                given = drawn_sequence(kind, rng, ones)
                x, h0 = given[:2]
                upstream = rng.normal(size=(*x.shape[:2], h0.shape[1]))
                cache = probes.Result(len(steps), part=1)
                steps += [probes.call(along, *given), asked(role, [upstream, cache], by_name=by_name)]
        first, upstream = list(steps[0].given), steps[1].given[0]
        steps += _own_steps(step, kind, first, len(steps))
        steps += _own_steps_back(step_back, kind, upstream, len(steps))
        steps += moved(along, first, rng)
        ways = along, step, step_back
        return [*steps, *back_in_place(role, kind, ways, first, upstream, len(steps))]

    probe = probes.calls(role, along, step, step_back, draw=draw, called=f"calls_{role.name}")
    probe = replace(probe, needs=(role.name, along.name))

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        each = 2 * len(CASES)
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


def _own_steps_back(step_back: Function, kind: Recurrence, upstream: Array, begin: int) -> list[Any]:
    """The student's own step back from the last step to the first, behind as many steps forward."""
    time = upstream.shape[1]
    carried: list[Any] = [np.zeros_like(upstream[:, 0]) for _ in range(kind.states)]
    calls = []
    for k, t in enumerate(reversed(range(time))):
        by_states = [probes.Sum((upstream[:, t], carried[0])), *carried[1:]]
        calls.append(probes.call(step_back, *by_states, probes.Result(begin - time + t, part=kind.states)))
        carried = [probes.Result(begin + k, part=1 + place) for place in range(kind.states)]
    return calls


def _judge_gradients(
    role: Function,
    along: Function,
    kind: Recurrence,
    told: Sequence[Called],
    first: Sequence[Called],
    rest: Sequence[Called],
    step_back: Function,
) -> Verdict:
    forwards, backs = told[0::2], told[1::2]
    if any(one.error is not None for one in forwards):
        return skipped(f"not reached: {along.name} must give its cache first")
    if any(len(one.parts) <= 1 for one in forwards):
        return skipped(f"not reached: {along.name} must return a cache behind the hidden states first")
    if wrong := next((one for one in backs if one.error is not None), None):
        return how_it_failed(role.name, wrong.error or {})
    arguments = [list(one.given) for one in forwards]
    upstream = [arguments_of(one, role)[0] for one in backs]
    found = [
        [fitted(one.part(k), a.shape) for k, a in enumerate(given)]
        for one, given in zip(backs, arguments, strict=True)
    ]
    if (verdict := misshapen(role.name, backs, found, kind.sequence, arguments)) is not None:
        return verdict
    rows = [[np.asarray(one) for one in row] for row in found]
    wanted = [
        vector_jacobian(kind.taught.sequence, given, [up])
        for given, up in zip(arguments, upstream, strict=True)
    ]
    names = ", ".join(f"d{name}" for name in kind.sequence)
    if all(same(row, right) for row, right in zip(rows, wanted, strict=True)):
        return passed(f"{role.name}: {names} are the exact derivatives.{changed_too(backs)}")
    if _of_own(kind, role, first, rest):
        return passed(
            f"{role.name}: {names} are the derivatives of your own {along.name}.{changed_too(backs)}"
        )
    if _of_own_states(kind, rows, forwards, arguments, upstream):
        return passed(
            f"{role.name} goes back through the steps that your own {along.name} took.{changed_too(backs)}"
        )
    if _of_own_steps(kind, role, first, rest):
        return passed(
            f"{role.name} goes back by your own {step_back.name}, and adds up what it"
            f" gives.{changed_too(backs)}"
        )
    known = next((one for one in _known(kind) if _explains(kind, one[2], rows, arguments, upstream)), None)
    return wrong_gradients(role.name, kind.sequence, rows[0], wanted[0], known[:2] if known else None)


def _of_own_states(
    kind: Recurrence,
    rows: Sequence[Sequence[Array]],
    forwards: Sequence[Called],
    arguments: Sequence[Sequence[Array]],
    upstream: Sequence[Array],
) -> bool:
    """Whether they are right for the states that a wrong forward pass kept in its cache: that mistake was
    charged already."""
    taught = kind.taught
    back = right_back(taught.family.name, taught.order)
    for how in taught.carried_otherwise():
        states = [taught.states(x, h0, weights, how) for x, h0, *weights in arguments]
        if not all(
            near(fitted(one.part(0), right.shape), right) for one, right in zip(forwards, states, strict=True)
        ):
            continue
        found = [
            backward_through(back, x, taught.before(x, h0, weights, how), weights, up)
            for (x, h0, *weights), up in zip(arguments, upstream, strict=True)
        ]
        if all(same(row, gradients) for row, gradients in zip(rows, found, strict=True)):
            return True
    return False


def _known(kind: Recurrence) -> list[tuple[str, str, tuple[Any, str]]]:
    """Mistakes on the way from step to step, then in every step."""
    family, order = kind.taught.family.name, kind.taught.order
    right = right_back(family, order)
    ways = [(name, words, (right, name)) for name, words in WRONG_WAYS_BACK.items()]
    return [*ways, *((name, words, (back, "")) for name, words, back in ways_back(family, order))]


def _explains(
    kind: Recurrence,
    way: tuple[Any, str],
    rows: Sequence[Sequence[Array]],
    arguments: Sequence[Sequence[Array]],
    upstream: Sequence[Array],
) -> bool:
    back, how = way
    return all(
        same(
            row,
            backward_through(
                back, given[0], kind.taught.before(given[0], given[1], given[2:]), given[2:], up, how
            ),
        )
        for row, given, up in zip(rows, arguments, upstream, strict=True)
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
