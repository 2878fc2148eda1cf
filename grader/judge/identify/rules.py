"""How the labels of a task follow from its sequences: the rule that explains a student's samples."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from grader.model import Observation
from grader.probes.data import read_samples
from grader.rnn.weights import Array

SAME_SUM = 1e-5  # of the largest value: sums in float32 differ by that much
FEWEST_SAMPLES = 50  # samples from which a rule of the labels can be told
EVERY_OTHER = 3  # steps: of fewer, every other one is the first or the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How labels follow from sequences. `of`: [samples, time] -> bool [samples]."""

    words: str
    of: Callable[[Array], Array]
    right: bool = False  # one of the two that the sheet of sum_sequence asks for
    of_sum: bool = False  # compares the sum, or the integral, with a number, in either direction


RULES = (
    Rule(words="1 when the sum is above 0", of=lambda x: x.sum(axis=1) > 0, right=True, of_sum=True),
    Rule(words="1 when the sum is above 1", of=lambda x: x.sum(axis=1) > 1, right=True, of_sum=True),
    Rule(words="inverted: 1 when the sum is below 0", of=lambda x: x.sum(axis=1) <= 0, of_sum=True),
    Rule(words="inverted: 1 when the sum is below 1", of=lambda x: x.sum(axis=1) <= 1, of_sum=True),
    Rule(words="1 when the mean is above 1", of=lambda x: x.mean(axis=1) > 1),
    Rule(words="1 when the product is above 0", of=lambda x: np.prod(np.sign(x), axis=1) > 0),
    Rule(words="1 when the product is above 1", of=lambda x: np.prod(x, axis=1) > 1),
    Rule(words="1 when the last value is above 0", of=lambda x: x[:, -1] > 0),
    Rule(words="1 when the first value is above 0", of=lambda x: x[:, 0] > 0),
    Rule(words="1 when the largest value is above 1", of=lambda x: x.max(axis=1) > 1),
    Rule(words="1 when the sum of absolute values is above 1", of=lambda x: np.abs(x).sum(axis=1) > 1),
    Rule(words="1 when the absolute sum is above 1", of=lambda x: np.abs(x.sum(axis=1)) > 1),
    Rule(words="1 for every sequence", of=lambda x: np.ones(len(x), dtype=bool)),
    Rule(words="0 for every sequence", of=lambda x: np.zeros(len(x), dtype=bool)),
)


def samples(observation: Observation, call: int = 0) -> tuple[Array, Array] | None:
    """(x [samples, time], labels [samples] as bool) of one call; None when they have no such form."""
    x, y = read_samples(observation, call) or (None, None)
    if x is None or y is None or x.ndim < 2 or not y.ndim or len(x) != len(y) or not x.size or not y.size:
        return None
    x = x.reshape(len(x), math.prod(x.shape[1:])).astype("f8")
    y = y.reshape(len(y), math.prod(y.shape[1:]))
    label = y[:, 0] > 0.5 if y.shape[1] == 1 else np.argmax(y, axis=1) == 1
    return x, label


COUNTED = (
    "np.sum(noise > threshold) counts the numbers above it; int(np.sum(noise) > threshold) compares their sum"
    " with it."
)


def more_than_two(observation: Observation) -> str:
    """The labels in words when they are more than two different numbers, which is no rule of two sides; ""
    when they are not."""
    made = read_samples(observation)
    y = made[1] if made is not None else None
    values = np.unique(y) if y is not None and y.dtype.kind in "iufb" else np.zeros(0)
    if len(values) <= 2:
        return ""
    return (
        f"the labels are {len(values)} different numbers from {values[0]:.3g} to {values[-1]:.3g}, expected 0"
        " and 1"
    )


def only_sum(observation: Observation) -> float | None:
    """The sum of all of the student's sequences where they have one and the same, as all zeros have; None
    where sums differ."""
    made = samples(observation)
    if made is None or len(made[0]) < 2:
        return None
    sums = made[0].sum(axis=1)
    return float(sums[0]) if np.ptp(sums) <= SAME_SUM * np.max(np.abs(made[0]), initial=0.0) else None


def find_rule(observation: Observation) -> Rule | None:
    """The rule that gives every label of the student's samples; a threshold of their own when the sum, or
    another total of the values, separates them."""
    made = samples(observation)
    return rule_of(*made) if made is not None else None


def rule_of(x: Array, label: Array) -> Rule | None:
    """The rule that gives every one of these labels [samples] from x [samples, time]; None for too few
    samples to tell."""
    if len(x) < FEWEST_SAMPLES:
        return None
    for rule in RULES:
        if np.array_equal(rule.of(x), label):
            return rule
    if not label.any() or label.all():
        return None
    totals = itertools.chain(TOTALS, _totals_of_some_steps(x, label))
    found = (_own_threshold(total, x, label) for total in totals if _may_tell(total, x, label))
    return next(filter(None, found), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A number made of a sequence, which labels may compare with a threshold. `of`: [samples, time] ->
    [samples]."""

    words: str
    of: Callable[[Array], Array]
    of_sum: bool = False


def _sum(x: Array) -> Array:
    return np.asarray(x.sum(axis=1))


def _integral(x: Array) -> Array:
    """What np.trapezoid makes of the steps: their sum, with one half of the first and of the last."""
    return np.asarray(_sum(x) - (x[:, 0] + x[:, -1]) / 2)


TOTALS = (
    Total(words="the sum", of=_sum, of_sum=True),
    Total(words="the integral by trapezoids", of=_integral, of_sum=True),
    Total(words="the sum of squares", of=lambda x: _sum(x * x)),
    Total(words="the sum of absolute values", of=lambda x: _sum(np.abs(x))),
    Total(words="the absolute sum", of=lambda x: np.abs(_sum(x))),
    Total(words="the largest value", of=lambda x: x.max(axis=1)),
    Total(words="the largest sum on the way", of=lambda x: x.cumsum(axis=1).max(axis=1)),
    Total(words="how many values are above 0", of=lambda x: _sum(x > 0)),
)


def _totals_of_some_steps(x: Array, label: Array) -> Iterator[Total]:
    """Sums of the first values, of the last, of every other, and of those that go most with the labels."""
    steps = x.shape[1]
    for many in range(1, steps):
        yield _of_steps(f"the sum of the first {many} of {steps} values", slice(many))
        yield _of_steps(f"the sum of the last {many} of {steps} values", slice(-many, None))
    if steps > EVERY_OTHER:
        yield from (_of_steps("the sum of every other value", slice(first, None, 2)) for first in (0, 1))
    by_weight = np.argsort(-np.abs((x - x.mean(axis=0)).T @ (label - label.mean())), kind="stable")
    for many in range(1, steps):
        yield _of_steps(f"the sum of {many} of the {steps} values", np.sort(by_weight[:many]))


def _of_steps(words: str, places: slice | Array) -> Total:
    """Of shorter sequences, those places that they have."""

    def of(x: Array) -> Array:
        return _sum(x[:, places if isinstance(places, slice) else places[places < x.shape[1]]])

    return Total(words=words, of=of)


def _may_tell(total: Total, x: Array, label: Array) -> bool:
    """Whether it separates the labels of the first samples, which is soon seen."""
    few, of = label[:FEWEST_SAMPLES], total.of(x[:FEWEST_SAMPLES])
    if not few.any() or few.all():
        return True
    return bool(of[~few].max() < of[few].min() or of[few].max() < of[~few].min())


def _own_threshold(total: Total, x: Array, label: Array) -> Rule | None:
    """A number that separates the totals of the two labels, halfway between the nearest two; None when none
    does."""
    of, made = total.of, total.of(x)
    if made[~label].max() < made[label].min():
        above = float(made[~label].max() + made[label].min()) / 2
        words = f"1 when {total.words} is above about {above:.3g}"
        return Rule(words=words, of=lambda x: of(x) > above, of_sum=total.of_sum)
    if made[label].max() < made[~label].min():
        below = float(made[label].max() + made[~label].min()) / 2
        words = f"inverted: 1 when {total.words} is below about {below:.3g}"
        return Rule(words=words, of=lambda x: of(x) <= below, of_sum=total.of_sum)
    return None
