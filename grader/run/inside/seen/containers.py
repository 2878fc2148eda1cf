"""What may hold the numbers of a training, of whatever kind: lists, tuples, arrays, tables, dicts of these,
attributes of objects and classes, rows of several numbers. It is read as series: one number after the other.
"""

from __future__ import annotations

import collections
import contextlib
import numbers

import numpy as np
import tensorflow as tf

from ..modules import DICTS, LONGEST_LIST, is_own_class

WIDEST = 8  # numbers that are kept side by side of one epoch
DEEPEST = 3  # an attribute that is a dict of dicts
_LISTS = (list, tuple, collections.deque)
_ARRAYS = (np.ndarray, tf.Tensor, tf.Variable)
_PLAIN = (str, bytes, type(None), bool, numbers.Number)


def containers(name, value, depth=DEEPEST):
    """(how it is written, the container) of all that may hold a series in what stands under a name:
    log["train"]["loss"] of {"train": {"loss": [...]}}, and verlauf[0] of ([...], [...])."""
    if isinstance(value, _PLAIN):
        return
    if _is_long(value):
        yield name, value
    if depth:
        attributes = not isinstance(value, (*DICTS, list, tuple))
        for key, part in _parts(value):
            yield from containers(_written(name, key, attribute=attributes), part, depth - 1)


def _written(name, key, *, attribute=False):
    """How a part is written: log["loss"], log[0], trainer.losses; the key alone of what has no name."""
    if not name:
        return str(key)
    return f"{name}.{key}" if attribute else f"{name}[{key}]" if type(key) is int else f'{name}["{key}"]'


def mark_of(container):
    """(length, what changes when something is written into it): no number is read for that."""
    if isinstance(container, _LISTS):
        return len(container), hash(tuple(map(id, container)))
    if isinstance(container, DICTS):
        return len(container), hash(tuple(map(id, container.values())))
    array = np.asarray(container)
    return len(array), hash(array.tobytes())


def rows_of(container):
    """The numbers in it, [n] or [n, columns]; None where it has no such."""
    with contextlib.suppress(Exception):  # texts, rows that are not equally long
        if _is_table(container):
            return container.to_numpy(dtype="float64")
        if isinstance(container, _ARRAYS):
            return np.asarray(container, "float64")
        rows = list(container.values()) if isinstance(container, DICTS) else container
        return np.asarray([_row(one) for one in (rows if isinstance(rows, list) else list(rows))], "float64")
    return None


def series_in(name, container):
    """[(how it is written, numbers [n])] of each series in it: of rows, one for each column; none where there
    are no numbers."""
    if _is_table(container):
        return [
            one for key in container.columns for one in series_in(_written(name, key), list(container[key]))
        ]
    table = rows_of(container)
    if table is None or not table.size:
        return []
    if table.ndim == 1:
        return [(name, table)]
    if table.shape[1] <= WIDEST:
        first = next(iter(container.values())) if isinstance(container, DICTS) else container[0]
        keys = [*_fields(first)] or getattr(first, "_fields", range(table.shape[1]))
        columns = zip(keys, table.T, strict=True)
        of = f"{name}.values()" if isinstance(container, DICTS) else name
        return [(f"[{_written('row', key)} for row in {of}]", column) for key, column in columns]
    rows = enumerate(table) if len(table) <= WIDEST else ()
    return [(_written(name, number), row) for number, row in rows]


def _row(one):
    held = _fields(one)
    return np.asarray([float(np.mean(part)) for part in held.values()] if held else one, "float64")


def _fields(one):
    """The numbers of a row that is a dict or an object of the student's own."""
    held = getattr(one, "__dict__", {}) if is_own_class(type(one)) else one
    if not isinstance(held, DICTS):
        return {}
    return {key: part for key, part in held.items() if not isinstance(part, str) and np.size(part) == 1}


def _is_long(value):
    if _is_table(value):
        return True
    if isinstance(value, DICTS):
        return 1 < len(value) <= LONGEST_LIST
    if isinstance(value, _LISTS):
        return 0 < len(value) <= LONGEST_LIST
    if isinstance(value, _ARRAYS) or _is_of_pandas(value):
        shape = getattr(value, "shape", None)
        return shape is not None and _is_series(tuple(shape))
    return False


def _is_series(shape):
    """Of an array: whether it is one row or column of numbers, or a few side by side."""
    if len(shape) not in (1, 2) or not all(shape):
        return False
    return max(shape) <= LONGEST_LIST and (len(shape) == 1 or min(shape) <= WIDEST)


def _is_table(value):
    return type(value).__name__ == "DataFrame" and _is_of_pandas(value)


def _is_of_pandas(value):
    return type(value).__module__.partition(".")[0] == "pandas"


def _parts(value):
    """(key, part) of what holds other containers."""
    if isinstance(value, DICTS):
        return [(key, part) for key, part in list(value.items())[:100] if isinstance(key, (str, int))]
    if isinstance(value, (list, tuple)):
        return list(enumerate(value)) if len(value) <= WIDEST else []
    kind = value if isinstance(value, type) else type(value)
    if not is_own_class(kind):
        return []
    held = {**vars(kind), **(getattr(value, "__dict__", None) or {})}
    layer = hasattr(kind, "trainable_weights")  # of which the parts are no names
    return [
        (name, part)
        for name, part in list(held.items())
        if not name.startswith("_" if layer else "__")  # Keras' own dicts and lists begin with one
        and (not layer or isinstance(part, (*_LISTS, *DICTS, np.ndarray)))
    ]
