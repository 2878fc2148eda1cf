"""One step of the cell."""

from __future__ import annotations

import tensorflow as tf

from . import walk
from .calls import CALLS, failure, in_graph, structure_of, tensors_of, way_to_call
from .weights import assign, described, fill, floats, shapes_of, values_of


def one_step(names, question):
    """One step of a fresh LSTM_Cell under drawn weights.

    Question: sizes [[units, features], ...] tried in turn, pools [draws, n], gain, x [rows, features], h and c [rows, units],
    batch. Answer, per draw and call: what the cell returned, eagerly and in a graph."""
    problem = None
    for units, features in question["sizes"]:
        try:
            return _one_step(names["LSTM_Cell"], units, features, question)
        except Exception as error:
            problem = problem or error
    raise problem


def _one_step(cell_class, units, features, question):
    batch = question["batch"]
    rows = len(question["x"]) // batch
    x, h, c = (
        tf.constant(question[name][:, :size].reshape(rows, batch, size))
        for name, size in (("x", features), ("h", units), ("c", units))
    )
    cell = cell_class(units)
    tf.config.run_functions_eagerly(True)  # the first call builds; traced, Keras 3 would freeze the weights it builds
    way, first = way_to_call(cell, x[0], h[0], c[0])
    found = floats(walk.variables(cell))
    answer = {
        "units": units,
        "features": features,
        "call": way,
        "structure": structure_of(first),
        "variables": described(cell, found),
    }
    answer |= values_of(found, "initial")
    for draw, pool in enumerate(question["pools"]):
        assign(found, fill(shapes_of(found), pool, question["gain"]))
        for row in range(rows):
            answer |= tensors_of(CALLS[way](cell, x[row], h[row], c[row]), f"eager/{draw}/{row}")
    tf.config.run_functions_eagerly(False)
    try:
        traced = in_graph(cell, way)
        for draw, pool in enumerate(question["pools"]):
            assign(found, fill(shapes_of(found), pool, question["gain"]))
            answer |= tensors_of(traced(x[0], h[0], c[0]), f"graph/{draw}/0")
    except Exception as problem:
        answer["graph_error"] = failure(problem)
    return answer
