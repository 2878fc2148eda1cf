"""What a thing must do to play a role of the sheet."""

from __future__ import annotations

import inspect

import numpy as np
import tensorflow as tf

from .. import walk
from ..modules import is_own_class
from . import own_sizes, ways
from .calls import tensors_in
from .step_of_layer import StepOfLayer, step_of
from .tried import BATCH, TIME, as_one_step, as_sequence

TRIED_SIZES = (5, 4)  # units, features
MOST_STEPS = 400  # steps of a sequence that a model is tried with


def class_of_cells(names, cell):
    """The class whose instances hold a cell's weights; None when there is none. `cell`: its role, None where
    the sheet asks for none."""
    kind = names.get(cell["name"]) if cell else None
    kind = kind.kind if isinstance(kind, StepOfLayer) else kind
    return kind if isinstance(kind, type) else None


def as_it_is(thing, known, role):
    """Anything: nobody asks how it behaves."""
    return thing


def as_cell(kind, known, role):
    """The class when one step of it gives as many states as the role has."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    return (
        kind
        if any(as_one_step(kind, *sizes, role["states"]) for sizes in _sizes(known, role, kind))
        else None
    )


def as_cell_that_gives_one(kind, known, role):
    """The class when one step of it gives one of the states that the role has, and it takes no sequences: a
    cell that is not right yet."""
    if role["states"] == 1 or not isinstance(kind, type) or not is_own_class(kind):
        return None
    return next(
        (
            kind
            for sizes in _sizes(known, role, kind)
            if as_one_step(kind, *sizes, role["states"], gives=1)
            and not step_of(kind, *sizes, role["states"])
        ),
        None,
    )


def as_cell_and_layer(kind, known, role):
    """What asks this class one step at a time, when it takes sequences and carries something from step to
    step."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    return next(
        (step for sizes in _sizes(known, role, kind) if (step := step_of(kind, *sizes, role["states"]))),
        None,
    )


def as_layer(kind, known, role):
    """The class when a sequence gives an output for every step, or for the last."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    cell, states = known.get(role["cell"]["name"]), role["cell"]["states"]
    for units, features in _sizes(known, role["cell"], cell, kind):
        own = as_one_step(cell, units, features, states) if isinstance(cell, type) else None
        if as_sequence(kind, own and own.make, units, features, states):
            return kind
    return None


def as_model(thing, known, role):
    """A model when it holds cells of the student's own, if the sheet asks for some, and gives what it should
    for a sequence, or for every step of it: of two classes one or two numbers."""
    cell = class_of_cells(known, role.get("cell"))
    if isinstance(thing, type) or not (isinstance(thing, tf.keras.layers.Layer) or is_own_class(type(thing))):
        return None
    shapes = [(BATCH,)] if role["vectors"] else [(BATCH, length) for length in _lengths(known, role)]
    kind, sides = (tf.int32, ()) if role["vocabulary"] else (tf.float32, (role["features"],))
    given = next((found for shape in shapes if (found := _given(thing, (*shape, *sides), kind))), None)
    holds = cell is None or any(isinstance(part, cell) for _, part in walk.objects(thing))
    if not holds or not given or not given[0].shape.rank:
        return None
    any_number = role["answers"] != "two classes" or given[0].shape.rank == 1
    return thing if any_number or given[0].shape[-1] <= 2 else None


def _lengths(known, role):
    """Numbers of steps to try a model with, which may take one alone: that of the sheet's name, those of the
    data, a small one."""
    named = known.get(role["length"])
    specs = [
        tf.nest.flatten(thing.element_spec) for thing in known.values() if isinstance(thing, tf.data.Dataset)
    ]
    data = [
        spec.shape[1]
        for parts in specs
        for spec in parts
        if isinstance(spec, tf.TensorSpec) and spec.shape.rank == 3
    ]
    lengths = [named if isinstance(named, int) and named > 0 else None, *data, TIME]
    return dict.fromkeys(min(length, MOST_STEPS) for length in lengths if length)


def _given(thing, shape, kind):
    """The tensors that come out for zeros of this shape and type; None when this is no model, or cannot be
    called so."""
    try:
        return tensors_in(ways.runner(thing)(tf.zeros(shape, kind)))
    except Exception:
        return None


def as_task(function, known, role):
    """A function when it yields pairs of a sequence and a label for (seq_len, num_samples)."""
    try:
        noise, label = next(iter(function(TIME, BATCH)))
        return function if np.size(noise) == TIME and np.size(label) <= 2 else None
    except Exception:  # another function, for another purpose
        return None


def as_task_without_arguments(function, known, role):
    """A function when it can be called without arguments."""
    try:
        inspect.signature(function).bind()
    except (TypeError, ValueError):
        return None
    return function


def as_data_set(thing, known, role):
    """A tf.data pipeline."""
    return thing if isinstance(thing, tf.data.Dataset) else None


def as_numbers(thing, known, role):
    """A list of numbers, one for each epoch."""
    if not isinstance(thing, (list, tuple, np.ndarray)) or not len(thing):
        return None
    return (
        thing
        if all(np.ndim(item) == 0 and not isinstance(item, (str, bytes)) for item in list(thing)[:100])
        else None
    )


def as_function(function, known, role):
    """A function that can be called with as many arguments as the role has."""
    try:
        inspect.signature(function).bind(*role["arguments"])
    except (TypeError, ValueError):
        return None
    return function


def as_own_class(kind, known, role):
    """A class of the student's own that can be made with as many arguments as the role has, and has its
    methods."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    able = all(callable(getattr(kind, name, None)) for name in role["methods"])
    return as_function(kind, known, role) if able else None


BEHAVIOURS = {
    "class": (as_own_class,),
    "cell": (as_cell, as_cell_that_gives_one, as_cell_and_layer),
    "layer": (as_layer,),
    "model": (as_model,),
    "data set": (as_data_set,),
    "numbers": (as_numbers,),
}


def behaviours_of(role):
    """What a thing must do to play the role: the first of these that one does."""
    if role["kind"] == "function":
        yields = as_task_without_arguments if role["hands_on"] else as_task
        return (yields,) if role["yields"] else (as_function,)
    return BEHAVIOURS.get(role["kind"], (as_it_is,))


def _sizes(known, cell, *kinds):
    """(units, features) to try: small ones, then the notebook's own for a class that only works with
    those."""
    own = known.get(cell["units"]), known.get(cell["features"])
    named = [own] if all(isinstance(number, int) for number in own) else []
    return [TRIED_SIZES, *named, *own_sizes.pairs(class_of_cells(known, cell) or kinds[0], known, *kinds)]
