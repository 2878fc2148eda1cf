"""What anybody could forecast without a model, and the error that a forecast must stay below to be better."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.errors import AssignmentError
from grader.model import Evidence
from grader.rnn.weights import Array

MEAN_OF = re.compile(r"mean of (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The largest mean absolute error that counts: below that of the best baseline by a share of it."""

    errors: Mapping[str, float]  # of each baseline
    by: float

    @property
    def best(self) -> str:
        """The baseline with the smallest error."""
        return min(self.errors, key=lambda name: self.errors[name])

    @property
    def error(self) -> float:
        """The error itself."""
        return (1 - self.by) * self.errors[self.best]

    def is_met(self, own: float) -> bool:
        """Whether a forecast with this error is so much better."""
        return bool(np.isfinite(own)) and own <= self.error

    def met(self, own: float) -> str:
        """What is said of a forecast that is."""
        return f"The forecast is off by {own:.3g} on average, {self.best} by {self.errors[self.best]:.3g}."

    def missed(self, own: float) -> str:
        """What is said of one that is not."""
        return (
            f"the forecast is off by {own:.3g} on average, expected at most {self.error:.3g}: {self.best}"
            f" alone is off by {self.errors[self.best]:.3g}"
        )

    def evidence(self, own: float, what: str) -> list[Evidence]:
        """This error beside the bar, and those of the baselines."""
        return [
            Evidence(what=what, expected=f"at most {self.error:.3g}", actual=f"{own:.3g}"),
            *(
                Evidence(what=f"the same for {name}", actual=f"{error:.3g}")
                for name, error in self.errors.items()
            ),
        ]


def bar_of(windows: Array, following: Array, baselines: Sequence[str], by: float) -> Bar:
    """For windows [n, window] and the value after each [n]."""
    return Bar(errors=errors_of(windows, following, baselines), by=by)


def errors_of(windows: Array, following: Array, baselines: Sequence[str]) -> dict[str, float]:
    """The mean absolute error of each baseline for windows [n, window]."""
    return {name: mean_error(baseline(name)(windows), following) for name in baselines}


def mean_error(forecast: Array, following: Array) -> float:
    """The mean absolute error."""
    return float(np.mean(np.abs(forecast.astype("f8") - following)))


def baseline(name: str) -> Callable[[Array], Array]:
    """What it says for windows [windows, steps] -> [windows].

    Raises:
        AssignmentError: there is no baseline of that name.
    """
    if name == "persistence":
        return lambda x: x[:, -1]
    if name == "mean of the window":
        return lambda x: np.asarray(x.mean(axis=1))
    if found := MEAN_OF.fullmatch(name):
        count = int(found[1])
        return lambda x: x[:, -count:].mean(axis=1)
    raise AssignmentError(
        f"there is no baseline {name!r}: take 'persistence', 'mean of 3' or 'mean of the window'"
    )
