"""The forward pass of a simple recurrent network."""

import numpy as np


def rnn_forward(
    x: np.ndarray,
    h0: np.ndarray,
    U: np.ndarray,
    W: np.ndarray,
    V: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute all hidden states and all outputs.

    Args:
        x: the inputs, [batch, time, features].
        h0: the state before the first step, [batch, units].
        U: the weights of the input, [features, units].
        W: the weights of the state before, [units, units].
        V: the weights of the output, [units, outputs].
        b: the bias of the state, [units].
        c: the bias of the output, [outputs].

    Returns:
        All states [batch, time, units] and all outputs [batch, time, outputs].
    """
    ### BEGIN SOLUTION: one step after the other, each from the state that the one before left
    h, states = h0, []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ U + h @ W + b)
        states.append(h)
    all_states = np.stack(states, axis=1)
    return all_states, all_states @ V + c
    ### END SOLUTION
