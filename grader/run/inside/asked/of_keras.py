"""The trained model, and models that a function of the student's makes, as Keras describes them."""

from __future__ import annotations

import contextlib

import numpy as np
import tensorflow as tf

from .. import walk
from ..weights import assign, fill, floats, positive_where, shapes_of, values_of
from . import layer_calls, ways
from .calls import failure
from .described import (
    MOST_WEIGHTS,
    asked_afresh,
    described,
    described_as_given,
    first_that_works,
    forms_of,
    layer,
)


def keras_model(names, question, parts):
    """The layers of the model as they are called. Question: x [batch, ...], pools [draws, n], gain, and
    vocabulary where x is words. Answer: what `described` tells, updates: how many steps its optimizer has
    taken, weight/<k> the values of all weights, fixed: the places of those that are not trained, and
    drawn/<draw> the output with drawn ones."""
    trained = names[parts["model"]["name"]]
    tf.config.run_functions_eagerly(True)
    try:
        answer = described(trained, question)
    except Exception as problem:
        return {"layers": [], "error": failure(problem)}
    answer |= _updates(trained)
    found = floats(walk.variables(trained))
    if sum(int(np.prod(shape)) for shape in shapes_of(found)) > MOST_WEIGHTS:
        return answer
    answer |= values_of(found, "weight")
    trainable = walk.trainable_ids(trained)
    fixed = [id(walk.tensor_of(variable)) not in trainable for _, variable, _ in found]
    answer["fixed"] = [place for place, is_fixed in enumerate(fixed) if is_fixed]
    before = [variable.numpy().copy() for _, variable, _ in found]
    try:
        for draw, pool in enumerate(question["pools"]):
            assign(found, positive_where(fixed, fill(shapes_of(found), pool, question["gain"])))
            answer[f"drawn/{draw}"] = _answer(trained, question)
    except Exception as problem:
        answer["error"] = failure(problem)
    finally:
        assign(found, before)
    return answer


def _updates(trained):
    """How many steps the optimizer of the compiled model has taken; nothing where there is none."""
    with contextlib.suppress(Exception):  # an optimizer of the student's own may count nothing
        return {"updates": int(np.asarray(trained.optimizer.iterations))}
    return {}


def _answer(trained, question):
    """What it gives for x."""
    return first_that_works(forms_of(trained, question), asked_afresh(trained))


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
                return described_as_given(_made(make, case), given)
            except Exception as problem:
                came.append((len(calls.done), failure(problem), calls.stopped))
    _, error, stopped = max(came, key=lambda one: one[0])
    answer = {"layers": [], "error": error}
    return answer | ({"stopped": layer(stopped[0], {}, stopped[1])} if stopped else {})


def _made(make, case):
    """What a maker gives for these arguments, by position; by name where it wants them so. Of several things
    that it gives the model."""
    _, by_name = ways.arguments(make) or ([], [])
    made = make(**case) if case and set(by_name) >= set(case) else make(*case.values())
    several = made if isinstance(made, (tuple, list)) else [made]
    return next((one for one in several if isinstance(one, tf.keras.layers.Layer)), made)
