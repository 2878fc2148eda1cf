"""A simple recurrent network: one step and whole sequences, each with its gradients."""

from typing import Any

import numpy as np


def rnn_step_forward(
    x: np.ndarray, prev_h: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, Any]:
    """Take one step.

    Args:
        x: the inputs, [batch, features].
        prev_h: the states before it, [batch, units].
        Wx: weights of the input, [features, units].
        Wh: weights of the state, [units, units].
        b: the bias, [units].

    Returns:
        The new states [batch, units], and whatever the gradients need.
    """
    ### BEGIN SOLUTION: the equation above; keep in cache what rnn_step_backward needs
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
    ### END SOLUTION


def rnn_step_backward(dnext_h: np.ndarray, cache: Any) -> tuple[np.ndarray, ...]:
    """Go one step back.

    Args:
        dnext_h: the gradient by the new states, [batch, units].
        cache: what rnn_step_forward kept.

    Returns:
        The gradients dx, dprev_h, dWx, dWh and db, each of the shape of what it is the gradient by.
    """
    ### BEGIN SOLUTION: first through the tanh, whose derivative is 1 - next_h ** 2, then through the products
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h**2)
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)
    ### END SOLUTION


def rnn_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, Any]:
    """Step through whole sequences.

    Args:
        x: the inputs, [batch, time, features].
        h0: the states to start from, [batch, units].
        Wx: weights of the input, [features, units].
        Wh: weights of the state, [units, units].
        b: the bias, [units].

    Returns:
        The states after each step [batch, time, units], and whatever the gradients need.
    """
    ### BEGIN SOLUTION: call rnn_step_forward once for each step, and keep every cache
    states, caches, h = [], [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    ### END SOLUTION


def rnn_backward(dh: np.ndarray, cache: Any) -> tuple[np.ndarray, ...]:
    """Go back through whole sequences.

    Args:
        dh: the gradients that come to each state from outside, [batch, time, units].
        cache: what rnn_forward kept.

    Returns:
        The gradients dx, dh0, dWx, dWh and db, each of the shape of what it is the gradient by.
    """
    ### BEGIN SOLUTION: from the last step to the first; add to dh[:, t] what the step after passes back, and add up the weights'  # noqa: E501
    steps, carried, total = [], np.zeros_like(dh[:, 0]), [0.0, 0.0, 0.0]
    for t in reversed(range(dh.shape[1])):
        dx, carried, *by_weights = rnn_step_backward(dh[:, t] + carried, cache[t])
        steps.append(dx)
        total = [old + new for old, new in zip(total, by_weights, strict=True)]
    return np.stack(steps[::-1], axis=1), carried, *total
    ### END SOLUTION
