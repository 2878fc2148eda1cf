"""Figures: whether what was drawn is what was recorded or forecast. A drawing is the notebook's word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Probe, Role, Seen
from grader.judge.checks.forecast.followed import MOST_MOVED, followed_forecast, not_by_model
from grader.judge.checks.forecast.scaled import unless_scaled
from grader.judge.checks.forecast.task import (
    SAME_ERROR,
    Forecasting,
    answering_model_of,
    answers_of,
    described,
    own_forecasts,
    own_series,
    own_series_of,
    said_by,
)
from grader.judge.checks.trained.histories import recorded_sweep
from grader.judge.identify.drawing_cells import or_left_out
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, partial, passed, skipped
from grader.probes.figures import Axes, Figure, PlottedLine
from grader.probes.notebook import read_number
from grader.rnn.weights import Array

DRAWN_ALIKE = 1e-3  # of the spread of a curve: more digits than a drawing shows
FORECAST = 1e-2  # the same for a forecast, which the host computes in other steps
# of a sweep or a series: a figure may leave out its end, where the loss is too large to be drawn
MOST_LEFT_OUT = 0.34


def draws_sweep(role: Role) -> Criterion:
    """Some figure shows the recorded losses over the recorded rates, on a logarithmic axis."""
    return Criterion(
        id="draws_sweep",
        title="A figure shows the sweep's loss over its learning rate, on a logarithmic axis.",
        judge=lambda seen: judge_sweep_figure(seen, role),
        basis=Basis.REPORTED,
        asks=(probes.history(role), probes.figures()),
        forger_gains="the points of this check, for a drawing",
    )


def draws_forecast(task: Forecasting, *, told: Role | None = None) -> Criterion:
    """Some axes show the series after the split and the model's forecast of it, with names of both or of the
    axes. `told`: the notebook's own mean absolute error; forecasts of other days that it was computed from,
    too, are charged there."""
    error = [probes.names(told, called=f"number_{told.name}")] if told is not None else []
    return Criterion(
        id="draws_forecast",
        title="A figure shows the series after SPLIT_TIME and the forecast of it, labelled.",
        judge=lambda seen: unless_scaled(
            seen, task, judge_forecast_figure(seen, task, _number(seen, error, told))
        ),
        basis=Basis.REPORTED,
        asks=(probes.figures(), own_series(task)),
        uses=(described(task), answers_of(task), own_forecasts(task), probes.trained_on(task.model), *error),
        instead=of_another_series,
        forger_gains="the points of this check, for a drawing",
    )


def _number(seen: Seen, asked: Sequence[Probe], role: Role | None) -> float | None:
    """What the notebook has under a name; None where it has no number there."""
    found = [answer for one in asked if (answer := seen.answered(one)) is not None]
    return read_number(found[0], role.name) if found and role is not None else None


def every_line(figures: Sequence[Figure]) -> Iterator[tuple[Axes, PlottedLine]]:
    """Each line with the axes that it stands in."""
    yield from ((axes, line) for figure in figures for axes in figure.axes for line in axes.lines)


def part_of(line: Array, whole: Array, near: float = DRAWN_ALIKE) -> slice | None:
    """Where a drawn line is a piece of a curve that leaves out no more than it may; None where it is none."""
    size = len(line)
    if size < max(2, (1 - MOST_LEFT_OUT) * len(whole)) or size > len(whole):
        return None
    for start in range(len(whole) - size + 1):
        if _same(line, whole[start : start + size], near):
            return slice(start, start + size)
    return None


def _same(one: Array, other: Array, near: float) -> bool:
    known = np.isfinite(other)
    if not known.any() or np.any(np.isfinite(one) != known):
        return False
    spread = float(np.ptp(other[known])) or float(np.abs(other[known]).max()) or 1.0
    return float(np.abs(one[known] - other[known]).max()) <= near * spread


def none_drawn(seen: Seen, figures: Sequence[Figure]) -> Verdict | None:
    """What is said where nothing is drawn at all."""
    if any(True for _ in every_line(figures)):
        return None
    found = f"{counted(len(figures), 'figure')} without a line" if figures else "no figure"
    hint = "Draw it by plt.plot or plt.semilogx, and let the cell run to its end."
    return or_left_out(seen, failed(f"there is {found}", hint=hint))


def judge_sweep_figure(seen: Seen, role: Role) -> Verdict:
    """Whether some line is the sweep."""
    figures, sweep = seen[probes.figures()], recorded_sweep(seen, role)
    if isinstance(sweep, Verdict):
        return sweep
    if (verdict := none_drawn(seen, figures)) is not None:
        return verdict
    alike = [(axes, line) for axes, line in every_line(figures) if part_of(line.y, sweep.losses) is not None]
    if not alike:
        lines = counted(len(list(every_line(figures))), "line")
        verdict = failed(
            f"none of {lines} in the figures is the sweep's recorded loss",
            hint=f"Draw the losses of {role.name} over its learning rates.",
        )
        return or_left_out(seen, verdict)
    for axes, line in alike:
        part = part_of(line.y, sweep.losses)
        rates = sweep.rates[part]
        if (axes.x_scale == "log" and _is_rates(line.x, rates)) or _same(
            line.x, np.log10(rates), DRAWN_ALIKE
        ):
            evidence = [
                Evidence(
                    what="a figure", expected="loss over rate, logarithmic", actual=f"{len(line.x)} points"
                )
            ]
            return passed("A figure shows the sweep.", evidence=evidence)
    axes, line = alike[0]
    if not any(_is_rates(line.x, sweep.rates[part_of(line.y, sweep.losses)]) for _, line in alike):
        return failed(
            "the sweep's loss is drawn, but not over its learning rates",
            hint=f"The first argument of plt.semilogx is the list of rates in {role.name}.",
        )
    return partial(
        0.5,
        f"the sweep is drawn on a {axes.x_scale} axis, expected a logarithmic one",
        hint="Use plt.semilogx, or plt.xscale('log').",
    )


def _is_rates(x: Array, rates: Array) -> bool:
    return bool(np.all(x > 0)) and float(np.abs(np.log10(x) - np.log10(rates)).max()) <= 1e-2


def judge_forecast_figure(seen: Seen, task: Forecasting, told: float | None = None) -> Verdict:
    """Whether some axes show the truth and the forecast. `told`: the error that the notebook gives."""
    figures, series = seen[probes.figures()], own_series_of(seen, task)
    if series is None:
        return skipped(f"not reached: {task.maker.name}({task.seed}) gives no series")
    if (verdict := none_drawn(seen, figures)) is not None:
        return verdict
    x, truth = task.cut(series, seen.parameters)
    chain, own = answering_model_of(seen, task), followed_forecast(seen, task, len(truth))
    known = [said_by(chain, x).ravel()] if chain is not None else []
    known += [own.forecast] if own is not None and own.by_model else []
    best = _best(figures, truth, known, told)
    if known and best is not None and best.share:
        return best
    if chain is None or (own is not None and not own.by_model):
        others = [own.forecast] if own is not None and chain is not None else []
        other = _best(figures, truth, others, told)
        if other is not None and other.share:
            return needs_review(
                f"a forecast is drawn beside the series, but {not_by_model(seen, task)}: a person will look"
                " where it comes from"
            )
    nowhere = failed(
        "no figure shows the series after SPLIT_TIME",
        hint="Draw series[SPLIT_TIME:] and the forecast in the same axes.",
    )
    return best or or_left_out(seen, nowhere)


def _best(
    figures: Sequence[Figure], truth: Array, forecasts: Sequence[Array], told: float | None
) -> Verdict | None:
    """The best that is said of any axes; None where none show the truth. Without `forecasts` any line is
    taken for one."""
    looked_at = [_of_axes(axes, truth, forecasts, told) for figure in figures for axes in figure.axes]
    return max(filter(None, looked_at), key=lambda verdict: verdict.share, default=None)


def of_another_series(seen: Seen) -> Verdict | None:
    """What is said of two lines of one length in a notebook that has no function for the sheet's series; None
    where there are none."""
    if seen.answered(probes.figures()) is None:
        return None
    every = [axes for figure in seen[probes.figures()] for axes in figure.axes]
    together = [len({len(line.y) for line in axes.lines}) < len(axes.lines) for axes in every]
    return (
        needs_review("the series is another one than the sheet's: a person will look at the figure")
        if any(together)
        else None
    )


def _of_axes(axes: Axes, truth: Array, forecasts: Sequence[Array], told: float | None) -> Verdict | None:
    """What is said of axes in which the truth is drawn; None where it is not."""
    true = next((line for line in axes.lines if part_of(line.y, truth) is not None), None)
    if true is None:
        return None
    part = part_of(true.y, truth)
    others = [line for line in axes.lines if line is not true and abs(len(line.y) - len(true.y)) <= 1]
    evidence = [Evidence(what="lines beside the series", expected="the forecast", actual=str(len(others)))]
    if not others:
        return failed(
            "a figure shows the series after SPLIT_TIME, and no forecast of the same length",
            evidence=evidence,
        )
    if forecasts and not any(
        _is_forecast(line.y, one, part) or _is_charged(line.y, one, truth[part], told)
        for line in others
        for one in forecasts
    ):
        return failed(
            "the line beside the series is not what the model forecasts for these times",
            hint="Draw the forecast of each value at that value's own time.",
            evidence=evidence,
        )
    if not axes.legend and not (axes.x_label and axes.y_label):
        return partial(
            2 / 3,
            "series and forecast are drawn, and neither lines nor axes have names",
            hint="Add plt.legend().",
        )
    return passed("A figure shows the series after SPLIT_TIME and the forecast of it.", evidence=evidence)


def _is_forecast(line: Array, forecast: Array, part: slice | None) -> bool:
    """Whether a line is the forecast of these times, one value at the end more or less."""
    begin = part.start if part is not None else 0
    size = min(len(line), len(forecast) - begin)
    return size >= len(line) - 1 and _same(line[:size], forecast[begin : begin + size], FORECAST)


def _is_charged(line: Array, forecast: Array, truth: Array, told: float | None) -> bool:
    """Whether a line is a forecast of other days, and the error that is told is the error of this line: one
    mistake, which the error loses its points for."""
    size = min(len(line), len(truth))
    error = float(np.abs(line[:size] - truth[:size]).mean())
    moved = part_of(line[MOST_MOVED:-MOST_MOVED], forecast, FORECAST) is not None
    return told is not None and moved and abs(told - error) <= SAME_ERROR * error
