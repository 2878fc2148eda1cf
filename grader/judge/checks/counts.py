"""Layer shapes and parameter counts, derived from the sizes of the layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.assignment.spelling import folded
from grader.errors import AssignmentError
from grader.judge.checks import sizes
from grader.judge.checks.own_loop import steps_its_cell
from grader.judge.compared import Compared, first_wrong, shape_of
from grader.judge.identify.cell import identify
from grader.judge.words import counted
from grader.model import Basis, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.counts import dense as of_dense
from grader.rnn.counts import recurrent
from grader.rnn.family import CellFamily


def layer_shapes(model: Model, *, own_sizes: bool = False) -> Criterion:
    """The shapes in between, seen while calling the model: those that the sheet's parameters demand; with `own_sizes` those that the
    sizes found in it demand.

    Raises:
        AssignmentError: the model has no layer of the student's own.
    """
    layer = _layer(model)
    title = layer.cell.family.title
    fixed = f"The layers have the shapes (batch, time, {layer.cell.features}) and (batch, time, {layer.cell.units})."
    free = f"Every {title} layer takes (batch, time, features) and gives (batch, time, units), or the last step of it."
    return Criterion(
        id="layer_shapes",
        title=free if own_sizes else fixed,
        judge=sizes.judge_shapes if own_sizes else judge_shapes,
        basis=Basis.REPORTED,
        asks=(probes.one_step(layer.cell), probes.model(model)) if own_sizes else (probes.model(model),),
        uses=(probes.layer(layer),),
        about=() if own_sizes else (layer.cell.features, layer.cell.units),
        forger_gains="one point, for reporting shapes",
    )


def parameter_counts(
    model: Model, *, own_sizes: bool = False, with_the_sheets: Mapping[str, float | int] | None = None
) -> Criterion:
    """The counts by the formula, of the sheet's sizes or of those found. `with_the_sheets`: the parameters of the sheet, for the title
    to say what they come to.

    Raises:
        AssignmentError: the model has no layer of the student's own.
    """
    layer = _layer(model)
    gates, title = len(layer.cell.family.gates), layer.cell.family.title
    total = _total(model, layer, with_the_sheets) if with_the_sheets else None
    example = f" ({total:,} with the sheet's)" if total is not None else ""
    fixed = f"The parameter counts are those that the sizes demand{example}."
    formula = f"{gates}*((in+units)*units+units) for an {title} layer"
    return Criterion(
        id="parameter_counts",
        title=f"The parameter counts are those that the sizes found demand: {formula}." if own_sizes else fixed,
        judge=sizes.judge_counts if own_sizes else judge_counts,
        basis=Basis.REPORTED,
        asks=(probes.one_step(layer.cell), probes.model(model)) if own_sizes else (probes.model(model),),
        uses=(probes.layer(layer),) if own_sizes else (probes.one_step(layer.cell), probes.layer(layer)),
        forger_gains="one point, for reporting sizes",
    )


def _total(model: Model, layer: Layer, parameters: Mapping[str, float | int]) -> int:
    """Parameters of a read-in, the layer and a read-out of one number."""
    features, units = int(parameters[layer.cell.features]), int(parameters[layer.cell.units])
    return dense(model.features, features) + recurrent(layer.cell.family, features, units).total + dense(units, 1)


def _layer(model: Model) -> Layer:
    if model.layer is None:
        raise AssignmentError(f"{model.name} has no layer of the student's own whose sizes could be looked at: give it one")
    return model.layer


def dense(inputs: int, outputs: int) -> int:
    """Parameters of a dense layer: a weight for each input and one bias, for each output."""
    return of_dense(inputs, outputs).total


def _sizes(seen: Seen) -> tuple[int, int]:
    """(features, units) of the cell, as the notebook's parameters say."""
    cell = _layer_of(seen).cell
    return int(seen.parameters.get(cell.features, 32)), int(seen.parameters.get(cell.units, 100))


def _layer_of(seen: Seen) -> Layer:
    return seen.part("model", "layer", Layer)


def judge_shapes(seen: Seen) -> Verdict:
    """Read-in [batch, time, features], layer [batch, time, units], output [batch, 1], seen while calling the model."""
    observation = seen.answer("model")
    layers: Sequence[Mapping[str, Any]] = observation.answer["shapes"]
    (read_in, units), role = _sizes(seen), _layer_of(seen)
    _, batch, time, _ = observation.question["x"].shape
    name = seen.own_name(role.name)
    own = next((entry for entry in layers if _is_layer(entry, role)), None)
    if own is None and steps_its_cell(seen):  # charged once, where the layer is asked for
        return _sizes_of_the_cell(seen, layers)
    if own is None:
        return failed(
            f"the model never calls an {name}",
            hint=f"Create {name}({seen.own_name(role.cell.name)}({role.cell.units})) in __init__ of the model, and call it in call().",
        )
    taken = Compared(what=f"input of {name}, after the read-in", wanted=(batch, time, read_in), seen=shape_of(own["input"]))
    gives = Compared(what=f"output of {name}", wanted=(batch, time, units), seen=shape_of(own["output"]))
    evidence = [taken.evidence, gives.evidence]
    other_forms = ([time, batch, units], [batch, units])  # charged where the layer's output is judged
    for one in (taken, gives):
        charged = one is gives and (not isinstance(own["output"][0], int) or own["output"] in other_forms)
        if not one.holds and not charged:
            return failed(
                f"the {one.what} has shape {one.evidence.actual}, expected {one.evidence.expected}",
                hint=f"Use {role.cell.features} and {role.cell.units} for the sizes of the layers, and apply the read-in to every time step.",
                evidence=evidence,
            )
    return passed(
        f"Read-in gives {evidence[0].actual}, the {role.cell.family.title} layer {evidence[1].actual}.", evidence=evidence
    )


def _sizes_of_the_cell(seen: Seen, layers: Sequence[Mapping[str, Any]]) -> Verdict:
    """The sizes of a cell that the model steps itself: its input [batch, READ_IN] and its states [batch, UNITS]."""
    (read_in, units), role = _sizes(seen), _layer_of(seen)
    paths = {str(cell["path"]) for cell in seen.answer("model").answer["own_cells"]}
    cell = next((entry for entry in layers if str(entry["path"]) in paths), None)
    if cell is None or not cell["input"] or not cell["output"]:
        return skipped("not reached: there is no layer whose shapes could be looked at")
    states = cell["output"] if isinstance(cell["output"][0], int) else cell["output"][-1]
    given, got = cell["input"][-1], states[-1]
    compared = (
        Compared(what="features that the cell takes, after the read-in", wanted=read_in, seen=given),
        Compared(what="units of the cell", wanted=units, seen=got),
    )
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        return failed(
            wrong.message, hint=f"Use {role.cell.features} and {role.cell.units} for the sizes of the layers.", evidence=evidence
        )
    return passed(f"The cell that the model steps itself takes {given} features and has {got} units.", evidence=evidence)


def _is_layer(entry: Mapping[str, Any], layer: Layer) -> bool:
    return entry.get("role") == layer.name or folded(str(entry["class"])) == folded(layer.name)


def judge_counts(seen: Seen) -> Verdict:
    """The counts per layer and in total, trainable and not, as the sizes demand."""
    answer = seen.answer("model").answer
    (read_in, units), family = _sizes(seen), _layer_of(seen).cell.family
    inputs = seen.part("model", "model", Model).features
    variables = answer["variables"]
    size = [math.prod(v["shape"]) for v in variables]
    cell_places = {int(k) for cell in answer["own_cells"] for k in cell["variables"]}
    actual_lstm = sum(size[k] for k in cell_places if 0 <= k < len(size))
    aside = [k for k, v in enumerate(variables) if not v["trainable"] and k not in cell_places]
    total, trainable = sum(size), sum(s for s, v in zip(size, variables, strict=True) if v["trainable"])
    right = recurrent(family, read_in, units).total
    doubled = _gates_with_two_biases(seen, (actual_lstm - right) / max(units, 1), family)
    wanted_lstm = _own_structure(seen, actual_lstm) or right + doubled * units
    wanted = dense(inputs, read_in) + wanted_lstm + dense(units, 1)
    parts = [
        Compared(
            what=f"{family.title} layer: {len(family.gates)} x (({read_in} + {units}) x {units} + {units})",
            wanted=wanted_lstm,
            seen=actual_lstm,
        ),
        Compared(
            what="read-in and read-out together",
            wanted=dense(inputs, read_in) + dense(units, 1),
            seen=total - actual_lstm - sum(size[k] for k in aside),
        ),
    ]
    if aside:
        names = ", ".join(str(variables[k]["path"] or variables[k]["name"]) for k in aside[:3])
        parts += [Compared(what=f"variables that are not trained ({names})", wanted=0, seen=sum(size[k] for k in aside))]
    compared = [
        *(parts if cell_places else ()),  # without a cell of their own, charged elsewhere, only the totals can be compared
        Compared(what="all parameters", wanted=wanted, seen=total),
        Compared(what="trainable parameters", wanted=wanted, seen=trainable),
    ]
    evidence = [one.evidence for one in compared]
    untracked = [str(v["path"]) for v in variables if not v["tracked"]]
    if untracked:
        hint = f"Keras does not train {', '.join(untracked[:3])}: create it with self.add_weight(...), or keep its layer as an attribute."
    else:
        cell = _layer_of(seen).cell
        hint = f"model.summary() lists the count of each layer; compare it with the sizes {cell.features} and {cell.units}."
    if wrong := first_wrong(compared):
        return failed(wrong.message, hint=hint, evidence=evidence)
    gates = "Each gate has" if doubled == len(family.gates) else f"{counted(doubled, 'gate')} {'has' if doubled == 1 else 'have'}"
    note = f" {gates} two biases, {doubled * units} parameters more than needed; that is right too." if doubled else ""
    return passed(f"{total:,} parameters, all trainable.{note}", evidence=evidence)


def _gates_with_two_biases(seen: Seen, more: float, family: CellFamily) -> int:
    """How many gates of the cell add a bias to the part from x and one to the part from h: as its layout says, else all, when there are
    as many vectors more."""
    cell = identify(seen)
    if cell is None or cell.mapping is None:
        return len(family.gates) if more == len(family.gates) else 0
    return sum(len(of_gate) == 2 for of_gate in cell.mapping.layout.biases)


def _own_structure(seen: Seen, actual: int) -> int | None:
    """Follow-through: what the LSTM part may have when the cell itself is wrong, and charged for that elsewhere."""
    cell = identify(seen)
    return actual if cell is not None and not cell.is_right else None
