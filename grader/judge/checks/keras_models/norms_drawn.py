"""A figure that shows how large the gradient is at each step of the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Role, Seen
from grader.judge.identify.by_input import (
    Norms,
    are_logarithms,
    as_shares,
    by_input,
    is_like,
    tells_shares,
)
from grader.judge.identify.drawing_cells import or_left_out
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.figures import Axes, Figure, PlottedLine
from grader.rnn.weights import Array

DRAWN_ROUNDING = 0.05  # of the ratio to the host's: the numbers of a figure may have been rounded
MOST_SHOWN = 64  # sequences of a figure, for each of which the host goes back once


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a figure shall show: the gradient of this model for these inputs and targets of the notebook."""

    model: Model
    inputs: Role
    targets: Role


def norms_plotted(shown: Shown) -> Criterion:
    """A figure with these norms over the steps, on a logarithmic axis."""
    named = f"{shown.inputs.name}, {shown.targets.name}"
    return Criterion(
        id=f"norms_of_{shown.model.name}_plotted",
        title=(
            f"A figure shows how large the gradient of {shown.model.name} is at each step ({named}), on a"
            " logarithmic axis."
        ),
        judge=lambda seen: judge_plotted(seen, shown),
        basis=Basis.REPORTED,
        asks=(probes.figures(), probes.keras_model(shown.model), probes.arrays(shown.inputs, shown.targets)),
        forger_gains="the points of this check, for a drawing",
    )


def judge_plotted(seen: Seen, shown: Shown) -> Verdict:
    """Whether a line of a figure is what the host computes."""
    figures: tuple[Figure, ...] = seen[probes.figures()]
    candidates = [(axes, line) for figure in figures for axes in figure.axes for line in axes.lines]
    if not candidates:
        hint = "Plot the norms in the notebook itself, for instance with plt.semilogy(norms)."
        return or_left_out(seen, failed("no figure with a line was seen", hint=hint))
    batch = _small_batch(seen, shown)
    wanted = _of_batch(seen, shown.model, *batch) if batch is not None else []
    if batch is None or not wanted:
        return needs_review(
            f"{shown.inputs.name} and {shown.targets.name} are no small batch of sequences, or the host"
            f" cannot compute {shown.model.name}: a person will look at the figure"
        )
    for axes, line in candidates:
        if (found := _compared(axes, line, wanted)) is not None:
            return found
    if not tells_shares(seen, shown.model, batch[0]):
        return needs_review(
            f"the answers of {shown.model.name} do not lie between 0 and 1, which leaves a cross-entropy"
            " without a gradient: a person will look at the figure"
        )
    return _none_shows(shown, [line for _, line in candidates], wanted[0].values)


def _none_shows(shown: Shown, lines: Sequence[PlottedLine], wanted: Array) -> Verdict:
    """What is said where no line has these norms by step [time]."""
    steps = len(wanted)
    fitting = [line for line in lines if len(line.y) == steps]
    evidence = [
        Evidence(
            what="the line, as shares of its last point",
            expected=as_shares(wanted),
            actual=as_shares(fitting[0].y) if fitting else "",
        )
    ]
    if not fitting:
        return failed(
            f"no line of a figure has {steps} points, one for each step",
            hint="Plot one norm for each step of the input, for instance with plt.semilogy(norms).",
            evidence=evidence,
        )
    return failed(
        f"no line shows the gradient of {shown.model.name}, as it is at the end, for {shown.inputs.name} and"
        f" {shown.targets.name}",
        hint=(
            "Draw what your function gives for the trained model, as it is: neither smoothed nor divided by"
            " itself."
        ),
        evidence=evidence,
    )


def _small_batch(seen: Seen, shown: Shown) -> tuple[Array, Array] | None:
    """The notebook's inputs [batch, time, 1] and targets [batch, 1]; None where they are none of a few
    sequences."""
    arrays = seen[probes.arrays(shown.inputs, shown.targets)]
    x, y = arrays.get(shown.inputs.name), arrays.get(shown.targets.name)
    if x is None or y is None or x.ndim not in (2, 3) or not 0 < len(x) == y.size <= MOST_SHOWN:
        return None
    return x.astype("f8").reshape(len(x), -1, 1), y.astype("f8").reshape(-1, 1)


def _of_batch(seen: Seen, model: Model, x: Array, y: Array) -> list[Norms]:
    """The norms by step [time] in the ways in which a batch is summed up; none where the host cannot compute
    them."""
    found = Norms.of(lambda x: _summed_up(seen, model, x, y), x)
    return [] if found is None else [Norms(*one) for one in zip(found.values, found.told, strict=True)]


def _summed_up(seen: Seen, model: Model, x: Array, y: Array) -> Array | None:
    """The norms [ways, time]: under two losses, as means, as one norm, as the largest, and of the mean
    gradient."""
    found = []
    for by_out in (lambda p: (p - y) / np.maximum(p * (1 - p), 1e-12), lambda p: 2 * (p - y)):
        by_x = by_input(seen, model, x, by_out)
        if by_x is None:
            return None
        norms = np.sqrt((by_x**2).sum(axis=-1))
        found += [
            norms.mean(axis=0),
            np.sqrt((norms**2).sum(axis=0)),
            norms.max(axis=0),
            np.abs(by_x.mean(axis=0)).sum(axis=-1),
        ]
    return np.stack(found)


def _compared(axes: Axes, line: PlottedLine, wanted: Sequence[Norms]) -> Verdict | None:
    """What is said of a line that shows the norms; None for another line."""
    order = np.argsort(line.x, kind="stable")
    y = line.y[order]
    if y.shape != wanted[0].values.shape:
        return None
    as_it_is = any(is_like(y, one, DRAWN_ROUNDING) for one in wanted)
    if not as_it_is and not any(are_logarithms(y, one, DRAWN_ROUNDING) for one in wanted):
        return None
    evidence = [
        Evidence(
            what="the line, as shares of its last point",
            expected=as_shares(wanted[0].values),
            actual=as_shares(y),
        )
    ]
    labels = Evidence(
        what="axes", actual=f"{axes.x_label or 'none'}, {axes.y_label or 'none'}, {axes.y_scale}"
    )
    if as_it_is and axes.y_scale not in ("log", "symlog"):
        return partial(
            0.5,
            "the norms are drawn on a linear axis, on which all but the last steps are zero",
            hint='plt.yscale("log") or plt.semilogy(...)',
            evidence=[*evidence, labels],
        )
    return passed("A figure shows the norms that the host computes.", evidence=[*evidence, labels])
