"""The shapes of the layers in between: those that the parameters of the sheet demand, or those of the sizes
found in the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.assignment.spelling import folded
from grader.judge.checks.own_loop import steps_its_cell
from grader.judge.checks.sizes import cell_of, demanded_sizes, layer_inside, layer_of, own_cells, stack_of
from grader.judge.compared import Compared, first_wrong, shape_of
from grader.judge.identify.identification import PROBE, is_misread
from grader.judge.words import counted
from grader.model import Basis, Evidence, Observation, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.network import Recurrent


def layer_shapes(model: Model, *, own_sizes: bool = False) -> Criterion:
    """The shapes in between, seen while calling the model: those that the sheet's parameters demand; with
    `own_sizes` those that the sizes found in it demand.

    Raises:
        AssignmentError: the model has no layer of the student's own.
    """
    layer = layer_inside(model)
    title = layer.cell.family.title
    fixed = (
        f"The layers have the shapes (batch, time, {layer.cell.features}) and (batch, time,"
        f" {layer.cell.units})."
    )
    free = (
        f"Every {title} layer takes (batch, time, features) and gives (batch, time, units), or the last step"
        " of it."
    )
    return Criterion(
        id="layer_shapes",
        title=free if own_sizes else fixed,
        judge=judge_shapes_of_any_size if own_sizes else judge_shapes,
        basis=Basis.REPORTED,
        asks=(probes.one_step(layer.cell), probes.model(model)) if own_sizes else (probes.model(model),),
        uses=(probes.layer(layer),),
        about=() if own_sizes else (layer.cell.features, layer.cell.units),
        forger_gains="one point, for reporting shapes",
    )


def judge_shapes(seen: Seen) -> Verdict:
    """Read-in [batch, time, features], layer [batch, time, units], output [batch, 1], seen while calling the
    model."""
    observation = seen.answer("model")
    layers: Sequence[Mapping[str, Any]] = observation.answer["shapes"]
    (read_in, units), role = demanded_sizes(seen), layer_of(seen)
    _, batch, time, _ = observation.question["x"].shape
    name = seen.own_name(role.name)
    own = next((entry for entry in layers if _is_layer(entry, role)), None)
    if own is None and steps_its_cell(seen):  # charged once, where the layer is asked for
        return _sizes_of_the_cell(seen, layers)
    if own is None:
        return failed(
            f"the model never calls an {name}",
            hint=(
                f"Create {name}({seen.own_name(role.cell.name)}({role.cell.units})) in __init__ of the model,"
                " and call it in call()."
            ),
        )
    taken = Compared(
        what=f"input of {name}, after the read-in", wanted=(batch, time, read_in), seen=shape_of(own["input"])
    )
    gives = Compared(what=f"output of {name}", wanted=(batch, time, units), seen=shape_of(own["output"]))
    evidence = [taken.evidence, gives.evidence]
    other_forms = ([time, batch, units], [batch, units])  # charged where the layer's output is judged
    for one in (taken, gives):
        charged = one is gives and (not isinstance(own["output"][0], int) or own["output"] in other_forms)
        if not one.holds and not charged:
            return failed(
                f"the {one.what} has shape {one.evidence.actual}, expected {one.evidence.expected}",
                hint=(
                    f"Use {role.cell.features} and {role.cell.units} for the sizes of the layers, and apply"
                    " the read-in to every time step."
                ),
                evidence=evidence,
            )
    return passed(
        f"Read-in gives {evidence[0].actual}, the {role.cell.family.title} layer {evidence[1].actual}.",
        evidence=evidence,
    )


def _sizes_of_the_cell(seen: Seen, layers: Sequence[Mapping[str, Any]]) -> Verdict:
    """The sizes of a cell that the model steps itself: its input [batch, READ_IN] and its states [batch,
    UNITS]."""
    (read_in, units), role = demanded_sizes(seen), layer_of(seen)
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
            wrong.message,
            hint=f"Use {role.cell.features} and {role.cell.units} for the sizes of the layers.",
            evidence=evidence,
        )
    return passed(
        f"The cell that the model steps itself takes {given} features and has {got} units.", evidence=evidence
    )


def _is_layer(entry: Mapping[str, Any], layer: Layer) -> bool:
    return entry.get("role") == layer.name or folded(str(entry["class"])) == folded(layer.name)


def judge_shapes_of_any_size(seen: Seen) -> Verdict:
    """Every recurrent layer takes (batch, time, features) and gives (batch, time, units), or of the last step
    (batch, units)."""
    observation = seen.answer(PROBE)
    stack = stack_of(seen, observation) or tuple(_as_called(observation))
    if not stack:
        return skipped(f"not reached: no {cell_of(seen).name} of your own was found in the model")
    evidence: list[Evidence] = []
    title = cell_of(seen).family.title
    for number, layer in enumerate(stack, start=1):
        entry = _around(observation, layer.path)
        if entry is None or not entry["input"] or not entry["output"]:
            continue
        problem = _other_shape(
            observation,
            layer,
            entry,
            f"{title} layer {number}" if len(stack) > 1 else f"the {title} layer",
            evidence,
            misread=is_misread(seen),
        )
        if problem:
            message, hint = problem
            return failed(message, hint=hint, evidence=evidence)
    sizes = " and then ".join(
        f"{counted(layer.units, 'unit')} on {counted(layer.features, 'feature')}" for layer in stack
    )
    return passed(f"{counted(len(stack), f'{title} layer')}: {sizes}.", evidence=evidence)


def _other_shape(
    observation: Observation,
    layer: Recurrent,
    entry: Mapping[str, Any],
    name: str,
    evidence: list[Evidence],
    *,
    misread: bool,
) -> tuple[str, str] | None:
    """Message and hint when a layer takes or gives another shape than its sizes demand; adds to the
    evidence."""
    _, batch, time, _ = observation.question["x"].shape
    wanted = (batch, time, layer.units)
    fine = [wanted, (batch, layer.units)] + (
        [(time, batch, layer.units)] if misread else []
    )  # which is charged where the layer is judged
    given = Compared(
        what=f"input of {name}", wanted=(batch, time, layer.features), seen=shape_of(entry["input"])
    )
    got = Compared(what=f"output of {name}", wanted=wanted, seen=shape_of(entry["output"]))
    evidence += [given.evidence, got.evidence]
    if not given.holds:
        return (
            (
                f"the {given.what} has shape {given.evidence.actual}, expected {given.wanted}: (batch, time,"
                " features)"
            ),
            "Apply what comes before it to every time step, and keep the order of the axes.",
        )
    if isinstance(entry["output"][0], int) and got.seen not in fine:
        return (
            f"the {got.what} has shape {got.evidence.actual}, expected {got.wanted}: (batch, time, units)",
            "Stack the hidden states along the time axis: tf.transpose(outputs.stack(), [1, 0, 2]).",
        )
    return None


def _around(observation: Observation, path: str) -> Mapping[str, Any] | None:
    """The nearest layer that holds the cell at this path, as it was called; None when it is not known."""
    called: dict[str, Mapping[str, Any]] = {
        str(layer["path"]): layer for layer in observation.answer["shapes"]
    }
    while path := path.rpartition(".")[0]:
        if path in called:
            return called[path]
    return None


def _as_called(observation: Observation) -> Iterator[Recurrent]:
    """Follow-through: LSTM layers whose cell is not known, which is charged by its own check, with the sizes
    seen in their calls."""
    for cell in own_cells(observation):
        entry = _around(observation, str(cell["path"]))
        sides = [entry["input"], entry["output"]] if entry is not None else []
        if sides and all(shape and isinstance(shape[-1], int) for shape in sides):
            features, units = int(sides[0][-1]), int(sides[1][-1])
            yield Recurrent(
                variables=tuple(cell["variables"]), units=units, features=features, path=str(cell["path"])
            )
