"""What Keras and TensorFlow had when a homework was written and have no more in either generation, or take
without a word and leave out, given back where the old meaning is certain, and said.

Modules that were folded into the one above them, things that were the same under two names, methods that
did in one word what takes two today. What Keras 2 still has is no matter of this: such homework is run with
Keras 2. Sources: release notes of TensorFlow 2.0 (names of TensorFlow 1), 2.6 (`predict_classes`), Keras 2.3
(`acc`), 2.6 (`tensorflow.python.keras` is no Keras any more), 2.9 to 2.13 (modules moved), 3.0; checked
against TensorFlow 2.21, Keras 3.15 and tf-keras 2.21 on 2026-11-29.
"""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.machinery
import re
import sys
import types

from .. import modules
from . import keras_two
from .fit_record import FitRecord
from .period import answer_for, say

INNER = "tensorflow.python.keras"
# a module that is no more -> the modules that have its names today, below keras
MOVED = (
    (
        r"layers\.(core|recurrent(_v2)?|wrappers|merge|merging|embeddings|convolutional(_recurrent)?|pooling"
        r"|noise|local|normalization(_v2)?|advanced_activations|cudnn_recurrent|rnn|activation|attention"
        r"|dense_attention|regularization|reshaping)",
        ("layers",),
    ),
    (r"engine", ("layers", "models", "")),
    (r"optimizer_v[12]", ("optimizers", "optimizers.schedules")),
    (
        r"optimizers\.(adam|adamax|adagrad|adadelta|nadam|ftrl|rmsprop|sgd|gradient_descent"
        r"|optimizer_v[12]|optimizer_experimental)(_v2)?",
        ("optimizers",),
    ),
    (r"utils\.(np_utils|vis_utils|generic_utils|data_utils|io_utils|layer_utils|all_utils)", ("utils",)),
    (r"backend\.tensorflow_backend", ("backend",)),
)
FOLDERS = ("layers", "engine", "optimizer")  # whose modules lay in files of their own, one level deeper
_MOVED = [
    (re.compile(rf"(?:{was})" + r"(?:\.[a-z_]\w*)*" * was.startswith(FOLDERS)), now) for was, now in MOVED
]
PARTS = frozenset(
    (
        "activations", "callbacks", "constraints", "initializers", "layers", "losses", "metrics", "models",
        "optimizers", "preprocessing", "regularizers", "utils",
    )
)  # fmt: skip  # of tensorflow.python.keras, which are those of keras today
TF_1 = frozenset(
    (
        "log", "to_float", "to_double", "to_int32", "to_int64", "random_normal", "random_uniform",
        "truncated_normal", "mod", "div", "set_random_seed",
    )
)  # fmt: skip  # functions of TensorFlow 1 that compute the same without a session


def install():
    """For the Keras of this process, before the first cell; after keras_two."""
    import tensorflow as tf

    keras = tf.keras
    sys.meta_path.insert(0, _Moved())
    _same_names_inside()
    _names_of_keras(tf)
    _names_of_tensorflow(tf)
    _methods(keras)
    _give_history_old_names(keras)
    if not keras_two.is_wanted():
        _rate_by_its_old_name(keras.optimizers.Optimizer)


# --- modules -----------------------------------------------------------------------------------------------


EAGER = "enable_eager_execution"


class _Now(types.ModuleType):
    """A module under its old name: it has what the modules `_now` have, "" for keras itself."""

    _now: tuple[str, ...] = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        found = _today(self._now, name)
        if found is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return found


def _today(below, name):
    """What a name is in the first of these modules that has it; None for none."""
    import tensorflow as tf

    for path in below:
        home = tf.keras
        for part in filter(None, path.split(".")):
            home = getattr(home, part, None)
        found = getattr(home, name, None)
        if found is not None:
            return found
    return None


class _Moved(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules of Keras that are no more, where nothing else is found under their names."""

    def find_spec(self, name, path=None, target=None):
        now = _now(name)
        real = _real(name, path) if now else None
        if real is not None and name.startswith(f"{INNER}."):
            return _as_inner(real)
        if not now or real is not None:
            return None
        return importlib.machinery.ModuleSpec(name, self, loader_state=now, is_package=True)

    def create_module(self, spec):
        module = _Now(spec.name)
        module._now = spec.loader_state
        shown = ", ".join("keras." + path if path else "keras" for path in spec.loader_state)
        say(f"there is no module {spec.name} any more: what it had is taken from {shown}")
        return module

    def exec_module(self, module):
        """There is nothing to execute."""


def _now(name):
    """Where a module's names are today, below keras; () for all others."""
    below = re.fullmatch(r"(?:tensorflow\.(?:python\.)?keras|(?:keras\._tf_keras\.|tf_)?keras)\.(.+)", name)
    if below is None:
        return ()
    part = below[1].partition(".")[0]
    found = next((now for was, now in _MOVED if was.fullmatch(below[1])), ())
    if not found and name.startswith(f"{INNER}.") and part in PARTS:
        return (below[1], part)
    return found


def _real(name, path):
    """Where a module of that name is found all the same."""
    try:
        return importlib.machinery.PathFinder.find_spec(name, path)
    except (ImportError, ValueError):
        return None


def _as_inner(spec):
    execute = spec.loader.exec_module

    def exec_module(module):
        execute(module)
        module.__class__ = _Inner

    spec.loader.exec_module = exec_module
    return spec


class _Inner(types.ModuleType):
    """A module of tensorflow.python.keras: for the student's own code it has what tf.keras has, as when the
    two were one; what is left there today cannot be trained. For TensorFlow it stays what it is."""

    def __getattribute__(self, name):
        if not name.startswith("_") and modules.is_own_frame(sys._getframe(1)):
            own = types.ModuleType.__getattribute__(self, "__name__")
            found = _today(_now(own), name)
            if found is not None:
                say(f"{own} is no part of Keras any more: its {name} is that of tf.keras, as it was then")
                return found
        return types.ModuleType.__getattribute__(self, name)


def _same_names_inside():
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{INNER}.") and _now(name) and type(module) is types.ModuleType:
            module.__class__ = _Inner


# --- names -------------------------------------------------------------------------------------------------


def _names_of_keras(tf):
    layers = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}
    for home in _homes(tf, "layers"):
        answer_for(
            home,
            layers.keys(),
            lambda name: (getattr(tf.keras.layers, layers[name]), f"keras.layers.{layers[name]}"),
            "Keras has no layer {}",
        )
    policies = types.SimpleNamespace(
        set_policy=tf.keras.mixed_precision.set_global_policy,
        global_policy=getattr(tf.keras.mixed_precision, "global_policy", None),
        Policy=getattr(tf.keras.mixed_precision, "Policy", None),
    )
    for home in _homes(tf, "mixed_precision"):
        answer_for(
            home,
            {"experimental"},
            lambda _: (policies, "keras.mixed_precision.set_global_policy"),
            "Keras has no mixed_precision.{}",
        )


def _homes(tf, part):
    """The module under each of the names by which a notebook comes to it."""
    found = [getattr(tf.keras, part, None), getattr(tf.compat.v1.keras, part, None)]
    for name in (f"keras.{part}", f"tensorflow.keras.{part}"):
        try:
            found.append(importlib.import_module(name))
        except ImportError:  # not in this generation
            continue
    return list({id(home): home for home in found if isinstance(home, types.ModuleType)}.values())


def _names_of_tensorflow(tf):
    def of_1(name):
        if name == EAGER:
            return (lambda *args, **kwargs: None), "what it is from the start"
        return getattr(tf.compat.v1, name), f"tf.compat.v1.{name}"

    answer_for(tf, TF_1 | {EAGER}, of_1, "TensorFlow has no tf.{}")
    answer_for(
        tf.random,
        {"set_random_seed"},
        lambda name: (tf.random.set_seed, "tf.random.set_seed"),
        "tf has no random.{}",
    )


# --- methods and what is recorded --------------------------------------------------------------------------


def _methods(keras):
    """`predict_classes` and `predict_proba`, as Sequential had them until TensorFlow 2.5."""

    def predict_proba(self, x, batch_size=None, verbose=0):
        say("Keras has no predict_proba any more: predict is taken, which it was")
        return self.predict(x, batch_size=batch_size, verbose=verbose)

    def predict_classes(self, x, batch_size=None, verbose=0):
        say(
            "Keras has no predict_classes any more: the class with the largest predict is taken, which it was"
        )
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    for method in (predict_proba, predict_classes):
        if not hasattr(keras.Sequential, method.__name__):
            setattr(keras.Sequential, method.__name__, method)


def _give_history_old_names(keras):
    original = keras.callbacks.History.on_train_begin

    @functools.wraps(original)
    def on_train_begin(self, *args, **kwargs):
        original(self, *args, **kwargs)
        if type(self.history) is dict:
            self.history = FitRecord(self.history, say)

    keras.callbacks.History.on_train_begin = on_train_begin


def _rate_by_its_old_name(kind):
    """`optimizer.lr = 0.1` is an attribute like any other for Keras 3, and changes nothing."""

    def get(self):
        return self.learning_rate

    def put(self, rate):
        say("an optimizer's lr is its learning_rate, as in Keras 2")
        self.learning_rate = rate

    if not hasattr(kind, "lr"):
        kind.lr = property(get, put)
