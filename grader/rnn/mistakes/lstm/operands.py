"""Gates of an LSTM that see the wrong things: what gates of any family may, and the cell state in place of
the hidden state."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import Variant
from grader.rnn.lstm import FORGET, INPUT, LSTM, OUTPUT, lstm_step
from grader.rnn.mistakes.operands import KINDS, OperandKind, Operands, without_h
from grader.rnn.mistakes.pieces import fed
from grader.rnn.weights import Array, Arrays, Feed, PreActivations


def _sees(z: PreActivations, gate: int, state: Array) -> Feed:
    """The gate with a state in place of the hidden one."""
    here, part = z.feed(gate), np.asarray(z.product(gate, state))
    return replace(here, total=here.total - here.from_hidden + part, from_hidden=part)


def _from_cell_state(z: PreActivations, gate: int, states: Arrays) -> Feed:
    return _sees(z, gate, states[1])


def _output_sees_new_state(z: PreActivations, h: Array, c: Array) -> Arrays:
    _, new_c = lstm_step(z, h, c)
    return sigmoid(_sees(z, OUTPUT, new_c).total) * np.tanh(new_c), new_c


def _output_sees_shown_state(z: PreActivations, h: Array, c: Array) -> Arrays:
    _, new_c = lstm_step(z, h, c)
    return sigmoid(_sees(z, OUTPUT, np.tanh(new_c)).total) * np.tanh(new_c), new_c


CELL_STATE = OperandKind(
    name="sees_cell_state",
    does="sees the cell state in place of the hidden state",
    do="see the cell state in place of the hidden state",
    part=_from_cell_state,
)
SHARED = frozenset(itertools.permutations((INPUT, FORGET, OUTPUT), 2))  # gates with names of their own
OPERANDS = Operands(family=LSTM, rule=lstm_step, kinds=(*KINDS, CELL_STATE), named=SHARED)
VARIANTS = (
    *OPERANDS.all_gates(),
    *OPERANDS.one_gate(),
    *OPERANDS.taken_from_another(),
    Variant(
        id="gates_without_h",
        words="whose three gates do not see the hidden state, only the candidate does",
        rule=fed(lstm_step, without_h, INPUT, FORGET, OUTPUT),
    ),
    Variant(
        id="output_sees_new_state",
        words="whose output gate sees the new cell state in place of the hidden state",
        rule=_output_sees_new_state,
    ),
    Variant(
        id="output_sees_new_state",
        words="whose output gate sees the new cell state in place of the hidden state",
        rule=_output_sees_shown_state,
    ),
)
