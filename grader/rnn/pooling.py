"""What a read-out reads of the hidden states of all steps."""

from __future__ import annotations

import enum

import numpy as np

from grader.rnn.weights import Array


class Pooling(enum.Enum):
    """How hidden states [batch, time, units] become what the read-out takes; the likeliest first."""

    LAST = "the last step"
    FIRST = "the first step"
    MEAN = "the mean of all steps"
    FLAT = "all steps side by side"

    def __call__(self, h: Array) -> Array:
        """h: [batch, time, units] -> [batch, width]."""
        match self:
            case Pooling.LAST:
                return h[:, -1]
            case Pooling.FIRST:
                return h[:, 0]
            case Pooling.MEAN:
                return np.asarray(h.mean(axis=1))
            case Pooling.FLAT:
                return h.reshape(len(h), -1)

    def back(self, upstream: Array, shape: tuple[int, ...]) -> Array:
        """The vector-Jacobian product: the gradient by hidden states of this shape, from the one by what is
        read of them [batch, width]."""
        by_steps = np.zeros(shape, dtype=upstream.dtype)
        match self:
            case Pooling.LAST:
                by_steps[:, -1] = upstream
            case Pooling.FIRST:
                by_steps[:, 0] = upstream
            case Pooling.MEAN:
                by_steps[:] = upstream[:, None] / shape[1]
            case Pooling.FLAT:
                by_steps[:] = upstream.reshape(shape)
        return by_steps

    def width(self, units: int, time: int) -> int:
        """How many numbers the read-out gets for each sequence."""
        return units * time if self is Pooling.FLAT else units
