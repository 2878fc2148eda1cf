"""A simple recurrent cell, and the function that steps it through a sequence."""

from typing import Any

import numpy as np

from reference.rnn_cells_numpy.readout import softmax


class RNNCell:
    """One step of a simple recurrent network.

    Args:
        i: numbers of the input.
        h: numbers of the hidden state.
        o: numbers of the output.
    """

    def __init__(self, i: int, h: int, o: int) -> None:
        ### BEGIN SOLUTION: draw Wh and Wy, in this order; bh and by are zero
        self.Wh = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bh = np.zeros((1, h))
        self.by = np.zeros((1, o))
        ### END SOLUTION

    def forward(self, h_prev: np.ndarray, x_t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take one step.

        Args:
            h_prev: the hidden states before it, [batch, h].
            x_t: the inputs, [batch, i].

        Returns:
            The new hidden states [batch, h] and the outputs [batch, o].
        """
        ### BEGIN SOLUTION: the two equations above
        h_next = np.tanh(np.concatenate([h_prev, x_t], axis=1) @ self.Wh + self.bh)
        return h_next, softmax(h_next @ self.Wy + self.by)
        ### END SOLUTION


def rnn(rnn_cell: Any, X: np.ndarray, h_0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Step a cell through sequences.

    Args:
        rnn_cell: any cell with a method forward(h_prev, x_t).
        X: the inputs, [time, batch, i].
        h_0: the hidden states to start from, [batch, h].

    Returns:
        All hidden states [time + 1, batch, h], h_0 first, and all outputs [time, batch, o].
    """
    ### BEGIN SOLUTION: call rnn_cell.forward once for each step, and keep what it returns
    states, outputs = [h_0], []
    for x_t in X:
        h_next, y = rnn_cell.forward(states[-1], x_t)
        states.append(h_next)
        outputs.append(y)
    return np.stack(states), np.stack(outputs)
    ### END SOLUTION
