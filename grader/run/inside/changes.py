"""Who changed the weights of the model: gradients and optimizers, or somebody who assigned or loaded them.

Nothing here decides anything: states of the weights are kept where something else than a training may have
made them, and the host computes how good each is. An optimizer that runs in a graph changes variables where
Python does not see it; what is seen is the first gradient, every assignment outside of a graph and of an
optimizer, and every loading.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import math
import os
import sys

import tensorflow as tf

from . import modules, walk
from .weights import floats, shapes_of, values_of

ASSIGNING = (
    "assign",
    "assign_add",
    "assign_sub",
    "_strided_slice_assign",
    "scatter_nd_update",
    "scatter_update",
    "batch_scatter_update",
)
# times that weights are assigned, one training step after the other: a training loop of the student's own
MANY = 20
EARLY = 3  # batches after the first gradient: no training makes a model sure by then
MOST_KEPT = 4  # assignments whose states are kept, the first and the latest of them
MOST_BYTES = 8 << 20  # of one state; of larger models none is kept
MOST_STATES = 2000  # that are known again


class Changes:
    """What is known of how the weights of one notebook's model came about. `model`: gives it, or None;
    `witness`: hears which variables an optimizer changes."""

    def __init__(self, model, witness):
        self.gradients = 0  # times that one was computed, or a graph was made that computes it
        # times that weights were assigned, one after the other without a gradient or a batch in between
        self.bursts = 0
        self.batches = 0  # since the first gradient
        self.assigned = []  # [{"place", "loaded", "before": arrays, "after": arrays}]
        self.loaded = []  # places where a whole model was loaded
        self.first = self.early = None  # states: before the first gradient, and some batches later
        self.watched = True  # not while a probe is answered
        self._model, self._witness = model, witness
        self._within = 0  # calls of an optimizer that are going on
        self._open = None  # the burst that is going on
        self._known = set()  # states that were seen, as digests
        self._foreign = {}  # id -> variable, of those that are not of the model
        self._cells = []  # the files that IPython compiles cells as, in the order in which these ran

    def install(self):
        """Watch gradients, optimizers, assignments, and what loads or keeps weights."""
        self._watch_gradients()
        self._watch_optimizers()
        self._watch_assignments()
        self._watch_files()
        self._watch_callbacks()

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
        if self._open is None or not self.watched:
            return
        burst, self._open = self._open, None
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
            with contextlib.suppress(Exception):
                self._known.add(_digest(self.state(model)))

    def batch(self):
        """A batch was taken by a loop or by `fit`."""
        self.settle()
        if self.gradients and self.watched:
            self.batches += 1
            if self.batches == EARLY:
                self.early = self.state()

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

    def _gradient(self):
        if not self.watched:
            return
        self.settle()
        if not self.gradients:
            modules.keep_callers(sys._getframe(2))
            self.first = self.state()
        self.gradients += 1

    def _assignment(self, variable, frame, *, loaded=False, model=None):
        """A variable is about to be assigned, outside of any graph and optimizer; None: all that a file
        holds, of the `model` where it is known."""
        if (
            not self.watched
            or self._within
            or self._open is not None
            or self.bursts > MANY
            or id(variable) in self._foreign
        ):
            return
        modules.keep_callers(frame)
        if variable is not None and not self._is_of_model(variable):
            self._foreign[id(variable)] = variable
            return
        before = self.state(model)
        self._open = {
            "place": self._place(frame),
            "loaded": loaded,
            "model": model,
            "before": before,
            "digest": _digest(before),
        }

    def _is_of_model(self, variable):
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

    # ── where it is noticed ──

    def _watch_gradients(self):
        from tensorflow.python.eager import imperative_grad
        from tensorflow.python.ops import gradients_util

        for module, name in ((imperative_grad, "imperative_grad"), (gradients_util, "_GradientsHelper")):
            setattr(module, name, self._before(getattr(module, name), self._gradient))

    def _watch_optimizers(self):
        legacy = getattr(tf.keras.optimizers, "legacy", None)
        kinds = [
            tf.keras.optimizers.Optimizer,
            getattr(legacy, "Optimizer", object),
            tf.compat.v1.train.Optimizer,
        ]
        for part in dict.fromkeys(part for kind in kinds for part in kind.__mro__):
            for name in ("apply", "apply_gradients"):
                if name in vars(part):
                    setattr(part, name, self._inside_of_optimizer(vars(part)[name]))

    def _inside_of_optimizer(self, original):
        changes = self

        @functools.wraps(original)
        def apply(*args, **kwargs):
            __tracebackhide__ = True  # no line of ours in a student's traceback
            if changes.watched and not changes._within:
                args, kwargs = changes._hear(args, kwargs)
            changes._within += 1
            try:
                return original(*args, **kwargs)
            finally:
                changes._within -= 1

        return apply

    def _hear(self, args, kwargs):
        """Tell which variables are changed; a zip of them, which can be read only once, is a list from here
        on."""
        key = (
            1
            if len(args) > 1
            else next((name for name in ("grads_and_vars", "grads") if name in kwargs), None)
        )
        given = args[1] if key == 1 else kwargs.get(key)
        if given is not None and not isinstance(given, (list, tuple)):
            given = list(given)
            args, kwargs = (
                ((args[0], given, *args[2:]), kwargs) if key == 1 else (args, kwargs | {key: given})
            )
        with contextlib.suppress(Exception):  # an optimizer may be called in any way: we only listen
            self._witness.applies(_changed_by(given, [*args[2:], *kwargs.values()], args[0]))
        return args, kwargs

    def _watch_assignments(self):
        from tensorflow.python.ops.resource_variable_ops import ResourceVariable

        for kind in ResourceVariable.__mro__[:2]:  # and its base: each has methods of its own
            for name in ASSIGNING:
                if name in vars(kind):
                    setattr(kind, name, self._assigning(vars(kind)[name]))

    def _assigning(self, original):
        changes = self

        @functools.wraps(original)
        def assign(self, *args, **kwargs):
            __tracebackhide__ = True
            if changes._open is None and tf.executing_eagerly():
                changes._assignment(self, sys._getframe(1))
            return original(self, *args, **kwargs)

        return assign

    def _watch_files(self):
        for kind, name in (
            (tf.keras.Model, "load_weights"),
            (tf.train.Checkpoint, "restore"),
            (tf.train.Checkpoint, "read"),
        ):
            setattr(kind, name, self._loading(getattr(kind, name)))
        for kind, name in (
            (tf.keras.Model, "save_weights"),
            (tf.keras.Model, "save"),
            (tf.keras.Model, "get_weights"),
        ):
            setattr(kind, name, self._before(getattr(kind, name), self.mark, of_first=True))
        for name in ("save", "write"):
            setattr(tf.train.Checkpoint, name, self._before(getattr(tf.train.Checkpoint, name), self.mark))
        for module, name in ((tf.keras.models, "load_model"), (tf.saved_model, "load")):
            setattr(module, name, self._loading_whole(getattr(module, name)))

    def _loading_whole(self, original):
        changes = self

        @functools.wraps(original)
        def load(*args, **kwargs):
            __tracebackhide__ = True
            model = original(*args, **kwargs)
            changes._whole_model(model, sys._getframe(1))
            return model

        return load

    def _whole_model(self, model, frame):
        """A model came from a file, with all of its weights; those of this training are known again."""
        if not self.watched:
            return
        place = self._place(frame)
        self.loaded.append(place)
        state = self.state(model)
        if state is not None and _digest(state) not in self._known:
            self._keep({"place": place, "loaded": True, "before": None, "after": state})

    def _loading(self, original):
        changes = self

        @functools.wraps(original)
        def load(*args, **kwargs):
            __tracebackhide__ = True
            changes.settle()
            model = args[0] if args and isinstance(args[0], tf.keras.Model) else None
            changes._assignment(None, sys._getframe(1), loaded=True, model=model)
            try:
                return original(*args, **kwargs)
            finally:
                changes.settle()

        return load

    def _watch_callbacks(self):
        kind = getattr(tf.keras.callbacks, "CallbackList", None)
        for name, noticed in (("on_epoch_end", self.mark), ("on_train_batch_end", self.batch)):
            if kind is not None and hasattr(kind, name):
                setattr(kind, name, self._before(getattr(kind, name), noticed))

    def _before(self, original, noticed, *, of_first=False):
        """`original`, before which something is noticed, of its first argument if so."""

        @functools.wraps(original)
        def wrapped(*args, **kwargs):
            __tracebackhide__ = True
            noticed(*args[:1]) if of_first else noticed()
            return original(*args, **kwargs)

        return wrapped


def _changed_by(given, more, optimizer):
    """The variables of [(gradient, variable)], or of gradients beside the list of their variables, which an
    optimizer may know itself."""
    if all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in given):
        return [variable for gradient, variable in given if gradient is not None]
    beside = next(
        (part for part in more if isinstance(part, (list, tuple)) and len(part) == len(given)), None
    )
    known = getattr(optimizer, "_trainable_variables", ()) if beside is None else beside
    return [variable for gradient, variable in zip(given, known, strict=False) if gradient is not None]


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
