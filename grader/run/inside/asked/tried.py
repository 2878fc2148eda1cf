"""Whether a class works as a cell or as a layer: tried with one step, or with a short sequence."""

from __future__ import annotations

import tensorflow as tf

from . import makings
from .calls import states_in, tensors_in

BATCH, TIME = 2, 3


def inputs(units, features, states):
    """A short batch of sequences, and so many states to start from."""
    shapes = (BATCH, TIME, features), *((BATCH, units),) * states
    return tuple(tf.zeros(shape) + 0.5 for shape in shapes)


def as_one_step(kind, units, features, states, gives=None):
    """How one step of this class takes so many states and gives as many, or as many as it `gives`; None when
    it does not."""
    x, *given = inputs(units, features, states)
    makers = makings.of_making(kind, units, features)
    found, fits, _ = makings.find(
        makers, (x[:, 0], *given), lambda out: states_in(out, BATCH, units, gives or states) is not None
    )
    return found if fits else None


def as_sequence(kind, make_cell, units, features, states):
    """How this class takes a sequence; None when it does not."""
    wanted = {(BATCH, TIME, units), (TIME, BATCH, units), (BATCH, units)}

    def gives_outputs(out):
        return any(tuple(tensor.shape) in wanted for tensor in tensors_in(out))

    makers = makings.of_wrapping(kind, make_cell, units, features)
    found, fits, _ = makings.find(makers, inputs(units, features, states), gives_outputs, alone=True)
    return found if fits else None
