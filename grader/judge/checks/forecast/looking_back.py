"""What a forecast looks at: one value of the series is changed, and which forecasts move is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.assignment import Criterion, Seen
from grader.judge.checks.forecast.followed import is_by_model, is_by_model_throughout, not_by_model
from grader.judge.checks.forecast.task import (
    Forecasting,
    answers_of,
    described,
    first_day,
    flat,
    own_forecasts,
    trained_is_another,
)
from grader.judge.words import raised
from grader.model import Basis, Evidence, Status, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, passed
from grader.probes import Called
from grader.rnn.weights import Array

MOVED = 1e-3  # of the spread of a forecast: less is the noise of float32


def looks_back_only(task: Forecasting) -> Criterion:
    """A changed value changes no forecast that was made before it, and the next one after it."""
    return Criterion(
        id="looks_back_only",
        title="A changed value moves the forecast after it, and none before.",
        judge=lambda seen: judge_moves(seen, task),
        basis=Basis.PROVEN,
        asks=(own_forecasts(task),),
        uses=(described(task), answers_of(task)),
        forger_gains="nothing: the values that are changed are drawn",
    )


def judge_moves(seen: Seen, task: Forecasting) -> Verdict:
    """Whether the first forecast that moves is the one right after the changed value."""
    window, name = max(1, int(seen.parameters[task.window])), task.forecast.name
    plain, *others, _ = seen[own_forecasts(task)]
    if plain.error is not None:
        return failed(
            f"{name}(model, series, {window}) {raised(plain.error)}",
            hint="Call it in the notebook with a short series.",
        )
    series, forecast = np.asarray(plain.given[1]), flat(plain)
    begin, windows = first_day(plain, window, int(seen.parameters[task.split])), len(series) - window
    if begin is None:
        return failed(
            f"{name} gives {counted(forecast.size, 'number')} for a series of {len(series)} and windows of"
            f" {window}, expected {windows}: one for each value that follows a window",
            hint="Forecast once from each series[t : t + window_size].",
        )
    if not np.isfinite(forecast).all() or not float(np.ptp(forecast)):
        return failed(
            f"{name} gives the same number everywhere, or none",
            hint="Does the forecast depend on the series?",
        )
    firsts = _first_moves(forecast, series, others, begin, name)
    if isinstance(firsts, Verdict):
        return firsts
    return _if_by_model(
        seen, task, _of_first_moves(firsts, len(others), lambda: is_by_model_throughout(seen, task))
    )


def _if_by_model(seen: Seen, task: Forecasting, verdict: Verdict) -> Verdict:
    """The verdict, where the trained model speaks. How much of another one moves is chance."""
    open_ = verdict.status is Status.PASSED or trained_is_another(seen, task)
    if not open_ or is_by_model(seen, task):
        return verdict
    moves = "a changed value moves the next forecast, but " if verdict.status is Status.PASSED else ""
    return needs_review(
        f"{moves}{not_by_model(seen, task)}: a person will look where it comes from",
        evidence=verdict.evidence,
    )


def _first_moves(
    forecast: Array, series: Array, others: Sequence[Called], begin: int, name: str
) -> list[int] | Verdict:
    """Steps from each changed value to the first forecast that moves, where one does; the first of all
    belongs to the place `begin`."""
    firsts = []
    for other in others:
        changed, moved = np.asarray(other.given[1]), flat(other)
        if moved.shape != forecast.shape or changed.shape != series.shape:
            return failed(
                f"{name} gives {moved.size} numbers after one value was changed, before {forecast.size}"
            )
        place = int(np.argmax(changed != series))
        found = np.flatnonzero(np.abs(moved - forecast) > MOVED * np.ptp(forecast))
        if found.size and place < len(series) - 1:
            firsts.append(int(found[0]) + begin - place)
    return firsts


def _of_first_moves(firsts: Sequence[int], places: int, by_model: Callable[[], bool]) -> Verdict:
    """What is said of the first forecasts that move, counted in steps from the changed value. A model whose
    units are at their ends moves little by the value before: where every forecast is what the model's weights
    give for the window before it (`by_model`), that tells."""
    evidence = [
        Evidence(
            what="steps from a changed value to the first forecast that moves",
            expected="1 at each place",
            actual=", ".join(map(str, firsts)) or "none moves",
        )
    ]
    if min(firsts, default=1) >= 1 and (len(firsts) < places or max(firsts) > 1) and by_model():
        return passed(
            "No forecast moves before the changed value, and each is what the model gives for the window"
            " before it.",
            evidence=evidence,
        )
    if len(firsts) < places:
        return failed(
            f"at {places - len(firsts)} of {places} places a changed value moves no forecast",
            hint=(
                "Forecast from the series that is passed in, and from its own values, not from earlier"
                " forecasts."
            ),
            evidence=evidence,
        )
    if min(firsts) < 1:
        return failed(
            f"a changed value moves forecasts up to {counted(1 - min(firsts), 'step')} before they can know"
            " it: they look ahead",
            hint=(
                "Nothing after a window may be used: no mean or scale of the whole series, no window around"
                " the value."
            ),
            evidence=evidence,
        )
    if len(set(firsts)) > 1:
        return needs_review(
            f"the first forecast that moves comes {min(firsts)} to {max(firsts)} steps after the changed"
            " value, expected 1: a person will look whether it comes late or the model hardly moves",
            evidence=evidence,
        )
    if max(firsts) > 1:
        return failed(
            f"the first forecast that moves comes {max(firsts)} steps after the changed value, expected 1",
            hint="The forecast from series[t : t + window_size] is about series[t + window_size].",
            evidence=evidence,
        )
    return passed("A changed value moves the next forecast, and none before.", evidence=evidence)
