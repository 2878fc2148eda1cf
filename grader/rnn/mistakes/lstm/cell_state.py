"""Wrong cell states: c' = f * c + i * g with another operand, another operation, or a piece left out."""

from __future__ import annotations

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import Variant
from grader.rnn.lstm import CANDIDATE, FORGET, INPUT
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.mistakes.lstm.pieces import UpdateState, updated
from grader.rnn.weights import Array, Arrays, PreActivations


def _update(id: str, words: str, update: UpdateState, *unused: int) -> Variant:
    return Variant(id=id, words=words, rule=updated(update), unused=unused, place=MistakePlace.CELL_STATE)


UPDATES = (
    _update(
        "forget_on_hidden",
        "whose forget gate multiplies the hidden state instead of the cell state",
        lambda i, f, g, h, c: f * h + i * g,
    ),
    _update(
        "state_not_carried",
        "that does not carry its cell state: c' = i * g, without f * c",
        lambda i, f, g, h, c: i * g,
        FORGET,
    ),
    _update(
        "forget_unused",
        "that never forgets: c' = c + i * g, without the forget gate",
        lambda i, f, g, h, c: c + i * g,
        FORGET,
    ),
    _update(
        "input_gate_unused",
        "that does not use its input gate: c' = f * c + g",
        lambda i, f, g, h, c: f * c + g,
        INPUT,
    ),
    _update(
        "gates_unused",
        "that uses neither its input gate nor its forget gate: c' = c + g",
        lambda i, f, g, h, c: c + g,
        INPUT,
        FORGET,
    ),
    _update(
        "nothing_new",
        "that takes nothing new into its cell state: c' = f * c, without i * g",
        lambda i, f, g, h, c: f * c,
        INPUT,
        CANDIDATE,
    ),
    _update(
        "gates_added",
        "that adds the input gate and the candidate instead of multiplying them",
        lambda i, f, g, h, c: f * c + i + g,
    ),
    _update(
        "forget_added",
        "that adds the forget gate to the cell state instead of multiplying by it",
        lambda i, f, g, h, c: f + c + i * g,
    ),
    _update(
        "parts_multiplied",
        "that multiplies the two parts of its cell state instead of adding them",
        lambda i, f, g, h, c: f * c * i * g,
    ),
    _update(
        "new_subtracted", "that subtracts i * g instead of adding it", lambda i, f, g, h, c: f * c - i * g
    ),
    _update(
        "forget_on_new",
        "that multiplies the forget gate with the new input instead of the old cell state",
        lambda i, f, g, h, c: f * i * g,
    ),
    _update(
        "forget_on_candidate",
        "that multiplies the forget gate with the candidate instead of the old cell state: c' = f * g +"
        " i * g",
        lambda i, f, g, h, c: f * g + i * g,
    ),
    _update(
        "forget_on_sum",
        "that applies the forget gate after adding the new input: c' = f * (c + i * g)",
        lambda i, f, g, h, c: f * (c + i * g),
    ),
    _update(
        "input_on_sum",
        "that applies the input gate after adding the candidate: c' = i * (f * c + g)",
        lambda i, f, g, h, c: i * (f * c + g),
    ),
    _update(
        "input_on_state",
        "whose input gate multiplies the cell state instead of the candidate",
        lambda i, f, g, h, c: f * c + i * c,
        CANDIDATE,
    ),
    _update(
        "input_on_hidden",
        "whose input gate multiplies the hidden state instead of the candidate",
        lambda i, f, g, h, c: f * c + i * h,
        CANDIDATE,
    ),
    _update(
        "forget_inverted",
        "that keeps what it should forget: 1 - f in place of the forget gate f",
        lambda i, f, g, h, c: (1 - f) * c + i * g,
    ),
    _update(
        "input_inverted",
        "that takes 1 - i in place of its input gate i",
        lambda i, f, g, h, c: f * c + (1 - i) * g,
    ),
    _update(
        "state_added_again",
        "that adds the old cell state once more: c' = c + f * c + i * g",
        lambda i, f, g, h, c: c + f * c + i * g,
    ),
    _update(
        "averaged",
        "that halves its cell state: c' = (f * c + i * g) / 2",
        lambda i, f, g, h, c: (f * c + i * g) / 2,
    ),
    _update(
        "one_gate_for_both",
        "with one gate in the places of both input gate and forget gate: c' = f * c + f * g",
        lambda i, f, g, h, c: f * c + f * g,
        INPUT,
    ),
    _update(
        "cell_state_squashed",
        "that stores a cell state behind a tanh: c' = tanh(f * c + i * g)",
        lambda i, f, g, h, c: np.tanh(f * c + i * g),
    ),
    _update(
        "hidden_for_state",
        "that adds the hidden state to its cell state: c' = f * c + i * g + h",
        lambda i, f, g, h, c: f * c + i * g + h,
    ),
)


def _squashed_and_shown(z: PreActivations, h: Array, c: Array) -> Arrays:
    i, f, g, o = z.gates
    new_c = np.tanh(sigmoid(f) * c + sigmoid(i) * np.tanh(g))
    return sigmoid(o) * new_c, new_c


def _output_for_forget(z: PreActivations, h: Array, c: Array) -> Arrays:
    i, _, g, o = z.gates
    new_c = sigmoid(o) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c


def _output_for_input(z: PreActivations, h: Array, c: Array) -> Arrays:
    _, f, g, o = z.gates
    new_c = sigmoid(f) * c + sigmoid(o) * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c


def _one_gate_for_all(z: PreActivations, h: Array, c: Array) -> Arrays:
    _, _, g, o = z.gates
    gate = sigmoid(o)
    new_c = gate * c + gate * np.tanh(g)
    return gate * np.tanh(new_c), new_c


SHARED = (
    Variant(
        id="cell_state_squashed",
        words="that stores a cell state behind a tanh: c' = tanh(f * c + i * g)",
        rule=_squashed_and_shown,
        place=MistakePlace.CELL_STATE,
    ),
    Variant(
        id="forget_and_output_shared",
        words="with one gate in the places of both forget gate and output gate",
        rule=_output_for_forget,
        unused=(FORGET,),
        place=MistakePlace.CELL_STATE,
    ),
    Variant(
        id="input_and_output_shared",
        words="with one gate in the places of both input gate and output gate",
        rule=_output_for_input,
        unused=(INPUT,),
        place=MistakePlace.CELL_STATE,
    ),
    Variant(
        id="one_gate_for_all",
        words="with one gate in the places of input gate, forget gate and output gate",
        rule=_one_gate_for_all,
        unused=(INPUT, FORGET),
        place=MistakePlace.CELL_STATE,
    ),
)
VARIANTS = (*UPDATES, *SHARED)
