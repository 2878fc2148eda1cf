"""Known mistakes of a layer: what it gives instead of one hidden state per step, made from the right cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.judge.cases import Case, Run
from grader.judge.equations import Array

Alternative = Callable[[Case, Run], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMistake:
    """What a wrong layer gives, [batch, time, units] unless its mistake is the shape."""

    id: str
    words: str  # completes "it behaves like ..."
    hint: str
    gives: Alternative
    place: str = "step"  # where in the code to look: the "step", the "loop", or the "return"
    in_model: bool = True  # whether a whole model can be computed with it; else the model must undo it, as the last step does


def _right(case: Case, run: Run) -> Array:
    return run(case.x, case.first, case.second)


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


def _zeroed(out: Array, step: int) -> Array:
    changed = out.copy()
    changed[:, step] = 0
    return changed


STATES = (
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
STEPS = (
    LayerMistake(
        id="time_reversed",
        words="a layer that reads the sequence backwards",
        hint="Read the time steps from the first to the last.",
        gives=lambda case, run: run(case.x[:, ::-1], case.first, case.second),
        place="loop",
    ),
    LayerMistake(
        id="time_reversed_twice",
        words="a layer that reads the sequence backwards and turns its outputs round",
        hint="Read the time steps from the first to the last.",
        gives=lambda case, run: run(case.x[:, ::-1], case.first, case.second)[:, ::-1],
        place="loop",
    ),
    LayerMistake(
        id="first_step_only",
        words="a layer that feeds the first time step again and again",
        hint="Use x[:, t, :] in step t.",
        gives=lambda case, run: run(np.repeat(case.x[:, :1], case.x.shape[1], axis=1), case.first, case.second),
    ),
    LayerMistake(
        id="last_step_only",
        words="a layer that feeds the last time step again and again",
        hint="Use x[:, t, :] in step t.",
        gives=lambda case, run: run(np.repeat(case.x[:, -1:], case.x.shape[1], axis=1), case.first, case.second),
    ),
    LayerMistake(
        id="previous_step_fed",
        words="a layer that feeds each time step one step late, and the last one first",
        hint="Use x[:, t, :] in step t, not x[:, t - 1, :].",
        gives=lambda case, run: run(np.roll(case.x, 1, axis=1), case.first, case.second),
    ),
    LayerMistake(
        id="fed_twice",
        words="a layer that calls its cell twice in every step",
        hint="Call the cell once per time step and keep what it returns.",
        gives=lambda case, run: run(np.repeat(case.x, 2, axis=1), case.first, case.second)[:, 1::2],
    ),
    LayerMistake(
        id="one_step_skipped",
        words="a layer that never feeds the first time step",
        hint="Start the loop at step 0.",
        gives=lambda case, run: run(case.x[:, 1:], case.first, case.second),
        place="loop",
    ),
    LayerMistake(
        id="last_step_missing",
        words="a layer that stops before the last time step",
        hint="Let the loop run to the last step: range(seq_len) ends at seq_len - 1 by itself.",
        gives=lambda case, run: _right(case, run)[:, :-1],
        place="loop",
    ),
    LayerMistake(
        id="first_step_empty",
        words="a layer that begins with the second time step and leaves the first output zero",
        hint="Start the loop at step 0.",
        gives=lambda case, run: np.concatenate([0 * case.first[:, None], run(case.x[:, 1:], case.first, case.second)], axis=1),
        place="loop",
    ),
    LayerMistake(
        id="last_step_empty",
        words="a layer that stops before the last time step and leaves its output zero",
        hint="Let the loop run to the last step: range(seq_len) ends at seq_len - 1 by itself.",
        gives=lambda case, run: _zeroed(_right(case, run), -1),
        place="loop",
    ),
)
OUTPUTS = (
    LayerMistake(
        id="cell_states",
        words="a layer that returns the cell states instead of the hidden states",
        hint="The output of a step is the hidden state.",
        gives=lambda case, run: run(case.x, case.first, case.second, cell_states=True),
    ),
    LayerMistake(
        id="outputs_reversed",
        words="a layer whose outputs stand in reversed order",
        hint="Append each step's output at the end of the list.",
        gives=lambda case, run: _right(case, run)[:, ::-1],
        place="return",
    ),
    LayerMistake(
        id="last_repeated",
        words="a layer that returns the last step's output for every step",
        hint="Keep the output of each step, not only the last.",
        gives=lambda case, run: np.repeat(_right(case, run)[:, -1:], case.x.shape[1], axis=1),
        place="return",
    ),
    LayerMistake(
        id="shifted",
        words="a layer whose output at a step is the state before that step",
        hint="Store the new hidden state, after calling the cell.",
        gives=lambda case, run: np.concatenate([case.first[:, None], _right(case, run)[:, :-1]], axis=1),
    ),
    LayerMistake(
        id="outputs_added",
        words="a layer that adds up its outputs from step to step",
        hint="The output of a step is that step's hidden state alone.",
        gives=lambda case, run: np.cumsum(_right(case, run), axis=1),
    ),
    LayerMistake(
        id="reshaped",
        words="a layer that reshapes its outputs where the axes should be exchanged, so that sequences and steps are mixed up",
        hint="Stacked outputs are (time, batch, units): use tf.transpose(outputs, [1, 0, 2]), never tf.reshape.",
        gives=lambda case, run: np.moveaxis(_right(case, run), 1, 0).reshape(case.wanted.shape),
        place="return",
    ),
    LayerMistake(
        id="zeros",
        words="a layer whose outputs are all zero",
        hint="TensorArray.write returns a new TensorArray: keep it (`outputs = outputs.write(t, h)`).",
        gives=lambda case, run: np.zeros_like(case.wanted),
        place="return",
    ),
)
SHAPES = (
    LayerMistake(
        id="time_major",
        words="a layer that puts the time axis first",
        hint="Transpose the stacked outputs: tf.transpose(outputs, [1, 0, 2]), or stack with axis=1.",
        gives=lambda case, run: np.moveaxis(_right(case, run), 1, 0),
        place="return",
        in_model=False,
    ),
    LayerMistake(
        id="last_only",
        words="a layer that returns only the last step",
        hint="Collect the hidden state of every step; the model picks the last one.",
        gives=lambda case, run: _right(case, run)[:, -1],
        place="return",
        in_model=False,
    ),
    LayerMistake(
        id="first_only",
        words="a layer that returns only the first step",
        hint="Collect the hidden state of every step, and return after the loop.",
        gives=lambda case, run: _right(case, run)[:, 0],
        place="return",
    ),
    LayerMistake(
        id="mean_of_steps",
        words="a layer that returns the mean of its steps",
        hint="Collect the hidden state of every step; the model picks the last one.",
        gives=lambda case, run: _right(case, run).mean(axis=1),
        place="return",
    ),
    LayerMistake(
        id="flattened",
        words="a layer that writes the outputs of all steps side by side",
        hint="Stack the outputs along a time axis: tf.stack(outputs, axis=1).",
        gives=lambda case, run: _right(case, run).reshape(len(case.x), -1),
        place="return",
        in_model=False,
    ),
    LayerMistake(
        id="features_before_time",
        words="a layer that puts the time axis last",
        hint="Stack the outputs along the second axis: tf.stack(outputs, axis=1).",
        gives=lambda case, run: np.moveaxis(_right(case, run), 1, 2),
        place="return",
        in_model=False,
    ),
    LayerMistake(
        id="both_states",
        words="a layer whose output holds the hidden state and the cell state side by side",
        hint="The output of a step is the hidden state alone.",
        gives=lambda case, run: np.concatenate(
            [_right(case, run), run(case.x, case.first, case.second, cell_states=True)], axis=2
        ),
        in_model=False,
    ),
)
LAYER_MISTAKES = (*OUTPUTS, *STATES, *STEPS, *SHAPES)
RESHAPING = tuple(
    mistake for mistake in LAYER_MISTAKES if mistake in SHAPES or mistake.id in ("one_step_skipped", "last_step_missing")
)
