"""Which object holds variables that were trained: a model, or whatever stands for one."""

from __future__ import annotations

import contextlib
import gc

import tensorflow as tf

from .. import walk
from ..asked import ways
from ..modules import is_own_class


def holder_of(key, named):
    """The smallest model that holds all variables with these identities: of those with a name, else of all
    that there are; None where nothing does. `named`: gives what has a name."""
    # an object may do anything when it is looked into
    with contextlib.suppress(Exception), tf.init_scope():
        candidates = [thing for thing in named() if _may_be_model(type(thing))]
        return _smallest(candidates, key) or _smallest(
            (one for one in gc.get_objects() if _is_model(type(one))), key
        )
    return None


def has_part(model, kind):
    """Whether something of this class is in a model."""
    with contextlib.suppress(Exception):  # an object may do anything when it is looked into
        return any(isinstance(part, kind) for _, part in walk.objects(model))
    return False


def held_by(model):
    """The identities of a model's variables."""
    return {id(walk.tensor_of(variable)) for _, variable, _ in walk.variables(model)}


def _is_model(kind):
    return isinstance(kind, type) and tf.keras.Model in kind.__mro__


def _may_be_model(kind):
    if _is_model(kind) or tf.Module in kind.__mro__:
        return True
    running = ("__call__", *ways.METHODS)
    return is_own_class(kind) and any(name in vars(part) for part in kind.__mro__[:-1] for name in running)


def _smallest(things, key):
    """Models before what else holds variables, then what holds the fewest objects."""
    found = {}
    for thing in things:
        with contextlib.suppress(Exception):  # as above
            if id(thing) not in found and key <= held_by(thing):
                found[id(thing)] = (not _is_model(type(thing)), sum(1 for _ in walk.objects(thing)), thing)
    return min(found.values(), key=lambda entry: entry[:2])[2] if found else None
