"""In the runtime keras2 `import keras` is Keras 2, as it was when such notebooks were written; the package is
called tf_keras today.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
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

    # whoever imports tensorflow.keras.layers makes a second module, which takes the place of tf.keras
    for home in (tf.keras, importlib.import_module("tensorflow.keras")):
        home.__version__ = tf_keras.__version__
    sys.meta_path.insert(0, _SameModule())


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
