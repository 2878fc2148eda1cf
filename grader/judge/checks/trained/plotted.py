"""Figures of recorded curves: what was drawn beside what the training recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, Role, Seen
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.figures import Axes, Figure
from grader.rnn.weights import Array

ALIASES = {
    "accuracy": ("accuracy", "acc", "binary_accuracy"),
    "val_accuracy": ("val_accuracy", "val_acc", "val_binary_accuracy"),
}
PLOT_ROUNDING = 1e-3  # numbers may have been rounded for a drawing
PERCENT = 100.0
UNLABELLED = 0.75  # of the points where one cannot tell which line is which


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A curve that is to be drawn, and the axes in which it is."""

    what: str
    is_recorded: bool
    shown_in: tuple[Axes, ...] = ()

    @property
    def is_labelled(self) -> bool:
        """Whether one of the figures tells which line it is."""
        return any(map(_is_labelled, self.shown_in))

    @property
    def evidence(self) -> Evidence:
        """What was looked for, and what was seen."""
        seen = "drawn" if self.shown_in else "not drawn" if self.is_recorded else "not recorded"
        return Evidence(what=self.what, expected="a line", actual=seen)


def curves_plotted(*histories: Role, curves: Sequence[str] = ("accuracy", "val_accuracy")) -> Criterion:
    """Figures show these recorded curves of every training, with labels that tell them apart."""
    return Criterion(
        id="curves_plotted",
        title=(
            f"Labelled figures show {' and '.join(curves)} as recorded in"
            f" {' and '.join(one.name for one in histories)}."
        ),
        judge=lambda seen: judge_curves(seen, histories, curves),
        basis=Basis.REPORTED,
        asks=(probes.figures(), *(probes.history(one) for one in histories)),
        forger_gains="the points of this check, for a drawing",
    )


def judge_curves(seen: Seen, histories: Sequence[Role], curves: Sequence[str]) -> Verdict:
    """Whether each recorded curve is drawn, and labelled."""
    lines = _lines(seen[probes.figures()])
    if not lines:
        return failed(
            "no figure with a line was seen",
            hint="plt.plot(history.history['accuracy']), in the notebook itself.",
        )
    wanted = [_curve(seen, history, name, lines) for history in histories for name in curves]
    evidence = [curve.evidence for curve in wanted]
    if not any(curve.is_recorded for curve in wanted):
        return needs_review(
            "the notebook records none of these curves under a known name: a person will look at the figures",
            evidence=evidence,
        )
    drawn = [curve for curve in wanted if curve.shown_in]
    if not drawn:
        return failed(
            "no line of a figure is a recorded curve",
            hint="Draw what the training recorded.",
            evidence=evidence,
        )
    if len(drawn) < len(wanted):
        missing = ", ".join(curve.what for curve in wanted if not curve.shown_in)
        return partial(
            len(drawn) / len(wanted),
            f"not drawn as recorded: {missing}",
            hint="Is it the history of the right model?",
            evidence=evidence,
        )
    if any(not curve.is_labelled for curve in drawn):
        return partial(
            UNLABELLED,
            "the curves are drawn, but nothing tells which is which",
            hint="plt.legend and plt.xlabel",
            evidence=evidence,
        )
    return passed("All curves are drawn as recorded, and labelled.", evidence=evidence)


def _lines(figures: Sequence[Figure]) -> list[tuple[Axes, Array]]:
    """Every line of a figure from left to right, with the axes that it is drawn in."""
    lines = ((axes, line) for figure in figures for axes in figure.axes for line in axes.lines)
    return [(axes, line.y[np.argsort(line.x, kind="stable")]) for axes, line in lines]


def _curve(seen: Seen, history: Role, name: str, lines: Sequence[tuple[Axes, Array]]) -> Curve:
    """One recorded curve, under one of the names that Keras gives it, and where it is drawn."""
    recorded, what = seen[probes.history(history)].curves, f"{name} of {history.name}"
    values = next((recorded[one] for one in ALIASES.get(name, (name,)) if one in recorded), None)
    if values is None or not len(values):
        return Curve(what=what, is_recorded=False)
    shown_in = tuple(axes for axes, y in lines if _is_drawn(values, y))
    return Curve(what=what, is_recorded=True, shown_in=shown_in)


def _is_drawn(values: Array, y: Array) -> bool:
    return y.shape == values.shape and any(
        np.allclose(y, values * factor, atol=PLOT_ROUNDING * factor) for factor in (1.0, PERCENT)
    )


def _is_labelled(axes: Axes) -> bool:
    """Whether a reader can tell: a legend, or a title and a label of an axis that has one line."""
    return any(axes.legend) or (len(axes.lines) == 1 and bool(axes.title or axes.y_label))
