"""What is wrong with a wrong cell: the known mistake that explains it, or how far it is from the
equations."""

from __future__ import annotations

import math

from grader.judge.identify.cell import IdentifiedCell, asked_of, draws_of
from grader.judge.identify.lines import OwnLine, line_of
from grader.model import Evidence, Mistake, Verdict
from grader.model.verdict import failed, needs_review
from grader.probes.one_step import StepAnswer
from grader.rnn.counts import recurrent
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.nearest import Deviation, nearest

RIGHT = 1e-3  # a state that deviates less is right


def judge_wrong_cell(cell: IdentifiedCell, step: StepAnswer, text: str, own_name: str) -> Verdict:
    """The verdict on a cell that does not compute the equations. `text` is the student's code, `own_name` the
    class's name in it."""
    draws = draws_of(step, cell.family)
    near = nearest(asked_of(step, cell.family, draws), cell.mapping) if draws else None
    mistake = named_mistake(cell)
    staff_note = cell.mapping.layout.words() if cell.mapping else ""
    if near is None:
        return _other_weights(cell, mistake, staff_note)
    place = _place(cell, near)
    line = line_of(text, own_name, _as_returned(cell, place))
    return failed(
        _differs(near, cell),
        hint=_hint(cell, place, f" ({line})" if line else ""),
        evidence=_measured(near, cell, line),
        mistake=mistake,
        staff_note=staff_note,
        undiagnosed=mistake is None,
    )


def _other_weights(cell: IdentifiedCell, mistake: Mistake | None, staff_note: str) -> Verdict:
    """What is said of a cell whose weights no layout of the family explains."""
    family, shapes = cell.family, _shapes_words(cell)
    evidence = [Evidence(what="shapes of the cell's weights", expected=_wanted_shapes(cell), actual=shapes)]
    if mistake is None and _as_many_as_right(cell):
        return needs_review(
            f"the cell has as many weights as {family.words}, but the way it keeps them,"
            f" {shapes}, is not known here: a person will read it",
            evidence=evidence,
            staff_note=staff_note,
        )
    return failed(
        f"the cell's weights {shapes} are not those of {family.words} with {cell.units}"
        f" units on {cell.features} inputs",
        hint=_hint(cell, ""),
        evidence=evidence,
        mistake=mistake,
        staff_note=staff_note,
        undiagnosed=mistake is None,
    )


def _hint(cell: IdentifiedCell, place: str, where: str = "") -> str:
    """Where to look, and what stands there in the equations."""
    hints = dict(cell.family.hints)
    if place not in hints:
        return f"Compare your code with the equations line by line: {cell.family.equations}."
    return f"{hints[place]}{where}."


def _differs(near: Deviation, cell: IdentifiedCell) -> str:
    equations = f"the {cell.family.title} equations"
    wrong = _wrong_states(near, cell)
    which = f"{' and, with it, the '.join(wrong)} {'differs' if len(wrong) == 1 else 'differ'}"
    message = f"after one step the {which} from {equations} by up to {max(near.states):.2g}"
    if not near.right_without:
        return message
    return f"{message}, but not where the {' or the '.join(near.right_without)} is zero"


def _names(cell: IdentifiedCell) -> list[str]:
    return [f"{state} state" for state in cell.family.states]


def _wrong_states(near: Deviation, cell: IdentifiedCell) -> list[str]:
    """Which states are wrong, those that the others follow from first: "cell state", "hidden state"."""
    wrong = [name for name, gap in zip(_names(cell), near.states, strict=True) if gap >= RIGHT]
    return (wrong or _names(cell)[:1])[::-1]


def _measured(near: Deviation, cell: IdentifiedCell, line: OwnLine | None) -> list[Evidence]:
    return [
        Evidence(
            what=f"{state} after one step",
            expected="difference below 1e-4",
            actual=f"up to {gap:.2g}",
            where=line.where if line is not None and gap >= RIGHT else "",
        )
        for state, gap in zip(_names(cell), near.states, strict=True)
    ]


def _place(cell: IdentifiedCell, near: Deviation) -> str:
    """Where to look: where the named mistake is made, else where a state goes wrong alone."""
    if cell.mistaken == "states_swapped":
        return MistakePlace.RETURN
    if cell.mapping is not None:
        other = cell.mapping.variant.relative or cell.mapping.family != cell.family
        return MistakePlace.KIND if other else cell.mapping.variant.place
    wrong = [name for name, gap in zip(_names(cell), near.states, strict=True) if gap >= RIGHT]
    return wrong[0] if len(wrong) == 1 and len(cell.family.states) > 1 else ""


def _as_returned(cell: IdentifiedCell, place: str) -> str:
    """The place by the order in which this cell returns its states."""
    turned = cell.mapping is not None and not cell.mapping.order.hidden_first_out
    other: dict[str, str] = {
        MistakePlace.HIDDEN_STATE: MistakePlace.CELL_STATE,
        MistakePlace.CELL_STATE: MistakePlace.HIDDEN_STATE,
    }
    return other.get(place, place) if turned else place


def named_mistake(cell: IdentifiedCell) -> Mistake | None:
    """The known mistake that explains every answer, in a tutor's words."""
    if not cell.mistaken or cell.mapping is None:
        return cell.relative
    if cell.mistaken == "states_swapped":
        took = "(hidden, cell)" if cell.mapping.order.hidden_first_in else "(cell, hidden)"
        gave = "(hidden, cell)" if cell.mapping.order.hidden_first_out else "(cell, hidden)"
        words = f"a cell that takes its states as {took} but returns them as {gave}"
    elif cell.mistaken == "gate_without_h":
        gates = " and ".join(cell.family.gate_words[g] for g in cell.mapping.layout.blind_gates)
        words = f"a cell whose {gates} does not see the hidden state"
    else:
        words = f"a cell {cell.mapping.variant.words}"
    return Mistake(id=cell.mistaken, confidence=1.0, words=words)


def _as_many_as_right(cell: IdentifiedCell) -> bool:
    """Whether the number of weights is the family's, without a bias, with one or with two: it says nothing
    against the cell then."""
    counts = {recurrent(cell.family, cell.features, cell.units, biases=biases).total for biases in (0, 1, 2)}
    return sum(math.prod(shape) for shape in cell.shapes) in counts


def counted_in_words(gates: int) -> str:
    """ "four gates", "one gate"."""
    return {1: "one gate", 2: "two gates", 3: "three gates", 4: "four gates"}.get(gates, f"{gates} gates")


def _shapes_words(cell: IdentifiedCell) -> str:
    return ", ".join(str(shape) for shape in cell.shapes[:12]) + (
        " and more" if len(cell.shapes) > 12 else ""
    )


def _wanted_shapes(cell: IdentifiedCell) -> str:
    gates = counted_in_words(len(cell.family.gates))
    return (
        f"for each of the {gates} {cell.features + cell.units} x {cell.units} weights and {cell.units} biases"
    )
