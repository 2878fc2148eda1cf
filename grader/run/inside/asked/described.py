"""What a model is made of: its layers in the order in which they are called."""

from __future__ import annotations

import contextlib

import numpy as np
import tensorflow as tf

from .. import walk
from ..weights import floats
from . import layer_calls, ways
from .calls import MAX_STORED, tensors_in

MOST_LAYERS = 100
CELLS = ("SimpleRNNCell", "LSTMCell", "GRUCell")  # Keras' own, of which its layers are made
MOST_WEIGHTS = 4_000_000  # numbers of all weights together that are sent
SETTINGS = (
    "units", "filters", "kernel_size", "strides", "padding", "rate", "use_bias", "return_sequences",
    "return_state", "reset_after", "go_backwards", "stateful", "merge_mode", "axis", "scale", "offset",
    "input_dim", "output_dim", "target_shape", "dropout", "recurrent_dropout", "unroll", "epsilon", "center",
    "mask_zero", "mask_value", "pool_size", "dilation_rate", "groups", "zero_output_for_mask", "n",
    "negative_slope", "alpha",
)  # fmt: skip
FUNCTIONS = (
    "activation",
    "recurrent_activation",
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
)


def described(trained, question):
    """What a model is made of, called with the question's x as it takes it."""
    return first_that_works(forms_of(trained, question), lambda x: described_as_given(trained, x))


def forms_of(trained, question):
    """The ways in which x [batch, ...] may be handed to a model: as it is, then sequences of plain numbers
    without their axis of features; words as whole numbers [batch, time], none beyond the model's table."""
    x = question["x"]
    if question.get("vocabulary"):
        words = x[..., 0] if x.ndim > 2 else x
        return [_within(_rows_of_table(trained), words).astype("int32")]
    return [x, x[..., 0]] if x.ndim >= 3 and x.shape[-1] == 1 else [x]


def first_that_works(forms, call):
    """What a call gives for the first of these that it takes; it raises what it does for the last."""
    for x in forms[:-1]:
        try:
            return call(x)
        except Exception:  # it takes them otherwise
            continue
    return call(forms[-1])


def _rows_of_table(trained):
    """How many words the model knows: those of its smallest table; None where it has none."""
    tables = [one for _, one in walk.objects(trained) if isinstance(one, tf.keras.layers.Embedding)]
    return min((int(table.input_dim) for table in tables), default=None)


def _within(rows, words):
    """Words of a longer list than the model's, taken round from its first; 0, the padding, stays."""
    if rows is None or rows < 2:
        return words
    return np.where(words < rows, words, 1 + (words - 1) % (rows - 1))


def described_as_given(trained, x):
    """What a model is made of, as it shows when it is called with x. Answer: layers [{"kind", "own",
    "settings", "takes", "gives", "weights": shapes, "places": of these among all weights, "trainable",
    "inside"}], out; and of each layer with weights took/<k>, gave/<k>, and its own weights of/<k>/<j>. A
    model inside of the model is told by its layers."""
    seen, out = _called(trained, x)
    places = {
        id(walk.tensor_of(variable)): place
        for place, (_, variable, _) in enumerate(floats(walk.variables(trained)))
    }
    wrapped = {id(inner) for one, _, _ in seen for inner in _inside(one)}
    shown = [one for one in seen if id(one[0]) not in wrapped and not isinstance(one[0], tf.keras.Model)]
    own = shown[:MOST_LAYERS]
    answer = {
        "layers": [layer(one, places, _shape(took), _shape(gave)) for one, took, gave in own],
        "out": out,
    }
    for number, (one, took, gave) in enumerate(own):
        if one.weights and sum(int(np.prod(weight.shape)) for weight in one.weights) <= MOST_WEIGHTS:
            answer |= _first_of({"took": took, "gave": gave}, number, len(x))
            answer |= {
                f"of/{number}/{place}": np.asarray(weight) for place, weight in enumerate(one.get_weights())
            }
    return answer


def _called(trained, x):
    """([(layer, what it was given, what it gave)], the output), of one call."""
    run = asked_afresh(trained)
    run(x)  # builds what is not built yet, and may call layers with symbols for it
    with layer_calls.watched() as calls:
        out = run(x)
    first = {}
    for one, took, gave in calls.done:
        if one is not trained:
            first.setdefault(id(one), (one, took, gave))
    return list(first.values()), out


def asked_afresh(trained):
    """What gives the first output for x [batch, ...] as an array: each call from the start of the states, and
    with as many sequences at a time as the model is made for."""
    run = ways.runner(trained)

    def once(x):
        _start_again(trained)
        out = np.asarray(tensors_in(run(tf.constant(x)))[0])
        _start_again(trained)
        return out

    def in_batches(x, size):
        several = [x[k : k + size] for k in range(0, len(x), size)]
        return np.concatenate([once(np.resize(one, (size, *one.shape[1:])))[: len(one)] for one in several])

    def ask(x):
        if (kept := _batch_of(state for one in _stateful(trained) for state in _states_of(one))) is not None:
            return in_batches(x, kept)
        try:
            return once(x)
        except Exception:  # what a model says of its inputs is often only the first that it was given
            if (told := _batch_of(getattr(trained, "inputs", None) or ())) in (None, len(x)):
                raise
            return in_batches(x, told)

    return ask


def _batch_of(tensors):
    """The size of the first axis of all of these; None where it is open, or they differ."""
    sizes = {int(one.shape[0] or 0) for one in tensors if getattr(one, "shape", None)}
    return sizes.pop() or None if len(sizes) == 1 else None


def _states_of(layer):
    """What a layer keeps from call to call, as far as it was made."""
    return tf.nest.flatten(getattr(layer, "states", None) or [])


def _start_again(trained):
    """Forget the states that were kept from the last call."""
    for one in _stateful(trained):
        with contextlib.suppress(Exception):  # it was not called yet: there is nothing to forget
            (getattr(one, "reset_state", None) or one.reset_states)()


def _stateful(trained):
    return [
        one
        for _, one in walk.objects(trained)
        if getattr(one, "stateful", None) is True and one is not trained
    ]


def _first_of(values, number, sequences):
    """The first tensor of each, by name, where it is not too large, for so many sequences."""
    found = {f"{name}/{number}": tensors_in(value) for name, value in values.items()}
    arrays = {name: np.asarray(tensors[0])[:sequences] for name, tensors in found.items() if tensors}
    return {
        name: array
        for name, array in arrays.items()
        if array.size <= MAX_STORED and array.dtype.kind in "fiub"
    }


def _kind(thing):
    """The class of Keras' own that it is, or is made from; "" for another."""
    for kind in type(thing).__mro__:
        if kind.__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow"):
            return (
                kind.__name__
                if kind.__name__ not in ("Layer", "Model", "Operation", "KerasSaveable", "Module")
                else ""
            )
    return ""


def _inside(thing):
    """The layers that a wrapper calls: of a Bidirectional both directions, of a TimeDistributed the one;
    cells of an RNN."""
    held = [getattr(thing, name, None) for name in ("forward_layer", "backward_layer", "layer", "cell")]
    return [one for one in held if isinstance(one, tf.keras.layers.Layer)]


def _kind_and_settings(thing):
    """What it is and is set to. `RNN(LSTMCell(32))` is an LSTM of 32 units in other words."""
    kind, cell = _kind(thing), getattr(thing, "cell", None)
    settings = {name: _plain(getattr(thing, name, None)) for name in SETTINGS if hasattr(thing, name)}
    settings |= {name: name_of(getattr(thing, name)) for name in FUNCTIONS if hasattr(thing, name)}
    if kind == "RNN" and type(cell).__name__ in CELLS and _kind(cell) == type(cell).__name__:
        kind, of_cell = _kind_and_settings(cell)
        kind, settings = kind.removesuffix("Cell"), of_cell | settings
    return kind, settings


def layer(thing, places, takes=(), gives=()):
    kind, settings = _kind_and_settings(thing)
    wrapper = hasattr(thing, "forward_layer") or type(thing).__name__ == "TimeDistributed"
    return {
        "kind": kind,
        "own": type(thing).__name__,
        "settings": {name: value for name, value in settings.items() if value is not None},
        "takes": list(takes),
        "gives": list(gives),
        "weights": [list(map(int, weight.shape)) for weight in thing.weights],
        "places": [
            places[id(walk.tensor_of(weight))]
            for weight in thing.weights
            if id(walk.tensor_of(weight)) in places
        ],
        "trainable": bool(thing.trainable),
        "inside": [layer(one, places) for one in _inside(thing)] if wrapper else [],
    }


def _plain(value):
    if isinstance(value, (tuple, list)) and len(value) <= 4:
        return " x ".join(map(str, value))
    return value if isinstance(value, (bool, int, float, str)) else None


def name_of(value):
    return value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)


def _shape(value):
    tensors = [part for part in tf.nest.flatten(value) if tf.is_tensor(part)]
    return list(map(int, tensors[0].shape)) if tensors and tensors[0].shape.is_fully_defined() else []
