"""Which time steps a layer feeds to its cell."""

from __future__ import annotations

import numpy as np

from grader.rnn.layer_mistakes.mistake import LayerMistake
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array


def _zeroed(out: Array, step: int) -> Array:
    changed = out.copy()
    changed[:, step] = 0
    return changed


MISTAKES = (
    LayerMistake(
        id="time_reversed",
        words="a layer that reads the sequence backwards",
        hint="Read the time steps from the first to the last.",
        gives=lambda call: call.fed(call.x[:, ::-1]),
        place=MistakePlace.LOOP,
    ),
    LayerMistake(
        id="time_reversed_twice",
        words="a layer that reads the sequence backwards and reverses its outputs",
        hint="Read the time steps from the first to the last.",
        gives=lambda call: call.fed(call.x[:, ::-1])[:, ::-1],
        place=MistakePlace.LOOP,
    ),
    LayerMistake(
        id="first_step_only",
        words="a layer that feeds the first time step again and again",
        hint="Use x[:, t, :] in step t.",
        gives=lambda call: call.fed(np.repeat(call.x[:, :1], call.x.shape[1], axis=1)),
    ),
    LayerMistake(
        id="last_step_only",
        words="a layer that feeds the last time step again and again",
        hint="Use x[:, t, :] in step t.",
        gives=lambda call: call.fed(np.repeat(call.x[:, -1:], call.x.shape[1], axis=1)),
    ),
    LayerMistake(
        id="previous_step_fed",
        words="a layer that feeds each time step one step late, and the last one first",
        hint="Use x[:, t, :] in step t, not x[:, t - 1, :].",
        gives=lambda call: call.fed(np.roll(call.x, 1, axis=1)),
    ),
    LayerMistake(
        id="fed_twice",
        words="a layer that calls its cell twice in every step",
        hint="Call the cell once per time step and keep what it returns.",
        gives=lambda call: call.fed(np.repeat(call.x, 2, axis=1))[:, 1::2],
    ),
    LayerMistake(
        id="one_step_skipped",
        words="a layer that never feeds the first time step",
        hint="Start the loop at step 0.",
        gives=lambda call: call.fed(call.x[:, 1:]),
        place=MistakePlace.LOOP,
        changes_shape=True,
    ),
    LayerMistake(
        id="last_step_missing",
        words="a layer that stops before the last time step",
        hint="Let the loop run to the last step: range(seq_len) ends at seq_len - 1 by itself.",
        gives=lambda call: call.right()[:, :-1],
        place=MistakePlace.LOOP,
        changes_shape=True,
    ),
    LayerMistake(
        id="first_step_empty",
        words="a layer that begins with the second time step and leaves the first output zero",
        hint="Start the loop at step 0.",
        gives=lambda call: np.concatenate([0 * call.states[0][:, None], call.fed(call.x[:, 1:])], axis=1),
        place=MistakePlace.LOOP,
    ),
    LayerMistake(
        id="last_step_empty",
        words="a layer that stops before the last time step and leaves its output zero",
        hint="Let the loop run to the last step: range(seq_len) ends at seq_len - 1 by itself.",
        gives=lambda call: _zeroed(call.right(), -1),
        place=MistakePlace.LOOP,
    ),
)
