"""Reading a sequence in both directions."""

from typing import Any

import numpy as np

from reference.rnn_cells_numpy.readout import softmax


class BidirectionalCell:
    """One step forward and one step backward, each with weights of its own, and one output for both.

    Args:
        i: numbers of the input.
        h: numbers of the hidden state of each direction.
        o: numbers of the output.
    """

    def __init__(self, i: int, h: int, o: int) -> None:
        ### BEGIN SOLUTION: draw Whf, Whb and Wy, in this order; bhf, bhb and by are zero; Wy takes both states  # noqa: E501
        self.Whf = np.random.normal(size=(i + h, h))
        self.Whb = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(2 * h, o))
        self.bhf, self.bhb, self.by = np.zeros((1, h)), np.zeros((1, h)), np.zeros((1, o))
        ### END SOLUTION

    def forward(self, h_prev: np.ndarray, x_t: np.ndarray) -> np.ndarray:
        """Take one step from the past.

        Args:
            h_prev: the hidden states before it, [batch, h].
            x_t: the inputs, [batch, i].

        Returns:
            The new hidden states [batch, h].
        """
        ### BEGIN SOLUTION: as in the simple cell, with Whf and bhf
        return np.tanh(np.concatenate([h_prev, x_t], axis=1) @ self.Whf + self.bhf)
        ### END SOLUTION

    def backward(self, h_next: np.ndarray, x_t: np.ndarray) -> np.ndarray:
        """Take one step from the future. (It is no gradient: the sequence is read from its end.)

        Args:
            h_next: the hidden states after it, [batch, h].
            x_t: the inputs, [batch, i].

        Returns:
            The hidden states before it [batch, h].
        """
        ### BEGIN SOLUTION: as in the simple cell, with Whb and bhb
        return np.tanh(np.concatenate([h_next, x_t], axis=1) @ self.Whb + self.bhb)
        ### END SOLUTION

    def output(self, H: np.ndarray) -> np.ndarray:
        """Compute the outputs of all steps.

        Args:
            H: the hidden states of both directions side by side, [time, batch, 2 * h].

        Returns:
            The outputs [time, batch, o].
        """
        ### BEGIN SOLUTION: the softmax of the read-out, at every step
        return softmax(H @ self.Wy + self.by)
        ### END SOLUTION


def bi_rnn(bi_cell: Any, X: np.ndarray, h_0: np.ndarray, h_t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Read sequences in both directions.

    Args:
        bi_cell: any cell with the methods forward, backward and output.
        X: the inputs, [time, batch, i].
        h_0: the hidden states from which the way forward starts, [batch, h].
        h_t: the hidden states from which the way back starts, [batch, h].

    Returns:
        The hidden states of both directions side by side, [time, batch, 2 * h],
        the forward half first and without h_0 and h_t, and all outputs [time, batch, o].
    """
    ### BEGIN SOLUTION: once from the first step to the last, once from the last to the first
    ahead, behind = [], []
    for x_t in X:
        h_0 = bi_cell.forward(h_0, x_t)
        ahead.append(h_0)
    for x_t in X[::-1]:
        h_t = bi_cell.backward(h_t, x_t)
        behind.insert(0, h_t)
    H = np.concatenate([np.stack(ahead), np.stack(behind)], axis=2)
    return H, bi_cell.output(H)
    ### END SOLUTION
