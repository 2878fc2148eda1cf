"""Series to forecast, as a template makes them: the same for the same seed, with its own noise or with
fresh."""

from __future__ import annotations

import numpy as np

DAYS = 1461  # four years
# standard deviation of the weekly pattern: what a network learns shows beside what repeating a value gives
WEEK = 12.0


def daily_series(seed: int, noise: np.random.Generator | None = None) -> np.ndarray:
    """Four years of days [time] with a trend, a year, a week and noise, as
    reference/time_series_forecast/series.py makes them; with `noise` the same days under other noise."""
    rng, time = np.random.default_rng(abs(seed)), np.arange(DAYS)
    slope, phase, level = rng.uniform(0.01, 0.03), rng.uniform(), rng.uniform(2, 4)
    week = rng.standard_normal(7)
    week = WEEK * (week - week.mean()) / week.std()
    clean = 40 + slope * time + 15 * np.sin(2 * np.pi * (time / 365 + phase)) + week[time % 7]
    return np.asarray(clean + level * (noise or rng).standard_normal(DAYS))
