"""The simple recurrent network as it is taught, with an output at every step, and what it is taken for (Elman
1990; Werbos 1990):

    h_t = tanh(x_t U + h_{t-1} W + b)
    y_t = h_t V + c
    L = 1/2 sum over steps and outputs of (y_t - target_t)^2

Sequences are [batch, time, features], states [batch, units]; U: [features, units], W: [units, units], V:
[units, outputs].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.derivatives import IMAGINARY_STEP
from grader.rnn.known_mistake import KnownMistake
from grader.rnn.weights import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtNetwork:
    """The weights and the state before the first step."""

    h0: Array
    U: Array
    W: Array
    V: Array
    b: Array
    c: Array


Unrolled = tuple[Array, Array]  # all states [batch, time, units], all outputs [batch, time, outputs]
Forward = Callable[[Array, TaughtNetwork], Unrolled]
# of x, network and targets: those by "U" and by "W"
TaughtGradients = Callable[[Array, TaughtNetwork, Array], dict[str, Array]]


def forward(x: Array, n: TaughtNetwork, activation: Callable[[Array], Array] = np.tanh) -> Unrolled:
    """All states and outputs."""
    h, states = n.h0, []
    for t in range(x.shape[1]):
        h = activation(x[:, t] @ n.U + h @ n.W + n.b)
        states.append(h)
    out = np.stack(states, axis=1)
    return out, out @ n.V + n.c


def _from_zero(x: Array, n: TaughtNetwork) -> Unrolled:
    return forward(x, replace(n, h0=np.zeros_like(n.h0)))


def _start_kept(x: Array, n: TaughtNetwork) -> Unrolled:
    steps = [forward(x[:, t : t + 1], n) for t in range(x.shape[1])]
    return np.concatenate([h for h, _ in steps], axis=1), np.concatenate([y for _, y in steps], axis=1)


def _squashed_outputs(x: Array, n: TaughtNetwork) -> Unrolled:
    h, y = forward(x, n)
    return h, np.tanh(y)


FORWARD_MISTAKES: tuple[KnownMistake[Forward], ...] = (
    KnownMistake(id="no_tanh", words="without the tanh", computes=lambda x, n: forward(x, n, lambda z: z)),
    KnownMistake(id="h0_ignored", words="that starts from zero, whatever h0 is", computes=_from_zero),
    KnownMistake(
        id="state_not_carried", words="in which every step starts from h0 again", computes=_start_kept
    ),
    KnownMistake(
        id="W_transposed", words="with W transposed", computes=lambda x, n: forward(x, replace(n, W=n.W.T))
    ),
    KnownMistake(
        id="no_b", words="without the bias b", computes=lambda x, n: forward(x, replace(n, b=0 * n.b))
    ),
    KnownMistake(
        id="no_c", words="without the bias c", computes=lambda x, n: forward(x, replace(n, c=0 * n.c))
    ),
    KnownMistake(
        id="outputs_squashed", words="whose outputs go through a tanh, too", computes=_squashed_outputs
    ),
    KnownMistake(
        id="sigmoid",
        words="with a sigmoid in place of the tanh",
        computes=lambda x, n: forward(x, n, lambda z: 1 / (1 + np.exp(-z))),
    ),
    KnownMistake(
        id="relu",
        words="with a relu in place of the tanh",
        computes=lambda x, n: forward(x, n, lambda z: np.maximum(z, 0)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientWay:
    """How the gradient goes back; each field but the default is a mistake."""

    tanh_derivative: bool = True  # the factor 1 - h^2
    tanh_once: bool = True  # h is the tanh already
    through_time: bool = True  # what comes from the step after
    transposed: bool = True  # by W^T, not W
    every_step: bool = True  # all steps' contributions are added, not only the last one's
    every_loss: bool = True  # every step has a loss, not only the last one
    before: bool = True  # dW takes the state before the step
    factor: float = 1.0
    averaged: bool = False


def gradients(
    x: Array, n: TaughtNetwork, target: Array, way: GradientWay | None = None, computes: Forward = forward
) -> dict[str, Array]:
    """dL/dU and dL/dW by back-propagation through time, with the states and outputs of `computes`."""
    way = way or GradientWay()
    states, outputs = computes(x, n)
    error = outputs - target
    if not way.every_loss:
        error = error * (np.arange(x.shape[1]) == x.shape[1] - 1)[None, :, None]
    by_next, by_u, by_w = np.zeros_like(n.h0), np.zeros_like(n.U), np.zeros_like(n.W)
    for t in reversed(range(x.shape[1])):
        by_h = error[:, t] @ n.V.T + by_next
        squashed = states[:, t] if way.tanh_once else np.tanh(states[:, t])
        by_z = by_h * (1 - squashed**2) if way.tanh_derivative else by_h
        previous = states[:, t] if not way.before else states[:, t - 1] if t else n.h0
        if way.every_step or t == x.shape[1] - 1:
            by_u, by_w = by_u + x[:, t].T @ by_z, by_w + previous.T @ by_z
        by_next = by_z @ (n.W.T if way.transposed else n.W) if way.through_time else 0 * by_h
    scale = way.factor / (x.shape[0] * x.shape[1] if way.averaged else 1)
    return {"U": scale * by_u, "W": scale * by_w}


def exact_gradients(x: Array, n: TaughtNetwork, target: Array, computes: Forward) -> dict[str, Array]:
    """The gradients of the loss of any forward pass, by complex steps: to the last digit, whatever it
    computes."""

    def loss(m: TaughtNetwork) -> complex:
        return complex(0.5 * np.sum((computes(x, m)[1] - target) ** 2))

    return {name: _by_entries(n, name, loss) for name in ("U", "W")}


def _by_entries(n: TaughtNetwork, name: str, loss: Callable[[TaughtNetwork], complex]) -> Array:
    weights: Array = getattr(n, name)
    found = np.zeros_like(weights)
    for place in np.ndindex(weights.shape):
        moved = weights.astype(complex)
        moved[place] += 1j * IMAGINARY_STEP
        found[place] = loss(replace(n, **{name: moved})).imag / IMAGINARY_STEP
    return found


def _of(way: GradientWay) -> TaughtGradients:
    return lambda x, n, target: gradients(x, n, target, way)


GRADIENT_MISTAKES: tuple[KnownMistake[TaughtGradients], ...] = (
    KnownMistake(
        id="last_step_only",
        words="that counts what the last step adds, and nothing of the steps before",
        computes=_of(GradientWay(every_step=False)),
    ),
    KnownMistake(
        id="not_through_time",
        words="in which nothing flows back from a step to the one before",
        computes=_of(GradientWay(through_time=False)),
    ),
    KnownMistake(
        id="no_slope",
        words="without the derivative of the tanh, 1 - h^2",
        computes=_of(GradientWay(tanh_derivative=False)),
    ),
    KnownMistake(
        id="tanh_again",
        words="that takes the tanh of h once more in its derivative: it is 1 - h^2",
        computes=_of(GradientWay(tanh_once=False)),
    ),
    KnownMistake(
        id="W_not_transposed",
        words="that goes back by W and not by its transpose",
        computes=_of(GradientWay(transposed=False)),
    ),
    KnownMistake(id="wrong_sign", words="with the opposite sign", computes=_of(GradientWay(factor=-1.0))),
    KnownMistake(
        id="doubled",
        words="twice as large: the sheet's loss has a factor of 1/2",
        computes=_of(GradientWay(factor=2.0)),
    ),
    KnownMistake(
        id="averaged",
        words="averaged, where the sheet's loss is a sum",
        computes=_of(GradientWay(averaged=True)),
    ),
    KnownMistake(
        id="last_loss_only",
        words="of the last step's loss alone",
        computes=_of(GradientWay(every_loss=False)),
    ),
    KnownMistake(
        id="state_after",
        words="in which dL/dW takes the state after the step for the one before",
        computes=_of(GradientWay(before=False)),
        shows_in=("W",),
    ),
)
