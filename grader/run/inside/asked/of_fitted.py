"""What a model was compiled with, what its training recorded, and the gradient of its loss by its input."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from . import ways
from .calls import MAX_STORED, tensors_in
from .described import name_of

MOST_CURVES = 40
MOST_EPOCHS = 10_000


def compiled(names, question, parts):
    """What a model was compiled with, and what its optimizer makes of a drawn gradient.

    Question: value, gradients [steps, n]. Answer: loss, optimizer (names), numbers {name: float},
    values/<step> [n] after each step of a fresh optimizer with the same settings."""
    trained = names[parts["model"]["name"]]
    optimizer, loss = getattr(trained, "optimizer", None), getattr(trained, "loss", None)
    answer = {
        "loss": name_of(loss) if loss is not None else "",
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


class Histories:
    """Answers what a training recorded, and which of it was seen while it was written. `logged` saw it."""

    def __init__(self, logged):
        self._logged = logged

    def __call__(self, names, question, parts):
        """Answer: as `history`, recorded and perhaps [the numbers of such curves]."""
        answer = history(names, question, parts)
        curves = [answer[f"curve/{number}"] for number in range(len(answer["names"]))]
        recorded = [n for n, values in enumerate(curves) if self._logged.knows(values)]
        perhaps = [
            n for n, values in enumerate(curves) if n not in recorded and self._logged.may_know(values)
        ]
        return answer | {"recorded": recorded, "perhaps": perhaps}


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
