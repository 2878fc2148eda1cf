"""The network as it is taught: its gradients are exact, and every known mistake computes something else."""

from __future__ import annotations

import numpy as np
import pytest

from grader.rnn.taught import (
    FORWARD_MISTAKES,
    GRADIENT_MISTAKES,
    TaughtNetwork,
    exact_gradients,
    forward,
    gradients,
)


def drawn(steps: int, batch: int = 2, seed: int = 0) -> tuple[np.ndarray, TaughtNetwork, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = TaughtNetwork(
        h0=rng.normal(size=(batch, 4)),
        U=rng.normal(size=(3, 4)),
        W=rng.normal(size=(4, 4)),
        V=rng.normal(size=(4, 2)),
        b=rng.normal(size=4),
        c=rng.normal(size=2),
    )
    return rng.normal(size=(batch, steps, 3)), n, rng.normal(size=(batch, steps, 2))


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_back_propagation_through_time_is_exact(steps: int) -> None:
    x, n, target = drawn(steps)
    by_hand, exact = gradients(x, n, target), exact_gradients(x, n, target, forward)
    for name in ("U", "W"):
        np.testing.assert_allclose(by_hand[name], exact[name], rtol=1e-10, atol=1e-10)


def test_a_step_by_hand() -> None:
    x, n, _ = drawn(1, batch=1)
    states, outputs = forward(x, n)
    wanted = np.tanh(x[0, 0] @ n.U + n.h0[0] @ n.W + n.b)
    np.testing.assert_allclose(states[0, 0], wanted)
    np.testing.assert_allclose(outputs[0, 0], wanted @ n.V + n.c)


@pytest.mark.parametrize("mistake", FORWARD_MISTAKES, ids=lambda one: one.id)
def test_a_mistake_of_the_forward_pass_shows(mistake) -> None:
    x, n, _ = drawn(3)
    right, wrong = forward(x, n), mistake.computes(x, n)
    assert max(np.abs(a - b).max() for a, b in zip(right, wrong, strict=True)) > 0.05


@pytest.mark.parametrize("mistake", GRADIENT_MISTAKES, ids=lambda one: one.id)
def test_a_mistake_of_the_gradient_shows(mistake) -> None:
    x, n, target = drawn(3)
    right, wrong = gradients(x, n, target), mistake.computes(x, n, target)
    assert max(np.abs(right[name] - wrong[name]).max() / np.abs(right[name]).max() for name in right) > 0.05
