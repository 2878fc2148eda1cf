"""What one step of the model's own training does to its weights: on drawn data, from drawn weights."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .. import walk
from ..weights import assign, fill, floats, shapes_of, values_of
from .calls import failure
from .described import forms_of

MOST_WEIGHTS = 100_000  # numbers: of a larger model the steps would be an answer by themselves


def updates(names, question, parts):
    """A few steps in a row, as `fit` takes them: with the loss, the optimizer and the clipping of this very
    model, which also its own `train_step` has.

    Question: pools [1, n], gain, x [steps, batch, ...], y [steps, batch, outputs]. Answer: after/<step>/<k>
    the weights after each step, or error. Everything is put back."""
    trained = names[parts["model"]["name"]]
    optimizer = getattr(trained, "optimizer", None)
    if optimizer is None:
        return {"compiled": False}
    found = floats(walk.variables(trained))
    if sum(int(np.prod(shape)) for shape in shapes_of(found)) > MOST_WEIGHTS:
        return {"compiled": True}
    held = _variables(optimizer)
    before = [variable.numpy().copy() for variable in (*(variable for _, variable, _ in found), *held)]
    tf.config.run_functions_eagerly(True)
    answer = {"compiled": True}
    try:
        assign(found, fill(shapes_of(found), question["pools"][0], question["gain"]))
        # as a fresh optimizer has them: momenta and moments are zero, no step was taken
        for variable in held:
            variable.assign(tf.zeros_like(variable))
        for step, (x, y) in enumerate(zip(question["x"], question["y"], strict=True)):
            x = forms_of(trained, {**question, "x": x})[0]
            trained.train_step((tf.constant(x), tf.constant(y)))
            answer |= values_of(found, f"after/{step}")
    except Exception as problem:
        answer["error"] = failure(problem)
    finally:
        for variable, value in zip((*(variable for _, variable, _ in found), *held), before, strict=True):
            variable.assign(value)
    return answer


def _variables(optimizer):
    """What an optimizer keeps from step to step; its learning rate is a setting."""
    kept = optimizer.variables
    rates = [getattr(optimizer, name, None) for name in ("_learning_rate", "learning_rate")]
    settings = {id(walk.tensor_of(rate)) for rate in rates if rate is not None and walk.is_variable(rate)}
    return [
        one
        for one in (kept() if callable(kept) and not len(kept) else kept)
        if id(walk.tensor_of(one)) not in settings
    ]
