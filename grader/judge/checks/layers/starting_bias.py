"""The bias of the forget gate in a new cell of the student's, wherever the code puts it."""

from __future__ import annotations

import numpy as np

from grader import probes
from grader.assignment import Cell, Criterion, Layer, Seen
from grader.errors import AssignmentError
from grader.judge.checks.layers.sizes import layer_probes
from grader.judge.identify.cell import IdentifiedCell, family_of, identify
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.rnn.mapping import CellMapping
from grader.rnn.weights import Array

BIAS_APART = 1e-3  # from the bias that is asked for, the sum of several in float32
ONE_BIAS = 1e-6  # biases that spread less are told as one number


def forget_bias(cell: Cell, *, starts_at: float = 1.0, within: Layer | None = None) -> Criterion:
    """The effective bias of the forget gate in a new cell.

    Raises:
        AssignmentError: the family has no forget gate.
    """
    if cell.family.forget_gate is None:
        raise AssignmentError(
            f"{cell.name} is {cell.family.words}, which has no forget gate: leave the check out"
        )
    words = "one" if starts_at == 1 else f"{starts_at:g}"
    return Criterion(
        id="forget_bias_one" if starts_at == 1 else "forget_bias",
        title=f"The forget gate's bias starts at {words}.",
        judge=lambda seen: judge_forget_bias(seen, starts_at),
        basis=Basis.PROVEN,
        asks=(probes.one_step(cell),),
        uses=layer_probes(within),
        if_raised=(
            "the cell raises when it is called, so nobody can tell by its answers which of its biases is that"
            " of the forget gate: a person will look at how it is made"
        ),
        forger_gains=f"one point, for exporting a {words}",
    )


def _bias_of(cell: IdentifiedCell, mapping: CellMapping, gate: int, wanted: float) -> Array:
    """The bias of this gate [units]. Where wrong equations let gates stand for each other, as f * i * g does,
    and nobody can tell which is which, that reading counts in which it starts as it should."""
    layouts = [mapping.layout, *(other for other in mapping.rivals if other.kernels[gate] is not None)]
    biases = [layout.weights(cell.initial, cell.units, cell.features).bias[gate] for layout in layouts]
    return min(biases, key=lambda bias: float(np.max(np.abs(bias - wanted))))


def judge_forget_bias(seen: Seen, wanted: float = 1.0) -> Verdict:
    """The effective bias of the forget gate starts so: the sum of all its biases and of a constant in the
    code."""
    cell = identify(seen)
    gate = family_of(seen).forget_gate
    assert gate is not None  # else the sheet could not be written
    if (
        cell is None
        or cell.mapping is None
        or cell.mapping.variant.relative
        or cell.mapping.layout.kernels[gate] is None
    ):
        return needs_review(
            "the forget gate could not be found among the cell's weights: a person will look at its bias"
        )
    bias = _bias_of(cell, cell.mapping, gate, wanted)
    low, high = float(bias.min()), float(bias.max())
    evidence = [
        Evidence(
            what="effective bias of the forget gate in a new cell",
            expected=f"{wanted:g}",
            actual=f"{low:.3g}" if high - low < ONE_BIAS else f"{low:.3g} to {high:.3g}",
        )
    ]
    if abs(low - wanted) < BIAS_APART and abs(high - wanted) < BIAS_APART:
        return passed(
            f"The forget gate's bias starts at {'one' if wanted == 1 else f'{wanted:g}'}.", evidence=evidence
        )
    return failed(
        f"the forget gate's bias starts at {evidence[0].actual}, expected {wanted:g}",
        hint=(
            'For a Dense layer: tf.keras.layers.Dense(units, bias_initializer="ones"). At one, a new cell'
            " remembers (Jozefowicz et al. 2015)."
        ),
        evidence=evidence,
    )
