"""The sizes of the layers: what the parameters demand, and what stands in the model."""

from __future__ import annotations

from grader import probes
from grader.assignment import Cell, Layer, Model, Probe, Seen
from grader.errors import AssignmentError
from grader.judge.identify.cases import layer_role
from grader.judge.identify.cell import identify
from grader.judge.identify.identification import PROBE
from grader.judge.identify.structures import recurrent_layers
from grader.probes.model import ModelAnswer, ModelPart
from grader.rnn.network import Recurrent


def layer_inside(model: Model) -> Layer:
    """The layer of the student's own that a model is made with.

    Raises:
        AssignmentError: the sheet declares none.
    """
    if model.layer is None:
        raise AssignmentError(
            f"{model.name} has no layer of the student's own whose sizes could be looked at: give it one"
        )
    return model.layer


def cell_of(seen: Seen) -> Cell:
    """The role of the cell that a check is about."""
    return seen.part(PROBE, "cell", Cell)


def demanded_sizes(seen: Seen) -> tuple[int, int]:
    """(features, units) of the cell, as the notebook's parameters say."""
    cell = layer_role(seen, "model").cell
    return int(seen.parameters.get(cell.features, 32)), int(seen.parameters.get(cell.units, 100))


def stack_of(seen: Seen, model: ModelAnswer) -> tuple[Recurrent, ...]:
    """The LSTM layers of the model; none when the cell's equations are not known."""
    cell = identify(seen)
    return (
        recurrent_layers(model, cell.mapping.layout) if cell is not None and cell.mapping is not None else ()
    )


def own_cells(model: ModelAnswer) -> list[ModelPart]:
    """The student's cells in the model that have variables."""
    return [cell for cell in model.own_cells if cell.variables]


def probes_inside(model: Model) -> tuple[Probe, ...]:
    """The probes of the cell and the layer in a model: none where it has none of the student's own."""
    layer = model.layer
    return (probes.one_step(layer.cell), probes.layer(layer)) if layer is not None else ()


def layer_probes(within: Layer | None) -> tuple[Probe, ...]:
    """The probe of the layer that is asked where there is no class for one step."""
    return (probes.layer(within),) if within is not None else ()
