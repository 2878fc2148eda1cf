"""Known mistakes of an LSTM, each a small variation of the equations and the words a tutor would use for it.

One module per part of the equations: the activations, the new cell state, the new hidden state, what the
gates see; and cells that are no LSTM but something else with a name of its own."""

from __future__ import annotations

from grader.rnn.family import Variant
from grader.rnn.mistakes.lstm import activations, cell_state, hidden_state, operands, relatives

MISTAKES: tuple[Variant, ...] = (
    *cell_state.VARIANTS,
    *hidden_state.VARIANTS,
    *activations.VARIANTS,
    *operands.VARIANTS,
    *relatives.VARIANTS,
)

__all__ = ["MISTAKES"]
