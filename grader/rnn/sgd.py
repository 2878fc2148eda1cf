"""A step of stochastic gradient descent as Keras takes it, on the mean squared error or another, with clipped
gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.keras_layers import Stacked
from grader.rnn.weights import Array

# output minus target -> the derivative of the loss by each output
LossDerivative = Callable[[Array], Array]
SQUARED: LossDerivative = lambda error: 2 * error  # noqa: E731
OTHER_LOSSES: tuple[tuple[str, LossDerivative], ...] = (
    ("Huber's loss", lambda error: np.clip(error, -1, 1)),
    ("the mean absolute error", np.sign),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Learning rate, momentum, and how gradients are clipped: each at a number, those of each array to a
    norm, all together to a norm (None: they are not)."""

    rate: float
    momentum: float = 0.0
    clipvalue: float | None = None
    clipnorm: float | None = None
    global_clipnorm: float | None = None

    def velocity(self, before: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        """How far each weight moves: v' = momentum v - rate clip(g)."""
        clipped = self.clipped(gradients)
        return [self.momentum * v - self.rate * g for v, g in zip(before, clipped, strict=True)]

    def clipped(self, gradients: Sequence[Array]) -> list[Array]:
        """What is left of the gradients."""
        if self.clipvalue is not None:
            return [np.clip(gradient, -self.clipvalue, self.clipvalue) for gradient in gradients]
        own = [float(np.linalg.norm(gradient)) for gradient in gradients]
        if self.clipnorm is not None:
            return [g * min(1.0, self.clipnorm / (n or 1)) for g, n in zip(gradients, own, strict=True)]
        if self.global_clipnorm is not None:
            share = min(1.0, self.global_clipnorm / (float(np.linalg.norm(own)) or 1))
            return [gradient * share for gradient in gradients]
        return list(gradients)


def loss_gradients(network: Stacked, x: Array, y: Array, derivative: LossDerivative = SQUARED) -> list[Array]:
    """Gradients of the mean squared error, or of another, by all arrays of a model, in the order of its
    layers. x: [batch, features], y: [batch, outputs]."""
    _, by_arrays = network.back(x.astype("f8"), lambda out: derivative(out - y) / out.size)
    return [array for own in by_arrays for array in own]
