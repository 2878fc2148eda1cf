"""How far figures and errors may follow what the notebook's own function forecasts: as far as it is the model
that speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.assignment import Seen
from grader.judge.checks.forecast.task import (
    Forecasting,
    answering_model_of,
    first_day,
    flat,
    forecast_of,
    own_forecasts,
    said_by,
)
from grader.judge.identify.chain import Chain, near
from grader.probes.calls import Called
from grader.rnn.weights import Array

MOST_MOVED = 30  # days: a window, and a few more


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Forecasts of the notebook's own function for the days after the split. `by_model`: they are what the
    model's weights give, be it for other days; of all else a person decides."""

    forecast: Array
    by_model: bool


def followed_forecast(seen: Seen, task: Forecasting, days: int) -> Followed | None:
    """What the notebook's own function forecasts for so many days; None where it forecasts nothing, or says
    of a piece of the series what the model does, and of the notebook's own series something else."""
    forecast, chain = forecast_of(seen, task, days), answering_model_of(seen, task)
    if forecast is None or chain is None:
        return Followed(forecast=forecast, by_model=False) if forecast is not None else None
    window, split = int(seen.parameters[task.window]), int(seen.parameters[task.split])
    piece, *_, own = seen[own_forecasts(task)]
    of_piece, of_own = (made_by(chain, one, window, first_day(one, window, split)) for one in (piece, own))
    if differs_here_alone(of_piece, flat(piece), of_own[-days:], forecast):
        return None
    return Followed(forecast=forecast, by_model=is_of_some_days(forecast, of_own[-days:]))


def is_by_model(seen: Seen, task: Forecasting) -> bool:
    """Whether what the notebook's function says of a piece of a series is what the trained model says."""
    return _are_by_model(seen, task, seen[own_forecasts(task)][:1])


def is_by_model_throughout(seen: Seen, task: Forecasting) -> bool:
    """The same of the piece and of it with one value changed, at every place."""
    return _are_by_model(seen, task, seen[own_forecasts(task)][:-1])


def _are_by_model(seen: Seen, task: Forecasting, pieces: Sequence[Called]) -> bool:
    chain = answering_model_of(seen, task)
    if chain is None:
        return False
    window, split = int(seen.parameters[task.window]), int(seen.parameters[task.split])
    said = (made_by(chain, piece, window, first_day(piece, window, split)) for piece in pieces)
    return all(near(one, flat(piece)[: len(one)]) for one, piece in zip(said, pieces, strict=True))


def not_by_model(seen: Seen, task: Forecasting) -> str:
    """Why a forecast is not known to be the model's, in a clause."""
    if answering_model_of(seen, task) is None:
        return "the host cannot compute the model"
    return f"what {task.forecast.name} gives is not what the model's weights give"


def made_by(chain: Chain, called: Called, window: int, begin: int | None) -> Array:
    """What the model says of the series of this call, from the place `begin` on."""
    series = np.asarray(called.given[1], dtype="f8")
    rows = np.lib.stride_tricks.sliding_window_view(series[:-1], window)[(begin or window) - window :]
    return said_by(chain, rows[..., None]).ravel()


def differs_here_alone(of_piece: Array, said_of_piece: Array, of_own: Array, said_of_own: Array) -> bool:
    """Whether something is said of a piece as the model says it, and of the own series otherwise."""
    return near(of_piece, said_of_piece[: len(of_piece)]) and not near(of_own, said_of_own)


def is_of_some_days(forecast: Array, said: Array) -> bool:
    """Whether a forecast is what the model says, or what it says of other days: moved by a few of them."""
    days = len(forecast)
    return any(
        near(said[max(0, moved) : days + min(0, moved)], forecast[max(0, -moved) : days - max(0, moved)])
        for moved in range(-MOST_MOVED, MOST_MOVED + 1)
        if days > 2 * abs(moved)
    )
