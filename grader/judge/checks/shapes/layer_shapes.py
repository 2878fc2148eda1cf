"""The shapes of the layers in between: those that the parameters of the sheet demand, or those of the sizes
found in the model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.assignment.spelling import folded
from grader.judge.checks.layers.own_loop import steps_its_cell
from grader.judge.checks.layers.sizes import cell_of, demanded_sizes, layer_inside, own_cells, stack_of
from grader.judge.compared import Compared, first_wrong, one_or_all
from grader.judge.identify.cases import layer_of, layer_role, steps_left_out
from grader.judge.identify.identification import PROBE, is_misread
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed, skipped
from grader.probes.model import CalledLayer, ModelAnswer, read_model
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
    model = read_model(seen.answer("model"))
    (read_in, units), role = demanded_sizes(seen), layer_role(seen, "model")
    _, batch, time, _ = model.x.shape
    name = seen.own_name(role.name)
    own = next((entry for entry in model.layers if _is_layer(entry, role)), None)
    if own is None and steps_its_cell(seen):  # charged once, where the layer is asked for
        return _sizes_of_the_cell(seen, model)
    if own is None:
        return failed(
            f"the model never calls an {name}",
            hint=(
                f"Create {name}({seen.own_name(role.cell.name)}({role.cell.units})) in __init__ of the model,"
                " and call it in call()."
            ),
        )
    taken = Compared(
        what=f"input of {name} (after the read-in)", wanted=(batch, time, read_in), seen=one_or_all(own.takes)
    )
    gives = Compared(what=f"output of {name}", wanted=(batch, time, units), seen=one_or_all(own.gives))
    evidence = [taken.evidence, gives.evidence]
    # charged where the layer's output is judged
    other_forms = (
        (time, batch, units),
        (batch, units),
        (batch, time - steps_left_out(layer_of(seen)), units),
    )
    for one in (taken, gives):
        charged = one is gives and (len(own.gives) != 1 or own.gives[0] in other_forms)
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


def _sizes_of_the_cell(seen: Seen, model: ModelAnswer) -> Verdict:
    """The sizes of a cell that the model steps itself: its input [batch, READ_IN] and its states [batch,
    UNITS]."""
    (read_in, units), role = demanded_sizes(seen), layer_role(seen, "model")
    paths = {cell.path for cell in model.own_cells}
    cell = next((entry for entry in model.layers if entry.path in paths), None)
    if cell is None or not any(cell.takes[:1]) or not any(cell.gives[-1:]):
        return skipped("not reached: there is no layer whose shapes could be looked at")
    given, got = cell.takes[0][-1], cell.gives[-1][-1]
    compared = (
        Compared(what="features that the cell takes (after the read-in)", wanted=read_in, seen=given),
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


def _is_layer(entry: CalledLayer, layer: Layer) -> bool:
    return entry.role == layer.name or folded(entry.kind) == folded(layer.name)


def judge_shapes_of_any_size(seen: Seen) -> Verdict:
    """Every recurrent layer takes (batch, time, features) and gives (batch, time, units), or of the last step
    (batch, units)."""
    model = read_model(seen.answer(PROBE))
    stack = stack_of(seen, model) or tuple(_as_called(model))
    if not stack:
        return skipped(f"not reached: no {cell_of(seen).name} of your own was found in the model")
    evidence: list[Evidence] = []
    title = cell_of(seen).family.title
    layers = list(_layers_of(model, stack))
    for number, (layer, entry) in enumerate(layers, start=1):
        if entry is None or not entry.takes or not entry.gives:
            continue
        problem = _other_shape(
            model,
            layer,
            entry,
            f"{title} layer {number}" if len(layers) > 1 else f"the {title} layer",
            evidence,
            fine=_charged_elsewhere(seen, model, layer.units),
        )
        if problem:
            message, hint = problem
            return failed(message, hint=hint, evidence=evidence)
    sizes = " and then ".join(
        f"{counted(layer.units, 'unit')} on {counted(layer.features, 'feature')}" for layer in stack
    )
    return passed(f"{counted(len(stack), f'{title} layer')}: {sizes}.", evidence=evidence)


def _layers_of(
    model: ModelAnswer, stack: Sequence[Recurrent]
) -> Iterator[tuple[Recurrent, CalledLayer | None]]:
    """Every layer as it was called, with the features of its first cell and the units of its last one."""
    for entry, within in itertools.groupby(stack, lambda cell: _around(model, cell.path)):
        cells = list(within)
        if entry is None:
            yield from ((cell, None) for cell in cells)
        else:
            yield replace(cells[-1], features=cells[0].features), entry


def _other_shape(
    model: ModelAnswer,
    layer: Recurrent,
    entry: CalledLayer,
    name: str,
    evidence: list[Evidence],
    *,
    fine: Sequence[tuple[int, ...]],
) -> tuple[str, str] | None:
    """Message and hint when a layer takes or gives another shape than its sizes demand, and none of the
    `fine` ones; adds to the evidence."""
    _, batch, time, _ = model.x.shape
    wanted = (batch, time, layer.units)
    given = Compared(
        what=f"input of {name}", wanted=(batch, time, layer.features), seen=one_or_all(entry.takes)
    )
    got = Compared(what=f"output of {name}", wanted=wanted, seen=one_or_all(entry.gives))
    evidence += [given.evidence, got.evidence]
    if not given.holds:
        return (
            (
                f"the {given.what} has shape {given.evidence.actual}, expected {given.wanted}: (batch, time,"
                " features)"
            ),
            "Apply what comes before it to every time step, and keep the order of the axes.",
        )
    if len(entry.gives) == 1 and got.seen not in (wanted, (batch, layer.units), *fine):
        return (
            f"the {got.what} has shape {got.evidence.actual}, expected {got.wanted}: (batch, time, units)",
            "Stack the hidden states along the time axis: tf.transpose(outputs.stack(), [1, 0, 2]).",
        )
    return None


def _charged_elsewhere(seen: Seen, model: ModelAnswer, units: int) -> list[tuple[int, ...]]:
    """The shapes of an output that are charged where the layer's output is judged: with the time first where
    the model misreads it, and without the steps that the layer leaves out."""
    _, batch, time, _ = model.x.shape
    missing = steps_left_out(layer_of(seen))
    return [
        *([(time, batch, units)] if is_misread(seen) else []),
        *([(batch, time - missing, units)] if missing else []),
    ]


def _around(model: ModelAnswer, path: str) -> CalledLayer | None:
    """The nearest layer that holds the cell at this path, as it was called; None when it is not known."""
    called = {layer.path: layer for layer in model.layers}
    while path := path.rpartition(".")[0]:
        if path in called:
            return called[path]
    return None


def _as_called(model: ModelAnswer) -> Iterator[Recurrent]:
    """Follow-through: LSTM layers whose cell is not known, which is charged by its own check, with the sizes
    seen in their calls."""
    for cell in own_cells(model):
        entry = _around(model, cell.path)
        if entry is not None and len(entry.takes) == len(entry.gives) == 1 and all(entry.takes + entry.gives):
            features, units = entry.takes[0][-1], entry.gives[0][-1]
            yield Recurrent(variables=cell.variables, units=units, features=features, path=cell.path)
