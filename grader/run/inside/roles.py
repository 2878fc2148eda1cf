"""Which of the student's names plays which role: of those that the source leaves possible, the first that behaves like it."""

from __future__ import annotations

import inspect
import types

import numpy as np
import tensorflow as tf

from . import own_sizes, walk, ways
from .calls import pair_in, tensors_in
from .modules import is_own_class

BATCH, TIME = 2, 3
SMALL = (5, 4)  # units, features
SOUNDS_LIKE = {"LSTM_Cell": ("cell", "lstm"), "LSTM_Layer": ("layer", "lstm", "rnn"), "model": ("model", "net")}
LONGEST = 400  # steps of a sequence that a model is tried with


class StepOfLayer:
    """Stands in for the cell class where there is none: makes layers that are asked one step at a time."""

    def __init__(self, kind, run, *, takes_states):
        self.kind, self._run, self._takes_states = kind, run, takes_states

    def __call__(self, *sizes, **named):
        return Step(self.kind(*sizes, **named), self._run, self._takes_states)


class Step:
    """One layer, called as a cell: (x, (hidden, cell)) -> what comes out of it after one step."""

    def __init__(self, layer, run, takes_states):
        self.layer, self._run, self.takes_states = layer, run, takes_states

    def __call__(self, x, states):
        return self._run(self.layer, x, *states)


def whole(cell):
    """The object that holds a cell's variables: the layer, where a layer is asked one step at a time."""
    return cell.layer if isinstance(cell, Step) else cell


def class_of_cells(names):
    """The class whose instances hold an LSTM's weights; None when there is none."""
    kind = names.get("LSTM_Cell")
    kind = kind.kind if isinstance(kind, StepOfLayer) else kind
    return kind if isinstance(kind, type) else None


class Finder:
    """Finds what plays a role, and remembers what was found out about an object, so that it is tried once."""

    def __init__(self):
        self._tried = {}

    def taken(self, namespace, candidates):
        """{contract name: (the student's name, what stands for it)} for names that the notebook does not define.

        `candidates`: contract name -> the student's names that may be meant, the likeliest first. What behaves like the role is
        taken; where nothing does, the likeliest, so that its own error is told."""
        found = {}
        for wanted, names in candidates.items():
            own = [name for name in names if name in namespace and not isinstance(namespace[name], types.ModuleType)]
            if wanted in namespace or not own:
                continue
            known = namespace | {name: thing for name, (_, thing) in found.items()}
            tried = (
                (name, self._tried_as(known[name], behaves, known))
                for behaves in BEHAVIOURS.get(wanted, (as_it_is,))
                for name in own
            )
            chosen = next((pair for pair in tried if pair[1] is not None), None)
            if chosen is not None or (own[0] == names[0] and _tells_by_its_error(wanted, own[0], namespace)):
                found[wanted] = chosen or (own[0], namespace[own[0]])
        return found

    def _tried_as(self, thing, behaves, known):
        """What stands for the role when this plays it; None when it does not behave like it."""
        key = behaves, id(thing), id(known.get("LSTM_Cell"))
        if key not in self._tried:
            self._tried[key] = thing, behaves(thing, known)
        return self._tried[key][1]


def _tells_by_its_error(wanted, own, namespace):
    """Whether this is so surely meant that what is wrong with it is to be told. A class of which there is a model is no layer."""
    models = {type(value) for value in list(namespace.values()) if isinstance(value, tf.keras.Model)}
    if wanted == "LSTM_Layer" and namespace[own] in models:
        return False
    folded = own.replace("_", "").lower()
    return folded == wanted.replace("_", "").lower() or any(part in folded for part in SOUNDS_LIKE.get(wanted, ()))


def as_it_is(thing, known):
    """Anything: nobody asks how it behaves."""
    return thing


def as_cell(kind, known):
    """The class when one step of it gives two states."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    return kind if any(_cell(kind, *sizes) for sizes in _sizes(known, kind)) else None


def as_cell_and_layer(kind, known):
    """What asks this class one step at a time, when it takes sequences and carries something from step to step."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    return next((step for sizes in _sizes(known, kind) if (step := _step_of(kind, *sizes))), None)


def as_layer(kind, known):
    """The class when a sequence gives an output for every step, or for the last."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    cell = known.get("LSTM_Cell")
    for units, features in _sizes(known, cell, kind):
        own = _cell(cell, units, features) if isinstance(cell, type) else None
        if _layer(kind, own and own.make, units, features):
            return kind
    return None


def as_model(thing, known):
    """A model when it holds cells of the student's own and gives one or two numbers for a sequence, or for every step of it."""
    cell = class_of_cells(known)
    if isinstance(thing, type) or not (isinstance(thing, tf.keras.layers.Layer) or is_own_class(type(thing))):
        return None
    given = next((found for length in _lengths(known) if (found := _given(thing, length))), None)
    holds = cell is None or any(isinstance(part, cell) for _, part in walk.objects(thing))
    return thing if holds and given and given[0].shape.rank and (given[0].shape.rank == 1 or given[0].shape[-1] <= 2) else None


def _lengths(known):
    """Numbers of steps to try a model with, which may take one alone: that of the sheet's name, those of the data, a small one."""
    named = known.get("SEQ_LEN")
    specs = [tf.nest.flatten(thing.element_spec) for thing in known.values() if isinstance(thing, tf.data.Dataset)]
    data = [spec.shape[1] for parts in specs for spec in parts if isinstance(spec, tf.TensorSpec) and spec.shape.rank == 3]
    lengths = [named if isinstance(named, int) and named > 0 else None, *data, TIME]
    return dict.fromkeys(min(length, LONGEST) for length in lengths if length)


def _given(thing, length):
    """The tensors that come out for sequences of so many steps; None when this is no model, or cannot be called so."""
    try:
        return tensors_in(ways.runner(thing)(tf.zeros((BATCH, length, 1))))
    except Exception:
        return None


def as_task(function, known):
    """A function when it yields pairs of a sequence and a label for (seq_len, num_samples)."""
    try:
        noise, label = next(iter(function(TIME, BATCH)))
        return function if np.size(noise) == TIME and np.size(label) <= 2 else None
    except Exception:  # another function, for another purpose
        return None


def as_task_without_arguments(function, known):
    """A function when it can be called without arguments."""
    try:
        inspect.signature(function).bind()
    except (TypeError, ValueError):
        return None
    return function


def as_data_set(thing, known):
    """A tf.data pipeline."""
    return thing if isinstance(thing, tf.data.Dataset) else None


def as_numbers(thing, known):
    """A list of numbers, one for each epoch."""
    if not isinstance(thing, (list, tuple, np.ndarray)) or not len(thing):
        return None
    return thing if all(np.ndim(item) == 0 and not isinstance(item, (str, bytes)) for item in list(thing)[:100]) else None


BEHAVIOURS = {
    "LSTM_Cell": (as_cell, as_cell_and_layer),
    "LSTM_Layer": (as_layer,),
    "model": (as_model,),
    "integration_task": (as_task,),
    "my_integration_task": (as_task_without_arguments,),
    "train_ds": (as_data_set,),
    "test_ds": (as_data_set,),
    "train_losses": (as_numbers,),
    "test_losses": (as_numbers,),
    "test_accuracies": (as_numbers,),
}


def _sizes(known, *kinds):
    """(units, features) to try: small ones, then the notebook's own for a class that only works with those."""
    own = known.get("UNITS"), known.get("READ_IN")
    named = [own] if all(isinstance(number, int) for number in own) else []
    return [SMALL, *named, *own_sizes.pairs(class_of_cells(known) or kinds[0], known, *kinds)]


def sizes_of_cells(names):
    """(units, features) that the notebook's own cells may have."""
    return own_sizes.pairs(class_of_cells(names), names, names.get("LSTM_Layer"))


def _inputs(units, features):
    shapes = (BATCH, TIME, features), (BATCH, units), (BATCH, units)
    return tuple(tf.zeros(shape) + 0.5 for shape in shapes)


def _cell(kind, units, features):
    """How one step of this class gives two states; None when it does not."""
    x, h, c = _inputs(units, features)
    makers = ways.of_making(kind, units, features)
    found, fits, _ = ways.find(makers, (x[:, 0], h, c), lambda out: pair_in(out, BATCH, units) is not None)
    return found if fits else None


def _layer(kind, make_cell, units, features):
    """How this class takes a sequence; None when it does not."""
    wanted = {(BATCH, TIME, units), (TIME, BATCH, units), (BATCH, units)}

    def gives_outputs(out):
        return any(tuple(tensor.shape) in wanted for tensor in tensors_in(out))

    makers = ways.of_wrapping(kind, make_cell, units, features)
    found, fits, _ = ways.find(makers, _inputs(units, features), gives_outputs, alone=True)
    return found if fits else None


def _step_of(kind, units, features):
    """What asks this layer one step at a time: by a method of its own, else by sequences of one step; None when it is no layer."""
    found = _layer(kind, None, units, features)
    if found is None or not _carries(found, units, features):
        return None
    x, h, c = _inputs(units, features)
    for name in _own_methods(kind):
        bound = getattr(found.thing, name, None)
        for way in ways.of_calling(bound) if callable(bound) else ():
            if pair_in(_tried(bound, way, x[:, 0], h, c), BATCH, units) is not None:
                return StepOfLayer(kind, _by_method(name, way, found.call), takes_states=True)
    return StepOfLayer(kind, _by_sequence(found.call), takes_states=found.call.states != ways.ALONE)


def _carries(found, units, features):
    """Whether the last output depends on the first step: a dense layer gives an output for every step, too."""
    x, h, c = _inputs(units, features)
    changed = tf.concat([x[:, :1] + 1.0, x[:, 1:]], axis=1)
    outs = [tensors_in(found.call(found.thing, given, h, c))[0] for given in (x, changed)]
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

    def run(layer, x, h, c):
        if id(layer) not in asked:
            asked.add(id(layer))
            call_whole(layer, x[:, None], h, c)  # the layer builds its weights
        return way(getattr(layer, name), x, h, c)

    return run


def _by_sequence(call_whole):
    """One step as a sequence of one: outputs lose their axis of time, states come out as they are."""

    def run(layer, x, h, c):
        out = call_whole(layer, x[:, None], h, c)
        return tf.nest.map_structure(lambda part: _without_time(part, x.shape[0]) if tf.is_tensor(part) else part, out)

    return run


def _without_time(part, batch):
    if part.shape.rank == 3 and part.shape[0] == batch and part.shape[1] == 1:
        return part[:, 0]
    return part[0] if part.shape.rank == 3 and part.shape[0] == 1 else part
