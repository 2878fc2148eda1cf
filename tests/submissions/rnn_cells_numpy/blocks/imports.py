# %% numpy: and two helpers.
import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))

# %% bare: every class has helpers of its own.
import numpy as np

# %% shared: one class that all cells extend.
import numpy as np
from numpy.random import randn


class Cell:
    """Draws weights and makes biases by their names."""

    def __init__(self, shapes, zeros):
        for name, shape in shapes.items():
            setattr(self, name, randn(*shape))
        for name, width in zeros.items():
            setattr(self, name, np.zeros((1, width)))

    def gate(self, which, *seen):
        return np.hstack(seen).dot(getattr(self, "W" + which)) + getattr(self, "b" + which)

    def read_out(self, h):
        scores = self.gate("y", h)
        scores = np.exp(scores - scores.max(axis=1)[:, None])
        return scores / scores.sum(axis=1)[:, None]

    def __call__(self, *given):
        return self.forward(*given)
