"""Wrong hidden states: h' = o * tanh(c') from something else, or another state returned in its place."""

from __future__ import annotations

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import Variant
from grader.rnn.lstm import CANDIDATE, OUTPUT, lstm_step
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.mistakes.lstm.pieces import ShowState, shown
from grader.rnn.weights import Array, Arrays, PreActivations


def _show(
    id: str, words: str, show: ShowState, *unused: int, place: MistakePlace = MistakePlace.HIDDEN_STATE
) -> Variant:
    return Variant(id=id, words=words, rule=shown(show), unused=unused, place=place)


def _candidate_shown(z: PreActivations, h: Array, c: Array) -> Arrays:
    _, new_c = lstm_step(z, h, c)
    return sigmoid(z.gates[OUTPUT]) * np.tanh(z.gates[CANDIDATE]), new_c


def _cell_unchanged(z: PreActivations, h: Array, c: Array) -> Arrays:
    new_h, _ = lstm_step(z, h, c)
    return new_h, c


def _hidden_twice(z: PreActivations, h: Array, c: Array) -> Arrays:
    new_h, _ = lstm_step(z, h, c)
    return new_h, new_h


def _both_unchanged(z: PreActivations, h: Array, c: Array) -> Arrays:
    return h, c


def _candidate_kept(z: PreActivations, h: Array, c: Array) -> Arrays:
    new_h, _ = lstm_step(z, h, c)
    return new_h, np.tanh(z.gates[CANDIDATE])


VARIANTS = (
    _show(
        "output_gate_unused",
        "that does not use its output gate: h' = tanh(c')",
        lambda o, new_c, h, c: np.tanh(new_c),
        OUTPUT,
    ),
    _show(
        "old_state_shown",
        "whose hidden state shows the old cell state: h' = o * tanh(c) instead of o * tanh(c')",
        lambda o, new_c, h, c: o * np.tanh(c),
    ),
    _show(
        "output_added",
        "that adds the output gate to tanh(c') instead of multiplying by it",
        lambda o, new_c, h, c: o + np.tanh(new_c),
    ),
    _show(
        "output_inverted",
        "that takes 1 - o in place of its output gate o",
        lambda o, new_c, h, c: (1 - o) * np.tanh(new_c),
    ),
    _show(
        "tanh_around_product",
        "with the tanh around the whole product: h' = tanh(o * c') instead of o * tanh(c')",
        lambda o, new_c, h, c: np.tanh(o * new_c),
    ),
    _show(
        "hidden_added",
        "that adds the old hidden state: h' = h + o * tanh(c')",
        lambda o, new_c, h, c: h + o * np.tanh(new_c),
    ),
    _show(
        "output_on_hidden",
        "whose output gate multiplies the old hidden state instead of the cell state: h' = o * tanh(h)",
        lambda o, new_c, h, c: o * np.tanh(h),
    ),
    _show(
        "output_gate_returned",
        "that returns the output gate as its hidden state: h' = o, without tanh(c')",
        lambda o, new_c, h, c: o,
    ),
    _show(
        "cell_returned_twice",
        "that returns its cell state in both places",
        lambda o, new_c, h, c: new_c,
        OUTPUT,
        place=MistakePlace.RETURN,
    ),
    _show(
        "hidden_unchanged",
        "that returns the old hidden state",
        lambda o, new_c, h, c: h,
        OUTPUT,
        place=MistakePlace.RETURN,
    ),
    Variant(
        id="candidate_shown",
        words="whose hidden state shows the candidate: h' = o * g instead of o * tanh(c')",
        rule=_candidate_shown,
        place=MistakePlace.HIDDEN_STATE,
    ),
    Variant(
        id="cell_unchanged",
        words="that returns the old cell state",
        rule=_cell_unchanged,
        place=MistakePlace.RETURN,
    ),
    Variant(
        id="both_unchanged",
        words="that returns the states as they came",
        rule=_both_unchanged,
        place=MistakePlace.RETURN,
    ),
    Variant(
        id="hidden_returned_twice",
        words="that returns its hidden state in both places",
        rule=_hidden_twice,
        place=MistakePlace.RETURN,
    ),
    Variant(
        id="candidate_returned",
        words="that returns the candidate g in place of the cell state",
        rule=_candidate_kept,
        place=MistakePlace.RETURN,
    ),
)
