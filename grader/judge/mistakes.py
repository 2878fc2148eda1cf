"""Known mistakes, each a small variation of the equations and the words a tutor would use for it.

`gates` are those that the variation has weights for, as places in GATES; a rule gets the sums of the others as zeros.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.judge.equations import Array, Step, Sums, lstm_step, sigmoid

tanh = np.tanh
ALL = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A rule for one step. The right one has the id "lstm"."""

    id: str
    words: str  # completes "it behaves like a cell ..."
    rule: Step
    gates: tuple[int, ...] = ALL


def _forget_on_hidden(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * h + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _state_not_carried(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _nothing_forgotten(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = c + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _no_tanh_on_output(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * new_c, new_c


def _sigmoid_on_output(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * sigmoid(new_c), new_c


def _sigmoid_candidate(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * sigmoid(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _linear_candidate(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * z.candidate
    return sigmoid(z.output) * tanh(new_c), new_c


def _input_gate_unused(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _output_gate_unused(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * tanh(z.candidate)
    return tanh(new_c), new_c


def _old_state_shown(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(c), new_c


def _gates_added(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) + tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _forget_added(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) + c + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _forget_on_new(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _relu_candidate(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * np.maximum(z.candidate, 0)
    return sigmoid(z.output) * tanh(new_c), new_c


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    out: Array = e / e.sum(axis=1, keepdims=True)
    return out


def _softmax_input_gate(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + _softmax(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _softmax_gates(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = _softmax(z.forget) * c + _softmax(z.input) * tanh(z.candidate)
    return _softmax(z.output) * tanh(new_c), new_c


def _tanh_gates(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = tanh(z.forget) * c + tanh(z.input) * tanh(z.candidate)
    return tanh(z.output) * tanh(new_c), new_c


def _no_gate_activations(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = z.forget * c + z.input * tanh(z.candidate)
    return z.output * tanh(new_c), new_c


def _coupled(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    forget = sigmoid(z.forget)
    new_c = forget * c + (1 - forget) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), new_c


def _hidden_unchanged(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * tanh(z.candidate)
    return h, new_c


def _cell_unchanged(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    new_c = sigmoid(z.forget) * c + sigmoid(z.input) * tanh(z.candidate)
    return sigmoid(z.output) * tanh(new_c), c


def _without_recurrence(*gates: int) -> Step:
    """The rule in which h does not reach these gates."""

    def rule(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
        parts = [z.input, z.forget, z.candidate, z.output]
        for gate in gates:
            parts[gate] = parts[gate] - z.recurrent[gate]
        return lstm_step(Sums(input=parts[0], forget=parts[1], candidate=parts[2], output=parts[3], recurrent=z.recurrent), h, c)

    return rule


LSTM = Variant(id="lstm", words="that computes the LSTM equations", rule=lstm_step)
MISTAKES = (
    Variant(
        id="forget_on_hidden",
        words="whose forget gate multiplies the hidden state instead of the cell state",
        rule=_forget_on_hidden,
    ),
    Variant(
        id="state_not_carried", words="that does not carry its cell state: c' = i * g, without f * c", rule=_state_not_carried
    ),
    Variant(id="forget_unused", words="that never forgets: c' = c + i * g, without the forget gate", rule=_nothing_forgotten),
    Variant(id="no_tanh_on_output", words="without the tanh around the cell state: h' = o * c'", rule=_no_tanh_on_output),
    Variant(id="sigmoid_on_output", words="with a sigmoid where h' = o * tanh(c') has a tanh", rule=_sigmoid_on_output),
    Variant(id="sigmoid_candidate", words="whose candidate has a sigmoid instead of a tanh", rule=_sigmoid_candidate),
    Variant(id="linear_candidate", words="whose candidate has no tanh", rule=_linear_candidate),
    Variant(id="input_gate_unused", words="that does not use its input gate: c' = f * c + g", rule=_input_gate_unused),
    Variant(id="output_gate_unused", words="that does not use its output gate: h' = tanh(c')", rule=_output_gate_unused),
    Variant(
        id="old_state_shown",
        words="whose hidden state shows the old cell state: h' = o * tanh(c) instead of o * tanh(c')",
        rule=_old_state_shown,
    ),
    Variant(id="gates_added", words="that adds the input gate and the candidate instead of multiplying them", rule=_gates_added),
    Variant(
        id="forget_added", words="that adds the forget gate to the cell state instead of multiplying by it", rule=_forget_added
    ),
    Variant(
        id="forget_on_new",
        words="that multiplies the forget gate with the new input instead of the old cell state",
        rule=_forget_on_new,
    ),
    Variant(id="relu_candidate", words="whose candidate has a relu instead of a tanh", rule=_relu_candidate),
    Variant(id="softmax_input_gate", words="whose input gate has a softmax instead of a sigmoid", rule=_softmax_input_gate),
    Variant(id="softmax_gates", words="whose three gates have a softmax instead of a sigmoid", rule=_softmax_gates),
    Variant(id="tanh_gates", words="whose three gates have a tanh instead of a sigmoid", rule=_tanh_gates),
    Variant(id="no_gate_activations", words="whose three gates have no activation at all", rule=_no_gate_activations),
    Variant(id="coupled_gates", words="whose input gate is 1 - f instead of a gate of its own", rule=_coupled, gates=(1, 2, 3)),
    Variant(id="hidden_unchanged", words="that returns the old hidden state", rule=_hidden_unchanged),
    Variant(id="cell_unchanged", words="that returns the old cell state", rule=_cell_unchanged),
    Variant(id="no_recurrence", words="whose gates never see the hidden state", rule=_without_recurrence(0, 1, 2, 3)),
    Variant(id="input_without_h", words="whose input gate does not see the hidden state", rule=_without_recurrence(0)),
    Variant(id="forget_without_h", words="whose forget gate does not see the hidden state", rule=_without_recurrence(1)),
    Variant(id="candidate_without_h", words="whose candidate does not see the hidden state", rule=_without_recurrence(2)),
    Variant(id="output_without_h", words="whose output gate does not see the hidden state", rule=_without_recurrence(3)),
)
BY_ID = {variant.id: variant for variant in (LSTM, *MISTAKES)}
