"""The trained model on other batch sizes and numbers of steps: asked where there is no layer of its own that
could be."""

from __future__ import annotations

import tensorflow as tf

from . import ways
from .calls import failure, tensors_of


def lengths(names, question, parts):
    """What the trained model gives for sequences of other shapes, when nothing stands for its layer; else
    nothing.

    Question: x/<case> [batch, time, features]. Answer: out/<case>/<tensor>; errors by case."""
    answer = {"errors": {}}
    if parts.get("layer", {}).get("name") in names:
        return answer
    tf.config.run_functions_eagerly(True)
    run = ways.runner(names[parts["model"]["name"]])
    for key in sorted(key for key in question if key.startswith("x/")):
        case = key.partition("/")[2]
        try:
            answer |= tensors_of(run(tf.constant(question[key])), f"out/{case}")
        except Exception as problem:
            answer["errors"][case] = failure(problem)
    return answer
