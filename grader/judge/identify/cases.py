"""Questions to the layer, and what it should have answered: the equations unrolled here, or the student's own
cell stepped."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from grader.assignment import Layer, Seen
from grader.judge.identify.cell import IdentifiedCell
from grader.judge.identify.states import states_in
from grader.probes.layer import LayerAnswer, LayerCase, read_layer
from grader.probes.nesting import Nesting
from grader.rnn.draws import close_enough
from grader.rnn.layer_mistakes.mistake import Unroll
from grader.rnn.weights import Array, Arrays

PROBE = "layer"
MOST_LEFT_OUT = 2  # steps: a loop that leaves out more has a number of its own
STEPPED = 1e-4  # between the student's cell stepped by a loop and its layer: float32, some ten steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to the layer and what it should have answered. x [batch, time, features]; wanted [batch,
    time, units]."""

    # None: the cell's rule is unknown, `wanted` is the student's own cell called step by step
    run: Unroll | None
    x: Array
    states: Arrays  # the start states in the order in which they are passed
    wanted: Array
    got: tuple[Array, ...]
    tolerance: float


def layer_role(seen: Seen, asked: str = PROBE) -> Layer:
    """The layer that the sheet asks for, as a part of this probe."""
    return seen.part(asked, "layer", Layer)


def layer_of(seen: Seen) -> LayerAnswer | None:
    """What the layer answered; None where nothing did, or a check does not ask it."""
    observation = seen.if_asked(PROBE)
    return read_layer(observation) if observation is not None and observation.is_answered else None


def steps_left_out(layer: LayerAnswer | None) -> int:
    """How many steps are missing of the layer's output [batch, time, units] for sequences of the student's
    own length, which is charged where that output is judged."""
    first = layer.cases[0] if layer is not None else None
    out = next((a for a in first.out if a.ndim == 3), None) if first is not None else None
    if first is None or out is None or len(out) != first.batch or first.batch == first.time:
        return 0
    missing = first.time - out.shape[1]
    return missing if 0 < missing <= MOST_LEFT_OUT else 0


def case_of(layer: LayerAnswer, cell: IdentifiedCell | None, place: int) -> Case | None:
    """One case with what it should give: the host's own unrolling of the identified cell, else the student's
    cell stepped. None when neither is known, or nothing was answered."""
    asked = layer.cases[place]
    return _case(layer, cell, asked, 0, asked.out)


def graph_cases(layer: LayerAnswer, cell: IdentifiedCell | None) -> list[Case]:
    """What a graph answered, under every draw of weights; without a known cell only those beside which the
    cell was stepped."""
    asked = itertools.product(range(len(layer.pools)), layer.cases)
    found = (_case(layer, cell, case, draw, case.graph[draw]) for draw, case in asked)
    return [case for case in found if case is not None]


def _case(
    layer: LayerAnswer, cell: IdentifiedCell | None, asked: LayerCase, draw: int, got: Arrays
) -> Case | None:
    if not got or (layer.starts_by_chance and not _starts_from_drawn(layer, asked)):
        return None
    if asked.is_list and len(got) > 1 and len({a.shape for a in got}) == 1:
        got = (np.stack(got),)  # [time, batch, units]
    states = _start_states(layer, asked)
    if cell is not None and cell.mapping is not None and not layer.cell_of_ours:
        return _by_equations(layer, cell, draw, asked.x, states, got)
    steps = asked.steps if draw == 0 else None
    if steps is None or steps.ndim != 3 or len(steps) != asked.time:
        return None
    wanted = np.moveaxis(steps, 0, 1)
    return Case(run=None, x=asked.x, states=states, wanted=wanted, got=got, tolerance=STEPPED)


def _starts_from_drawn(layer: LayerAnswer, asked: LayerCase) -> bool:
    return asked.from_drawn and not layer.handling.takes_input_alone


def _start_states(layer: LayerAnswer, asked: LayerCase) -> Arrays:
    """The states a case starts from. Follow-through: the student's own zero_states, a mistake in which is
    charged there."""
    drawn, units = asked.states, layer.units
    if _starts_from_drawn(layer, asked):
        return drawn
    starts = states_in(layer.zeros, Nesting(), layer.cases[0].batch, units, len(drawn))
    rows = [s[:1] for s in starts[: len(drawn)] if s.ndim == 2 and s.shape[1] == units]
    if len(rows) < len(drawn):
        return tuple(0 * state for state in drawn)
    return tuple(np.repeat(row, len(drawn[0]), axis=0).astype("f4") for row in rows)


def _by_equations(
    layer: LayerAnswer, cell: IdentifiedCell, draw: int, x: Array, states: Arrays, got: Arrays
) -> Case | None:
    mapping, arrays = cell.mapping, layer.weights(draw)
    own = [arrays[k] for k in layer.of_cell]
    if mapping is None or len(own) != len(cell.shapes):
        return None
    if not mapping.layout.fits([array.shape for array in own], layer.units, layer.features):
        return None
    weights = mapping.layout.weights(own, layer.units, layer.features)
    single_weights = weights.astype("float32")

    def run(x: Array, states: Arrays, shows: int = 0) -> Array:
        return mapping.chain(weights, x.astype("f8"), tuple(state.astype("f8") for state in states), shows)

    wanted = run(x, states)
    tolerance = close_enough(wanted, mapping.chain(single_weights, x, states))
    return Case(run=run, x=x, states=states, wanted=wanted, got=got, tolerance=tolerance)


def output(case: Case) -> Array:
    """The tensor that is meant as the output."""
    return output_in(case.got)


def output_in(got: Arrays) -> Array:
    """Of several tensors the one that is meant as the output: the first of rank 3, else the first."""
    return next((a for a in got if a.ndim == 3), got[0])


def gap(case: Case) -> float:
    """The largest difference from what the case should give; infinite for another shape."""
    out = output(case)
    if out.shape != case.wanted.shape:
        return float("inf")
    difference = np.abs(out - case.wanted)
    return float(np.max(difference, initial=0.0)) if np.all(np.isfinite(difference)) else float("inf")
