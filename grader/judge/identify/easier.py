"""Whether a task is easier than the sheet's: whether few of its values tell the label, so that nothing need
be added up.

Where the steps are independent and alike, a fifth of them tells the sign of the sum in two thirds of all
sequences; the bar of the accuracy, 80 %, needs two thirds of the steps. So a task on which a fifth of the
values reaches the bar asks for next to no memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.rnn.weights import Array

SHORTEST = 5  # steps of a sequence: fewer need next to no memory
NEARLY_ALL = 0.9  # of what guessing leaves open: then nothing else is worth remembering
FEW = 5  # one value in so many is looked at together
CUTS = 64  # thresholds that are tried for each number
# of what guessing leaves open: 80 % of the labels where both are as frequent, the bar of the accuracy
TELLS = 0.6
# the same for the largest value, which must be kept until the end: of Cauchy's noise it is 0.86, of others
# less
ONE_VALUE = 0.9


def known_from(x: Array, label: Array) -> str:
    """What tells most of the labels [samples] of x [samples, time] alone, in words; "" when nothing so small
    does."""
    return known_from_one(x, label) or _few_together(x, label)


def known_from_one(x: Array, label: Array, tells: float = TELLS) -> str:
    """The one value that tells so much of the labels, in words; "" when none does."""
    words, least, values = zip(*_single(x), strict=True)
    told = _told_by(np.stack(values, axis=1), label) >= np.maximum(tells, least)
    return words[int(np.argmax(told))] if told.any() else ""


def _single(x: Array) -> Iterator[tuple[str, float, Array]]:
    """(what is looked at, the share of labels that is too much, its numbers) for what one value of a sequence
    says."""
    steps = x.shape[1]
    yield "the last value", TELLS, x[:, -1]
    yield "the first value", TELLS, x[:, 0]
    yield from (
        (f"the value of step {step + 1} of {steps}", TELLS, x[:, step]) for step in range(1, steps - 1)
    )
    yield from (
        (f"the size of the value of step {step + 1} of {steps}", TELLS, np.abs(x[:, step]))
        for step in range(steps)
    )
    yield (
        "the value that is farthest from zero",
        ONE_VALUE,
        x[np.arange(len(x)), np.argmax(np.abs(x), axis=1)],
    )
    yield "the largest value", ONE_VALUE, x.max(axis=1)
    yield "the smallest value", ONE_VALUE, x.min(axis=1)


def _few_together(x: Array, label: Array) -> str:
    """The steps, chosen one after the other on one half of the sequences, whose sum tells the labels of the
    other half."""
    steps, half = x.shape[1], len(x) // 2
    chosen: list[int] = []
    for _ in range(steps // FEW):
        left = [step for step in range(steps) if step not in chosen]
        sums = x[:half, chosen].sum(axis=1, keepdims=True) + x[:half, left]
        chosen.append(left[int(np.argmax(_told_by(sums, label[:half])))])
        if len(chosen) > 1 and _told_by(x[half:, chosen].sum(axis=1)[:, None], label[half:])[0] >= TELLS:
            return f"{len(chosen)} of the {steps} values"
    return ""


def _told_by(values: Array, label: Array) -> Array:
    """How much one threshold of the numbers in each column [samples, columns] tells of the labels, in the
    better direction: 1 for all, 0 for what guessing tells."""
    samples, ones = len(label), np.count_nonzero(label)
    floor = max(ones, samples - ones)
    if floor == samples:
        return np.zeros(values.shape[1])
    order = np.argsort(values, axis=0)
    ordered = np.take_along_axis(values, order, axis=0).astype("f8")
    ones_among = np.concatenate([np.zeros((1, values.shape[1]), int), np.cumsum(label[order], axis=0)])
    places = np.linspace(0, samples - 1, CUTS)
    under = places.astype(int)
    lower, upper = ordered[under], ordered[np.minimum(under + 1, samples - 1)]
    quantiles = lower + (upper - lower) * (places - under)[:, None]
    cuts = np.concatenate([quantiles, np.zeros((1, values.shape[1]))])
    # values under each threshold: said to be 0
    below = np.stack(
        [np.searchsorted(*pair, side="right") for pair in zip(ordered.T, cuts.T, strict=True)], 1
    )
    right = below - 2 * np.take_along_axis(ones_among, below, axis=0) + ones
    best = np.maximum(right.max(axis=0), samples - right.min(axis=0))
    return np.asarray((best - floor) / (samples - floor))
