"""One step of a layer, where there is no class for one step: it is asked by a method of its own, or by a
sequence of one step."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..modules import is_own_class
from . import ways
from .calls import states_in, tensors_in
from .tried import BATCH, TIME, as_sequence, inputs


class StepOfLayer:
    """Stands in for the cell class where there is none: makes layers that are asked one step at a time."""

    def __init__(self, kind, run, *, takes_states):
        self.kind, self._run, self._takes_states = kind, run, takes_states

    def __call__(self, *sizes, **named):
        return LayerAsCell(self.kind(*sizes, **named), self._run, self._takes_states)


class LayerAsCell:
    """One layer, called as a cell: (x, (hidden, cell)), or (x, hidden) -> what comes out of it after one
    step."""

    def __init__(self, layer, run, takes_states):
        self.layer, self._run, self.takes_states = layer, run, takes_states

    def __call__(self, x, states):
        return self._run(self.layer, x, *(states if isinstance(states, (list, tuple)) else [states]))


def whole(cell):
    """The object that holds a cell's variables: the layer, where a layer is asked one step at a time."""
    return cell.layer if isinstance(cell, LayerAsCell) else cell


def step_of(kind, units, features, states):
    """What asks this layer one step at a time: by a method of its own, else by sequences of one step; None
    when it is no layer."""
    found = as_sequence(kind, None, units, features, states)
    if found is None or not _carries(found, units, features, states):
        return None
    x, *given = inputs(units, features, states)
    for name in _own_methods(kind):
        bound = getattr(found.thing, name, None)
        for way in ways.of_calling(bound, count=states) if callable(bound) else ():
            if states_in(_tried(bound, way, x[:, 0], *given), BATCH, units, states) is not None:
                return StepOfLayer(kind, _by_method(name, way, found.call), takes_states=True)
    return StepOfLayer(kind, _by_sequence(found.call), takes_states=found.call.states != ways.ALONE)


def _carries(found, units, features, states):
    """Whether the last output depends on the first step: a dense layer gives an output for every step,
    too."""
    x, *given = inputs(units, features, states)
    changed = tf.concat([x[:, :1] + 1.0, x[:, 1:]], axis=1)
    outs = [tensors_in(found.call(found.thing, one, *given))[0] for one in (x, changed)]
    before, after = (out[:, -1] if tuple(out.shape) == (BATCH, TIME, units) else out[-1] for out in outs)
    return bool(np.any(np.asarray(before) != np.asarray(after)))


def _own_methods(kind):
    kerass = {*dir(tf.keras.Model), *dir(tf.Module), "call"}
    return [name for one in kind.__mro__ if is_own_class(one) for name in vars(one) if name not in kerass]


def _tried(bound, way, *inputs):
    """What a method gives when it is called in this way; None when it raises."""
    try:
        return way(bound, *inputs)
    except Exception:  # another way, or another method
        return None


def _by_method(name, way, call_whole):
    asked = set()

    def run(layer, x, *states):
        if id(layer) not in asked:
            asked.add(id(layer))
            call_whole(layer, x[:, None], *states)  # the layer builds its weights
        return way(getattr(layer, name), x, *states)

    return run


def _by_sequence(call_whole):
    """One step as a sequence of one: outputs lose their axis of time, states come out as they are."""

    def run(layer, x, *states):
        out = call_whole(layer, x[:, None], *states)
        return tf.nest.map_structure(
            lambda part: _without_time(part, x.shape[0]) if tf.is_tensor(part) else part, out
        )

    return run


def _without_time(part, batch):
    if part.shape.rank == 3 and part.shape[0] == batch and part.shape[1] == 1:
        return part[:, 0]
    return part[0] if part.shape.rank == 3 and part.shape[0] == 1 else part
