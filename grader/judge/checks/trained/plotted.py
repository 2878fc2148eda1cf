"""Figures of recorded curves: what was drawn beside what the training recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Role, Seen
from grader.judge.checks.trained.histories import of_no_training
from grader.judge.identify.drawing_cells import or_left_out
from grader.model import Basis, Evidence, Status, Verdict
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
    doubt: Verdict | None = None  # where no training was seen to write it

    @property
    def is_labelled(self) -> bool:
        """Whether one of the figures tells which line it is."""
        return any(map(_is_labelled, self.shown_in))

    @property
    def evidence(self) -> Evidence:
        """What was looked for, and what was seen."""
        if self.doubt is not None:
            return Evidence(what=self.what, expected="recorded by a training", actual=self.doubt.message)
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
        hint = (
            "Plot each curve in the notebook itself, for instance with plt.plot(history.history['accuracy'])."
        )
        return or_left_out(seen, failed("no figure with a line was seen", hint=hint))
    wanted = [
        _curve(seen, history, name, lines, _of_another(seen, history, histories[:k], curves))
        for k, history in enumerate(histories)
        for name in curves
    ]
    evidence = [curve.evidence for curve in wanted]
    if not any(curve.is_recorded for curve in wanted):
        return needs_review(
            "the notebook records none of these curves under a known name: a person will look at the figures",
            evidence=evidence,
        )
    drawn = [curve for curve in wanted if curve.shown_in]
    doubts = [curve.doubt for curve in wanted if curve.doubt is not None]
    if (waits := next((one for one in doubts if one.status is Status.NEEDS_REVIEW), None)) is not None:
        return replace(waits, evidence=tuple(evidence))
    if len(drawn) < len(wanted):
        verdict = replace(_not_drawn(wanted, doubts), evidence=tuple(evidence))
        return verdict if doubts else or_left_out(seen, verdict)
    if any(not curve.is_labelled for curve in drawn):
        return partial(
            UNLABELLED,
            "the curves are drawn, but nothing tells which is which",
            hint="Give every curve a label and call plt.legend(); plt.xlabel names the axis.",
            evidence=evidence,
        )
    return passed("All curves are drawn as recorded, and labelled.", evidence=evidence)


def _not_drawn(wanted: Sequence[Curve], doubts: Sequence[Verdict]) -> Verdict:
    """What is said where not all curves are drawn as recorded."""
    drawn = sum(bool(curve.shown_in) for curve in wanted)
    if not drawn:
        return (
            doubts[0]
            if doubts
            else failed("no line of a figure is a recorded curve", hint="Draw what the training recorded.")
        )
    missing = ", ".join(curve.what for curve in wanted if not curve.shown_in)
    return partial(
        drawn / len(wanted),
        doubts[0].message if doubts else f"not drawn as recorded: {missing}",
        hint=doubts[0].hint if doubts else "Is it the history of the right model?",
    )


def _lines(figures: Sequence[Figure]) -> list[tuple[Axes, Array]]:
    """Every line of a figure from left to right, with the axes that it is drawn in."""
    lines = ((axes, line) for figure in figures for axes in figure.axes for line in axes.lines)
    return [(axes, line.y[np.argsort(line.x, kind="stable")]) for axes, line in lines]


def _values(seen: Seen, history: Role, name: str) -> Array | None:
    """A curve that was recorded, under one of the names that Keras gives it."""
    recorded = seen[probes.history(history)].curves
    found = next((recorded[one] for one in ALIASES.get(name, (name,)) if one in recorded), None)
    return found if found is not None and len(found) else None


def _of_another(seen: Seen, history: Role, before: Sequence[Role], curves: Sequence[str]) -> Verdict | None:
    """What is said of a history that holds what one before it does; None where it is one of its own."""
    own = [_values(seen, history, name) for name in curves]
    for other in before:
        pairs = list(zip(own, (_values(seen, other, name) for name in curves), strict=True))
        if all(a is not None and b is not None and np.array_equal(a, b) for a, b in pairs):
            return failed(
                f"{history.name} holds what {other.name} holds, expected the record of another training",
                hint="Keep what each fit returns under a name of its own.",
            )
    return None


def _curve(
    seen: Seen, history: Role, name: str, lines: Sequence[tuple[Axes, Array]], doubt: Verdict | None
) -> Curve:
    """One recorded curve, and where it is drawn. `doubt`: what is said of its whole history."""
    values, what = _values(seen, history, name), f"{name} of {history.name}"
    if values is None:
        return Curve(what=what, is_recorded=False)
    shown_in = tuple(axes for axes, y in lines if _is_drawn(values, y))
    if doubt is None and shown_in:
        doubt = of_no_training(seen, history, ALIASES.get(name, (name,)))
    if doubt is not None and doubt.status is Status.FAILED:
        shown_in = ()
    return Curve(what=what, is_recorded=True, shown_in=shown_in, doubt=doubt)


def _is_drawn(values: Array, y: Array) -> bool:
    return y.shape == values.shape and any(
        np.allclose(y, values * factor, atol=PLOT_ROUNDING * factor) for factor in (1.0, PERCENT)
    )


def _is_labelled(axes: Axes) -> bool:
    """Whether a reader can tell: a legend, or a title and a label of an axis that has one line."""
    return any(axes.legend) or (len(axes.lines) == 1 and bool(axes.title or axes.y_label))
