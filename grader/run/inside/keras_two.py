"""In the runtime keras2 `import keras` is Keras 2, as it was when such notebooks were written; the package is
called tf_keras today.

Its optimizers take `lr` and `decay` again: tf_keras 2.21 drops the one without a word, so that `SGD(lr=2e-6)`
trains at 0.01, and refuses the other (tf_keras/src/optimizers/optimizer.py, `_process_kwargs`, read on
2026-11-28).
"""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import os
import sys

OLD, TODAY = "keras", "tf_keras"


def is_wanted():
    """Whether this process is the runtime keras2."""
    return os.environ.get("TF_USE_LEGACY_KERAS") == "1"


def install():
    """Answer every later import of keras or of a module in it, and `tf.keras.__version__`, which tf_keras
    leaves out."""
    import tensorflow as tf
    import tf_keras

    tf.keras.__version__ = tf_keras.__version__
    sys.meta_path.insert(0, _SameModule())
    known = tf_keras.optimizers
    for kind in {
        thing
        for thing in vars(known).values()
        if isinstance(thing, type) and issubclass(thing, known.Optimizer)
    }:
        if kind is not known.Optimizer:
            _take_old_names(kind, known.schedules.InverseTimeDecay)


def _take_old_names(kind, slowing_down):
    """`lr` is the learning rate; with `decay` it is lr / (1 + decay * steps), as Keras 2 had it until
    2.10."""
    original = kind.__init__

    @functools.wraps(original)
    def __init__(self, *args, **kwargs):  # noqa: N807
        if "lr" in kwargs and "learning_rate" not in kwargs and not args:
            kwargs["learning_rate"] = kwargs.pop("lr")
        decay = kwargs.get("decay")
        if isinstance(decay, int | float):
            rate = args[0] if args else kwargs.get("learning_rate", _default_rate(original))
            kwargs.pop("decay")
            if decay and isinstance(rate, int | float):
                args, kwargs = (
                    args[1:],
                    kwargs | {"learning_rate": slowing_down(rate, decay_steps=1, decay_rate=decay)},
                )
        original(self, *args, **kwargs)

    kind.__init__ = __init__


def _default_rate(function):
    return inspect.signature(function).parameters["learning_rate"].default


class _SameModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds keras.layers where tf_keras.layers is: one module under two names."""

    def find_spec(self, name, path=None, target=None):
        if name != OLD and not name.startswith(f"{OLD}."):
            return None
        real = TODAY + name.removeprefix(OLD)
        if importlib.util.find_spec(real) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)  # and not the one of Keras 3
        return importlib.machinery.ModuleSpec(name, self, loader_state=real)

    def create_module(self, spec):
        module = importlib.import_module(spec.loader_state)
        self._own = module.__spec__  # the import machinery puts `spec` in its place
        return module

    def exec_module(self, module):
        module.__spec__ = self._own  # it was executed under its own name already
