"""One step of the cell."""

from __future__ import annotations

import functools

import tensorflow as tf

from .. import walk
from ..seen.ran import Ran
from ..weights import assign, described, fill, floats, shapes_of, values_of
from . import makings, roles, step_of_layer
from .calls import STATES, failure, in_graph, nesting_of, states_in, tensors_of


def one_step(names, question, parts):
    """One step of a fresh cell under drawn weights.

    Question: sizes [[units, features], ...] tried in turn, pools [draws, n], gain, x [rows, features], h and,
    of a cell with two states, c [rows, units], batch. Answer, per draw and call: what the cell returned,
    eagerly and in a graph; and what ran."""
    # the first call builds; traced, Keras 3 would freeze the weights it builds
    tf.config.run_functions_eagerly(True)
    wanted, other, problem = parts["cell"], None, None
    for own, (units, features) in _sizes(names, question, parts):
        if other and own:
            break  # what answers in any size needs no others
        inputs = [array[0] for array in _inputs(question, units, features)]
        cell, fits, error = found_cell(names[wanted["name"]], inputs, units, features)
        if fits:
            return _asked(cell, units, features, question)
        problem = error or problem  # the last: of the student's own sizes
        other = other or (cell and (cell, units, features))
    if other is None:
        raise problem
    return _asked(*other, question)


def _sizes(names, question, parts):
    """(whether they are the notebook's own, (units, features)): those are looked for where somebody wants
    them."""
    yield from ((False, sizes) for sizes in question["sizes"])
    yield from ((True, sizes) for sizes in roles.sizes_of_cells(names, parts))


def found_cell(kind, inputs, units, features):
    """How this class is made and called so that one step gives as many states as there are in `inputs` behind
    x: as `makings.find` tells it."""

    def gives_states(returned):
        return states_in(returned, len(inputs[0]), units, len(inputs) - 1) is not None

    return makings.find(makings.of_making(kind, units, features), inputs, gives_states)


def _inputs(question, units, features):
    """x and the states in batches: [calls, batch, features or units]."""
    sent = [name for name in STATES if name in question]
    batch = question["batch"]
    rows = len(question["x"]) // batch
    return [
        tf.constant(question[name][:, :size].reshape(rows, batch, size))
        for name, size in (("x", features), *((name, units) for name in sent))
    ]


def _asked(found, units, features, question):
    cell, call = found.thing, found.call
    x, *states = _inputs(question, units, features)
    variables = floats(walk.variables(step_of_layer.whole(cell)))
    answer = {
        "units": units,
        "features": features,
        "made": found.make.told(),
        "call": found.call.told(),
        "of_layer": isinstance(cell, step_of_layer.LayerAsCell),
        "takes_states": not isinstance(cell, step_of_layer.LayerAsCell) or cell.takes_states,
        "structure": nesting_of(found.returned),
        "variables": described(step_of_layer.whole(cell), variables),
    }
    answer |= values_of(variables, "initial")
    ran = Ran()
    for draw, pool in enumerate(question["pools"]):
        assign(variables, fill(shapes_of(variables), pool, question["gain"]))
        for row in range(len(x)):
            # the same lines run under every draw of weights, and watching takes time
            step = functools.partial(call, cell, x[row], *(state[row] for state in states))
            returned = ran.watch(step) if draw == 0 else step()
            answer |= tensors_of(returned, f"eager/{draw}/{row}")
    tf.config.run_functions_eagerly(False)
    try:
        traced = in_graph(cell, call, len(states))
        for draw, pool in enumerate(question["pools"]):
            assign(variables, fill(shapes_of(variables), pool, question["gain"]))
            returned = traced(x[0], *(state[0] for state in states))
            answer |= tensors_of(returned, f"graph/{draw}/0")
        ran.look_into(traced, x[0], *(state[0] for state in states))
    except Exception as problem:
        answer["graph_error"] = failure(problem)
    answer["ran"] = ran.told()
    return answer
