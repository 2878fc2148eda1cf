"""The student's cell: which equations it computes, whatever the family and the layout of its weights."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from grader import probes
from grader.assignment import Cell, Criterion, Layer, Model, Seen
from grader.judge.checks.layers.own_loop import steps_its_cell
from grader.judge.checks.layers.sizes import layer_probes
from grader.judge.identify.cell import PROBE, IdentifiedCell, identify, name_of
from grader.judge.identify.diagnosis import judge_wrong_cell
from grader.judge.identify.identification import identify_network
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.probes.one_step import StepAnswer, read_one_step
from grader.rnn.mapping import CELL_FIRST, CellMapping

GRAPH_APART = 1e-3  # between one step eagerly and in a graph: float32 costs some 1e-6


def computes(cell: Cell, *, within: Layer | None = None, inside: Model | None = None) -> Criterion:
    """One step computes the equations of the cell's family, under drawn weights and in any layout. `inside`:
    the model, which shows where it steps the cell itself how it takes the states that come back."""
    return Criterion(
        id=f"computes_{cell.family.name}",
        title=f"The cell computes the {cell.family.title} equations.",
        judge=judge_equations,
        basis=Basis.PROVEN,
        asks=(probes.one_step(cell),),
        uses=(*layer_probes(within), *([probes.model(inside)] if inside is not None else ())),
        forger_gains=(
            "nothing: only a process that computes the equations with the drawn weights answers right"
        ),
    )


def judge_equations(seen: Seen) -> Verdict:
    """The cell computes the equations of its family under weights, inputs and states that the host drew."""
    step, cell = read_one_step(seen.answer(PROBE)), _as_the_model_steps_it(seen, identify(seen))
    assert cell is not None  # it was answered
    if not cell.shapes:
        return failed(
            "the cell has no trainable weights that can be found",
            hint=(
                "Create Dense layers or weights with self.add_weight in __init__ or build and keep them as"
                " attributes of self."
            ),
        )
    if _frozen(step):
        return failed(
            "the cell's outputs do not change when its weights are changed",
            hint=(
                "Use the layers that you keep in self in call(); do not create new layers or weights during a"
                " call."
            ),
        )
    if cell.is_right and cell.mapping is not None:
        graph = _graph_gap(step)
        if graph > GRAPH_APART:
            return failed(
                "called step by step the cell is right, but inside a tf.function its result"
                + (f" differs by up to {graph:.2g}" if math.isfinite(graph) else " is no number"),
                hint=(
                    "Python values that change between calls (lists, counters, attributes) are frozen when"
                    " tf.function traces the code."
                ),
            )
        return _computes(cell, step, cell.mapping)
    if cell.mapping is None and step.handling.starts_by_itself:
        own = seen.own_name(name_of(seen))
        return needs_review(
            f"no single step can be called: {own} does everything in one class and starts from zeros by"
            f" itself, and its output for whole sequences is not what the {cell.family.title} equations"
            " give: a person will read it"
        )
    return judge_wrong_cell(cell, step, seen.source.text, seen.own_name(name_of(seen)))


def _as_the_model_steps_it(seen: Seen, cell: IdentifiedCell | None) -> IdentifiedCell | None:
    """The cell; where its states come back in another order than they went in, and no layer shows whether
    that is minded, as the model does that steps it itself."""
    if cell is None or cell.mapping is None or cell.mapping.order.kept or not steps_its_cell(seen):
        return cell
    network = identify_network(seen).network
    return replace(cell, mapping=network.cell) if network is not None else cell


def _computes(cell: IdentifiedCell, step: StepAnswer, mapping: CellMapping) -> Verdict:
    shown = f"tried with {len(step.pools)} sets of random weights on {len(step.x)} inputs each"
    if step.handling.starts_by_itself:
        shown = "checked on whole sequences with random weights, since no single step can be called"
    note = (
        ""
        if mapping.order != CELL_FIRST
        else " The pair is kept as (cell state, hidden state) everywhere, which is consistent."
    )
    return passed(
        f"The cell computes the {cell.family.title} equations: {shown}.{note}{_in_its_way(cell, mapping)}",
        evidence=[
            Evidence(
                what="largest difference from the equations",
                expected=f"at most {mapping.tolerance:.0e}",
                actual=f"{mapping.deviation:.0e}",
            )
        ],
        staff_note=f"layout: {mapping.layout.words()}",
    )


def _in_its_way(cell: IdentifiedCell, mapping: CellMapping) -> str:
    """Which of several right ways of writing the equations it is; "" for a family that has one."""
    if len(cell.family.rules) < 2:
        return ""
    return f" It is a cell {mapping.variant.words}."


def _frozen(step: StepAnswer) -> bool:
    """Whether other weights give the very same answers."""
    first, second, *_ = (*(returned.eager[0] for returned in step.returned), (), ())
    same = len(first) == len(second) and all(map(np.array_equal, first, second))
    return bool(first) and same


def _graph_gap(step: StepAnswer) -> float:
    """The largest difference between eager and traced answers; 0 where the graph could not be built (another
    check says so)."""
    pairs = (pair for one in step.returned for pair in zip(one.eager[0], one.graph, strict=False))
    gaps = (float(np.max(np.abs(a - b), initial=0.0)) for a, b in pairs if a.shape == b.shape)
    return max((0.0, *(math.inf if math.isnan(gap) else gap for gap in gaps)))
