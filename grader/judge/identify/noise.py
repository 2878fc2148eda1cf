"""What can be said of noise: its distribution, and whether its steps are independent."""

from __future__ import annotations

import functools
import math
from statistics import NormalDist

import numpy as np

from grader.judge.identify.rules import samples
from grader.model import Observation
from grader.rnn.weights import Array

FALSE_ALARM = 1e-6  # of every test below, for honest noise
SIGMAS = 4.9  # two-sided tail of a normal variable at FALSE_ALARM


def normal_distance(values: Array) -> float:
    """Kolmogorov-Smirnov distance of the values from the standard normal distribution."""
    ordered = np.sort(values.ravel())
    below = np.interp(ordered, *_normal_table())
    steps = np.arange(1, len(ordered) + 1) / len(ordered)
    return float(max(np.max(steps - below), np.max(below - steps + 1 / len(ordered))))


@functools.cache
def _normal_table() -> tuple[Array, Array]:
    """(points, the share of a standard normal distribution below each): between two of them a straight line
    errs by 5e-7."""
    points = np.linspace(-8, 8, 4001)
    return points, np.array([NormalDist().cdf(point) for point in points])


def looks_normal(values: Array) -> bool:
    """Kolmogorov-Smirnov test at FALSE_ALARM: P(sqrt(n) D > d) = 2 exp(-2 d^2) (Kolmogorov 1933, large n)."""
    limit = math.sqrt(math.log(2 / FALSE_ALARM) / 2)
    return normal_distance(values) * math.sqrt(values.size) <= limit


def correlation(x: Array) -> float:
    """Of neighbouring time steps. x: [samples, time]."""
    before, after = x[:, :-1].ravel(), x[:, 1:].ravel()
    return float(np.corrcoef(before, after)[0, 1]) if before.std() > 0 and after.std() > 0 else 1.0


def independent(x: Array) -> bool:
    """Whether the time steps look independent, at FALSE_ALARM."""
    return x.shape[1] < 2 or abs(correlation(x)) <= SIGMAS / math.sqrt(x[:, 1:].size)


def different_sequences(x: Array) -> float:
    """How many sequences can be made of the values in x [samples, time]: of discrete noise so few that some
    come again by chance."""
    digits = x.shape[1] * math.log10(max(1, len(np.unique(x))))
    return float(10 ** min(digits, 300.0))  # more is no number any more


def described(values: Array) -> str:
    """The distribution of these values, in words."""
    if looks_normal(values):
        return "standard normal values"
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        return "all values lie between 0 and 1, as from a uniform distribution"
    if low >= -1 and high <= 1:
        return "all values lie between -1 and 1"
    if np.allclose(values, np.round(values)):
        return "all values are whole numbers"
    mean = round(float(values.mean()), 2) + 0.0  # never "-0.00"
    return f"mean {mean:.2f}, standard deviation {values.std():.2f}, from {low:.1f} to {high:.1f}"


def unfit(observation: Observation, task: str) -> tuple[str, str] | None:
    """(message, hint) on what keeps the samples from being fresh noise, whatever its distribution; None when
    nothing does."""
    made, again = samples(observation, 0), samples(observation, 1)
    if made is None or again is None:
        return (
            "the samples differ in shape, so their distribution cannot be checked",
            "Yield arrays that all have the same shape.",
        )
    x = made[0]
    if (
        len(again[0])
        and x.shape[1] == again[0].shape[1]
        and np.array_equal(x[: len(again[0])], again[0][: len(x)])
    ):
        return (
            f"two calls of {task} yield the same noise",
            "Draw inside the generator, and do not set a seed there.",
        )
    if len(np.unique(x, axis=0)) < len(x) and different_sequences(x) > len(x) ** 2 / 2 / FALSE_ALARM:
        return (
            f"one call of {task} yields the same sequence more than once",
            "Draw new noise inside the loop, for every sample.",
        )
    if not independent(x):
        return (
            f"neighbouring time steps are correlated ({correlation(x):.2f}), expected independent noise",
            "Draw every step independently; do not add the steps up.",
        )
    return None
