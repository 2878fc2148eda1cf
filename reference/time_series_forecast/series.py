"""The series: given to the students."""

import numpy as np


def make_series(seed: int) -> np.ndarray:
    """Make four years of days: a trend, a year, a week, and noise.

    Args:
        seed: which series.

    Returns:
        The values of 1,461 days, [time].
    """
    rng, time = np.random.default_rng(seed), np.arange(1461)
    slope, phase, level = rng.uniform(0.01, 0.03), rng.uniform(), rng.uniform(2, 4)
    week = rng.standard_normal(7)
    week = 12 * (week - week.mean()) / week.std()
    clean = 40 + slope * time + 15 * np.sin(2 * np.pi * (time / 365 + phase)) + week[time % 7]
    return clean + level * rng.standard_normal(1461)
