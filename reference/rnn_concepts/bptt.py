"""Back-propagation through time, by hand."""

import numpy as np

from reference.rnn_concepts.forward import rnn_forward


def bptt_gradients(
    x: np.ndarray,
    h0: np.ndarray,
    U: np.ndarray,
    W: np.ndarray,
    V: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
    y: np.ndarray,
) -> dict[str, np.ndarray]:
    """Compute the gradients of the loss 1/2 * sum of (output - y)^2, over all sequences, steps and outputs.

    Args:
        x: the inputs, [batch, time, features].
        h0: the state before the first step, [batch, units].
        U: the weights of the input, [features, units].
        W: the weights of the state before, [units, units].
        V: the weights of the output, [units, outputs].
        b: the bias of the state, [units].
        c: the bias of the output, [outputs].
        y: what the outputs should be, [batch, time, outputs].

    Returns:
        "U": dL/dU, of the shape of U, and "W": dL/dW, of the shape of W.
    """
    ### BEGIN SOLUTION: go back from the last step to the first, and add up what each step contributes
    states, outputs = rnn_forward(x, h0, U, W, V, b, c)
    by_U, by_W = np.zeros_like(U), np.zeros_like(W)
    from_later = np.zeros_like(h0)  # what the steps after this one say about this one's state
    for t in reversed(range(x.shape[1])):
        by_h = (outputs[:, t] - y[:, t]) @ V.T + from_later
        by_sum = by_h * (1 - states[:, t] ** 2)  # back through the tanh
        before = states[:, t - 1] if t > 0 else h0
        by_U += x[:, t].T @ by_sum
        by_W += before.T @ by_sum
        from_later = by_sum @ W.T
    return {"U": by_U, "W": by_W}
    ### END SOLUTION
