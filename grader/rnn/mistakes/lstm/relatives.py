"""Cells that are no LSTM and have a name of their own, told as what they are."""

from __future__ import annotations

import itertools

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.gru import Convention, gru_step
from grader.rnn.lstm import CANDIDATE, FORGET, INPUT, OUTPUT
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.simple import simple_step
from grader.rnn.weights import Array, Arrays, PreActivations


def _coupled_by_forget(z: PreActivations, h: Array, c: Array) -> Arrays:
    _, f, g, o = z.gates
    forget = sigmoid(f)
    new_c = forget * c + (1 - forget) * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c


def _coupled_by_input(z: PreActivations, h: Array, c: Array) -> Arrays:
    i, _, g, o = z.gates
    new = sigmoid(i)
    new_c = (1 - new) * c + new * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c


def _of_one_state(rule: UpdateRule, *gates: int, both: bool) -> UpdateRule:
    """A rule of another family with these gates; its new state comes back once, or in both places."""

    def other(z: PreActivations, h: Array, c: Array) -> Arrays:
        (new_h,) = rule(z.of(*gates), h)
        return new_h, (new_h if both else c)

    return other


COUPLED = "whose input gate is 1 - f instead of a gate of its own"
YES_NO = (True, False)
MINIMAL = gru_step(Convention(reset_after=False, keeps=False))  # one gate for both (Zhou et al. 2016)
VARIANTS = (
    Variant(
        id="coupled_gates",
        words=COUPLED,
        rule=_coupled_by_forget,
        unused=(INPUT,),
        place=MistakePlace.CELL_STATE,
    ),
    Variant(
        id="coupled_gates",
        words="whose forget gate is 1 - i instead of a gate of its own",
        rule=_coupled_by_input,
        unused=(FORGET,),
        place=MistakePlace.CELL_STATE,
    ),
    *(
        Variant(
            id="gru",
            words="that is a GRU, with an update gate and a reset gate and without a cell state",
            rule=_of_one_state(
                gru_step(Convention(reset_after=after, keeps=keeps)), INPUT, FORGET, CANDIDATE, both=both
            ),
            unused=(OUTPUT,),
            relative=True,
        )
        for after, keeps, both in itertools.product(YES_NO, repeat=3)
    ),
    *(
        Variant(
            id="minimal_gated_unit",
            words="that is a minimal gated unit, with one gate and without a cell state",
            rule=_of_one_state(MINIMAL, FORGET, FORGET, CANDIDATE, both=both),
            unused=(INPUT, OUTPUT),
            relative=True,
        )
        for both in YES_NO
    ),
    *(
        Variant(
            id="simple_rnn",
            words="that is a plain recurrent cell without gates: h' = tanh(x W + h U + b)",
            rule=_of_one_state(simple_step(), CANDIDATE, both=both),
            unused=(INPUT, FORGET, OUTPUT),
            relative=True,
        )
        for both in YES_NO
    ),
)
