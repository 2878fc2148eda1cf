"""The equations of the LSTM with one part exchanged."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.rnn.activations import Activation, sigmoid
from grader.rnn.family import UpdateRule
from grader.rnn.weights import Array, Arrays, PreActivations

UpdateState = Callable[[Array, Array, Array, Array, Array], Array]
ShowState = Callable[[Array, Array, Array, Array], Array]


def activated(
    i: Activation = sigmoid,
    f: Activation = sigmoid,
    g: Activation = np.tanh,
    o: Activation = sigmoid,
    shown: Activation = np.tanh,
) -> UpdateRule:
    """The equations with other activations: of the gates i, f, o, of the candidate g, and of the cell state
    that is shown."""

    def rule(z: PreActivations, h: Array, c: Array) -> Arrays:
        to_i, to_f, to_g, to_o = z.gates
        new_c = f(to_f) * c + i(to_i) * g(to_g)
        return o(to_o) * shown(new_c), new_c

    return rule


def updated(update: UpdateState) -> UpdateRule:
    """The equations with another new cell state, `update(i, f, g, h, c)`."""

    def rule(z: PreActivations, h: Array, c: Array) -> Arrays:
        i, f, g, o = z.gates
        new_c = update(sigmoid(i), sigmoid(f), np.tanh(g), h, c)
        return sigmoid(o) * np.tanh(new_c), new_c

    return rule


def shown(show: ShowState) -> UpdateRule:
    """The equations with another new hidden state, `show(o, new_c, h, c)`."""

    def rule(z: PreActivations, h: Array, c: Array) -> Arrays:
        i, f, g, o = z.gates
        new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return show(sigmoid(o), new_c, h, c), new_c

    return rule
