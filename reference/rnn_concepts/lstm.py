"""The states of an LSTM from its gates."""

import numpy as np


def lstm_state(
    f: np.ndarray, i: np.ndarray, g: np.ndarray, o: np.ndarray, c: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the new states of an LSTM whose gates are known.

    Args:
        f: the forget gate, between 0 and 1.
        i: the input gate, between 0 and 1.
        g: the candidate, between -1 and 1.
        o: the output gate, between 0 and 1.
        c: the old cell state.

    Returns:
        The new cell state and the new hidden state, each of the shape of c.
    """
    ### BEGIN SOLUTION: two lines
    new_c = f * c + i * g
    return new_c, o * np.tanh(new_c)
    ### END SOLUTION
