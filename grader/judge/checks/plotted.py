"""Figures of recorded curves: what was drawn beside what the training recorded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Role, Seen
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.figures import Axes, Figure

Array = np.ndarray
ALIASES = {
    "accuracy": ("accuracy", "acc", "binary_accuracy"),
    "val_accuracy": ("val_accuracy", "val_acc", "val_binary_accuracy"),
}
PLOT_ROUNDING = 1e-3  # numbers may have been rounded for a drawing
PERCENT = 100.0
UNLABELLED = 0.75  # of the points where one cannot tell which line is which


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
    figures: tuple[Figure, ...] = seen[probes.figures()]
    lines = [
        (axes, line.y[np.argsort(line.x, kind="stable")])
        for figure in figures
        for axes in figure.axes
        for line in axes.lines
    ]
    evidence, drawn, there, unlabelled = [], 0, 0, 0
    for history in histories:
        recorded = seen[probes.history(history)].curves
        for curve in curves:
            values = next((recorded[name] for name in ALIASES.get(curve, (curve,)) if name in recorded), None)
            if values is None or not len(values):
                evidence.append(
                    Evidence(what=f"{curve} of {history.name}", expected="a line", actual="not recorded")
                )
                continue
            there += 1
            found = [axes for axes, y in lines if _is_drawn(values, y)]
            evidence.append(
                Evidence(
                    what=f"{curve} of {history.name}",
                    expected="a line",
                    actual="drawn" if found else "not drawn",
                )
            )
            drawn += bool(found)
            unlabelled += bool(found) and not any(_is_labelled(axes) for axes in found)
    wanted = len(histories) * len(curves)
    if not lines:
        return failed(
            "no figure with a line was seen",
            hint="plt.plot(history.history['accuracy']), in the notebook itself.",
        )
    if not there:
        return needs_review(
            "the notebook records none of these curves under a known name: a person will look at the figures",
            evidence=evidence,
        )
    missing = ", ".join(one.what for one in evidence if one.actual != "drawn")
    if not drawn:
        return failed(
            "no line of a figure is a recorded curve",
            hint="Draw what the training recorded.",
            evidence=evidence,
        )
    if drawn < wanted:
        return partial(
            drawn / wanted,
            f"not drawn as recorded: {missing}",
            hint="Is it the history of the right model?",
            evidence=evidence,
        )
    if unlabelled:
        return partial(
            UNLABELLED,
            "the curves are drawn, but nothing tells which is which",
            hint="plt.legend and plt.xlabel",
            evidence=evidence,
        )
    return passed("All curves are drawn as recorded, and labelled.", evidence=evidence)


def _is_drawn(values: Array, y: Array) -> bool:
    return y.shape == values.shape and any(
        np.allclose(y, values * factor, atol=PLOT_ROUNDING * factor) for factor in (1.0, PERCENT)
    )


def _is_labelled(axes: Axes) -> bool:
    """Whether a reader can tell: a legend, or a title and a label of an axis that has one line."""
    return any(axes.legend) or (len(axes.lines) == 1 and bool(axes.title or axes.y_label))
