"""Functions of the sheet that are methods of a class of the student's own: bound to the object that the
notebook made."""

from __future__ import annotations

import gc

import tensorflow as tf

from ..modules import is_own_class


def bound(names, wanted):
    """{name of the sheet: the method} for those of the wanted names that nothing has, and a class of the
    student's own does."""
    found = {}
    for name in wanted:
        if name not in names and (method := _method(name, names)) is not None:
            found[name] = method
    return found


def _method(name, names):
    """The method of that name, or of one that is spelled otherwise, of an object: one with a name, else any
    that there is."""
    kinds = {}
    for value in list(names.values()):
        kind = value if isinstance(value, type) else type(value)
        if is_own_class(kind) and not issubclass(kind, tf.keras.layers.Layer):
            own = next(
                (
                    one
                    for one in vars(kind)
                    if _folded(one) == _folded(name) and callable(getattr(kind, one, None))
                ),
                None,
            )
            if own is not None:
                kinds.setdefault(kind, own)
    things = [value for value in list(names.values()) if type(value) in kinds]
    if kinds and not things:
        things = [one for one in gc.get_objects() if type(one) in kinds]
    return getattr(things[0], kinds[type(things[0])]) if things else None


def _folded(name):
    return name.replace("_", "").lower()
