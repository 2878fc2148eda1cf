"""What a layer keeps of each step, where its output has the right shape."""

from __future__ import annotations

import numpy as np

from grader.rnn.layer_mistakes.mistake import LayerMistake
from grader.rnn.mistake_place import MistakePlace

MISTAKES = (
    LayerMistake(
        id="cell_states",
        words="a layer that returns the cell states instead of the hidden states",
        hint="The output of a step is the hidden state.",
        gives=lambda call: call.right(shows=1),
        states=2,
    ),
    LayerMistake(
        id="outputs_reversed",
        words="a layer whose outputs stand in reversed order",
        hint="Append each step's output at the end of the list.",
        gives=lambda call: call.right()[:, ::-1],
        place=MistakePlace.RETURN,
    ),
    LayerMistake(
        id="last_repeated",
        words="a layer that returns the last step's output for every step",
        hint="Keep the output of each step, not only the last.",
        gives=lambda call: np.repeat(call.right()[:, -1:], call.x.shape[1], axis=1),
        place=MistakePlace.RETURN,
    ),
    LayerMistake(
        id="shifted",
        words="a layer whose output at a step is the state before that step",
        hint="Store the new hidden state, after calling the cell.",
        gives=lambda call: np.concatenate([call.states[0][:, None], call.right()[:, :-1]], axis=1),
    ),
    LayerMistake(
        id="outputs_added",
        words="a layer that adds up its outputs from step to step",
        hint="The output of a step is that step's hidden state alone.",
        gives=lambda call: np.cumsum(call.right(), axis=1),
    ),
    LayerMistake(
        id="reshaped",
        words=(
            "a layer that reshapes its outputs where the axes should be exchanged, so that sequences and"
            " steps are mixed up"
        ),
        hint=(
            "Stacked outputs are (time, batch, units): use tf.transpose(outputs, [1, 0, 2]), never"
            " tf.reshape."
        ),
        gives=lambda call: np.moveaxis(call.right(), 1, 0).reshape(*call.x.shape[:2], -1),
        place=MistakePlace.RETURN,
    ),
    LayerMistake(
        id="zeros",
        words="a layer whose outputs are all zero",
        hint="TensorArray.write returns a new TensorArray: keep it (`outputs = outputs.write(t, h)`).",
        gives=lambda call: np.zeros_like(call.right()),
        place=MistakePlace.RETURN,
    ),
)
