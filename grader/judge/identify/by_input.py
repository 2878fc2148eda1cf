"""The gradient of a notebook's own model by its input, step by step: the host goes back through the exported
weights, and numbers are held against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.assignment import Model, Seen
from grader.judge.identify.keras_model import trained_network
from grader.rnn.weights import Array

SMALLEST_PRODUCT = 1e-30  # what float32 still tells from zero in a product
# by which float32 may change a norm that is asked: where the units' parts nearly cancel, or a tanh is
# saturated, few digits are left, and what a notebook computes is as far off
SINGLE_ROUNDING = 1e-3
ROUNDINGS = 3  # in which float32 is tried: one may be right by chance


@dataclass(frozen=True, slots=True)
class Norms:
    """The gradient's norm by each step [..., time], and the steps at which float32 tells it."""

    values: Array
    told: Array

    @classmethod
    def of(cls, norms: Callable[[Array], Array | None], x: Array) -> Norms | None:
        """Of what `norms` gives for x [batch, time, features], in float64 and in float32, there also with the
        input rounded otherwise; None where it gives nothing."""
        exact, rng = norms(x.astype("f8")), np.random.default_rng(0)
        if exact is None:
            return None
        ulp = np.finfo("f4").eps
        nearly = (x * (1 + ulp * rng.uniform(-1, 1, size=x.shape) * (k > 0)) for k in range(ROUNDINGS))
        off = [np.abs(norms(one.astype("f4")) - exact) for one in nearly]
        return cls(exact, np.max(off, axis=0) <= SINGLE_ROUNDING * exact)


def by_input(seen: Seen, model: Model, x: Array, upstream: Callable[[Array], Array]) -> Array | None:
    """The gradient [batch, time, features] by x of the trained model, where `upstream` gives that by its
    answers; None where the host cannot compute it."""
    network = trained_network(seen, model)
    if network is None:
        return None
    try:
        return network.back(x, upstream)[0]
    except ValueError:  # sequences of another length than it can take
        return None


def tells_shares(seen: Seen, model: Model, x: Array) -> bool:
    """Whether its answers lie between 0 and 1: of others a cross-entropy is cut off, and has no gradient."""
    network = trained_network(seen, model)
    if network is None:
        return True
    try:
        answers = network(x)
    except ValueError:  # sequences of another length than it can take
        return True
    return bool(np.all((answers >= 0) & (answers <= 1)))


def is_like(norms: Array, wanted: Norms, near: float) -> bool:
    """Whether they are the same up to one factor, as far as float32 tells."""
    norms, exact = np.asarray(norms, dtype="f8").ravel(), wanted.values
    if norms.shape != exact.shape or not np.isfinite(norms).all() or (norms < 0).any():
        return False
    told = wanted.told & (exact > max(SMALLEST_PRODUCT, float(exact.max()) * SMALLEST_PRODUCT))
    if not told.any() or (norms[told] <= 0).any():
        return False
    ratios = norms[told] / exact[told]
    return bool(np.max(ratios) <= (1 + near) * np.min(ratios))


def are_logarithms(norms: Array, wanted: Norms, near: float) -> bool:
    """Whether they are the logarithms of such numbers, decimal or natural ones."""
    if not np.isfinite(norms).all() or np.max(np.abs(norms)) >= 100:
        return False
    return any(is_like(base**norms, wanted, near) for base in (10.0, np.e))


def as_shares(norms: Array) -> str:
    """A few of the norms as shares of the last, for a reader."""
    if not norms.size or not norms[-1]:
        return f"{norms.size} numbers" if norms.size else "none"
    picked = norms[np.unique(np.linspace(0, norms.size - 1, 4).astype(int))] / norms[-1]
    return ", ".join(f"{value:.2g}" for value in picked)
