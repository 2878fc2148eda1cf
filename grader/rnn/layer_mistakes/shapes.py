"""What a layer returns, where that has another shape than one output per step."""

from __future__ import annotations

import numpy as np

from grader.rnn.layer_mistakes.mistake import LayerMistake
from grader.rnn.mistake_place import MistakePlace

MISTAKES = (
    LayerMistake(
        id="time_major",
        words="a layer that puts the time axis first",
        hint="Transpose the stacked outputs: tf.transpose(outputs, [1, 0, 2]), or stack with axis=1.",
        gives=lambda call: np.moveaxis(call.right(), 1, 0),
        place=MistakePlace.RETURN,
        changes_shape=True,
        in_model=False,
    ),
    LayerMistake(
        id="last_only",
        words="a layer that returns only the last step",
        hint="Collect the hidden state of every step; the model picks the last one.",
        gives=lambda call: call.right()[:, -1],
        place=MistakePlace.RETURN,
        changes_shape=True,
        in_model=False,
    ),
    LayerMistake(
        id="first_only",
        words="a layer that returns only the first step",
        hint="Collect the hidden state of every step, and return after the loop.",
        gives=lambda call: call.right()[:, 0],
        place=MistakePlace.RETURN,
        changes_shape=True,
    ),
    LayerMistake(
        id="mean_of_steps",
        words="a layer that returns the mean of its steps",
        hint="Collect the hidden state of every step; the model picks the last one.",
        gives=lambda call: call.right().mean(axis=1),
        place=MistakePlace.RETURN,
        changes_shape=True,
    ),
    LayerMistake(
        id="flattened",
        words="a layer that writes the outputs of all steps side by side",
        hint="Stack the outputs along a time axis: tf.stack(outputs, axis=1).",
        gives=lambda call: call.right().reshape(len(call.x), -1),
        place=MistakePlace.RETURN,
        changes_shape=True,
        in_model=False,
    ),
    LayerMistake(
        id="features_before_time",
        words="a layer that puts the time axis last",
        hint="Stack the outputs along the second axis: tf.stack(outputs, axis=1).",
        gives=lambda call: np.moveaxis(call.right(), 1, 2),
        place=MistakePlace.RETURN,
        changes_shape=True,
        in_model=False,
    ),
    LayerMistake(
        id="both_states",
        words="a layer whose output holds the hidden state and the cell state side by side",
        hint="The output of a step is the hidden state alone.",
        gives=lambda call: np.concatenate([call.right(), call.right(shows=1)], axis=2),
        changes_shape=True,
        in_model=False,
        states=2,
    ),
)
