"""Variables that were trained, the object that holds them, and how long: of several models the one is judged
that was trained, whatever another has for a name."""

from __future__ import annotations

import contextlib

import numpy as np
import tensorflow as tf

BARELY = 4  # so many times the steps of a model another had: that one was tried out, this one was trained
ENOUGH = 500  # steps of a model that was trained, however long a sweep of learning rates went on with another


class TrainedVariables:
    """Variables that an optimizer changed, the object that holds them, and the names that it has had."""

    def __init__(self, model, variables):
        self.model, self.variables, self.names = model, variables, set()
        self.optimizers = {}  # by their identities, each kept, so that it keeps its own

    def look(self, named):
        """Note which names the model has now."""
        self.names |= {name for name, thing in named.items() if thing is self.model is not None}

    def state(self):
        """Numbers that change when a variable does."""
        return [
            (float(np.sum(value)), float(np.sum(np.abs(value))))
            for value in (v.numpy() for v in self.variables)
        ]

    def steps(self):
        """How many steps its optimizers took; None where one does not count."""
        with contextlib.suppress(Exception), tf.init_scope():  # an optimizer may be anything
            return sum(int(one.iterations) for one in self.optimizers.values()) if self.optimizers else None
        return None


def well_trained(found):
    """Those of these TrainedVariables that were not barely trained beside another; all of whom nobody
    knows."""
    steps = [one.steps() for one in found]
    most = max((count for count in steps if count is not None), default=0)
    return [
        one
        for one, count in zip(found, steps, strict=True)
        if count is None or count >= ENOUGH or count * BARELY >= most
    ]
