"""Objects of the host's that functions of the student's are given: a cell that is right whatever the
student's own is.

They compute a sine and a cosine, no equation of any sheet: whoever steps cells must not care, and there is
nothing to copy.
"""

from __future__ import annotations

import functools

import numpy as np


class StandInCell:
    """Holds arrays as attributes, and has methods that take a step, show an output, or both."""

    def __call__(self, *given):
        return self.forward(*given)  # type: ignore[attr-defined]


def made(methods, arrays):
    """A cell with these methods, {name: {"step": [kernel, bias] or None, "shows": [kernel, bias] or
    None}}."""
    cell = StandInCell()
    for name, array in arrays.items():
        setattr(cell, name, array)
    for name, what in methods.items():
        setattr(cell, name, functools.partial(_answer, cell, what["step"], what["shows"]))
    return cell


def _answer(cell, step, shows, *given, **named):
    arrays = [np.asarray(one) for one in (*given, *named.values())]
    if step is None:
        return _shown(cell, shows, arrays[0])
    kernel, bias = (getattr(cell, name) for name in step)
    units, features = bias.shape[-1], len(kernel) - bias.shape[-1]
    if sorted(one.shape[-1] for one in arrays) != sorted((units, features)):
        told = " and ".join(str(one.shape) for one in arrays)
        raise ValueError(
            f"the cell takes states of {units} numbers and inputs of {features}, and was given arrays of"
            f" shape {told}"
        )
    # in whichever order: the widths differ
    state, x = arrays if arrays[0].shape[-1] == units else arrays[::-1]
    new = np.sin(np.concatenate([state, x], axis=1) @ kernel + bias)
    return new if shows is None else (new, _shown(cell, shows, new))


def _shown(cell, shows, state):
    kernel, bias = (getattr(cell, name) for name in shows)
    return np.cos(state @ kernel + bias)
