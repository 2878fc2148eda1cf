"""A stack of cells."""

from typing import Any

import numpy as np


def deep_rnn(rnn_cells: list[Any], X: np.ndarray, h_0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Step a stack of cells through sequences.

    Args:
        rnn_cells: cells with a method forward(h_prev, x_t), the lowest first.
        X: the inputs of the lowest, [time, batch, i].
        h_0: the hidden states to start from, [layers, batch, h].

    Returns:
        All hidden states [time + 1, layers, batch, h], h_0 first, and the outputs of the last layer
        [time, batch, o].
    """
    ### BEGIN SOLUTION: at each step every layer reads the new state of the layer below
    states, outputs = [h_0], []
    for x_t in X:
        below, new = x_t, []
        for cell, h_prev in zip(rnn_cells, states[-1], strict=True):
            below, y = cell.forward(h_prev, below)
            new.append(below)
        states.append(np.stack(new))
        outputs.append(y)
    return np.stack(states), np.stack(outputs)
    ### END SOLUTION
