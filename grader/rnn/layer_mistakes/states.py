"""Where a layer starts, and what it carries from step to step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from grader.rnn.layer_mistakes.mistake import Alternative, LayerCall, LayerMistake
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays

Carry = Callable[[LayerCall, Arrays], Arrays]


def _carrying(carry: Carry, *, shows: int = 0) -> Alternative:
    """A layer whose next step starts from `carry(call, new states)`, and whose output is the new hidden
    state, or another one."""

    def gives(call: LayerCall) -> Array:
        states, out = call.states, []
        for t in range(call.x.shape[1]):
            now = call.x[:, t : t + 1]
            new = tuple(call.run(now, states, place)[:, 0] for place in range(len(states)))
            out.append(new[shows])
            states = carry(call, new)
        return np.stack(out, axis=1)

    return gives


def _started_anew(*places: int) -> Alternative:
    """A layer that makes the states in these places zeros before every step, the first one too."""

    def emptied(states: Arrays) -> Arrays:
        return tuple(0 * state if place in places else state for place, state in enumerate(states))

    def gives(call: LayerCall) -> Array:
        return _carrying(lambda _, new: emptied(new))(replace(call, states=emptied(call.states)))

    return gives


MISTAKES = (
    LayerMistake(
        id="states_ignored",
        words="a layer that starts from zeros and ignores the states it is given",
        hint="Start the loop with the states that call() receives.",
        gives=lambda call: call.started(*(0 * state for state in call.states)),
        place=MistakePlace.LOOP,
    ),
    LayerMistake(
        id="hidden_start_ignored",
        words="a layer that starts from a hidden state of zeros and ignores the one it is given",
        hint="Start the loop with both states that call() receives.",
        gives=lambda call: call.started(0 * call.states[0], call.states[1]),
        place=MistakePlace.LOOP,
        states=2,
    ),
    LayerMistake(
        id="cell_start_ignored",
        words="a layer that starts from a cell state of zeros and ignores the one it is given",
        hint="Start the loop with both states that call() receives.",
        gives=lambda call: call.started(call.states[0], 0 * call.states[1]),
        place=MistakePlace.LOOP,
        states=2,
    ),
    LayerMistake(
        id="start_swapped",
        words="a layer that passes its start states to the cell in the other order",
        hint=(
            "Keep one order of the states, (hidden state, cell state), in zero_states, the cell and the"
            " layer."
        ),
        gives=lambda call: call.started(*call.states[::-1]),
        place=MistakePlace.LOOP,
        states=2,
    ),
    LayerMistake(
        id="not_carried",
        words="a layer that starts every step from the same states",
        hint="Pass the states that the cell returned to its next call.",
        gives=_carrying(lambda call, new: call.states),
    ),
    LayerMistake(
        id="zeros_at_every_step",
        words="a layer that starts every step but the first from zeros",
        hint="Pass the states that the cell returned to its next call.",
        gives=_carrying(lambda call, new: tuple(0 * state for state in new)),
    ),
    LayerMistake(
        id="hidden_not_carried",
        words="a layer that carries the cell state from step to step, but not the hidden state",
        hint="Pass both states that the cell returned to its next call.",
        gives=_carrying(lambda call, new: (call.states[0], new[1])),
        states=2,
    ),
    LayerMistake(
        id="cell_not_carried",
        words="a layer that carries the hidden state from step to step, but not the cell state",
        hint="Pass both states that the cell returned to its next call.",
        gives=_carrying(lambda call, new: (new[0], call.states[1])),
        states=2,
    ),
    LayerMistake(
        id="started_anew",
        words="a layer that starts every step from zeros, and ignores the states it is given",
        hint="Hand the states that the cell returned to its next call.",
        gives=_started_anew(0, 1),
    ),
    LayerMistake(
        id="hidden_zero",
        words="a layer that hands the cell a hidden state of zeros at every step",
        hint="Hand both states that the cell returned to its next call.",
        gives=_started_anew(0),
        states=2,
    ),
    LayerMistake(
        id="cell_zero",
        words="a layer that hands the cell a cell state of zeros at every step",
        hint="Hand both states that the cell returned to its next call.",
        gives=_started_anew(1),
        states=2,
    ),
    LayerMistake(
        id="carried_swapped",
        words="a layer that passes the cell's states to its next call in the other order",
        hint="Unpack the states in the order in which the cell returns them.",
        gives=_carrying(lambda call, new: new[::-1]),
        states=2,
    ),
    LayerMistake(
        id="unpacked_swapped",
        words="a layer that mixes up the two states that its cell returns",
        hint="Unpack the states in the order in which the cell returns them.",
        gives=_carrying(lambda call, new: new[::-1], shows=1),
        states=2,
    ),
    LayerMistake(
        id="hidden_carried_twice",
        words="a layer that passes the hidden state to the next step in both places",
        hint="Pass both states that the cell returned to its next call.",
        gives=_carrying(lambda call, new: (new[0], new[0])),
        states=2,
    ),
    LayerMistake(
        id="cell_carried_twice",
        words="a layer that passes the cell state to the next step in both places",
        hint="Pass both states that the cell returned to its next call.",
        gives=_carrying(lambda call, new: (new[1], new[1])),
        states=2,
    ),
)
