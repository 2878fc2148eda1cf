"""What one step of the student's cell returns: all new states of the family, of the right shapes."""

from __future__ import annotations

from collections.abc import Sequence

from grader import probes
from grader.assignment import Cell, Criterion, Layer, Seen
from grader.judge.checks.layers.sizes import layer_probes
from grader.judge.identify.cell import PROBE, family_of, name_of, states_of
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, partial, passed
from grader.probes.nesting import Nesting
from grader.probes.one_step import StepAnswer, read_one_step
from grader.probes.reading import Shape


def returns_states(cell: Cell, *, within: Layer | None = None) -> Criterion:
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
        uses=layer_probes(within),
        forger_gains=f"nothing beyond the shapes of {'two arrays' if states == 2 else 'an array'}",
    )


def judge_states(seen: Seen) -> Verdict:
    """All states come back, each [batch, units]."""
    family = family_of(seen)
    if len(family.states) == 1:
        return _one_state(seen)
    step = read_one_step(seen.answer(PROBE))
    got, wanted, evidence = _returned(step, 2, "two states")
    hint = (
        "End call() with `return hidden_state, cell_state`; with a batch of 32 and 100 units each has shape"
        " (32, 100)."
    )
    if step.handling.of_layer:
        return _states_of_layer(seen, got, wanted, evidence)
    if step.handling.keeps_states:
        own = seen.own_name(name_of(seen))
        return partial(
            0.5,
            f"{own} keeps its states in itself: one call changes {' and '.join(step.handling.call.keywords)},"
            " and takes the input alone",
            hint="Pass the states in and return the new ones, call(x, (hidden, cell)): then it is clear which"
            " states a step starts from.",
            evidence=evidence,
        )
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


def _returned(
    step: StepAnswer, states: int, words: str
) -> tuple[list[Shape], tuple[int, int], list[Evidence]]:
    """The shapes of the states that one call returns, the wanted shape of each, and both as evidence."""
    got = [state.shape for state in states_of(step, step.returned[0].eager[0], states)]
    wanted = (step.batch, step.units)
    told = Evidence(
        what="what one call returns",
        expected=f"{words} of shape {wanted}",
        actual=_listed(got, step.nesting),
    )
    return got, wanted, [told]


def _one_state(seen: Seen) -> Verdict:
    """The new hidden state comes back, [batch, units]."""
    step = read_one_step(seen.answer(PROBE))
    got, wanted, evidence = _returned(step, 1, "a hidden state")
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
        own = seen.own_name(name_of(seen))
        return passed(
            f"There is no class for one step alone: {own} was asked, one step at a time.", evidence=evidence
        )
    return passed("The cell returns the new hidden state, (batch, units).", evidence=evidence)


def _states_of_layer(
    seen: Seen, got: Sequence[tuple[int, ...]], wanted: tuple[int, int], evidence: list[Evidence]
) -> Verdict:
    """There is no cell class; a layer answered for it, step by step."""
    own = seen.own_name(name_of(seen))
    if len(got) >= 2 and all(shape == wanted for shape in got[-2:]):
        return passed(
            f"There is no class for one step alone: {own} was asked, one step at a time.", evidence=evidence
        )
    return partial(
        0.5,
        f"there is no class that takes one step and returns both states: {own} goes through the whole"
        " sequence, and its cell state does not come out",
        hint=(
            f"Move one step into an {name_of(seen)}(units) whose call(x, (hidden, cell)) returns the"
            " new pair, and call it in the layer."
        ),
        evidence=evidence,
    )


def _listed(shapes: list[tuple[int, ...]], structure: Nesting) -> str:
    if not shapes:
        return structure.words if structure.is_nothing else f"no tensors ({structure.words})"
    if len(shapes) == 1:
        return f"one tensor of shape {shapes[0]}"
    return f"{len(shapes)} tensors of shapes {', '.join(map(str, shapes))}"
