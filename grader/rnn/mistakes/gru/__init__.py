"""Known mistakes of a GRU, each in all the ways in which a GRU is written: one module per part of the
equations."""

from __future__ import annotations

from grader.rnn.family import Variant
from grader.rnn.mistakes.gru import activations, candidate, new_state, operands, relatives, returned

MISTAKES: tuple[Variant, ...] = (
    *new_state.VARIANTS,
    *candidate.VARIANTS,
    *returned.VARIANTS,
    *activations.VARIANTS,
    *operands.VARIANTS,
    *relatives.VARIANTS,
)

__all__ = ["MISTAKES"]
