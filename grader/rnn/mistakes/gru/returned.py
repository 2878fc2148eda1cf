"""GRUs that return something else than their new hidden state."""

from __future__ import annotations

from grader.rnn.activations import sigmoid
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.gru import CANDIDATE, RESET, UPDATE
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays, PreActivations


def _gate(gate: int) -> UpdateRule:
    def rule(z: PreActivations, h: Array) -> Arrays:
        return (sigmoid(z.gates[gate]),)

    return rule


def _unchanged(z: PreActivations, h: Array) -> Arrays:
    return (h,)


VARIANTS = (
    Variant(
        id="gate_returned",
        words="that returns one of its gates as its hidden state",
        rule=_gate(UPDATE),
        unused=(RESET, CANDIDATE),
        place=MistakePlace.RETURN,
    ),
    Variant(
        id="hidden_unchanged",
        words="that returns the old hidden state",
        rule=_unchanged,
        unused=(UPDATE, RESET, CANDIDATE),
        place=MistakePlace.RETURN,
    ),
)
