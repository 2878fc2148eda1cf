"""Names of variables, where several explanations fit."""

from dataclasses import replace

import numpy as np
import pytest

from grader.rnn.gru import GRU
from grader.rnn.lstm import CANDIDATE, FORGET, INPUT, LSTM, OUTPUT
from grader.rnn.mapping import CellDraw, CellDraws
from grader.rnn.named import agreement, gate_called
from grader.rnn.search import explain

UNITS, FEATURES = 3, 2


@pytest.mark.parametrize(
    ("path", "gate"),
    [
        ("f.kernel", FORGET),
        ("cell.forget_gate.bias", FORGET),
        ("forgetGate.kernel", FORGET),
        ("W_f", FORGET),
        ("Wxf", FORGET),
        ("Whi", INPUT),
        ("bo", OUTPUT),
        ("gates/output.kernel", OUTPUT),
        ("lstm.dense_c.kernel", CANDIDATE),
        ("candidate.kernel", CANDIDATE),
        ("dense_3.kernel", None),
        ("kernel", None),
        ("input_and_forget", None),
    ],
)
def test_a_variable_is_called_after_one_gate_or_none(path, gate):
    assert gate_called(path, LSTM) == gate


def test_every_family_knows_its_own_gates():
    assert [gate_called(f"{name}.kernel", GRU) for name in ("update", "r", "candidate")] == [0, 1, 2]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def asked(paths):
    """A cell that computes c' = first + second * third and h' = last * tanh(c'), each gate a kernel and a
    bias for [x, h]."""
    rng = np.random.default_rng(3)
    shapes = [(UNITS + FEATURES, UNITS), (UNITS,)] * 4

    def drawn():
        arrays = [rng.normal(size=shape) for shape in shapes]
        x, h, c = (rng.normal(size=(8, width)) for width in (FEATURES, UNITS, UNITS))
        both = np.concatenate([x, h], axis=1)
        first, second, third, last = (both @ arrays[k] + arrays[k + 1] for k in range(0, 8, 2))
        new = sigmoid(first) + sigmoid(second) * np.tanh(third)
        return CellDraw(arrays=arrays, x=x, states=(h, c), out=(sigmoid(last) * np.tanh(new), new))

    every = tuple(f"{path}.{part}" for path in paths for part in ("kernel", "bias"))
    return CellDraws(
        family=LSTM, draws=[drawn(), drawn()], shapes=shapes, paths=every, units=UNITS, features=FEATURES
    )


@pytest.mark.parametrize(
    ("paths", "words"),
    [(("f", "i", "g", "o"), "i * g + f"), (("i", "f", "g", "o"), "f * g + i")],
)
def test_of_gates_that_stand_for_each_other_names_tell_which_is_which(paths, words):
    one = asked(paths)
    found = explain(one)
    assert found.variant.words.endswith(words)
    assert agreement(found.layout, one.paths) == 8
    assert found.rivals == ()


def test_names_that_tell_nothing_leave_every_reading():
    one = asked(("a1", "a2", "a3", "a4"))
    found = explain(one)
    gates = {layout.kernels[FORGET].variable for layout in (found.layout, *found.rivals)}
    assert agreement(found.layout, one.paths) == 0
    assert gates == {0, 2, 6}  # any gate with a sigmoid may be meant; the candidate is known by its tanh


def test_a_mistake_in_which_no_gate_stands_for_another_has_no_rivals():
    one = asked(("a1", "a2", "a3", "a4"))
    draws = []
    for draw in one.draws:
        both = np.concatenate([draw.x, draw.states[0]], axis=1)
        f, i, g, o = (both @ draw.arrays[k] + draw.arrays[k + 1] for k in range(0, 8, 2))
        new = sigmoid(f) * draw.states[1] + sigmoid(i) * np.tanh(g)
        draws.append(replace(draw, out=(sigmoid(o) * new, new)))  # no tanh around the cell state
    found = explain(replace(one, draws=draws))
    assert found.layout.kernels[FORGET].variable == 0
    assert found.rivals == ()
