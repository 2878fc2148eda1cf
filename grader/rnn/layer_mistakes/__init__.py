"""Known mistakes of a layer: what it gives instead of one hidden state per step, made from the right cell.

One module per part of the loop: the states it starts from and carries, the time steps it feeds, the outputs
it keeps, their shape."""

from __future__ import annotations

from grader.rnn.family import CellFamily
from grader.rnn.layer_mistakes import outputs, shapes, states, steps
from grader.rnn.layer_mistakes.mistake import Alternative, LayerCall, LayerMistake

LAYER_MISTAKES = (*outputs.MISTAKES, *states.MISTAKES, *steps.MISTAKES, *shapes.MISTAKES)


def layer_mistakes(family: CellFamily) -> tuple[LayerMistake, ...]:
    """Those that a layer around a cell of this family can make."""
    return tuple(mistake for mistake in LAYER_MISTAKES if mistake.states <= len(family.states))


__all__ = ["LAYER_MISTAKES", "Alternative", "LayerCall", "LayerMistake", "layer_mistakes"]
