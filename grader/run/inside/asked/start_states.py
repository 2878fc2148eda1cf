"""The states that a layer starts from, by its own method for them, whatever that is called."""

from __future__ import annotations

import inspect

import tensorflow as tf

from .. import walk
from ..modules import is_own_class
from .calls import tensors_in

START_NAMES = ("zero", "null", "init", "start", "reset", "begin", "first", "anfang")
# of TensorFlow and NumPy
MAKERS = frozenset(
    ("zeros", "zeros_like", "ones", "fill", "full", "constant", "Variable", "normal", "uniform")
)
OF_KERAS = {*dir(tf.keras.Model), *dir(tf.Module)}  # a layer may be a model


def start_states(wrapped, batch, wanted="zero_states"):
    """(name of the method, what it gives) for the layer's own start states: `wanted`, else a method of
    another name that gives two arrays for a batch size, of the layer or of its cell: first those that sound
    like it, last any that takes one argument and makes tensors; ("", None) when there is none."""
    things = [thing for _, thing in walk.objects(wrapped) if is_own_class(type(thing))][:5]
    for find, fits in ((_sounding, _has_batch), (_of_one_argument, _is_of_states)):
        for thing in things:
            for name in sorted(find(type(thing), wanted), key=lambda name: name != wanted):
                if name == wanted and thing is wrapped:
                    return name, _called(getattr(thing, name), batch)
                try:
                    given = _called(getattr(thing, name), batch)
                    shapes = {tuple(state.shape) for state in tensors_in(given)}
                except Exception:  # another method, for another purpose
                    continue
                if shapes and all(fits(shape, batch) for shape in shapes):
                    return name, given
    return "", None


def _has_batch(shape, batch):
    return batch in shape


def _is_of_states(shape, batch):
    """[batch, units], or of both states in one."""
    return batch in shape[:2] and len(shape) in (2, 3)


def _called(method, batch):
    """With a batch size, by its name where the method takes it in no other way."""
    try:
        taken = list(inspect.signature(method).parameters.values())
    except (TypeError, ValueError):  # built in
        return method(batch)
    named = [one.name for one in taken if one.kind is one.KEYWORD_ONLY]
    alone = len(named) == len(taken) == 1
    return method(**{named[0]: batch}) if alone else method(batch)


def _sounding(kind, wanted):
    """The methods of the student's own that sound like a start, or have the name that is wanted."""
    return [
        name for name in _own(kind) if name == wanted or any(part in name.lower() for part in START_NAMES)
    ]


def _of_one_argument(kind, wanted):
    """The methods of the student's own that Keras does not call, that need one thing, and that make tensors:
    no others are tried, since a method may do anything, and take its time."""
    return [
        name
        for name, method in _own(kind).items()
        if name not in OF_KERAS and _needs_one(method) and _makes_tensors(method)
    ]


def _makes_tensors(method):
    function = getattr(method, "python_function", method)  # of a tf.function
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is not None and not MAKERS.isdisjoint(code.co_names)


def _needs_one(method):
    try:
        _, *taken = inspect.signature(method).parameters.values()
    except (TypeError, ValueError):  # static, or none that can be called
        return False
    return sum(one.default is one.empty for one in taken) == 1


def _own(kind):
    found = {}
    for one in reversed(kind.__mro__):
        if is_own_class(one):
            found |= vars(one)
    return {name: value for name, value in found.items() if not name.startswith("__") and callable(value)}
