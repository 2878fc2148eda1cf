"""An LSTM: one step and whole sequences, each with its gradients."""

from typing import Any

import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Squash numbers into 0 to 1.

    Args:
        z: any numbers.

    Returns:
        1 / (1 + exp(-z)), of the same shape, without ever taking exp of a large number.
    """
    return 0.5 * (1 + np.tanh(0.5 * z))


def lstm_step_forward(
    x: np.ndarray, prev_h: np.ndarray, prev_c: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, Any]:
    """Take one step.

    Args:
        x: the inputs, [batch, features].
        prev_h: the hidden states before it, [batch, units].
        prev_c: the cell states before it, [batch, units].
        Wx: weights of the input, [features, 4 * units], blocks i, f, o, g.
        Wh: weights of the hidden state, [units, 4 * units], blocks i, f, o, g.
        b: the biases, [4 * units], blocks i, f, o, g.

    Returns:
        The new hidden states and the new cell states, each [batch, units], and whatever the gradients need.
    """
    ### BEGIN SOLUTION: one product for all four, split into blocks; then both states
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
    ### END SOLUTION


def lstm_step_backward(dnext_h: np.ndarray, dnext_c: np.ndarray, cache: Any) -> tuple[np.ndarray, ...]:
    """Go one step back.

    Args:
        dnext_h: the gradient by the new hidden states, [batch, units].
        dnext_c: the gradient by the new cell states, [batch, units].
        cache: what lstm_step_forward kept.

    Returns:
        The gradients dx, dprev_h, dprev_c, dWx, dWh and db, each of the shape of what it is the gradient by.
    """
    ### BEGIN SOLUTION: the new cell state is also seen by the new hidden state; then gate by gate, and the blocks side by side  # noqa: E501
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    blocks = (
        dc * g * i * (1 - i),
        dc * prev_c * f * (1 - f),
        dnext_h * shown * o * (1 - o),
        dc * i * (1 - g**2),
    )
    dz = np.concatenate(blocks, axis=1)
    return dz @ Wx.T, dz @ Wh.T, dc * f, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)
    ### END SOLUTION


def lstm_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, Any]:
    """Step through whole sequences. The cell state starts from zero, and is not returned.

    Args:
        x: the inputs, [batch, time, features].
        h0: the hidden states to start from, [batch, units].
        Wx: weights of the input, [features, 4 * units].
        Wh: weights of the hidden state, [units, 4 * units].
        b: the biases, [4 * units].

    Returns:
        The hidden states after each step [batch, time, units], and whatever the gradients need.
    """
    ### BEGIN SOLUTION: call lstm_step_forward once for each step, and keep every cache
    states, caches, h, c = [], [], h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    ### END SOLUTION


def lstm_backward(dh: np.ndarray, cache: Any) -> tuple[np.ndarray, ...]:
    """Go back through whole sequences.

    Args:
        dh: the gradients that come to each hidden state from outside, [batch, time, units].
        cache: what lstm_forward kept.

    Returns:
        The gradients dx, dh0, dWx, dWh and db, each of the shape of what it is the gradient by.
    """
    ### BEGIN SOLUTION: as in rnn_backward, with two gradients that are passed back from step to step
    steps, total = [], [0.0, 0.0, 0.0]
    by_h, by_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(dh.shape[1])):
        dx, by_h, by_c, *by_weights = lstm_step_backward(dh[:, t] + by_h, by_c, cache[t])
        steps.append(dx)
        total = [old + new for old, new in zip(total, by_weights, strict=True)]
    return np.stack(steps[::-1], axis=1), by_h, *total
    ### END SOLUTION
