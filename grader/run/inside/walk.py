"""Find the variables and layers of a student's object, each once, by identity."""

from __future__ import annotations

import tensorflow as tf

from .modules import is_own_class

MAX_OBJECTS = 20_000
MAX_DEPTH = 8
READY_MADE = (
    "RNN",
    "LSTM",
    "GRU",
    "SimpleRNN",
    "LSTMCell",
    "GRUCell",
    "SimpleRNNCell",
    "StackedRNNCells",
    "Bidirectional",
)
_KERAS = tf.keras
_SKIPPED = tuple(
    kind
    for kind in (
        getattr(_KERAS.optimizers, "Optimizer", None),
        getattr(_KERAS.metrics, "Metric", None),
        getattr(_KERAS.losses, "Loss", None),
        getattr(_KERAS.callbacks, "Callback", None),
        tf.data.Dataset,
    )
    if isinstance(kind, type)
)
_BOOKKEEPING: set[str] = set()  # attributes that every layer has; filled by `prepare`


def prepare():
    """Look at an empty layer and model, before the student's first cell. Not at import: it makes TensorFlow's
    context, and a process with one must not be forked."""
    _BOOKKEEPING.update(vars(_KERAS.layers.Layer()), vars(_KERAS.Sequential()))


def tensor_of(variable):
    """The tf.Variable below a Keras 3 variable; a tf.Variable itself."""
    return getattr(variable, "_value", variable) if not isinstance(variable, tf.Variable) else variable


def is_variable(thing):
    """True for tf.Variable and for Keras 3 variables."""
    return isinstance(thing, tf.Variable) or isinstance(getattr(thing, "_value", None), tf.Variable)


def is_ready_made(thing):
    """True for an instance of a recurrent layer or cell that Keras itself brings, or of a subclass of LSTM,
    GRU or SimpleRNN."""
    for kind in type(thing).__mro__:
        if (
            kind.__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow")
            and kind.__name__.strip("_") in READY_MADE
        ):
            return True
    return False


def children(thing):
    """(name, child) pairs of what an object holds, in the order in which it came to hold them."""
    if isinstance(thing, dict):
        return [(str(key), child) for key, child in list(thing.items())]
    if isinstance(thing, (list, tuple)):
        return [(str(index), child) for index, child in enumerate(list(thing))]
    if isinstance(thing, type) or (callable(thing) and not hasattr(thing, "__dict__")):
        return []
    held = list(getattr(thing, "__dict__", {}).items())
    if isinstance(thing, _KERAS.layers.Layer):
        layers = list(getattr(thing, "layers", ())) if _is_made_of_layers(thing) else []
        return [(name, child) for name, child in held if name not in _BOOKKEEPING] + [
            (f"layers.{index}", layer) for index, layer in enumerate(layers)
        ]
    return held


def _is_made_of_layers(thing):
    """True for models that hold their layers in no attribute of their own: Sequential, and those of the
    functional API."""
    return isinstance(thing, _KERAS.Sequential) or any(
        kind.__name__ == "Functional" for kind in type(thing).__mro__
    )


def worth_entering(thing):
    """True for containers, layers and plain objects of the notebook; False for modules, arrays, optimizers,
    foreign machinery."""
    if isinstance(thing, _SKIPPED) or is_variable(thing):
        return False
    if isinstance(thing, (dict, list, tuple, _KERAS.layers.Layer, tf.Module)):
        return True
    return is_own_class(type(thing))


def objects(root):
    """Every (path, object) reachable from `root`, breadth first, each object once."""
    queue, seen = [("", root, 0)], {id(root)}
    while queue and len(seen) < MAX_OBJECTS:
        path, thing, depth = queue.pop(0)
        yield path, thing
        if depth < MAX_DEPTH and worth_entering(thing):
            for name, child in children(thing):
                if id(child) not in seen and (worth_entering(child) or is_variable(child)):
                    seen.add(id(child))
                    queue.append((f"{path}.{name}".strip("."), child, depth + 1))


def variables(root):
    """[(path, variable, tracked)] of an object: first those Keras tracks, in Keras' order, then others found
    in attributes, of which a tf.Module tracks some itself."""
    paths = {id(tensor_of(thing)): path for path, thing in objects(root) if is_variable(thing)}
    by_module = {id(variable) for variable in _of_module(root, tf.Module.variables)}
    found, seen = [], set()
    for variable in _of_keras(root, "weights"):
        if id(tensor_of(variable)) not in seen:
            seen.add(id(tensor_of(variable)))
            path = paths.get(id(tensor_of(variable))) or getattr(
                variable, "path", getattr(variable, "name", "")
            )
            found.append((str(path), variable, True))
    for path, thing in objects(root):
        if is_variable(thing) and id(tensor_of(thing)) not in seen:
            seen.add(id(tensor_of(thing)))
            found.append((path, thing, id(thing) in by_module))
        # a layer that Keras does not track: in a plain dict, in a foreign list
        elif isinstance(thing, _KERAS.layers.Layer):
            for variable in _of_keras(thing, "weights"):
                if id(tensor_of(variable)) not in seen:
                    seen.add(id(tensor_of(variable)))
                    found.append((f"{path}.{variable.name}", variable, False))
    return found


def trainable_ids(root):
    """Identities of the variables that Keras, or a tf.Module, would train."""
    tracked = [*_of_keras(root, "trainable_weights"), *_of_module(root, tf.Module.trainable_variables)]
    return {id(tensor_of(variable)) for variable in tracked}


def _of_keras(thing, name):
    """A list of variables that Keras keeps; a plain object may have something else under that name."""
    return list(getattr(thing, name)) if isinstance(thing, _KERAS.layers.Layer) else []


def _of_module(thing, of_all):
    """A list of variables that a bare tf.Module keeps, by tf.Module's own property: the notebook may have
    something else under that name."""
    bare = isinstance(thing, tf.Module) and not isinstance(thing, _KERAS.layers.Layer)
    return list(of_all.fget(thing)) if bare else []
