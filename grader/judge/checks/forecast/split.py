"""Whether a forecaster was trained on the days that it is to forecast: its windows are found in the series,
wherever they were taken from and however they were scaled."""

from __future__ import annotations

import numpy as np

from grader import probes
from grader.assignment import Criterion, Seen
from grader.judge.checks.forecast.task import Forecasting, own_series, own_series_of
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, passed
from grader.rnn.weights import Array

SAME_WINDOW = 1e-2  # of its spread: float32 and any scaling; windows of other days differ by far more
FEWEST_FOUND = 0.5  # of the windows, else they are something else than pieces of the series
A_FEW = 0.05  # of the days after the split: an index that is off by a day or a window is not meant


def trained_before(task: Forecasting) -> Criterion:
    """The values that the model learned to give lie before the split."""
    return Criterion(
        id="trained_before_split",
        title=f"The forecaster is trained on the days before {task.split} alone.",
        judge=lambda seen: judge_days(
            seen[probes.trained_on(task.model)],
            own_series_of(seen, task),
            int(seen.parameters[task.split]),
            task.split,
        ),
        basis=Basis.REPORTED,
        asks=(probes.trained_on(task.model), own_series(task)),
        instead=lambda seen: of_another_series(seen, task),
        forger_gains="the points of this check, for other data than those of its training",
    )


def judge_days(rows: Array | None, series: Array | None, split: int, called: str) -> Verdict:
    """Where the windows [n, time, features] stand in the notebook's own series [time]."""
    if rows is None or series is None or rows.shape[1] >= len(series):
        return needs_review("what the training used could not be read: a person will look at it")
    window = rows.shape[1]
    days = places(rows[:, :, 0].astype("f8"), series) + window
    if np.mean(days >= window) < FEWEST_FOUND:
        return needs_review(
            "the training used something other than windows of the series: a person will look at it"
        )
    after, all_after = len(np.unique(days[days >= split])), len(series) - split
    if after <= A_FEW * all_after:
        return passed(f"It learned from days before {called}.")
    return failed(
        f"the training used {after} of the {counted(all_after, 'day')} from {called} on, which are to be"
        " forecast",
        hint=f"Cut the series first: train on windows of series[:{called}].",
        evidence=(Evidence(what="days after the split in the training", expected="0", actual=str(after)),),
    )


def of_another_series(seen: Seen, task: Forecasting) -> Verdict | None:
    """What is said of the training in a notebook that has no function for the sheet's series; None where
    there was none."""
    answered = seen.answered(probes.trained_on(task.model))
    if answered is None or seen[probes.trained_on(task.model)] is None:
        return None
    return needs_review(
        f"there is no {task.maker.name}: the series is another one, and a person will look at what was"
        " trained on"
    )


def places(rows: Array, series: Array) -> Array:
    """Where each window [n, window] begins in the series [time]; far before it for one that stands nowhere in
    it. Means and spreads do not count, so that scaled windows are found, too."""
    window = rows.shape[1]
    known = _standardised(np.lib.stride_tricks.sliding_window_view(series, window))
    found = np.full(len(rows), -len(series))
    rows = _standardised(rows)
    nearest = (rows @ known.T).argmax(axis=1)  # the closest of vectors of one length
    same = np.abs(rows - known[nearest]).max(axis=1) < SAME_WINDOW
    found[same] = nearest[same]
    return found


def _standardised(windows: Array) -> Array:
    centred = windows - windows.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-12))
