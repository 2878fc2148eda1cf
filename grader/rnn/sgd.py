"""A step of stochastic gradient descent as Keras takes it, on the mean squared error, with clipped
gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.keras_layers import Stacked
from grader.rnn.weights import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Learning rate, momentum, and the number at which each gradient is clipped (None: it is not)."""

    rate: float
    momentum: float = 0.0
    clipvalue: float | None = None

    def velocity(self, before: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        """How far each weight moves: v' = momentum v - rate clip(g)."""
        return [
            self.momentum * v - self.rate * self.clipped(g) for v, g in zip(before, gradients, strict=True)
        ]

    def clipped(self, gradient: Array) -> Array:
        """What is left of a gradient."""
        return gradient if self.clipvalue is None else np.clip(gradient, -self.clipvalue, self.clipvalue)


def of_squared_error(network: Stacked, x: Array, y: Array) -> list[Array]:
    """Gradients of the mean squared error by all arrays of a model, in the order of its layers. x: [batch,
    features], y: [batch, outputs]."""
    _, by_arrays = network.back(x.astype("f8"), lambda out: 2 * (out - y) / out.size)
    return [array for own in by_arrays for array in own]
