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
    found = (words for words, least, values in _single(x) if _told_by(values, label) >= max(tells, least))
    return next(found, "")


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
        chosen.append(
            max(left, key=lambda step: _told_by(x[:half, [*chosen, step]].sum(axis=1), label[:half]))
        )
        if len(chosen) > 1 and _told_by(x[half:, chosen].sum(axis=1), label[half:]) >= TELLS:
            return f"{len(chosen)} of the {steps} values"
    return ""


def _told_by(values: Array, label: Array) -> float:
    """How much one threshold of these numbers tells of the labels, in the better direction: 1 for all, 0 for
    what guessing tells."""
    samples, ones = len(label), np.count_nonzero(label)
    floor = max(ones, samples - ones)
    if floor == samples:
        return 0.0
    order = np.argsort(values)
    ordered, ones_among = values[order], np.append(0, np.cumsum(label[order]))
    quantiles = np.interp(np.linspace(0, samples - 1, CUTS), np.arange(samples), ordered)
    cuts = np.append(quantiles, 0.0)
    below = np.searchsorted(ordered, cuts, side="right")  # values under each threshold: said to be 0
    right = below - ones_among[below] + ones - ones_among[below]
    return float((max(right.max(), samples - right.min()) - floor) / (samples - floor))
