"""Whether a model answers the same to the same question, and how it comes to."""

from __future__ import annotations

import re

from grader.assignment import Seen
from grader.judge.identify.cases import layer_of
from grader.judge.identify.identification import PROBE, changes
from grader.probes.model import ModelAnswer, read_model

STEADY = 1e-4  # between two equal calls; float32 gives the very same numbers
# Keras' layers that draw random numbers while a model is trained
CHANCE = re.compile(r"Dropout|GaussianNoise")
CONSTANT = 1e-6  # outputs that spread less over random sequences are one number


def change_between(seen: Seen) -> float:
    """The largest difference between two answers to the same question. Follow-through: 0 for a layer whose
    start states are random, which is charged to zero_states."""
    layer = layer_of(seen)
    by_chance = layer is not None and layer.starts_by_chance
    return 0.0 if by_chance else changes(read_model(seen.answer(PROBE)))


def hint_for_change(model: ModelAnswer) -> str:
    """How a model whose answers change comes to give the same ones: by what in it changes them."""
    chance = [f"{layer.path} ({layer.kind})" for layer in model.layers if CHANCE.search(layer.kind)]
    if chance:
        return (
            f"{', '.join(chance[:3])} draws at random at every call, and may do so only while the model is"
            " trained: write call(self, x, training=False), and pass `training` on instead of True."
        )
    return (
        "Start from zero states at every call: self.lstm.zero_states(batch_size) in call(), nothing kept from"
        " the last batch."
    )
