"""The states of an LSTM by hand, from the values of its gates."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.assignment import Criterion, Function, Probe
from grader.judge.checks.functions.asked import Arguments, JudgedCase, asking, best_form, by_form, unanswered
from grader.judge.checks.functions.drawn_networks import float32
from grader.judge.checks.functions.passes import near
from grader.model import Basis, Mistake, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed
from grader.rnn.known_mistake import KnownMistake
from grader.rnn.weights import Array

# from the gates and the student's own c'
StateMistake = KnownMistake[Callable[[Arguments, Array], Array]]
STATE_MISTAKES: dict[str, tuple[StateMistake, ...]] = {
    "c": (
        KnownMistake(
            id="f_and_i_exchanged",
            words="i c + f g",
            computes=lambda a, own: a["i"] * a["c"] + a["f"] * a["g"],
        ),
        KnownMistake(id="no_forget_gate", words="c + i g", computes=lambda a, own: a["c"] + a["i"] * a["g"]),
        KnownMistake(id="no_input_gate", words="f c + g", computes=lambda a, own: a["f"] * a["c"] + a["g"]),
        KnownMistake(
            id="forget_for_input",
            words="f c + (1 - f) g",
            computes=lambda a, own: a["f"] * a["c"] + (1 - a["f"]) * a["g"],
        ),
    ),
    "h": (
        KnownMistake(id="no_output_tanh", words="o c'", computes=lambda a, own: a["o"] * own),
        KnownMistake(id="no_output_gate", words="tanh(c')", computes=lambda a, own: np.tanh(own)),
        KnownMistake(
            id="old_cell_state",
            words="o tanh(c), of the old cell state",
            computes=lambda a, own: a["o"] * np.tanh(a["c"]),
        ),
    ),
}
EQUATIONS = {"c": ("cell", "f c + i g"), "h": ("hidden", "o tanh(c')")}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStates:
    """The two new states that were given in one case."""

    case: JudgedCase
    cell: Array
    hidden: Array

    @property
    def fits(self) -> bool:
        """Whether the cell state can be multiplied with a gate."""
        try:
            np.broadcast_shapes(self.cell.shape, self.case.arguments["o"].shape)
        except ValueError:
            return False
        return True


def lstm_states(role: Function, of: str) -> Criterion:
    """A function of (f, i, g, o, c), the values of an LSTM's gates and its cell state, gives the new cell
    state and hidden state; here the one `of` "c" or "h"."""
    asked = _asks_states(role)
    words = "cell state, c' = f c + i g" if of == "c" else "hidden state, h' = o tanh(c')"
    return Criterion(
        id=f"{role.name}_{of}",
        title=f"{role.name} gives the new {words}.",
        judge=lambda seen: best_form(
            by_form(seen, asked, role), lambda group: _judge_states(group, role.name, of)
        ),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint="The forget gate f multiplies the old cell state c, the input gate i the new g.",
        forger_gains="nothing: the gates are drawn",
    )


@functools.cache
def _asks_states(role: Function) -> Probe:
    def draw(rng: np.random.Generator) -> list[Arguments]:
        shapes = ((4, 3), (2, 5), (6,))
        return [
            {name: float32(1 / (1 + np.exp(-rng.normal(size=shape)))) for name in ("f", "i")}
            | {"g": float32(np.tanh(rng.normal(size=shape)))}
            | {
                "o": float32(1 / (1 + np.exp(-rng.normal(size=shape)))),
                "c": float32(2 * rng.normal(size=shape)),
            }
            for shape in shapes
        ]

    return asking(role, draw)


def _judge_states(group: Sequence[JudgedCase], name: str, of: str) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    pairs = [_pair(one) for one in group]
    if any(len(pair) != 2 for pair in pairs):
        count = len(pairs[0])
        return failed(
            f"{name} gives {counted(count, 'array')}, expected two: the new cell state and the new hidden"
            " state"
        )
    given = [
        GivenStates(case=one, cell=cell, hidden=hidden)
        for one, (cell, hidden) in zip(group, pairs, strict=True)
    ]
    swapped = [replace(one, cell=one.hidden, hidden=one.cell) for one in given]
    state, equation = EQUATIONS[of]
    if _holds(given, of) or _holds(swapped, of):  # (hidden, cell) everywhere is no mistake
        return passed(f"{name} gives the right new {state} state.")
    if not all(one.fits for one in (*given, *swapped)):
        shapes = [array.shape for array in (given[0].cell, given[0].hidden)]
        wanted = given[0].case.arguments["o"].shape
        return failed(f"{name} gives arrays of shape {shapes[0]} and {shapes[1]}, expected {wanted} for both")
    known = _known(given, of) or _known(swapped, of)
    return failed(
        f"{name}: the new {state} state is not {equation}",
        mistake=(
            Mistake(id=known.id, confidence=1.0, words=f"one that computes {known.words}") if known else None
        ),
        undiagnosed=known is None,
    )


def _pair(one: JudgedCase) -> tuple[Array, ...]:
    """The arrays that came; of one that holds two states, np.array([c, h]), both: whoever writes
    c, h = lstm_state(...) gets them."""
    arrays, shape = one.called.arrays, one.arguments["c"].shape
    return tuple(arrays[0]) if len(arrays) == 1 and arrays[0].shape == (2, *shape) else arrays


def _known(states: Sequence[GivenStates], of: str) -> StateMistake | None:
    """The known mistake that explains the state in all cases."""

    def explains(mistake: StateMistake) -> bool:
        made = (mistake.computes(one.case.arguments, one.cell) for one in states)
        asked = (one.hidden if of == "h" else one.cell for one in states)
        return all(near(given, wrong) for given, wrong in zip(asked, made, strict=True))

    return next(filter(explains, STATE_MISTAKES[of]), None)


def _holds(given: Sequence[GivenStates], of: str) -> bool:
    """Whether the equation holds; that of the hidden state with the student's own cell state, whose mistake
    is charged already."""
    if of == "h":
        return all(
            one.fits and near(one.hidden, one.case.arguments["o"] * np.tanh(one.cell)) for one in given
        )
    gates = [one.case.arguments for one in given]
    return all(near(one.cell, a["f"] * a["c"] + a["i"] * a["g"]) for one, a in zip(given, gates, strict=True))
