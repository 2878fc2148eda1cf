"""The host's half of the rule by which drawn weights reach variables whose shapes the question did not
know."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def fill(shapes: Sequence[Sequence[int]], pool: np.ndarray, gain: float) -> list[np.ndarray]:
    """float32 arrays of these shapes from the flat pool, in order, wrapping round.

    Kernels are multiplied by gain/sqrt(rows), vectors by 0.5. The kernel does the same in
    run/inside/weights.py; a test holds the two together."""
    arrays, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape, dtype=np.int64))
        scale = gain / np.sqrt(shape[0]) if len(shape) >= 2 else 0.5
        taken = np.take(pool, np.arange(start, start + size), mode="wrap")
        arrays.append((taken * scale).astype("float32").reshape(tuple(shape)))
        start += size
    return arrays


def positive_where(fixed: Sequence[bool], arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The same, without the signs of those that are `fixed`, not trained: one of them may be a variance,
    whose root a layer takes."""
    return [np.abs(array) if is_fixed else array for is_fixed, array in zip(fixed, arrays, strict=True)]


def close_enough(exact: np.ndarray, single: np.ndarray) -> float:
    """How far a right answer may lie from the exact one: 50 times what float32 costs us on this very
    question, at least 1e-5.

    The factor covers another order of summation and fused kernels (measured: below 10); a mistake shows at
    1e-2 or more."""
    return max(1e-5, 50.0 * float(np.max(np.abs(exact - single), initial=0.0)))
