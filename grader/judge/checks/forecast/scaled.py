"""A series that was scaled before the training: the model knows no other numbers, and what it forecasts is in
them."""

from __future__ import annotations

import numpy as np

from grader import probes
from grader.assignment import Seen
from grader.judge.checks.forecast.split import places
from grader.judge.checks.forecast.task import Forecasting, own_series_of
from grader.model import Status, Verdict
from grader.model.verdict import needs_review
from grader.rnn.weights import Array

UNSCALED = 0.02  # of the factor, and of the spread of the series: noise of float32 is far below
FEWEST = 10  # windows of the training that are known again, and values in one


def unless_scaled(seen: Seen, task: Forecasting, verdict: Verdict) -> Verdict:
    """The verdict; what is lost is left to a person where the training had the series in other numbers."""
    if verdict.status is not Status.FAILED:
        return verdict
    answered = seen.answered(probes.trained_on(task.model))
    rows = seen[probes.trained_on(task.model)] if answered is not None else None
    series = own_series_of(seen, task)
    found = scale_of(rows[..., 0].astype("f8"), series) if rows is not None and series is not None else None
    if found is None:
        return verdict
    factor, shift = found
    return needs_review(
        f"the model was trained on a scaled series ({factor:.3g} times the values, {shift:+.3g}): a person"
        f" will look at it. In the sheet's numbers {verdict.message}",
        evidence=verdict.evidence,
    )


def scale_of(rows: Array, series: Array) -> tuple[float, float] | None:
    """(factor, shift) by which windows [n, window] differ from those of the series [time]; None where they do
    not, or hardly any is one of it."""
    if rows.ndim != 2 or not FEWEST <= rows.shape[1] < len(series):
        return None
    at = places(rows, series)
    known = np.flatnonzero(at >= 0)
    if len(known) < FEWEST:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(series, rows.shape[1])[at[known]]
    factor, shift = np.polyfit(windows.ravel(), rows[known].ravel(), 1)
    spread = float(np.ptp(series))
    if abs(factor - 1) <= UNSCALED and abs(shift) <= UNSCALED * spread:
        return None
    straight = np.abs(factor * windows + shift - rows[known]).max() <= UNSCALED * abs(factor) * spread
    return (float(factor), float(shift)) if straight else None
