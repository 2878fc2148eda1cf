"""Words as vectors: a table that is looked up, and the gradient by it, to which every place of a word
adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.checks.by_hand.recurrence import arguments_of, asked, fitted
from grader.judge.checks.by_hand.said import best, changed_too, difference, how_it_failed, seen_shape
from grader.model import Basis, Evidence, Mistake, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.by_hand import near
from grader.rnn.weights import Array

# batch, time, words and width; fewer words than places, so that some repeat
SIDES = ((3, 4, 5, 2), (1, 1, 1, 1))
Gradient = Callable[[Array, Array, Array], Array]  # (words, table, upstream) -> the gradient by the table


def looks_up(role: Function) -> Criterion:
    """A function of words [batch, time] and a table [words, width] gives their vectors, and a cache."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        return [
            asked(role, _drawn(rng, sides), by_name=by_name) for by_name in (False, True) for sides in SIDES
        ]

    probe = probes.calls(role, draw=draw, called=f"calls_{role.name}")

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        return best([_judge_look_up(role, told[k : k + len(SIDES)]) for k in (0, len(SIDES))])

    return Criterion(
        id=role.name,
        title=f"{role.name} gives the vector of every word.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(probe,),
        hint="NumPy takes an array of whole numbers as an index: one row of the table for each.",
        forger_gains="nothing: words and table are drawn",
    )


def _drawn(rng: np.random.Generator, sides: Sequence[int]) -> list[Array]:
    batch, time, words, width = sides
    return [rng.integers(words, size=(batch, time)), rng.normal(size=(words, width))]


def _judge_look_up(role: Function, group: Sequence[probes.Called]) -> Verdict:
    for one in group:
        if one.error is not None:
            return how_it_failed(role.name, one.error)
        x, table = arguments_of(one, role)
        wanted, found = table[x], fitted(one.part(0), table[x].shape)
        if found is None:
            return failed(f"{role.name} gives {seen_shape(one)} for out, expected shape {wanted.shape}")
        if not near(found, wanted):
            return failed(f"{role.name}: out is off by {difference(found, wanted)}", undiagnosed=True)
    return passed(f"{role.name} looks every word up.{changed_too(group)}")


def adds_up(role: Function, *, along: Function) -> Criterion:
    """A function of the gradient by the vectors and a cache gives the gradient by the table. `along`: the
    student's own look-up, from which the cache comes."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        steps: list[Any] = []
        for by_name in (False, True):
            for sides in SIDES:
                x, table = _drawn(rng, sides)
                upstream = rng.normal(size=(*x.shape, table.shape[1]))
                cache = probes.Result(len(steps), part=1)
                steps += [probes.call(along, x, table), asked(role, [upstream, cache], by_name=by_name)]
        return steps

    probe = probes.calls(role, along, draw=draw, called=f"calls_{role.name}")

    def judge(seen: Seen) -> Verdict:
        told = seen[probe]
        each = 2 * len(SIDES)
        return best([_judge_gradient(role, along, told[k : k + each]) for k in (0, each)])

    return Criterion(
        id=role.name,
        title=f"{role.name} adds up the gradients of every place at which a word stands.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(probe,),
        hint=(
            "A word that stands in several places gets the sum of them: dW[x] += dout keeps only one;"
            " np.add.at adds."
        ),
        forger_gains="nothing: words and upstream gradients are drawn",
    )


def _summed(x: Array, table: Array, upstream: Array) -> Array:
    out = np.zeros(table.shape)
    np.add.at(out, x, upstream)
    return out


def _last(x: Array, table: Array, upstream: Array) -> Array:
    out = np.zeros(table.shape)
    out[x] = upstream
    return out


def _mean(x: Array, table: Array, upstream: Array) -> Array:
    return np.asarray(
        _summed(x, table, upstream) / np.maximum(np.bincount(x.ravel(), minlength=len(table)), 1)[:, None]
    )


KNOWN: tuple[tuple[str, str, Gradient], ...] = (
    ("last_place_only", "that keeps the last place at which a word stands", _last),
    ("mean_of_places", "that takes the mean of the places at which a word stands", _mean),
)


def _judge_gradient(role: Function, along: Function, told: Sequence[probes.Called]) -> Verdict:
    forwards, backs = told[0::2], told[1::2]
    if any(one.error is not None or len(one.parts) <= 1 for one in forwards):
        return skipped(f"not reached: {along.name} must return its cache first")
    if wrong := next((one for one in backs if one.error is not None), None):
        return how_it_failed(role.name, wrong.error or {})
    cases = [(*one.given, arguments_of(back, role)[0]) for one, back in zip(forwards, backs, strict=True)]
    found = [
        fitted(one.part(0) if len(one.parts) == 1 else None, case[1].shape)
        for one, case in zip(backs, cases, strict=True)
    ]
    for one, gradient, case in zip(backs, found, cases, strict=True):
        if gradient is None:
            return failed(
                f"{role.name} gives {seen_shape(one)} for dW, expected an array of shape {case[1].shape}"
            )
    if all(near(one, _summed(*case)) for one, case in zip(found, cases, strict=True)):
        return passed(f"{role.name} adds up all places of a word.{changed_too(backs)}")
    known = next(
        (
            (a, b)
            for a, b, f in KNOWN
            if all(near(one, f(*case)) for one, case in zip(found, cases, strict=True))
        ),
        None,
    )
    gap = difference(found[0], _summed(*cases[0]))
    return failed(
        f"{role.name}: dW is off by {gap}",
        evidence=[Evidence(what="largest difference of dW", expected="0", actual=gap)],
        mistake=Mistake(id=known[0], confidence=1.0, words=f"one {known[1]}") if known else None,
        undiagnosed=known is None,
    )
