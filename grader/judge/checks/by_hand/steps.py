"""One step as a function of arrays: judged against the equations."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.by_hand.recurrence import Recurrence, arguments_of, asked, drawn_step, fitted, same
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
from grader.rnn.weights import Array

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
        hint=f"Compare it with the sheet's equations, term by term: {kind.taught.equations}.",
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
        return passed(f"{role.name} computes {kind.taught.equations}.{changed_too(group)}")
    known = [kind.taught.explanations(*given[-3:]) for given in arguments]
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
        f"{role.name}: {told} after one step",
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
