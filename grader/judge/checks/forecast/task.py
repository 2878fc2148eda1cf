"""A series that is forecast: what a notebook is asked about it, and what it answered, whoever judges it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from grader import probes
from grader.assignment import Function, Model, Probe, Seen
from grader.judge.identify.chain import Chain, UnknownLayer, chain_of, near
from grader.probes.calls import Called, Instruction
from grader.probes.series import daily_series
from grader.rnn.weights import Array

NamedNumbers = Mapping[str, float | int]
Make = Callable[..., Array]  # (seed) gives the series of that seed, (seed, rng) the same with noise from rng
FRESH_DRAWS = 4  # draws of the noise
TRIED = 64  # windows with which the kernel shows that its answers are those of its weights
CHANGE = 25.0  # by which one value is changed: as much as the pattern of a week goes up and down
PLACES = 5  # at which one value is changed
DAYS_AHEAD = 24  # days more than a window: so long is the piece of a series that is forecast
SAME_ERROR = 0.05  # within which the notebook's error is taken for the host's
SECONDS = 120.0  # some forecast one window after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasting:
    """What is forecast. `maker`: the template's function that makes the series of a seed, `make`: the same of
    the host's; `forecast`: the notebook's function of (model, series, window); `seed`, `split`, `window`: the
    sheet's parameters for the series, for where the training ends, and for how many values a forecast
    sees."""

    maker: Function
    model: Model
    forecast: Function
    make: Make = daily_series
    seed: str = "SERIES_SEED"
    split: str = "SPLIT_TIME"
    window: str = "WINDOW_SIZE"

    def windows(self, rng: np.random.Generator, numbers: NamedNumbers) -> dict[str, Array]:
        """Some windows x of fresh noise, for the kernel; the series [draws, time] that they come from stay
        here."""
        made = np.stack([self.make(int(numbers[self.seed]), rng) for _ in range(FRESH_DRAWS)])
        x, _ = self.cut(made, numbers)
        return {"x": x[rng.permutation(len(x))[:TRIED]].astype("f4"), "series": made}

    def pieces(self, rng: np.random.Generator, numbers: NamedNumbers) -> list[Instruction]:
        """The calls of the notebook's function. They are short, for some forecast one value after the other;
        one that by itself begins at the split has nothing to say of these, and is given all that was before,
        too."""
        window, seed = max(1, int(numbers[self.window])), int(numbers[self.seed])
        begin = max(0, int(numbers[self.split]) - window)
        whole = self.make(seed, rng)[: begin + window + DAYS_AHEAD].astype("f4")
        places = rng.choice(np.arange(window, window + DAYS_AHEAD - 2), PLACES, replace=False)
        changed = [_with_change(whole, begin + int(place), rng) for place in places]
        return [
            replace(
                probes.call(self.forecast, self.model, one[begin:], window),
                otherwise=(self.model, one, window),
            )
            for one in (whole, *changed, self.make(seed).astype("f4"))
        ]

    def cut(self, series: Array, numbers: NamedNumbers) -> tuple[Array, Array]:
        """Windows [n, window, 1] of these series [n, time], and the values after them [n], all of these after
        the split."""
        window = max(1, int(numbers[self.window]))
        split = min(max(int(numbers[self.split]), window), series.shape[-1] - 2)
        rows = np.lib.stride_tricks.sliding_window_view(
            np.atleast_2d(series)[:, split - window :], window + 1, axis=1
        )
        flat = rows.reshape(-1, window + 1)
        return flat[:, :-1, None], flat[:, -1]


@functools.cache
def own_series(task: Forecasting) -> Probe:
    """The series that the notebook makes."""

    def draw(rng: np.random.Generator, numbers: NamedNumbers) -> list[Instruction]:
        return [probes.call(task.maker, int(numbers[task.seed]))]

    return probes.calls(task.maker, draw=draw, called="own_series")


@functools.cache
def answers_of(task: Forecasting) -> Probe:
    """The model's answers to windows of fresh noise."""
    return probes.answers(task.model, task.windows, called="forecasts")


@functools.cache
def own_forecasts(task: Forecasting) -> Probe:
    """What the notebook's function forecasts: a piece of a series, the same with one value changed at drawn
    places, and last the notebook's own series after the split."""
    calls = probes.calls(task.model, task.forecast, draw=task.pieces, called="own_forecasts", early=False)
    return replace(calls, seconds=SECONDS)


def described(task: Forecasting) -> Probe:
    """The trained model's layers and weights."""
    return probes.keras_model(task.model)


def _with_change(series: Array, place: int, rng: np.random.Generator) -> Array:
    other = series.copy()
    other[place] += np.float32(CHANGE if rng.random() < 0.5 else -CHANGE)
    return other


def flat(called: Called) -> Array:
    """All numbers that a call gave, one after the other."""
    return (
        np.concatenate([np.ravel(array).astype("f8") for array in called.arrays])
        if called.arrays
        else np.zeros(0)
    )


def first_day(called: Called, window: int, split: int) -> int | None:
    """The place in the series that was handed over to which the first forecast belongs: the one after the
    first window, or the split, where the notebook's function begins by itself. The value after the end may
    be forecast, too. None where there are more or fewer forecasts."""
    days, forecasts = len(called.given[1]), flat(called).size
    return next((begin for begin in (window, split) if forecasts - (days - begin) in (0, 1)), None)


def forecast_of(seen: Seen, task: Forecasting, days: int) -> Array | None:
    """What the notebook's own function forecasts for so many days after the split; None where it gives
    nothing of that length. Follow-through: a mistake in it is charged where it is asked, not where its
    forecasts are drawn and counted."""
    if seen.answered(own_forecasts(task)) is None:
        return None
    last = seen[own_forecasts(task)][-1]
    begin = first_day(last, int(seen.parameters[task.window]), int(seen.parameters[task.split]))
    if begin is None:
        return None
    given = flat(last)[: len(last.given[1]) - begin][-days:]
    return given if len(given) == days and np.isfinite(given).all() else None


def trained_is_another(seen: Seen, task: Forecasting) -> bool:
    """Whether another model was trained than the one that the notebook hands to its function: the kernel
    describes the one that it saw trained."""
    return seen.taken_for(task.model, described(task)) != seen.taken_for(task.model, own_forecasts(task))


def model_of(seen: Seen, task: Forecasting) -> Chain | None:
    """The trained model as the host computes it."""
    if seen.answered(described(task)) is None:
        return None
    return seen.once("chain of the forecaster", lambda: chain_of(seen[described(task)]), described(task))


def answering_model_of(seen: Seen, task: Forecasting) -> Chain | None:
    """The same; None, too, where the notebook's answers to windows are not those of its weights."""
    chain = model_of(seen, task)
    out = seen[answers_of(task)].out if seen.answered(answers_of(task)) is not None else None
    return (
        chain if chain is None or out is None or near(said_by(chain, seen[answers_of(task)].x), out) else None
    )


def said_by(chain: Chain, x: Array) -> Array:
    """What the model says of these windows; nan where it is one for windows of another length."""
    try:
        return chain(x)
    except (UnknownLayer, ValueError):
        return np.full(len(x), np.nan)


def error_of_trained(seen: Seen, task: Forecasting) -> float | None:
    """The mean absolute error of the trained model after the split of the notebook's own series; None where
    the host cannot compute it."""
    series, chain = own_series_of(seen, task), answering_model_of(seen, task)
    if series is None or chain is None:
        return None
    x, following = task.cut(series, seen.parameters)
    return float(np.mean(np.abs(said_by(chain, x).ravel() - following)))


def own_series_of(seen: Seen, task: Forecasting) -> Array | None:
    """The series that the notebook makes for its seed [time]."""
    (called,) = seen[own_series(task)]
    array: Array | None = called.array
    return array.ravel().astype("f8") if array is not None and array.size > 2 else None
