"""The trained model on other batch sizes and numbers of steps: asked where there is no layer of the student's
own that could be, or one that holds several cells."""

from __future__ import annotations

import tensorflow as tf

from .. import walk
from . import ways
from .behaviours import class_of_cells
from .calls import each_step_in, failure, tensors_of


def lengths(names, question, parts):
    """What the trained model gives for sequences of other shapes, when nothing stands for its layer, or when
    that holds several cells; else nothing.

    Question: x/<case> [batch, time, features]. Answer: out/<case>/<tensor>; errors by case."""
    answer = {"errors": {}}
    if parts.get("layer", {}).get("name") in names and not _has_several_cells(names, parts):
        return answer
    tf.config.run_functions_eagerly(True)
    run = ways.runner(names[parts["model"]["name"]])
    given = {}
    for key in sorted(key for key in question if key.startswith("x/")):
        case, x = key.partition("/")[2], tf.constant(question[key])
        try:
            given[case] = (run(x), x.shape[1])
        except Exception as problem:
            answer["errors"][case] = failure(problem)
    each_step = each_step_in(given.values())
    for case, (out, _) in given.items():
        answer |= tensors_of(out, f"out/{case}", each_step)
    return answer


def _has_several_cells(names, parts):
    """Whether a layer in the model holds more than one cell: it cannot be asked as one around a cell."""
    layer, cell = names[parts["layer"]["name"]], class_of_cells(names, parts.get("cell"))
    if cell is None or not isinstance(layer, type):
        return False
    held = [part for _, part in walk.objects(names[parts["model"]["name"]]) if isinstance(part, layer)]
    return any(sum(isinstance(part, cell) for _, part in walk.objects(one)) > 1 for one in held)
