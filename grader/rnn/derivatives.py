"""Exact derivatives of any equations that are written in NumPy: by a step so small, along the imaginary axis,
that nothing cancels (Squire & Trapp 1998)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.rnn.weights import Array, Arrays

IMAGINARY_STEP = 1e-30  # of the step: its square is nothing beside any number
Analytic = Callable[..., Arrays]  # analytic: no absolute value, no maximum


def vector_jacobian(function: Analytic, arguments: Sequence[Array], upstream: Sequence[Array]) -> Arrays:
    """The gradients by all arguments, each of its shape, of the sum of the function's outputs times
    `upstream`."""
    found = []
    for place, argument in enumerate(arguments):
        gradient = np.zeros(argument.shape)
        for index in np.ndindex(argument.shape):
            moved = [np.asarray(one, dtype=complex) for one in arguments]
            moved[place] = moved[place].copy()
            moved[place][index] += 1j * IMAGINARY_STEP
            out = function(*moved)
            gained = (float(np.sum(part.imag * up)) for part, up in zip(out, upstream, strict=True))
            gradient[index] = sum(gained) / IMAGINARY_STEP
        found.append(gradient)
    return tuple(found)
