"""Whose weights a forecast comes from: the model that was trained, another one that the notebook hands to its
function, or a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.assignment import Seen
from grader.judge.checks.forecast.task import (
    SAME_ERROR,
    Forecasting,
    error_of_trained,
    forecast_of,
    own_series_of,
    trained_is_another,
)
from grader.judge.identify.chain import Chain
from grader.judge.identify.untrained import trained_states, untrained
from grader.model import Evidence, Status, Verdict
from grader.model.verdict import failed, needs_review
from grader.rnn.weights import Array


def of_another_model(
    seen: Seen, task: Forecasting, trained: float, bar: float, told: float | None = None
) -> Verdict | None:
    """What is said where the model that was trained is good enough, and the notebook forecasts with another
    that is not; None where it forecasts with the trained one, or with one that is as good. `told`: the error
    that the notebook gives for its forecast; where it is that of the trained model, this one had forecast
    before its name was bound again."""
    off = _off_by_another(seen, task)
    if off is None or off <= bar or _is_error_of_trained(seen, task, told):
        return None
    return failed(
        f"{task.model.name} is another model than the one that was trained: its forecasts are off"
        f" by {off:.3g} on average, expected at most {bar:.3g}; those of the trained one by {trained:.3g}",
        hint="Is a new model built between training and forecast? Forecast with the one that was fitted.",
        evidence=[
            Evidence(what=f"error of {task.model.name}", expected=f"at most {bar:.3g}", actual=f"{off:.3g}"),
            Evidence(what="error of the model that was trained", actual=f"{trained:.3g}"),
        ],
    )


def loaded_elsewhere(seen: Seen, task: Forecasting, bar: float) -> Verdict | None:
    """What is said where the model that was trained is not good enough, and another that nobody saw in
    training forecasts well: from a file, perhaps. None where there is no such model."""
    off = _off_by_another(seen, task)
    if off is None or off > bar:
        return None
    return needs_review(
        f"{task.model.name} forecasts well, off by {off:.3g} on average, but no training of it was seen: a"
        " person will look at where its weights come from"
    )


def if_trained(
    seen: Seen, chain: Chain | None, verdict: Verdict, is_good: Callable[[Chain], bool]
) -> Verdict:
    """The verdict, unless it gives points to weights that no training made. `is_good`: whether the model with
    other weights reaches the bar."""
    if verdict.status is not Status.PASSED or chain is None:
        return verdict
    if not all(chain.with_weights(state) for state in trained_states(seen)):
        return verdict  # what was watched is another model

    def reaches(arrays: Sequence[Array], skill: float) -> bool:
        other = chain.with_weights(arrays)
        return other is not None and is_good(other)

    problem = untrained(seen, reaches)
    if problem is None:
        return verdict
    return problem.verdict("a forecast that nothing was trained for shows no learning", verdict.evidence)


def _is_error_of_trained(seen: Seen, task: Forecasting, told: float | None) -> bool:
    own = error_of_trained(seen, task) if told is not None else None
    return told is not None and own is not None and abs(told - own) <= SAME_ERROR * own


def _off_by_another(seen: Seen, task: Forecasting) -> float | None:
    """The error of what the notebook forecasts with another model than the trained one, after the split of
    its own series; None where it forecasts with that, or gives nothing to compare."""
    series = own_series_of(seen, task)
    if series is None or not trained_is_another(seen, task):
        return None
    _, following = task.cut(series, seen.parameters)
    forecast = forecast_of(seen, task, len(following))
    return float(np.mean(np.abs(forecast - following))) if forecast is not None else None
