"""Variables of the student's objects: drawn weights into them, values and descriptions out of them.

Weights that the host drew arrive as a flat pool; `fill` cuts it up by one fixed rule that the host repeats
(rnn/draws.py), so that a question need not know the shapes of the student's variables.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from . import walk
from .seen import optimized


def fill(shapes, pool, gain):
    """Arrays of these shapes from the flat pool, in order, wrapping round: kernels times gain/sqrt(rows),
    vectors times 0.5."""
    arrays, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape, dtype=np.int64))
        scale = gain / np.sqrt(shape[0]) if len(shape) >= 2 else 0.5
        arrays.append(
            (np.take(pool, np.arange(start, start + size), mode="wrap") * scale)
            .astype("float32")
            .reshape(shape)
        )
        start += size
    return arrays


def positive_where(fixed, arrays):
    """The same, without the signs of those that are not trained: one may be a variance, whose root a layer
    takes."""
    return [np.abs(array) if is_fixed else array for is_fixed, array in zip(fixed, arrays, strict=True)]


def shapes_of(found):
    return [tuple(int(side) for side in variable.shape) for _, variable, _ in found]


def floats(found):
    """The variables that hold floats: counters and seeds are left alone."""
    return [entry for entry in found if tf.as_dtype(entry[1].dtype).is_floating]


def assign(found, arrays):
    for (_, variable, _), array in zip(found, arrays, strict=True):
        variable.assign(tf.cast(array, variable.dtype))


def described(root, found):
    trained = walk.trainable_ids(root)
    return [
        {
            "path": path,
            "name": str(getattr(variable, "name", "")),
            "shape": list(shape),
            "tracked": tracked,
            "trainable": id(walk.tensor_of(variable)) in trained
            if tracked
            else bool(getattr(variable, "trainable", False)),
            "handed": tracked or optimized.may_be_trained(walk.tensor_of(variable)),
        }
        for (path, variable, tracked), shape in zip(found, shapes_of(found), strict=True)
    ]


def values_of(found, prefix):
    return {f"{prefix}/{index}": np.asarray(variable.numpy()) for index, (_, variable, _) in enumerate(found)}
