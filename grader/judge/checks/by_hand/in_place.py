"""Functions that go through sequences, with steps of ours in the place of the student's own: what they are
asked, and whether they are right then. A step that is missing or still to be written is charged where it is
asked, and not again by what calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader import probes
from grader.assignment import Function
from grader.judge.checks.by_hand.recurrence import Recurrence, arguments_of, asked, fitted, same
from grader.model import Status, Verdict
from grader.model.verdict import passed
from grader.probes.calls import Instruction
from grader.probes.stand_in_steps import stepped, stepped_back, steps_in_place

FORMS = (False, True)  # by position, by name
FORWARD = 2 * len(FORMS)  # calls that `forward_in_place` gives
BACK = 3 * len(FORMS)  # the same for `back_in_place`
Called = probes.Called


def forward_in_place(
    role: Function, kind: Recurrence, step: Function, given: Sequence[Any], begin: int
) -> list[Any]:
    """The function steps ours through the sequence; `begin`: the place of the first of these calls."""
    calls: list[Any] = []
    for by_name in FORMS:
        ours = probes.Result(begin + len(calls))
        made = steps_in_place(step, None, states=kind.states, gates=len(kind.taught.order), own=False)
        calls += [made, replace(asked(role, given, by_name=by_name), within=ours)]
    return calls


def back_in_place(
    role: Function,
    kind: Recurrence,
    ways: tuple[Function, Function, Function],
    given: Sequence[Any],
    upstream: Any,
    begin: int,
) -> list[Any]:
    """The function goes back by a step of ours, through the caches of the student's own wherever there are
    any. `ways`: forward through the sequence, one step, and one step back."""
    along, step, step_back = ways
    calls: list[Any] = []
    for by_name in FORMS:
        ours, forward = (probes.Result(begin + len(calls) + k) for k in (0, 1))
        made = steps_in_place(step, step_back, states=kind.states, gates=len(kind.taught.order), own=True)
        back = asked(role, [upstream, replace(forward, part=1)], by_name=by_name)
        calls += [made, Instruction(of=along, do="call", given=tuple(given), within=ours)]
        calls.append(replace(back, within=ours))
    return calls


def excused(verdict: Verdict, holds: bool, role: Function, step: Function) -> Verdict:
    """The verdict, or that the function is right with a step of ours."""
    if verdict.status in (Status.PASSED, Status.PARTIAL) or not holds:
        return verdict
    return passed(f"{role.name} is right with a {step.name} of ours in place of yours.")


def steps_ours(role: Function, kind: Recurrence, told: Sequence[Called]) -> bool:
    """Whether what came of `forward_in_place` are the states of our steps, in one of the forms."""
    return any(_are_states(one, kind, arguments_of(one, role)) for one in told[1::2])


def _are_states(one: Called, kind: Recurrence, given: Sequence[Any]) -> bool:
    x, h0, *weights = given
    wanted = stepped(x, h0, weights, states=kind.states, gates=len(kind.taught.order))
    return same([fitted(one.part(0), wanted.shape)], [wanted])


def goes_back_by_ours(role: Function, kind: Recurrence, told: Sequence[Called]) -> bool:
    """Whether what came of `back_in_place` is what our step back gives, added up, in one of the forms."""
    return any(
        _are_gradients(back, kind, list(forward.given), arguments_of(back, role)[0])
        for forward, back in zip(told[1::3], told[2::3], strict=True)
    )


def _are_gradients(one: Called, kind: Recurrence, given: Sequence[Any], upstream: Any) -> bool:
    x, _, *weights = given
    wanted = stepped_back(x, weights, upstream, states=kind.states, gates=len(kind.taught.order))
    return same([fitted(one.part(k), array.shape) for k, array in enumerate(wanted)], wanted)
