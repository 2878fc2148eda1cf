"""Call the student's cell or layer in the ways that students write, and take apart what it returns."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

MAX_TENSORS = 8
MAX_STORED = 1_000_000  # numbers of one array

CALLS = {
    "(x, (hidden, cell))": lambda thing, x, h, c: thing(x, (h, c)),
    "(x, [hidden, cell])": lambda thing, x, h, c: thing(x, [h, c]),
    "(x, states=(hidden, cell))": lambda thing, x, h, c: thing(x, states=(h, c)),
    "(x, hidden, cell)": lambda thing, x, h, c: thing(x, h, c),
}


def way_to_call(thing, x, h, c):
    """(how it is called, what it returned): the sheet's way first; the sheet's own error when none works."""
    first = None
    for way, call in CALLS.items():
        try:
            return way, call(thing, x, h, c)
        except Exception as problem:
            first = first or problem
    raise first


def structure_of(value):
    """How tensors are nested: "(tensor, tensor)"."""
    if isinstance(value, (list, tuple)):
        inside = ", ".join(structure_of(item) for item in value[:MAX_TENSORS])
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if tf.is_tensor(value):
        return "tensor"
    return type(value).__name__


def tensors_of(value, prefix):
    """The tensors of a result, flat: {prefix/0: array, ...}. A long list of equal tensors is stacked along a new first axis."""
    flat = [item for item in tf.nest.flatten(value) if tf.is_tensor(item) or isinstance(item, np.ndarray)]
    if len(flat) > MAX_TENSORS:
        flat = [tf.stack(flat)]
    arrays = [np.asarray(item) for item in flat]
    return {
        f"{prefix}/{index}": array
        for index, array in enumerate(arrays)
        if array.size <= MAX_STORED and array.dtype.kind in "fiub"
    }


def failure(problem):
    return {"name": type(problem).__name__, "message": str(problem)[:600]}


def in_graph(thing, way):
    return tf.function(lambda x, h, c: CALLS[way](thing, x, h, c), reduce_retracing=False)
