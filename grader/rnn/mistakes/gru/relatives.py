"""Cells that are no GRU and have a name of their own, with weights of a GRU."""

from __future__ import annotations

from dataclasses import replace

from grader.rnn.family import UpdateRule, Variant
from grader.rnn.gru import CANDIDATE, RESET, UPDATE
from grader.rnn.mistakes.gru.new_state import ONE_GATE
from grader.rnn.simple import USUAL, simple_step
from grader.rnn.weights import Array, Arrays, PreActivations


def _simple(activation: str) -> UpdateRule:
    step = simple_step(activation)

    def rule(z: PreActivations, h: Array) -> Arrays:
        return step(z.of(CANDIDATE), h)

    return rule


VARIANTS: tuple[Variant, ...] = (
    *(replace(variant, relative=True) for variant in ONE_GATE),
    *(
        Variant(
            id="simple_rnn",
            words="that is a simple recurrent cell without gates",
            rule=_simple(activation),
            unused=(UPDATE, RESET),
            relative=True,
        )
        for activation in USUAL
    ),
)
