"""Where it is noticed that weights change: in gradients, optimizers and assignments, and in what loads or
keeps weights. `Changes` is told, and knows what it means."""

from __future__ import annotations

import contextlib
import functools
import sys

import tensorflow as tf

ASSIGNING = (
    "assign",
    "assign_add",
    "assign_sub",
    "_strided_slice_assign",
    "scatter_nd_update",
    "scatter_update",
    "batch_scatter_update",
)


class Noticed:
    """Stands in TensorFlow and Keras where weights change, and tells `changes`."""

    def __init__(self, changes):
        self.changes = changes

    def install(self):
        """Begin to listen."""
        self._watch_gradients()
        self._watch_optimizers()
        self._watch_assignments()
        self._watch_files()
        self._watch_callbacks()

    def _watch_gradients(self):
        from tensorflow.python.eager import imperative_grad
        from tensorflow.python.ops import gradients_util

        for module, name in ((imperative_grad, "imperative_grad"), (gradients_util, "_GradientsHelper")):
            setattr(module, name, _before(getattr(module, name), self.changes.gradient))

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
        changes = self.changes

        @functools.wraps(original)
        def apply(*args, **kwargs):
            __tracebackhide__ = True  # no line of ours in a student's traceback
            if changes.watched and not changes.within:
                args, kwargs = _heard(changes.witness, args, kwargs)
            changes.within += 1
            try:
                return original(*args, **kwargs)
            finally:
                changes.within -= 1

        return apply

    def _watch_assignments(self):
        from tensorflow.python.ops.resource_variable_ops import ResourceVariable

        for kind in ResourceVariable.__mro__[:2]:  # and its base: each has methods of its own
            for name in ASSIGNING:
                if name in vars(kind):
                    setattr(kind, name, self._assigning(vars(kind)[name]))

    def _assigning(self, original):
        changes = self.changes

        @functools.wraps(original)
        def assign(self, *args, **kwargs):
            __tracebackhide__ = True
            if changes.open is None and tf.executing_eagerly():
                changes.assignment(self, sys._getframe(1))
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
            setattr(kind, name, _before(getattr(kind, name), self.changes.mark, of_first=True))
        for name in ("save", "write"):
            setattr(tf.train.Checkpoint, name, _before(getattr(tf.train.Checkpoint, name), self.changes.mark))
        for module, name in ((tf.keras.models, "load_model"), (tf.saved_model, "load")):
            setattr(module, name, self._loading_whole(getattr(module, name)))

    def _loading_whole(self, original):
        changes = self.changes

        @functools.wraps(original)
        def load(*args, **kwargs):
            __tracebackhide__ = True
            model = original(*args, **kwargs)
            changes.whole_model(model, sys._getframe(1))
            return model

        return load

    def _loading(self, original):
        changes = self.changes

        @functools.wraps(original)
        def load(*args, **kwargs):
            __tracebackhide__ = True
            changes.settle()
            model = args[0] if args and isinstance(args[0], tf.keras.Model) else None
            changes.assignment(None, sys._getframe(1), loaded=True, model=model)
            try:
                return original(*args, **kwargs)
            finally:
                changes.settle()

        return load

    def _watch_callbacks(self):
        kind = getattr(tf.keras.callbacks, "CallbackList", None)
        for name, noticed in (
            ("on_epoch_end", self.changes.mark),
            ("on_train_batch_end", self.changes.batch),
        ):
            if kind is not None and hasattr(kind, name):
                setattr(kind, name, _before(getattr(kind, name), noticed))


def _before(original, noticed, *, of_first=False):
    """`original`, before which something is noticed, of its first argument if so."""

    @functools.wraps(original)
    def wrapped(*args, **kwargs):
        __tracebackhide__ = True
        noticed(*args[:1]) if of_first else noticed()
        return original(*args, **kwargs)

    return wrapped


def _heard(witness, args, kwargs):
    """Tell which variables are changed; a zip of them, which can be read only once, is a list from here
    on."""
    key = 1 if len(args) > 1 else next((name for name in ("grads_and_vars", "grads") if name in kwargs), None)
    given = args[1] if key == 1 else kwargs.get(key)
    if given is not None and not isinstance(given, (list, tuple)):
        given = list(given)
        args, kwargs = ((args[0], given, *args[2:]), kwargs) if key == 1 else (args, kwargs | {key: given})
    with contextlib.suppress(Exception):  # an optimizer may be called in any way: we only listen
        witness.applies(_changed_by(given, [*args[2:], *kwargs.values()], args[0]), args[0])
    return args, kwargs


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
