"""Where a layer starts, and what it carries from step to step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.rnn.layer_mistakes.mistake import Alternative, Case, LayerMistake, Run
from grader.rnn.weights import Array

Carry = Callable[[Case, Array, Array], tuple[Array, Array]]


def _carrying(carry: Carry, *, shows_cell_state: bool = False) -> Alternative:
    """A layer whose next step starts from `carry(case, new_h, new_c)`, and whose output is new_h, or new_c."""

    def gives(case: Case, run: Run) -> Array:
        first, second, out = case.first, case.second, []
        for t in range(case.x.shape[1]):
            now = case.x[:, t : t + 1]
            new_h = run(now, first, second)[:, 0]
            new_c = run(now, first, second, cell_states=True)[:, 0]
            out.append(new_c if shows_cell_state else new_h)
            first, second = carry(case, new_h, new_c)
        return np.stack(out, axis=1)

    return gives


MISTAKES = (
    LayerMistake(
        id="states_ignored",
        words="a layer that starts from zeros and ignores the states it is given",
        hint="Start the loop with the states that call() receives.",
        gives=lambda case, run: run(case.x, 0 * case.first, 0 * case.second),
        place="loop",
    ),
    LayerMistake(
        id="hidden_start_ignored",
        words="a layer that starts from a hidden state of zeros and ignores the one it is given",
        hint="Start the loop with both states that call() receives.",
        gives=lambda case, run: run(case.x, 0 * case.first, case.second),
        place="loop",
    ),
    LayerMistake(
        id="cell_start_ignored",
        words="a layer that starts from a cell state of zeros and ignores the one it is given",
        hint="Start the loop with both states that call() receives.",
        gives=lambda case, run: run(case.x, case.first, 0 * case.second),
        place="loop",
    ),
    LayerMistake(
        id="start_swapped",
        words="a layer that hands its start states to the cell in the other order",
        hint="Keep one order of the states, (hidden state, cell state), in zero_states, the cell and the layer.",
        gives=lambda case, run: run(case.x, case.second, case.first),
        place="loop",
    ),
    LayerMistake(
        id="not_carried",
        words="a layer that starts every step from the same states",
        hint="Hand the states that the cell returned to its next call.",
        gives=_carrying(lambda case, h, c: (case.first, case.second)),
    ),
    LayerMistake(
        id="zeros_at_every_step",
        words="a layer that starts every step but the first from zeros",
        hint="Hand the states that the cell returned to its next call.",
        gives=_carrying(lambda case, h, c: (0 * h, 0 * c)),
    ),
    LayerMistake(
        id="hidden_not_carried",
        words="a layer that carries the cell state from step to step, but not the hidden state",
        hint="Hand both states that the cell returned to its next call.",
        gives=_carrying(lambda case, h, c: (case.first, c)),
    ),
    LayerMistake(
        id="cell_not_carried",
        words="a layer that carries the hidden state from step to step, but not the cell state",
        hint="Hand both states that the cell returned to its next call.",
        gives=_carrying(lambda case, h, c: (h, case.second)),
    ),
    LayerMistake(
        id="carried_swapped",
        words="a layer that hands the cell's states to its next call in the other order",
        hint="Unpack the states in the order in which the cell returns them.",
        gives=_carrying(lambda case, h, c: (c, h)),
    ),
    LayerMistake(
        id="unpacked_swapped",
        words="a layer that takes the two states its cell returns for one another",
        hint="Unpack the states in the order in which the cell returns them.",
        gives=_carrying(lambda case, h, c: (c, h), shows_cell_state=True),
    ),
    LayerMistake(
        id="hidden_carried_twice",
        words="a layer that hands the hidden state to the next step in both places",
        hint="Hand both states that the cell returned to its next call.",
        gives=_carrying(lambda case, h, c: (h, h)),
    ),
    LayerMistake(
        id="cell_carried_twice",
        words="a layer that hands the cell state to the next step in both places",
        hint="Hand both states that the cell returned to its next call.",
        gives=_carrying(lambda case, h, c: (c, c)),
    ),
)
