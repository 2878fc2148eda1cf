"""Cells with gates."""

import numpy as np

from reference.rnn_cells_numpy.readout import sigmoid, softmax


class GRUCell:
    """One step of a gated recurrent unit.

    Args:
        i: numbers of the input.
        h: numbers of the hidden state.
        o: numbers of the output.
    """

    def __init__(self, i: int, h: int, o: int) -> None:
        ### BEGIN SOLUTION: draw Wz, Wr, Wh and Wy, in this order; bz, br, bh and by are zero
        self.Wz = np.random.normal(size=(i + h, h))
        self.Wr = np.random.normal(size=(i + h, h))
        self.Wh = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bz, self.br, self.bh = np.zeros((1, h)), np.zeros((1, h)), np.zeros((1, h))
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
        ### BEGIN SOLUTION: both gates, the candidate, the mixture of old and new, and the output
        seen = np.concatenate([h_prev, x_t], axis=1)
        z = sigmoid(seen @ self.Wz + self.bz)
        r = sigmoid(seen @ self.Wr + self.br)
        candidate = np.tanh(np.concatenate([r * h_prev, x_t], axis=1) @ self.Wh + self.bh)
        h_next = (1 - z) * h_prev + z * candidate
        return h_next, softmax(h_next @ self.Wy + self.by)
        ### END SOLUTION


class LSTMCell:
    """One step of a long short-term memory.

    Args:
        i: numbers of the input.
        h: numbers of the hidden state and of the cell state.
        o: numbers of the output.
    """

    def __init__(self, i: int, h: int, o: int) -> None:
        ### BEGIN SOLUTION: draw Wf, Wu, Wc, Wo and Wy, in this order; bf, bu, bc, bo and by are zero
        self.Wf = np.random.normal(size=(i + h, h))
        self.Wu = np.random.normal(size=(i + h, h))
        self.Wc = np.random.normal(size=(i + h, h))
        self.Wo = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bf, self.bu, self.bc, self.bo = (np.zeros((1, h)) for _ in range(4))
        self.by = np.zeros((1, o))
        ### END SOLUTION

    def forward(
        self, h_prev: np.ndarray, c_prev: np.ndarray, x_t: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Take one step.

        Args:
            h_prev: the hidden states before it, [batch, h].
            c_prev: the cell states before it, [batch, h].
            x_t: the inputs, [batch, i].

        Returns:
            The new hidden states [batch, h], the new cell states [batch, h] and the outputs [batch, o].
        """
        ### BEGIN SOLUTION: three gates and the candidate, then both states and the output
        seen = np.concatenate([h_prev, x_t], axis=1)
        forget = sigmoid(seen @ self.Wf + self.bf)
        update = sigmoid(seen @ self.Wu + self.bu)
        candidate = np.tanh(seen @ self.Wc + self.bc)
        shown = sigmoid(seen @ self.Wo + self.bo)
        c_next = forget * c_prev + update * candidate
        h_next = shown * np.tanh(c_next)
        return h_next, c_next, softmax(h_next @ self.Wy + self.by)
        ### END SOLUTION
