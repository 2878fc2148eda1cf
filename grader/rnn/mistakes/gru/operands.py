"""Gates of a GRU that see the wrong things."""

from __future__ import annotations

from dataclasses import replace

from grader.rnn.family import Variant
from grader.rnn.gru import CONVENTIONS, GRU, RESET, UPDATE, gru_step
from grader.rnn.mistakes.operands import Operands, without_h, without_x
from grader.rnn.mistakes.pieces import fed
from grader.rnn.weights import Arrays, Feed, PreActivations

SHARED = frozenset({(UPDATE, RESET), (RESET, UPDATE)})  # all weights in common: a minimal gated unit
OPERANDS = tuple(Operands(family=GRU, rule=gru_step(way), named=SHARED) for way in CONVENTIONS)


def _without_h_and_its_bias(z: PreActivations, gate: int, states: Arrays) -> Feed:
    """A candidate whose layer for h, bias and all, is not called."""
    here = without_h(z, gate, states)
    return replace(here, total=here.total - here.recurrent_bias, recurrent_bias=0 * here.recurrent_bias)


VARIANTS: tuple[Variant, ...] = (
    *(variant for one in OPERANDS for variant in one.all_gates()),
    *(variant for one in OPERANDS for variant in one.one_gate()),
    *(variant for one in OPERANDS for variant in one.taken_from_another()),
    *(
        Variant(
            id="gates_without_h",
            words="whose two gates do not see the hidden state, only the candidate does",
            rule=fed(gru_step(way), without_h, UPDATE, RESET),
        )
        for way in CONVENTIONS
    ),
    *(
        Variant(
            id="gates_without_x",
            words="whose two gates do not see the input, only the candidate does",
            rule=fed(gru_step(way), without_x, UPDATE, RESET),
        )
        for way in CONVENTIONS
    ),
    *(
        Variant(
            id="candidate_without_h",
            words="whose candidate does not see the hidden state",
            rule=fed(gru_step(way), _without_h_and_its_bias, 2),
        )
        for way in CONVENTIONS
        if way.reset_after
    ),
)
