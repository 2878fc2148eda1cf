"""What a function of gradients gave, case by case, and what is said of gradients that are not right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Function
from grader.judge.checks.by_hand.recurrence import arguments_of, fitted, same
from grader.judge.checks.by_hand.said import difference, how_it_failed, seen_shape
from grader.model import Evidence, Mistake, Verdict
from grader.model.verdict import failed, skipped
from grader.rnn.weights import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneBack:
    """Every case: the forward pass with its `arguments`, whose cache the gradients come from, the upstream
    gradients, and `rows`, the gradient by each argument."""

    forwards: Sequence[probes.Called]
    backs: Sequence[probes.Called]
    arguments: Sequence[list[Array]]
    upstream: Sequence[list[Array]]
    rows: Sequence[list[Array]]


def gone_back(
    role: Function,
    along: Function,
    told: Sequence[probes.Called],
    names: Sequence[str],
    *,
    behind: str,
    count: int,
) -> GoneBack | Verdict:
    """What was told, a forward pass and the way back in turns; a verdict where there is nothing to compare.
    `behind`: what stands before the cache, in so many parts."""
    pairs = zip(told[0::2], told[1::2], strict=True)
    gone = [(there, back) for there, back in pairs if there.error is None]  # else that one is charged, there
    if not gone:
        return skipped(f"not reached: {along.name} must give its cache first")
    forwards, backs = zip(*gone, strict=True)
    if any(len(one.parts) <= count for one in forwards):
        return skipped(f"not reached: {along.name} must return a cache behind {behind} first")
    if wrong := next((one for one in backs if one.error is not None), None):
        return how_it_failed(role.name, wrong.error or {})
    arguments = [list(one.given) for one in forwards]
    found = [
        [fitted(one.part(k), argument.shape) for k, argument in enumerate(given)]
        for one, given in zip(backs, arguments, strict=True)
    ]
    return _misshapen(role.name, backs, found, names, arguments) or GoneBack(
        forwards=forwards,
        backs=backs,
        arguments=arguments,
        upstream=[list(arguments_of(one, role)[:count]) for one in backs],
        rows=[[np.asarray(one) for one in row] for row in found],
    )


def _misshapen(
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
    each = [f"{one} by {gap}" for one, gap in gaps.items()]
    which = " and ".join(filter(None, (", ".join(each[:-1]), *each[-1:]))) or "in another case"
    return failed(
        f"{name} is off: {which}",
        evidence=[
            Evidence(what=f"largest difference of {one}", expected="0", actual=gap)
            for one, gap in gaps.items()
        ],
        mistake=Mistake(id=known[0], confidence=1.0, words=f"one {known[1]}") if known else None,
        undiagnosed=known is None,
    )
