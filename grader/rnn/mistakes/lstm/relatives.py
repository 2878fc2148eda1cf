"""Cells that are no LSTM and have a name of their own, told as what they are."""

from __future__ import annotations

import itertools

import numpy as np

from grader.rnn.mistakes.variant import Variant
from grader.rnn.weights import Array, Step, Sums, sigmoid

INPUT, FORGET, CANDIDATE, OUTPUT = 0, 1, 2, 3


def _coupled_by_forget(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    forget = sigmoid(z.forget)
    new_c = forget * c + (1 - forget) * np.tanh(z.candidate)
    return sigmoid(z.output) * np.tanh(new_c), new_c


def _coupled_by_input(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new = sigmoid(z.input)
    new_c = (1 - new) * c + new * np.tanh(z.candidate)
    return sigmoid(z.output) * np.tanh(new_c), new_c


def _gru(*, reset_after: bool, keeps: bool, both: bool) -> Step:
    """A gated recurrent unit (Cho et al. 2014): `input` is its update gate, `forget` its reset gate. The reset comes before or after
    the recurrent product; the update gate says what to keep or what to renew; the new state comes back once or in both places."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        update, reset = sigmoid(z.input), sigmoid(z.forget)
        from_h = reset * z.recurrent[CANDIDATE] if reset_after else (reset * h) @ z.kernels[CANDIDATE]
        candidate = np.tanh(z.candidate - z.recurrent[CANDIDATE] + from_h)
        new_h = update * h + (1 - update) * candidate if keeps else (1 - update) * h + update * candidate
        return new_h, (new_h if both else c)

    return rule


def _minimal_gated(*, both: bool) -> Step:
    """A gated unit with one gate for keeping and resetting (Zhou et al. 2016)."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        forget = sigmoid(z.forget)
        candidate = np.tanh(z.candidate - z.recurrent[CANDIDATE] + (forget * h) @ z.kernels[CANDIDATE])
        new_h = (1 - forget) * h + forget * candidate
        return new_h, (new_h if both else c)

    return rule


def _elman(*, both: bool) -> Step:
    """A plain recurrent cell (Elman 1990): h' = tanh(x W + h U + b)."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        new_h = np.tanh(z.candidate)
        return new_h, (new_h if both else c)

    return rule


COUPLED = "whose input gate is 1 - f instead of a gate of its own"
YES_NO = (True, False)
VARIANTS = (
    Variant(id="coupled_gates", words=COUPLED, rule=_coupled_by_forget, unused=(INPUT,), place="cell state"),
    Variant(
        id="coupled_gates",
        words="whose forget gate is 1 - i instead of a gate of its own",
        rule=_coupled_by_input,
        unused=(FORGET,),
        place="cell state",
    ),
    *(
        Variant(
            id="gru",
            words="that is a GRU, with an update gate and a reset gate and without a cell state",
            rule=_gru(reset_after=after, keeps=keeps, both=both),
            unused=(OUTPUT,),
            relative=True,
        )
        for after, keeps, both in itertools.product(YES_NO, repeat=3)
    ),
    *(
        Variant(
            id="minimal_gated_unit",
            words="that is a minimal gated unit, with one gate and without a cell state",
            rule=_minimal_gated(both=both),
            unused=(INPUT, OUTPUT),
            relative=True,
        )
        for both in YES_NO
    ),
    *(
        Variant(
            id="simple_rnn",
            words="that is a plain recurrent cell without gates: h' = tanh(x W + h U + b)",
            rule=_elman(both=both),
            unused=(INPUT, FORGET, OUTPUT),
            relative=True,
        )
        for both in YES_NO
    ),
)
