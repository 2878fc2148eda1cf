"""The long short-term memory cell with a forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000):

    i = sigmoid(x Wi + h Ui + bi)        input gate
    f = sigmoid(x Wf + h Uf + bf)        forget gate
    g = tanh   (x Wg + h Ug + bg)        candidate
    o = sigmoid(x Wo + h Uo + bo)        output gate
    c' = f * c + i * g                   cell state
    h' = o * tanh(c')                    hidden state

And the way back, with dh and dc the upstream gradients by h' and c' (z_k is the pre-activation of gate k):

    do = dh * tanh(c')                    dc = dc + dh * o * (1 - tanh(c')^2)
    dz_o = do * o * (1 - o)               dz_i = dc * g * i * (1 - i)
    dz_f = dc * c * f * (1 - f)           dz_g = dc * i * (1 - g^2)
    dc of the step before = dc * f        dh of the step before = sum of dz U^T over the gates
"""

from __future__ import annotations

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import CellFamily, FoundFirst, Variant
from grader.rnn.flow import Flow, Passed, Saved, StepBack
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays, PreActivations

GATES = ("input", "forget", "candidate", "output")
INPUT, FORGET, CANDIDATE, OUTPUT = range(4)
SHOWN = "shown"  # where h' = o * tanh(c') looks at c'


def lstm_step(z: PreActivations, h: Array, c: Array) -> tuple[Array, Array]:
    """One step. h, c: [batch, units] -> (h', c'), each [batch, units]."""
    i, f, g, o = z.gates
    new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(new_c), new_c


def _record(z: PreActivations, h: Array, c: Array) -> tuple[Arrays, Saved]:
    i = sigmoid(z.gates[INPUT])
    f = sigmoid(z.gates[FORGET])
    g = np.tanh(z.gates[CANDIDATE])
    o = sigmoid(z.gates[OUTPUT])
    new_c = f * c + i * g
    shown = np.tanh(new_c)
    return (o * shown, new_c), (i, f, g, o, c, shown)


def _back(saved: Saved, upstream: Arrays, flow: Flow) -> Passed:
    i, f, g, o, c, shown = saved
    dh, dc = upstream
    if flow.passes(SHOWN):
        dc = dc + dh * o * (1 - shown**2)
    by_gates = (dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g**2), dh * shown * o * (1 - o))
    cut = [by * flow.passes(gate) for by, gate in zip(by_gates, GATES, strict=True)]
    return Passed(by_gates=np.concatenate(cut, axis=1), by_states=(np.zeros_like(dh), dc * f))


def _shown(output: Array, new: Arrays) -> Array:
    """h' from the output gate and the c' that was returned."""
    return np.asarray(sigmoid(output) * np.tanh(new[1]))


RIGHT = Variant(
    id="lstm",
    words="that computes the LSTM equations",
    rule=lstm_step,
    step_back=StepBack(record=_record, back=_back),
)
LSTM = CellFamily(
    name="lstm",
    words="an LSTM",
    title="LSTM",
    equations="c' = f * c + i * g and h' = o * tanh(c')",
    hints=(
        (
            MistakePlace.CELL_STATE,
            "Compare the line that computes the new cell state with c' = f * c + i * g",
        ),
        (
            MistakePlace.HIDDEN_STATE,
            "Compare the line that computes the new hidden state with h' = o * tanh(c')",
        ),
        (MistakePlace.RETURN, "Compare what call() returns with the pair (new hidden state, new cell state)"),
        (
            MistakePlace.KIND,
            (
                "The sheet asks for an LSTM: three gates and a candidate, and a cell state beside the hidden"
                " state"
            ),
        ),
        (
            MistakePlace.GATES,
            (
                "Compare what your gates see and their activations with the equations: sigmoid for i, f and"
                " o, tanh for g, each of x, h and a bias"
            ),
        ),
    ),
    functions=frozenset({"sigmoid", "tanh"}),
    gates=GATES,
    gate_words=("input gate", "forget gate", "candidate", "output gate"),
    spellings=(("i", "input"), ("f", "forget"), ("g", "c", "candidate", "cell"), ("o", "output")),
    states=("hidden", "cell"),
    rules=(RIGHT,),
    forget_gate=FORGET,
    found_first=FoundFirst(gate=OUTPUT, state=0, gives=_shown),
)
