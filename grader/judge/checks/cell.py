"""The student's cell: which equations it computes, whatever the family and the layout of its weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import probes
from grader.assignment import Cell as CellRole
from grader.assignment import Criterion, Layer, Probe, Seen
from grader.errors import AssignmentError
from grader.judge.identify.cell import (
    PROBE,
    Cell,
    family_of,
    identify,
    states_of,
)
from grader.judge.identify.diagnosis import judge_wrong_cell
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.nesting import Nesting
from grader.probes.one_step import StepAnswer, read_one_step
from grader.rnn.lstm import INPUT
from grader.rnn.mapping import CELL_FIRST, CellMapping

GRAPH_APART = 1e-3  # between one step eagerly and in a graph: float32 costs some 1e-6
BIAS_APART = 1e-3  # from the bias that is asked for, the sum of several in float32
ONE_BIAS = 1e-6  # biases that spread less are told as one number


def returns_states(cell: CellRole, *, within: Layer | None = None) -> Criterion:
    """One step gives all new states of the family. `within`: the layer, which is asked where there is no
    class for one step."""
    states = len(cell.family.states)
    title = (
        "The cell returns both states, each of shape (batch, units)."
        if states == 2
        else "The cell returns the new hidden state, of shape (batch, units)."
    )
    return Criterion(
        id="returns_states",
        title=title,
        judge=judge_states,
        basis=Basis.PROVEN,
        asks=(probes.one_step(cell),),
        uses=_layers(within),
        forger_gains=f"nothing beyond the shapes of {'two arrays' if states == 2 else 'an array'}",
    )


def computes(cell: CellRole, *, within: Layer | None = None) -> Criterion:
    """One step computes the equations of the cell's family, under drawn weights and in any layout."""
    return Criterion(
        id=f"computes_{cell.family.name}",
        title=f"The cell computes the {cell.family.title} equations.",
        judge=judge_equations,
        basis=Basis.PROVEN,
        asks=(probes.one_step(cell),),
        uses=_layers(within),
        forger_gains=(
            "nothing: only a process that computes the equations with the drawn weights answers right"
        ),
    )


def forget_bias(cell: CellRole, *, starts_at: float = 1.0, within: Layer | None = None) -> Criterion:
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
        uses=_layers(within),
        forger_gains=f"one point, for exporting a {words}",
    )


def _layers(within: Layer | None) -> tuple[Probe, ...]:
    return (probes.layer(within),) if within is not None else ()


def judge_states(seen: Seen) -> Verdict:
    """All states come back, each [batch, units]."""
    family = family_of(seen)
    if len(family.states) == 1:
        return _one_state(seen)
    step = read_one_step(seen.answer(PROBE))
    got = [state.shape for state in states_of(step, step.returned[0].eager[0])]
    wanted = (step.batch, step.units)
    evidence = [
        Evidence(
            what="what one call returns",
            expected=f"two states of shape {wanted}",
            actual=_listed(got, step.nesting),
        )
    ]
    hint = (
        "End call() with `return hidden_state, cell_state`; with a batch of 32 and 100 units each has shape"
        " (32, 100)."
    )
    if step.handling.of_layer:
        return _states_of_layer(seen, got, wanted, evidence)
    if len(got) < 2:
        return failed(
            f"one call returns {_listed(got, step.nesting)}, expected the pair (hidden state, cell state)",
            hint=hint,
            evidence=evidence,
        )
    if any(shape != wanted for shape in got[-2:]):
        return failed(
            f"one call returns {_listed(got, step.nesting)}, expected two states of shape {wanted}: (batch,"
            " units)",
            hint=hint,
            evidence=evidence,
        )
    if len(got) > 2:
        return passed(
            f"The cell returns {_listed(got, step.nesting)}; the last two are taken as the states.",
            evidence=evidence,
        )
    return passed("The cell returns the hidden and the cell state, each (batch, units).", evidence=evidence)


def _one_state(seen: Seen) -> Verdict:
    """The new hidden state comes back, [batch, units]."""
    step = read_one_step(seen.answer(PROBE))
    got = [state.shape for state in states_of(step, step.returned[0].eager[0], 1)]
    wanted = (step.batch, step.units)
    evidence = [
        Evidence(
            what="what one call returns",
            expected=f"a hidden state of shape {wanted}",
            actual=_listed(got, step.nesting),
        )
    ]
    if not got or got[-1] != wanted:
        return failed(
            f"one call returns {_listed(got, step.nesting)}, expected the new hidden state of shape {wanted}:"
            " (batch, units)",
            hint=(
                "End call() with `return hidden_state`; with a batch of 32 and 100 units it has shape (32,"
                " 100)."
            ),
            evidence=evidence,
        )
    if step.handling.of_layer:
        own = seen.own_name(_name_of_cell(seen))
        return passed(
            f"There is no class for one step alone: {own} was asked, one step at a time.", evidence=evidence
        )
    return passed("The cell returns the new hidden state, (batch, units).", evidence=evidence)


def _name_of_cell(seen: Seen) -> str:
    return seen.part(PROBE, "cell", CellRole).name


def _states_of_layer(
    seen: Seen, got: Sequence[tuple[int, ...]], wanted: tuple[int, int], evidence: list[Evidence]
) -> Verdict:
    """There is no cell class; a layer answered for it, step by step."""
    own = seen.own_name(_name_of_cell(seen))
    if len(got) >= 2 and all(shape == wanted for shape in got[-2:]):
        return passed(
            f"There is no class for one step alone: {own} was asked, one step at a time.", evidence=evidence
        )
    return partial(
        0.5,
        f"there is no class that takes one step and returns both states: {own} goes through the whole"
        " sequence, and its cell state does not come out",
        hint=(
            f"Move one step into an {_name_of_cell(seen)}(units) whose call(x, (hidden, cell)) returns the"
            " new pair, and call it in the layer."
        ),
        evidence=evidence,
    )


def _listed(shapes: list[tuple[int, ...]], structure: Nesting) -> str:
    if not shapes:
        return f"no tensors ({structure.words})"
    if len(shapes) == 1:
        return f"one tensor of shape {shapes[0]}"
    return f"{len(shapes)} tensors of shapes {', '.join(map(str, shapes))}"


def judge_equations(seen: Seen) -> Verdict:
    """The cell computes the equations of its family under weights, inputs and states that the host drew."""
    step, cell = read_one_step(seen.answer(PROBE)), identify(seen)
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
                "called step by step the cell is right, but inside a tf.function its result differs by up to"
                f" {graph:.2g}",
                hint=(
                    "Python values that change between calls (lists, counters, attributes) are frozen when"
                    " tf.function traces the code."
                ),
            )
        return _computes(cell, step, cell.mapping)
    if cell.mapping is None and step.handling.starts_by_itself:
        own = seen.own_name(_name_of_cell(seen))
        return needs_review(
            f"no single step can be called: {own} does everything in one class and starts from zeros by"
            f" itself, and what it gives for whole sequences is not what the {cell.family.title} equations"
            " give: a person will read it"
        )
    return judge_wrong_cell(cell, step, seen.source.text, seen.own_name(_name_of_cell(seen)))


def _computes(cell: Cell, step: StepAnswer, mapping: CellMapping) -> Verdict:
    shown = f"tried with {len(step.pools)} sets of random weights on {len(step.x)} inputs each"
    if step.handling.starts_by_itself:
        shown = "seen in whole sequences under random weights, since no single step can be called"
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


def _in_its_way(cell: Cell, mapping: CellMapping) -> str:
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
    return max((0.0, *gaps))


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
    biases = cell.mapping.layout.weights(cell.initial, cell.units, cell.features).bias
    bias = biases[gate]
    if cell.mistaken == "forget_on_new":  # f * i * g: which of the two is the forget gate cannot be told
        bias = max(biases[INPUT], biases[gate], key=lambda b: float(b.mean()))
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
