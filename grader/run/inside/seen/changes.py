"""Who changed the weights of the model: gradients and optimizers, or somebody who assigned or loaded them.

Nothing here decides anything: states of the weights are kept where something else than a training may have
made them, and the host computes how good each is. An optimizer that runs in a graph changes variables where
Python does not see it; what is seen is the first gradient, every assignment outside of a graph and of an
optimizer, and every loading.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import sys

import tensorflow as tf

from .. import modules, walk
from ..weights import floats, shapes_of, values_of

# times that weights are assigned, one training step after the other: a training loop of the student's own
MANY_ASSIGNMENTS = 20
EARLY = 3  # batches after the first gradient: no training makes a model sure by then
SPARE = 2  # updates more than that, by which nobody sees batches that are no data set's, as those of a list
MOST_KEPT = 4  # assignments whose states are kept, the first and the latest of them
MOST_BYTES = 8 << 20  # of one state; of larger models none is kept
MOST_STATES = 2000  # that are known again


class Changes:
    """What is known of how the weights of one notebook's model came about. `model`: gives it, or None;
    `witness`: hears which variables an optimizer changes; `updates`: how often Keras' optimizers changed
    weights, or None where that is not known."""

    def __init__(self, model, witness, updates=lambda: None):
        self.gradients = 0  # times that one was computed, or a graph was made that computes it
        # times that weights were assigned, one after the other without a gradient or a batch in between
        self.bursts = 0
        self.batches = 0  # since the first gradient
        self.assigned = []  # [{"place", "loaded", "before": arrays, "after": arrays}]
        self.loaded = []  # places where a whole model was loaded
        self.first = self.early = None  # states: before the first gradient, and some batches later
        self.watched = True  # not while a probe is answered
        self._updates, self._updated = updates, None  # how often before the first gradient
        self._model, self.witness = model, witness
        self.within = 0  # calls of an optimizer that are going on
        self.open = None  # the burst that is going on
        self._known = set()  # states that were seen, as digests
        self._foreign = {}  # id -> variable, of those that are not of the model
        self._cells = []  # the files that IPython compiles cells as, in the order in which these ran

    @contextlib.contextmanager
    def paused(self):
        """Nothing that happens here was done by the notebook."""
        self.settle()
        before, self.watched = self.watched, False
        try:
            yield
        finally:
            self.watched = before

    def cell_begins(self, file):
        """A cell will run that is compiled as this file."""
        self._cells.append(file)
        self._foreign.clear()

    def settle(self):
        """Whatever was assigned until now belongs together: keep the states before and after it, if it made a
        new one."""
        if self.open is None or not self.watched:
            return
        burst, self.open = self.open, None
        after = self.state(burst.pop("model"))
        digest = _digest(after)
        if after is None or digest == burst.pop("digest") or digest in self._known:
            return  # nothing new: a state that was there before was put back
        self.bursts += 1
        self._keep(burst | {"after": after})

    def _keep(self, burst):
        self.assigned.append(burst)
        if len(self.assigned) > MOST_KEPT:
            del self.assigned[MOST_KEPT - 2]

    def mark(self, model=None):
        """The weights as they are now were come by in the course of things: they are known again when they
        are put back."""
        if not self.watched:
            return
        self.settle()
        if len(self._known) < MOST_STATES:
            # a model that cannot be read has no state that could be known
            with contextlib.suppress(Exception):
                self._known.add(_digest(self.state(model)))

    def batch(self):
        """A batch was taken by a loop or by `fit`."""
        self.settle()
        if self.gradients and self.watched:
            self.batches += 1
            if self.batches == EARLY and not self._is_late():
                self.early = self.state()

    def _is_late(self):
        """Whether weights were changed more often than the batches tell that were seen."""
        now = self._updates_now()
        return None not in (now, self._updated) and now - self._updated > EARLY + SPARE

    def _updates_now(self):
        with contextlib.suppress(Exception), tf.init_scope():  # also while a graph is made
            return self._updates()
        return None

    def batches_unseen(self):
        """A graph takes batches by itself, nobody knows how many."""
        self.batches += EARLY + 1 if self.gradients else 0

    def state(self, model=None):
        """The weights of the model as arrays; None where there is no model, or too large a one."""
        # also while a graph is made; what cannot be looked at has no state
        with contextlib.suppress(Exception), tf.init_scope():
            model = self._model() if model is None else model
            found = floats(walk.variables(model)) if model is not None else []
            if found and sum(4 * math.prod(shape) for shape in shapes_of(found)) <= MOST_BYTES:
                return list(values_of(found, "v").values())
        return None

    def answer(self):
        """`gradients`, `bursts`, `assigned` [{"place", "loaded"}], `loaded` [place], `known`: whether the
        weights as they are were seen in a training; arrays first/<variable>, early/<variable>,
        assigned/<k>/before/<variable> and .../after/<variable>."""
        state = self.state()
        final = _digest(state)
        # what was loaded into another model is no matter of this one
        assigned = [one for one in self.assigned if not one["loaded"] or _alike(one["after"], state)]
        told = {
            "gradients": self.gradients,
            "bursts": self.bursts,
            "assigned": [{"place": one["place"], "loaded": one["loaded"]} for one in assigned],
            "loaded": self.loaded[:MOST_KEPT],
            "known": final in self._known,
        }
        states = {"first": self.first, "early": self.early}
        for k, one in enumerate(assigned):
            states |= {f"assigned/{k}/before": one["before"], f"assigned/{k}/after": one["after"]}
        return told | {
            f"{name}/{k}": array for name, arrays in states.items() for k, array in enumerate(arrays or ())
        }

    # ── what is noticed ──

    def gradient(self):
        """One is about to be computed."""
        if not self.watched:
            return
        self.settle()
        if not self.gradients:
            modules.keep_callers(sys._getframe(2))
            self.first, self._updated = self.state(), self._updates_now()
        self.gradients += 1

    def assignment(self, variable, frame, *, loaded=False, model=None):
        """A variable is about to be assigned, outside of any graph and optimizer; None: all that a file
        holds, of the `model` where it is known."""
        if (
            not self.watched
            or self.within
            or self.open is not None
            or self.bursts > MANY_ASSIGNMENTS
            or id(variable) in self._foreign
        ):
            return
        modules.keep_callers(frame)
        if variable is not None and not self._is_of_model(variable):
            self._foreign[id(variable)] = variable
            return
        before = self.state(model)
        self.open = {
            "place": self._place(frame),
            "loaded": loaded,
            "model": model,
            "before": before,
            "digest": _digest(before),
        }

    def whole_model(self, model, frame):
        """A model came from a file, with all of its weights; those of this training are known again."""
        if not self.watched:
            return
        place = self._place(frame)
        self.loaded.append(place)
        state = self.state(model)
        if state is not None and _digest(state) not in self._known:
            self._keep({"place": place, "loaded": True, "before": None, "after": state})

    def _is_of_model(self, variable):
        # an object may do anything when it is looked into: then it is none of the model's
        with contextlib.suppress(Exception):
            model = self._model()
            return model is not None and any(
                walk.tensor_of(v) is variable for _, v, _ in floats(walk.variables(model))
            )
        return False

    def _place(self, frame):
        """Where the student's code stands that leads here: {"cell": the how-manieth that ran, "line"} or
        {"file", "line"}."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file in self._cells:
                return {"cell": len(self._cells) - self._cells[::-1].index(file), "line": frame.f_lineno}
            if modules.is_own_frame(frame):
                return {"file": os.path.basename(file), "line": frame.f_lineno}
            frame = frame.f_back
        return {}


def _alike(one, other):
    """Whether two states are of models of one shape."""
    return [array.shape for array in one or ()] == [array.shape for array in other or ()]


def _digest(arrays):
    """By which a state is known again; None for none."""
    if not arrays:
        return None
    found = hashlib.sha256()
    for array in arrays:
        found.update(array.tobytes())
    return found.digest()
