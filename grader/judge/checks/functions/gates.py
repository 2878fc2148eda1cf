"""The states of an LSTM by hand, from the values of its gates."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from grader.assignment import Criterion, Function, Probe
from grader.judge.checks.functions.asked import Arguments, JudgedCase, asking, best_form, by_form, unanswered
from grader.judge.checks.functions.drawn_networks import float32
from grader.judge.checks.functions.passes import near
from grader.model import Basis, Mistake, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed
from grader.rnn.weights import Array

StateMistake = tuple[
    str, str, Callable[[Arguments, Array], Array]
]  # id, what is computed, from the gates and the student's own c'
STATE_MISTAKES: dict[str, tuple[StateMistake, ...]] = {
    "c": (
        ("f_and_i_exchanged", "i c + f g", lambda a, own: a["i"] * a["c"] + a["f"] * a["g"]),
        ("no_forget_gate", "c + i g", lambda a, own: a["c"] + a["i"] * a["g"]),
        ("no_input_gate", "f c + g", lambda a, own: a["f"] * a["c"] + a["g"]),
        ("forget_for_input", "f c + (1 - f) g", lambda a, own: a["f"] * a["c"] + (1 - a["f"]) * a["g"]),
    ),
    "h": (
        ("no_output_tanh", "o c'", lambda a, own: a["o"] * own),
        ("no_output_gate", "tanh(c')", lambda a, own: np.tanh(own)),
        ("old_cell_state", "o tanh(c), of the old cell state", lambda a, own: a["o"] * np.tanh(a["c"])),
    ),
}  # fmt: skip
EQUATIONS = {"c": ("cell", "f c + i g"), "h": ("hidden", "o tanh(c')")}
GatePair = tuple[JudgedCase, Array, Array]  # with the new cell state, and the new hidden state


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
    if any(len(one.called.arrays) != 2 for one in group):
        count = len(group[0].called.arrays)
        return failed(
            f"{name} gives {counted(count, 'array')}, expected two: the new cell state and the new hidden"
            " state"
        )
    pairs = [(one, one.called.arrays[0], one.called.arrays[1]) for one in group]
    swapped = [(one, second, first) for one, first, second in pairs]
    state, equation = EQUATIONS[of]
    if _holds(pairs, of) or _holds(swapped, of):  # (hidden, cell) everywhere is no mistake
        return passed(f"{name} gives the right new {state} state.")
    known = _known(pairs, of) or _known(swapped, of)
    return failed(
        f"{name}: the new {state} state is not {equation}",
        mistake=(
            Mistake(id=known[0], confidence=1.0, words=f"one that computes {known[1]}") if known else None
        ),
        undiagnosed=known is None,
    )


def _known(pairs: Sequence[GatePair], of: str) -> StateMistake | None:
    """The known mistake that explains the state in all cases."""
    return next(
        (
            one
            for one in STATE_MISTAKES[of]
            if all(near(h if of == "h" else c, one[2](a.arguments, c)) for a, c, h in pairs)
        ),
        None,
    )


def _holds(pairs: Sequence[GatePair], of: str) -> bool:
    """Whether the equation holds; that of the hidden state with the student's own cell state, whose mistake
    is charged already."""
    if of == "h":
        return all(near(hidden, one.arguments["o"] * np.tanh(cell)) for one, cell, hidden in pairs)
    return all(
        near(cell, a["f"] * a["c"] + a["i"] * a["g"])
        for a, cell in ((one.arguments, cell) for one, cell, _ in pairs)
    )
