"""The output of a cell."""

import numpy as np


def softmax(z: np.ndarray) -> np.ndarray:
    """Turn numbers into shares of one, over the last axis.

    Args:
        z: any numbers, [..., outputs].

    Returns:
        Shares [..., outputs]; the largest number is subtracted first, so that exp never overflows.
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Squash numbers into 0 to 1.

    Args:
        z: any numbers.

    Returns:
        1 / (1 + exp(-z)), of the same shape.
    """
    return 1 / (1 + np.exp(-z))
