"""Words as vectors."""

from typing import Any

import numpy as np


def word_embedding_forward(x: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, Any]:
    """Look words up.

    Args:
        x: the numbers of words, [batch, time].
        W: a vector for each word, [words, width].

    Returns:
        The vectors [batch, time, width], and whatever the gradient needs.
    """
    ### BEGIN SOLUTION: one line; NumPy takes an array of whole numbers as an index
    return W[x], (x, W.shape)
    ### END SOLUTION


def word_embedding_backward(dout: np.ndarray, cache: Any) -> np.ndarray:
    """Compute the gradient by the vectors of all words.

    Args:
        dout: the gradient by the vectors that were looked up, [batch, time, width].
        cache: what word_embedding_forward kept.

    Returns:
        The gradient dW [words, width].
    """
    ### BEGIN SOLUTION: a word that stands in several places gets the sum of them; look up np.add.at
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW
    ### END SOLUTION
