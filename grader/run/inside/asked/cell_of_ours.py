"""A cell that works, in place of the student's own that does not: what is built around a cell is asked all
the same."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .calls import tensors_in, untranslated
from .ways import METHODS

KERNELS = 1021  # numbers of the draw that both kernels are taken from: a prime, so that no two rows are alike


def in_place_of(kind, pool, count):
    """Classes that are made like `kind`, have all that it has, and take a step of ours in whatever way they
    are called: one for each way in which a step gives its `count` new states. `pool`: drawn numbers."""
    return [_class_of(kind, pool, count, give) for give in (_states_alone, _with_an_output)]


def _states_alone(states):
    """The states: a pair, or the one by itself."""
    return tuple(states) if len(states) > 1 else states[0]


def _with_an_output(states):
    """An output and the states, as Keras' own cells give them."""
    return states[0], list(states)


def _class_of(kind, pool, count, give):
    @untranslated
    def step(self, *given, **named):
        return give(_stepped(tensors_in([*given, *named.values()]), pool, count))

    methods = ("__call__", *(name for name in METHODS if hasattr(kind, name)))
    return type(kind.__name__, (kind,), {"__module__": kind.__module__, **dict.fromkeys(methods, step)})


def _stepped(given, pool, count):
    """New states from an input and states in whatever order. Input and states differ in their widths, as
    far as what is asked goes; where they do not, the input comes first."""
    widths = [int(one.shape[-1]) for one in given]
    place = next((place for place, width in enumerate(widths) if widths.count(width) == 1), 0)
    x, states = given[place], [one for other, one in enumerate(given) if other != place]
    if len(states) != count:
        raise ValueError(f"the cell takes an input and {count} states, and was given {len(given)} arrays")
    seen = tf.concat([x, *states], axis=-1)
    new = []
    for place, state in enumerate(states):
        shape = int(seen.shape[-1]), int(state.shape[-1])
        numbers = np.resize(np.roll(pool[:KERNELS], place), shape).astype("float32")
        new.append(tf.sin(seen @ tf.constant(numbers) / shape[0] ** 0.5))
    return new
