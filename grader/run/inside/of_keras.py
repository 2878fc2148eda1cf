"""The trained model as Keras describes it, what it was compiled with, and what its training recorded."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from . import layer_calls, walk, ways
from .calls import MAX_STORED, failure, tensors_in
from .weights import assign, fill, floats, shapes_of, values_of

MOST_LAYERS = 100
MOST_CURVES = 40
MOST_EPOCHS = 10_000
MOST_WEIGHTS = 4_000_000  # numbers of all weights together that are sent
SETTINGS = (
    *(
        "units",
        "filters",
        "kernel_size",
        "strides",
        "padding",
        "rate",
        "use_bias",
        "return_sequences",
        "return_state",
        "reset_after",
    ),
    *(
        "go_backwards",
        "stateful",
        "merge_mode",
        "axis",
        "scale",
        "offset",
        "input_dim",
        "output_dim",
        "target_shape",
        "dropout",
    ),
    *("recurrent_dropout", "unroll"),
)
FUNCTIONS = (
    "activation",
    "recurrent_activation",
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
)


def keras_model(names, question, parts):
    """The layers of the model as they are called. Question: x [batch, ...], pools [draws, n], gain. Answer:
    what `described` tells, weight/<k> the values of all weights, and drawn/<draw> the output with drawn
    ones."""
    trained = names[parts["model"]["name"]]
    tf.config.run_functions_eagerly(True)
    try:
        answer = described(trained, question["x"])
    except Exception as problem:
        return {"layers": [], "error": failure(problem)}
    found = floats(walk.variables(trained))
    if sum(int(np.prod(shape)) for shape in shapes_of(found)) > MOST_WEIGHTS:
        return answer
    answer |= values_of(found, "weight")
    before = [variable.numpy().copy() for _, variable, _ in found]
    try:
        for draw, pool in enumerate(question["pools"]):
            assign(found, fill(shapes_of(found), pool, question["gain"]))
            answer[f"drawn/{draw}"] = _answer(trained, question["x"])
    except Exception as problem:
        answer["error"] = failure(problem)
    finally:
        assign(found, before)
    return answer


def _answer(trained, x):
    """What it gives for x, or for x without its axis of features."""
    try:
        return np.asarray(tensors_in(ways.runner(trained)(tf.constant(x)))[0])
    except Exception:
        if x.ndim < 3 or x.shape[-1] != 1:
            raise
        return np.asarray(tensors_in(ways.runner(trained)(tf.constant(x[..., 0])))[0])


def built(names, question, parts):
    """Models that a function of the student's makes, each called once. Question: cases [{"name": value}],
    x [batch, time, features]. Answer: models [what `described` tells of each, or {"error", "stopped": the
    layer that raised it, with the shape that it was given}], its arrays below m/<case>/."""
    make, answer, told = names[parts["function"]["name"]], {}, []
    tf.config.run_functions_eagerly(True)
    for number, case in enumerate(question["cases"]):
        found = _described_new(make, case, question["x"])
        told.append({name: found.pop(name) for name in ("layers", "error", "stopped") if name in found})
        answer |= {f"m/{number}/{name}": array for name, array in found.items()}
    return answer | {"models": told}


def _described_new(make, case, x):
    """What a new model is made of: called with sequences of plain numbers, else another with x as it is. A
    call that fails may leave a model behind that takes nothing else. Where both fail, that is told which came
    further: the other has the wrong axes from the beginning."""
    came = []
    for given in [x[..., 0], x] if x.shape[-1] == 1 else [x]:
        with layer_calls.watched() as calls:
            try:
                return _described(_made(make, case), given)
            except Exception as problem:
                came.append((len(calls.done), failure(problem), calls.stopped))
    _, error, stopped = max(came, key=lambda one: one[0])
    answer = {"layers": [], "error": error}
    return answer | ({"stopped": _layer(stopped[0], {}, stopped[1])} if stopped else {})


def _made(make, case):
    """What a maker gives for these arguments, by position; by name where it wants them so. Of several things
    that it gives the model."""
    _, by_name = ways.arguments(make) or ([], [])
    made = make(**case) if case and set(by_name) >= set(case) else make(*case.values())
    several = made if isinstance(made, (tuple, list)) else [made]
    return next((one for one in several if isinstance(one, tf.keras.layers.Layer)), made)


def described(trained, x):
    """What a model is made of; where it takes sequences of plain numbers, as x without its axis of features
    shows it."""
    try:
        return _described(trained, x)
    except Exception:
        if x.ndim < 3 or x.shape[-1] != 1:
            raise
        return _described(trained, x[..., 0])


def _described(trained, x):
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
        "layers": [_layer(one, places, _shape(took), _shape(gave)) for one, took, gave in own],
        "out": out,
    }
    for number, (one, took, gave) in enumerate(own):
        if one.weights and sum(int(np.prod(weight.shape)) for weight in one.weights) <= MOST_WEIGHTS:
            answer |= _first_of({"took": took, "gave": gave}, number)
            answer |= {
                f"of/{number}/{place}": np.asarray(weight) for place, weight in enumerate(one.get_weights())
            }
    return answer


def _called(trained, x):
    """([(layer, what it was given, what it gave)], the output), of one call."""
    run, x = ways.runner(trained), tf.constant(x)
    run(x)  # builds what is not built yet, and may call layers with symbols for it
    with layer_calls.watched() as calls:
        out = np.asarray(tensors_in(run(x))[0])
    first = {}
    for one, took, gave in calls.done:
        if one is not trained:
            first.setdefault(id(one), (one, took, gave))
    return list(first.values()), out


def _first_of(values, number):
    """The first tensor of each, by name, where it is not too large."""
    found = {f"{name}/{number}": tensors_in(value) for name, value in values.items()}
    arrays = {name: np.asarray(tensors[0]) for name, tensors in found.items() if tensors}
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


def _layer(thing, places, takes=(), gives=()):
    settings = {name: _plain(getattr(thing, name, None)) for name in SETTINGS if hasattr(thing, name)}
    settings |= {name: _function(getattr(thing, name)) for name in FUNCTIONS if hasattr(thing, name)}
    wrapper = hasattr(thing, "forward_layer") or type(thing).__name__ == "TimeDistributed"
    return {
        "kind": _kind(thing),
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
        "inside": [_layer(one, places) for one in _inside(thing)] if wrapper else [],
    }


def _plain(value):
    if isinstance(value, (tuple, list)) and len(value) <= 4:
        return " x ".join(map(str, value))
    return value if isinstance(value, (bool, int, float, str)) else None


def _function(value):
    return value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)


def _shape(value):
    tensors = [part for part in tf.nest.flatten(value) if tf.is_tensor(part)]
    return list(map(int, tensors[0].shape)) if tensors and tensors[0].shape.is_fully_defined() else []


def compiled(names, question, parts):
    """What a model was compiled with, and what its optimizer makes of a drawn gradient.

    Question: value, gradients [steps, n]. Answer: loss, optimizer (names), numbers {name: float},
    values/<step> [n] after each step of a fresh optimizer with the same settings."""
    trained = names[parts["model"]["name"]]
    optimizer, loss = getattr(trained, "optimizer", None), getattr(trained, "loss", None)
    answer = {
        "loss": _function(loss) if loss is not None else "",
        "optimizer": type(optimizer).__name__ if optimizer else "",
    }
    answer["numbers"] = {}
    if optimizer is None:
        return answer
    config = optimizer.get_config()
    answer["numbers"] = {
        str(name): float(value)
        for name, value in config.items()
        if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    }
    fresh, variable = type(optimizer).from_config(config), tf.Variable(question["value"])
    for step, gradient in enumerate(question["gradients"]):
        fresh.apply_gradients([(tf.constant(gradient), variable)])
        answer[f"values/{step}"] = variable.numpy()
    return answer


def history(names, question, parts):
    """What a training recorded: an object with a dict `history`, or such a dict. Answer: names, curve/<k>
    [epochs]."""
    held = names[parts["history"]["name"]]
    curves = getattr(held, "history", held)
    answer, told = {}, []
    for name, values in list(dict(curves).items())[:MOST_CURVES]:
        try:
            array = np.asarray(
                [float(np.mean(np.asarray(one))) for one in list(values)[:MOST_EPOCHS]], dtype="float64"
            )
        except Exception:  # a text, an object: no curve
            continue
        answer[f"curve/{len(told)}"] = array
        told.append(str(name)[:60])
    return answer | {"names": told}


def gradient_by_step(names, question, parts):
    """The gradient of a loss by the model's input. Question: x [batch, time, features], y [batch,
    outputs], loss "mse" or "crossentropy". Answer: gradient [batch, time, features], loss."""
    trained, x = names[parts["model"]["name"]], tf.constant(question["x"])
    tf.config.run_functions_eagerly(True)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = tf.cast(tensors_in(ways.runner(trained)(x))[0], tf.float32)
        out = out[:, -1] if len(out.shape) == 3 else out
        y = tf.reshape(tf.constant(question["y"]), out.shape)
        each = (
            tf.square(out - y) if question["loss"] == "mse" else tf.keras.losses.binary_crossentropy(y, out)
        )
        loss = tf.reduce_mean(each)
    gradient = tape.gradient(loss, x)
    answer = {"loss": float(loss)}
    return answer | (
        {"gradient": np.asarray(gradient)}
        if gradient is not None and question["x"].size <= MAX_STORED
        else {}
    )
