"""A forecast of a series by a trained model: what it looks at, and how near it comes as the host computes it
from the exported weights, on fresh noise upon the notebook's own series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Probe, Role, Seen
from grader.judge.checks.forecast.baselines import bar_of, mean_error
from grader.judge.checks.forecast.followed import Followed, followed_forecast
from grader.judge.checks.forecast.handed_in import if_trained, loaded_elsewhere, of_another_model
from grader.judge.checks.forecast.scaled import unless_scaled
from grader.judge.checks.forecast.task import (
    SAME_ERROR,
    Forecasting,
    answers_of,
    described,
    error_of_trained,
    model_of,
    own_forecasts,
    own_series,
    own_series_of,
    said_by,
)
from grader.judge.identify.chain import Chain, is_recurrent, near, recurrent_steps
from grader.judge.words import raised
from grader.model import Basis, Evidence, Status, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, passed, skipped
from grader.probes.notebook import read_number
from grader.rnn.weights import Array

SAME_SERIES = 1e-3  # of its spread
FEWEST_STEPS = 4  # a recurrent layer sees at least this part of the window


def beats_by_weights(
    task: Forecasting, *, by: float, baselines: Sequence[str], told: Role | None = None
) -> Criterion:
    """The mean absolute error after the split, which the host computes from the exported weights, is smaller
    by this share than that of the best of the baselines. `told`: the notebook's own mean absolute error, by
    which a model is known that has forecast before another one got its name."""
    error = [_number(told)] if told is not None else []
    named = " and ".join(filter(None, (", ".join(baselines[:-1]), baselines[-1])))
    return Criterion(
        id="beats_by_weights",
        title=(
            f"The forecast's mean absolute error under fresh noise is at least {by * 100:.0f} % below that of"
            f" {named}."
        ),
        judge=lambda seen: unless_scaled(seen, task, judge_by_weights(seen, task, baselines, by, told)),
        basis=Basis.PROVEN,
        asks=(described(task), answers_of(task), own_series(task)),
        uses=(own_forecasts(task), probes.training(), probes.trained_on(task.model), *error),
        instead=lambda seen: of_another_series(seen, task),
        forger_gains=(
            "nothing: the host forecasts with the exported weights, and only recurrent layers may explain the"
            " answers"
        ),
    )


def error_told(task: Forecasting, number: Role) -> Criterion:
    """The notebook's own mean absolute error is that of its model on its series."""
    asked = _number(number)
    return Criterion(
        id=number.name,
        title=f"{number.name} is the forecast's mean absolute error after SPLIT_TIME.",
        judge=lambda seen: unless_scaled(seen, task, judge_error(seen, task, asked, number.name)),
        basis=Basis.PROVEN,
        asks=(asked, described(task), own_series(task)),
        uses=(own_forecasts(task), answers_of(task), probes.trained_on(task.model)),
        instead=lambda seen: of_another_series(seen, task),
        forger_gains="nothing: the host computes the error",
    )


def _number(role: Role) -> Probe:
    return probes.names(role, called=f"number_{role.name}")


def judge_by_weights(
    seen: Seen, task: Forecasting, baselines: Sequence[str], by: float, told: Role | None = None
) -> Verdict:
    """Whether the host's forecast with these weights is so much nearer than the best of the baselines."""
    model, answered = seen[described(task)], seen[answers_of(task)]
    if not any(map(is_recurrent, model.layers)):
        with_weights = (layer.kind or layer.own for layer in model.layers if layer.weights)
        kinds = ", ".join(with_weights) or "none that Keras knows"
        return failed(
            f"there is no recurrent layer in what forecasts: its layers are {kinds}",
            hint="Forecast with a model of SimpleRNN, LSTM or GRU layers.",
        )
    series = np.asarray(answered.hidden["series"])
    if (other := _other_series(seen, task)) is not None:
        return other
    x, following = task.cut(series, seen.parameters)
    bar, chain = bar_of(x[..., 0], following, baselines, by), model_of(seen, task)
    own, problem = _own_error(seen, task, chain, answered, x, following)
    if problem is not None and not (own is not None and own > bar.error):
        return problem
    assert own is not None  # the kernel's own answers, where the host has none
    evidence = bar.evidence(own, f"mean absolute error of {len(following):,} forecasts")
    if not bar.is_met(own):
        verdict = failed(
            bar.missed(own),
            hint=(
                "Does the loss still fall? Train longer, or with another learning rate. A model that repeats"
                " the last value is no forecast."
            ),
            evidence=evidence,
        )
        return loaded_elsewhere(seen, task, bar.error) or verdict
    error = seen.answered(_number(told)) if told is not None else None
    given = read_number(error, told.name) if error is not None and told is not None else None
    verdict = of_another_model(seen, task, own, bar.error, given) or passed(bar.met(own), evidence=evidence)
    return if_trained(seen, chain, verdict, lambda other: bar.is_met(_error(other, x, following)))


def of_another_series(seen: Seen, task: Forecasting) -> Verdict | None:
    """What is said of a recurrent model in a notebook that has no function for the sheet's series; None where
    there is no such model."""
    answer = seen.answered(described(task))
    if answer is None or not any(map(is_recurrent, seen[described(task)].layers)):
        return None
    return needs_review(
        f"there is no {task.maker.name}: the series is another one, and a person will look at its forecast"
    )


def _own_error(
    seen: Seen, task: Forecasting, chain: Chain | None, answered: probes.Answered, x: Array, following: Array
) -> tuple[float | None, Verdict | None]:
    """The model's error, and what is said where it is not the host's own."""
    if answered.error is not None or answered.out is None:
        said = raised(answered.error or {"name": "an error", "message": ""})
        return None, failed(
            f"asked for a forecast the model {said}",
            hint="Call it as model(x) with x of shape (batch, window).",
        )
    if answered.out.size != len(answered.x):
        told = f"for {counted(len(answered.x), 'window')} the model gives shape {answered.out.shape}"
        return None, failed(
            f"{told}, expected ({len(answered.x)}, 1): one value each",
            hint="The last recurrent layer returns its last output alone, and Dense(1) follows.",
        )
    if not np.isfinite(answered.out).all():
        return None, failed(
            "the model's forecasts are not numbers (nan)",
            hint="A loss of nan comes from a learning rate that is too large.",
        )
    if chain is not None and (problem := too_few_steps(chain, x.shape[1])) is not None:
        return None if problem.status is Status.FAILED else _error(chain, x, following), problem
    if chain is not None and near(said_by(chain, answered.x), answered.out):
        return _error(chain, x, following), None
    near_enough = _error_of_answers(task, seen, answered)
    return near_enough, needs_review(
        "the model does something besides its recurrent and dense layers that is not known here: a person"
        " will look at its forecast",
        staff_note=f"the notebook's own answers are off by {near_enough:.3g} on average",
    )


def too_few_steps(chain: Chain, window: int) -> Verdict | None:
    """What is said of recurrent layers that see a small part of the window; where other layers put its steps
    together for them, a person looks at it."""
    seen = recurrent_steps(chain.recurrent)
    if FEWEST_STEPS * seen >= window:
        return None
    told = f"the recurrent layers see {counted(seen, 'step')} of a window of {window}"
    if FEWEST_STEPS * recurrent_steps(chain.layers) >= window:
        return needs_review(f"{told}, which the layers below have put together: a person will look at it")
    return failed(told, hint="Time is the second axis.")


def _error(chain: Chain, x: Array, following: Array) -> float:
    return mean_error(chain(x).ravel(), following)


def _error_of_answers(task: Forecasting, seen: Seen, answered: probes.Answered) -> float:
    """How far the answers of the kernel itself are off, for the windows that it was shown."""
    x, following = task.cut(np.asarray(answered.hidden["series"]), seen.parameters)
    known = {row.astype("f4").tobytes(): value for row, value in zip(x[..., 0], following, strict=True)}
    due = np.array([known.get(np.ascontiguousarray(row).tobytes(), np.nan) for row in answered.x[..., 0]])
    assert answered.out is not None
    return float(np.nanmean(np.abs(answered.out.ravel() - due)))


def _other_series(seen: Seen, task: Forecasting) -> Verdict | None:
    """What is said where the notebook's series is not the one that its seed gives on the sheet."""
    own, sheets = own_series_of(seen, task), task.make(int(seen.parameters[task.seed]))
    if own is None:
        return skipped(f"not reached: {task.maker.name}({task.seed}) gives no series")
    if own.shape == sheets.shape and float(np.abs(own - sheets).max()) <= SAME_SERIES * float(np.ptp(sheets)):
        return None
    return needs_review(
        f"{task.maker.name}({task.seed}) is not the series of the sheet: a person will look at the forecast"
    )


def judge_error(seen: Seen, task: Forecasting, asked: Probe, name: str) -> Verdict:
    """Whether the error that the notebook tells is that of its model."""
    given = read_number(seen.answer(asked), name)
    if given is None:
        return failed(
            f"{name} is no number", hint=f"Compute it: {name} = float(np.mean(np.abs(forecast - truth)))."
        )
    series, own = own_series_of(seen, task), error_of_trained(seen, task)
    if series is None:
        return skipped(f"not reached: {task.maker.name}({task.seed}) gives no series")
    if own is None:
        return needs_review("the model cannot be computed here: a person will look at its error")
    _, following = task.cut(series, seen.parameters)
    evidence = [Evidence(what=name, expected=f"{own:.3g}", actual=f"{given:.3g}")]
    if abs(given - own) <= SAME_ERROR * own:
        return passed(f"{name} is {given:.3g}, as the model's weights give.", evidence=evidence)
    followed = followed_forecast(seen, task, len(following))
    if followed is not None and _is_error_of(given, followed, following):
        return _followed_error(
            followed, f"{name} is {given:.3g}, as {task.forecast.name} gives", own, evidence
        )
    return failed(
        f"{name} is {given:.3g}, and the model is off by {own:.3g} on average",
        hint=(
            "Compare each forecast with the value that follows its window, over all of the time after"
            " SPLIT_TIME."
        ),
        evidence=evidence,
    )


def _is_error_of(given: float, followed: Followed, following: Array) -> bool:
    theirs = float(np.mean(np.abs(followed.forecast - following)))
    return abs(given - theirs) <= SAME_ERROR * theirs


def _followed_error(followed: Followed, told: str, own: float, evidence: list[Evidence]) -> Verdict:
    """What is said of the error of forecasts that are not the host's."""
    if followed.by_model:
        return passed(f"{told}; the weights give {own:.3g}.", evidence=evidence)
    return needs_review(
        f"{told}, and the model's weights give {own:.3g}: a person will look where these forecasts come from",
        evidence=evidence,
    )
