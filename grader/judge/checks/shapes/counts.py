"""How many parameters the layers have: as many as the sizes of the sheet demand, or those found in the
model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.judge.checks.layers.sizes import demanded_sizes, layer_inside
from grader.judge.checks.shapes.counts_found import judge_counts_of_any_size
from grader.judge.checks.shapes.totals import hint_to_train, total_of, trainable_of
from grader.judge.compared import Compared, first_wrong
from grader.judge.identify.cases import layer_role
from grader.judge.identify.cell import identify
from grader.model import Basis, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed
from grader.probes.model import ModelAnswer, read_model
from grader.rnn.counts import dense as of_dense
from grader.rnn.counts import recurrent
from grader.rnn.family import CellFamily


def parameter_counts(
    model: Model, *, own_sizes: bool = False, with_the_sheets: Mapping[str, float | int] | None = None
) -> Criterion:
    """The counts by the formula, of the sheet's sizes or of those found. `with_the_sheets`: the parameters of
    the sheet, for the title to say what they come to.

    Raises:
        AssignmentError: the model has no layer of the student's own.
    """
    layer = layer_inside(model)
    gates, title = len(layer.cell.family.gates), layer.cell.family.title
    total = _total(model, layer, with_the_sheets) if with_the_sheets else None
    example = f" ({total:,} with the sheet's)" if total is not None else ""
    fixed = f"The parameter counts are those that the sizes demand{example}."
    formula = f"{gates}*((in+units)*units+units) for an {title} layer"
    return Criterion(
        id="parameter_counts",
        title=(
            f"The parameter counts are those that the sizes found demand: {formula}." if own_sizes else fixed
        ),
        judge=judge_counts_of_any_size if own_sizes else judge_counts,
        basis=Basis.REPORTED,
        asks=(probes.one_step(layer.cell), probes.model(model)) if own_sizes else (probes.model(model),),
        uses=(probes.layer(layer),) if own_sizes else (probes.one_step(layer.cell), probes.layer(layer)),
        forger_gains="one point, for reporting sizes",
        said_of=dict(with_the_sheets or {}),
    )


def _total(model: Model, layer: Layer, parameters: Mapping[str, float | int]) -> int:
    """Parameters of a read-in, the layer and a read-out of one number."""
    features, units = int(parameters[layer.cell.features]), int(parameters[layer.cell.units])
    return (
        dense(model.features, features)
        + recurrent(layer.cell.family, features, units).total
        + dense(units, 1)
    )


def dense(inputs: int, outputs: int) -> int:
    """Parameters of a dense layer: a weight for each input and one bias, for each output."""
    return of_dense(inputs, outputs).total


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLayer:
    """The parameters of the student's own recurrent layer: `doubled` gates add two biases each, which is
    right, too."""

    seen: int
    wanted: int
    doubled: int


def judge_counts(seen: Seen) -> Verdict:
    """The counts per layer and in total, trainable and not, as the sizes demand."""
    asked, cell = read_model(seen.answer("model")), layer_role(seen, "model").cell
    compared = _compared(seen, asked, own := _own_layer(seen, asked))
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        hint = hint_to_train(asked.variables) or (
            f"model.summary() lists the count of each layer; compare it with the sizes {cell.features} and"
            f" {cell.units}."
        )
        return failed(wrong.message, hint=hint, evidence=evidence)
    _, units = demanded_sizes(seen)
    note = _two_biases(own.doubled, len(cell.family.gates), units) if own.doubled else ""
    return passed(f"{total_of(asked.variables):,} parameters, all trainable.{note}", evidence=evidence)


def _own_layer(seen: Seen, asked: ModelAnswer) -> OwnLayer:
    """What it has and should have; where the cell itself is wrong, and charged for that elsewhere, it should
    have what it has."""
    (read_in, units), family = demanded_sizes(seen), layer_role(seen, "model").cell.family
    actual = sum(asked.variables[place].size for place in asked.inside_cells)
    right = recurrent(family, read_in, units).total
    doubled = _gates_with_two_biases(seen, (actual - right) / max(units, 1), family)
    return OwnLayer(
        seen=actual, wanted=_own_structure(seen, actual) or right + doubled * units, doubled=doubled
    )


def _compared(seen: Seen, asked: ModelAnswer, own: OwnLayer) -> list[Compared]:
    """All counts beside those that the sizes demand. Without a cell of their own, which is charged elsewhere,
    only the totals can be compared."""
    read_in, units = demanded_sizes(seen)
    around = dense(seen.part("model", "model", Model).features, read_in) + dense(units, 1)
    total = total_of(asked.variables)
    totals = [
        Compared(what="all parameters", wanted=around + own.wanted, seen=total),
        Compared(what="trainable parameters", wanted=around + own.wanted, seen=trainable_of(asked.variables)),
    ]
    return [*_by_part(seen, asked, own, around), *totals] if asked.inside_cells else totals


def _by_part(seen: Seen, asked: ModelAnswer, own: OwnLayer, around: int) -> list[Compared]:
    """The counts of the student's own layer, of what is around it, and of what is not trained."""
    (read_in, units), family = demanded_sizes(seen), layer_role(seen, "model").cell.family
    aside = [
        variable
        for place, variable in enumerate(asked.variables)
        if not variable.trainable and place not in asked.inside_cells
    ]
    parts = [
        Compared(
            what=f"{family.title} layer: {len(family.gates)} x (({read_in} + {units}) x {units} + {units})",
            wanted=own.wanted,
            seen=own.seen,
        ),
        Compared(
            what="read-in and read-out together",
            wanted=around,
            seen=total_of(asked.variables) - own.seen - total_of(aside),
        ),
    ]
    if aside:
        what = f"variables that are not trained ({', '.join(one.title for one in aside[:3])})"
        parts += [Compared(what=what, wanted=0, seen=total_of(aside))]
    return parts


def _two_biases(doubled: int, gates: int, units: int) -> str:
    """That gates with two biases have more parameters than needed."""
    some = f"{counted(doubled, 'gate')} {'has' if doubled == 1 else 'have'}"
    who = "Each gate has" if doubled == gates else some
    return f" {who} two biases, {doubled * units} parameters more than needed; that is right too."


def _gates_with_two_biases(seen: Seen, more: float, family: CellFamily) -> int:
    """How many gates of the cell add a bias to the part from x and one to the part from h: as its layout
    says, else all, when there are as many vectors more."""
    cell = identify(seen)
    if cell is None or cell.mapping is None:
        return len(family.gates) if more == len(family.gates) else 0
    return sum(len(of_gate) == 2 for of_gate in cell.mapping.layout.biases)


def _own_structure(seen: Seen, actual: int) -> int | None:
    """Follow-through: what the LSTM part may have when the cell itself is wrong, and charged for that
    elsewhere."""
    cell = identify(seen)
    return actual if cell is not None and not cell.is_right else None
