"""The layer, beside its own cell called step by step."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from . import walk
from .calls import CALLS, failure, in_graph, structure_of, tensors_of, way_to_call
from .weights import assign, described, fill, floats, shapes_of


def layer(names, question):
    """A fresh LSTM_Layer(LSTM_Cell(units)) under drawn weights, beside its own cell called step by step.

    Question: sizes, pools, gain, cases [{"batch", "time", "states": "zero" or "drawn"}], x/<case> [batch, time, features],
    h/<case>, c/<case>. Answer per draw and case: out/..., steps/... [time, batch, units], graph/...; errors by case."""
    problem = None
    for units, features in question["sizes"]:
        try:
            return _layer(names, units, features, question)
        except Exception as error:
            problem = problem or error
    raise problem


def _layer(names, units, features, question):
    cell = names["LSTM_Cell"](units)
    wrapped = names["LSTM_Layer"](cell)
    tf.config.run_functions_eagerly(True)
    answer = {"units": units, "features": features, "errors": {}, "structures": {}}
    first = question["cases"][0]
    zeros = wrapped.zero_states(first["batch"])
    answer["zero_structure"] = structure_of(zeros)
    answer |= tensors_of(zeros, "zeros")
    x, h, c = _case(question, 0, units, features)
    way, _ = way_to_call(wrapped, x, h, c)  # the layer first: it builds its own cell
    cell_way, _ = way_to_call(cell, x[:, 0], h, c)
    answer |= {"call": way, "cell_call": cell_way}
    found = floats(walk.variables(wrapped))
    answer["variables"] = described(wrapped, found)
    own = {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
    cells = [own[id(walk.tensor_of(v))] for _, v, _ in floats(walk.variables(cell)) if id(walk.tensor_of(v)) in own]
    answer["cell_variables"] = cells
    for draw, pool in enumerate(question["pools"]):
        assign(found, fill(shapes_of(found), pool, question["gain"]))
        for index in range(len(question["cases"]) if draw == 0 else 1):
            answer |= _layer_case(wrapped, cell, way, cell_way, question, draw, index, answer)
    tf.config.run_functions_eagerly(False)
    try:
        traced = in_graph(wrapped, way)
        answer |= tensors_of(traced(x, h, c), f"graph/{len(question['pools']) - 1}/0")
    except Exception as problem:
        answer["graph_error"] = failure(problem)
    return answer


def _case(question, index, units, features):
    x, h, c = (tf.constant(question[f"{name}/{index}"]) for name in ("x", "h", "c"))
    return x[..., :features], h[..., :units], c[..., :units]


def _layer_case(wrapped, cell, way, cell_way, question, draw, index, answer):
    case, (x, h, c) = question["cases"][index], _case(question, index, answer["units"], answer["features"])
    found = {}
    try:
        if case["states"] == "zero":
            states = wrapped.zero_states(case["batch"])
            h, c = states[0], states[1]
        out = CALLS[way](wrapped, x, h, c)
        answer["structures"][str(index)] = structure_of(out)
        found |= tensors_of(out, f"out/{draw}/{index}")
    except Exception as problem:
        answer["errors"][str(index)] = failure(problem)
        return found
    try:
        outputs = []
        for step in range(case["time"]):
            returned = [t for t in tf.nest.flatten(CALLS[cell_way](cell, x[:, step], h, c)) if tf.is_tensor(t)]
            h, c = returned[-2], returned[-1]
            outputs.append(returned[0])
        found[f"steps/{draw}/{index}"] = np.stack([np.asarray(o) for o in outputs])
    except Exception as problem:
        answer["errors"][f"{index}/steps"] = failure(problem)
    return found
