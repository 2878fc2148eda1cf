"""The sizes that a notebook's own cells and layers have: those of the objects that it made, or of one that
can be made without any.

A class that writes its size into its code answers in that size alone. What is found is only tried: what
behaves, counts.
"""

from __future__ import annotations

import contextlib

import tensorflow as tf

from .. import walk
from ..modules import is_own_class

MOST_PAIRS = 6  # pairs that are tried
MOST_LOOKED_AT = 200  # things with a name
LARGEST_OWN = 1024


def pairs(kind, names, *others):
    """[[units, features], ...] that cells of this class may have, the likeliest first: of those within what
    has a name, and within what the class itself and `others` make without being told a size."""
    found = {}
    for cell in objects_of(kind, names, *_made(kind, *others)) if isinstance(kind, type) else ():
        found |= dict.fromkeys(_of(cell))
    return [list(pair) for pair in found][:MOST_PAIRS]


def objects_of(kind, names, *more):
    """The objects of a class within what has a name, and within `more`."""
    return list(_within(kind, (*list(names.values())[:MOST_LOOKED_AT], *more)))


def _within(kind, things):
    seen = set()
    for thing in things:
        if isinstance(thing, type) or not (
            isinstance(thing, (tf.keras.layers.Layer, tf.Module)) or is_own_class(type(thing))
        ):
            continue
        with contextlib.suppress(Exception):  # an object may do anything when it is looked into
            for _, part in walk.objects(thing):
                if isinstance(part, kind) and id(part) not in seen:
                    seen.add(id(part))
                    yield part


def _made(*kinds):
    for kind in kinds:
        if isinstance(kind, type):
            with contextlib.suppress(Exception):  # it wants to be told its size
                yield kind()


def _of(cell):
    """(units, features) that this cell may have."""
    shapes = [tuple(int(side) for side in v.shape) for _, v, _ in walk.variables(cell)]
    matrices = [shape for shape in shapes if len(shape) == 2]
    held = [entry for _, part in walk.objects(cell) for entry in list(getattr(part, "__dict__", {}).items())]
    told = [value for name, value in held if _is_size(name, value)]
    columns = [side for _, columns in matrices for side in (columns, columns // 4)]
    for units in dict.fromkeys(side for side in (*told, *columns) if 0 < side <= LARGEST_OWN):
        rows = [rows - units for rows, _ in matrices if rows > units] + [rows for rows, _ in matrices]
        for features in dict.fromkeys(side for side in (*rows, 1, 3) if 0 < side <= LARGEST_OWN):
            yield units, features


def _is_size(name, value):
    return type(value) is int and any(word in name.lower() for word in ("unit", "hidden", "size"))
