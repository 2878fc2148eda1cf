"""Which of the student's names plays which role: of those that the source leaves possible, the first that
behaves like it."""

from __future__ import annotations

import inspect
import types

import numpy as np
import tensorflow as tf

from . import makings, own_sizes, walk, ways
from .calls import states_in, tensors_in
from .modules import is_own_class

BATCH, TIME = 2, 3
SMALL = (5, 4)  # units, features
LONGEST = 400  # steps of a sequence that a model is tried with


class StepOfLayer:
    """Stands in for the cell class where there is none: makes layers that are asked one step at a time."""

    def __init__(self, kind, run, *, takes_states):
        self.kind, self._run, self._takes_states = kind, run, takes_states

    def __call__(self, *sizes, **named):
        return Step(self.kind(*sizes, **named), self._run, self._takes_states)


class Step:
    """One layer, called as a cell: (x, (hidden, cell)), or (x, hidden) -> what comes out of it after one
    step."""

    def __init__(self, layer, run, takes_states):
        self.layer, self._run, self.takes_states = layer, run, takes_states

    def __call__(self, x, states):
        return self._run(self.layer, x, *(states if isinstance(states, (list, tuple)) else [states]))


def whole(cell):
    """The object that holds a cell's variables: the layer, where a layer is asked one step at a time."""
    return cell.layer if isinstance(cell, Step) else cell


def class_of_cells(names, cell):
    """The class whose instances hold a cell's weights; None when there is none. `cell`: its role, None where
    the sheet asks for none."""
    kind = names.get(cell["name"]) if cell else None
    kind = kind.kind if isinstance(kind, StepOfLayer) else kind
    return kind if isinstance(kind, type) else None


class Finder:
    """Finds what plays a role, and remembers what was found out about an object, so that it is tried once."""

    def __init__(self):
        self._tried = {}

    def taken(self, namespace, candidates, declared):
        """{the sheet's name: (the student's name, what stands for it)} for names that the notebook does not
        define.

        `candidates`: the sheet's name -> the student's names that may be meant, the likeliest first;
        `declared`: the sheet's name -> its role. What behaves like the role is taken; where nothing does, the
        likeliest, so that its own error is told."""
        found = {}
        for wanted, names in candidates.items():
            known = namespace | {name: thing for name, (_, thing) in found.items()}
            own = [name for name in names if name in namespace and _is_free(name, wanted, known, declared)]
            if wanted in namespace or not own:
                continue
            role = declared.get(wanted, {"name": wanted, "kind": "anything"})
            ordered = _as_long_first(own, known, declared) if role["kind"] == "numbers" else own
            tried = (
                (name, self._tried_as(known[name], behaves, known, role))
                for behaves in behaviours_of(role)
                for name in ordered
            )
            chosen = next((pair for pair in tried if pair[1] is not None), None)
            if chosen is not None or (own[0] == names[0] and _tells_by_its_error(role, own[0], namespace)):
                found[wanted] = chosen or (own[0], namespace[own[0]])
        return found

    def _tried_as(self, thing, behaves, known, role):
        """What stands for the role when this plays it; None when it does not behave like it."""
        cell = role.get("cell")
        key = behaves, id(thing), role["name"], id(known.get(cell["name"]) if cell else None)
        if key not in self._tried:
            self._tried[key] = thing, behaves(thing, known, role)
        return self._tried[key][1]


def _is_free(name, wanted, known, declared):
    """Whether what has this name may stand for one that is wanted: no module does, and no model that stands
    for another model of the sheet."""
    thing, role = known[name], declared.get(wanted, {})
    models = [other for other, one in declared.items() if one.get("kind") == role.get("kind") == "model"]
    return not isinstance(thing, types.ModuleType) and all(known.get(other) is not thing for other in models)


def _as_long_first(own, known, declared):
    """These names, first those of lists that are as long as one that is known already: one training records
    them side by side, some with a number more, that before it. The losses of the batches are another list."""
    lists = [name for name, role in declared.items() if role["kind"] == "numbers"]
    lengths = [length for name in lists if (length := _length(known.get(name)))]
    return sorted(own, key=lambda name: not any(abs(_length(known[name]) - one) <= 1 for one in lengths))


def _length(thing):
    """Of a list of numbers; 0 of anything else."""
    is_list = isinstance(thing, (list, tuple)) or (isinstance(thing, np.ndarray) and thing.ndim)
    return len(thing) if is_list else 0


def _tells_by_its_error(role, own, namespace):
    """Whether this is so surely meant that what is wrong with it is to be told. A class of which there is a
    model is no layer."""
    models = {type(value) for value in list(namespace.values()) if isinstance(value, tf.keras.Model)}
    if role["kind"] == "layer" and namespace[own] in models:
        return False
    folded = own.replace("_", "").lower()
    return folded == role["name"].replace("_", "").lower() or any(
        part in folded for part in role.get("sounds", ())
    )


def as_it_is(thing, known, role):
    """Anything: nobody asks how it behaves."""
    return thing


def as_cell(kind, known, role):
    """The class when one step of it gives as many states as the role has."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    return kind if any(_cell(kind, *sizes, role["states"]) for sizes in _sizes(known, role, kind)) else None


def as_cell_and_layer(kind, known, role):
    """What asks this class one step at a time, when it takes sequences and carries something from step to
    step."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    return next(
        (step for sizes in _sizes(known, role, kind) if (step := _step_of(kind, *sizes, role["states"]))),
        None,
    )


def as_layer(kind, known, role):
    """The class when a sequence gives an output for every step, or for the last."""
    if not isinstance(kind, type) or not is_own_class(kind):
        return None
    cell, states = known.get(role["cell"]["name"]), role["cell"]["states"]
    for units, features in _sizes(known, role["cell"], cell, kind):
        own = _cell(cell, units, features, states) if isinstance(cell, type) else None
        if _layer(kind, own and own.make, units, features, states):
            return kind
    return None


def as_model(thing, known, role):
    """A model when it holds cells of the student's own, if the sheet asks for some, and gives what it should
    for a sequence, or for every step of it: of two classes one or two numbers."""
    cell = class_of_cells(known, role.get("cell"))
    if isinstance(thing, type) or not (isinstance(thing, tf.keras.layers.Layer) or is_own_class(type(thing))):
        return None
    shapes = [(BATCH,)] if role["vectors"] else [(BATCH, length) for length in _lengths(known, role)]
    given = next((found for shape in shapes if (found := _given(thing, (*shape, role["features"])))), None)
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
    return dict.fromkeys(min(length, LONGEST) for length in lengths if length)


def _given(thing, shape):
    """The tensors that come out for an input of this shape; None when this is no model, or cannot be called
    so."""
    try:
        return tensors_in(ways.runner(thing)(tf.zeros(shape)))
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
    "cell": (as_cell, as_cell_and_layer),
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
    return [SMALL, *named, *own_sizes.pairs(class_of_cells(known, cell) or kinds[0], known, *kinds)]


def sizes_of_cells(names, parts):
    """(units, features) that the notebook's own cells may have; none where the sheet asks for no cell."""
    kind = class_of_cells(names, parts.get("cell"))
    return (
        own_sizes.pairs(kind, names, names.get(parts.get("layer", {}).get("name")))
        if kind is not None
        else []
    )


def _inputs(units, features, states):
    shapes = (BATCH, TIME, features), *((BATCH, units),) * states
    return tuple(tf.zeros(shape) + 0.5 for shape in shapes)


def _cell(kind, units, features, states):
    """How one step of this class gives so many states; None when it does not."""
    x, *given = _inputs(units, features, states)
    makers = makings.of_making(kind, units, features)
    found, fits, _ = makings.find(
        makers, (x[:, 0], *given), lambda out: states_in(out, BATCH, units, states) is not None
    )
    return found if fits else None


def _layer(kind, make_cell, units, features, states):
    """How this class takes a sequence; None when it does not."""
    wanted = {(BATCH, TIME, units), (TIME, BATCH, units), (BATCH, units)}

    def gives_outputs(out):
        return any(tuple(tensor.shape) in wanted for tensor in tensors_in(out))

    makers = makings.of_wrapping(kind, make_cell, units, features)
    found, fits, _ = makings.find(makers, _inputs(units, features, states), gives_outputs, alone=True)
    return found if fits else None


def _step_of(kind, units, features, states):
    """What asks this layer one step at a time: by a method of its own, else by sequences of one step; None
    when it is no layer."""
    found = _layer(kind, None, units, features, states)
    if found is None or not _carries(found, units, features, states):
        return None
    x, *given = _inputs(units, features, states)
    for name in _own_methods(kind):
        bound = getattr(found.thing, name, None)
        for way in ways.of_calling(bound, count=states) if callable(bound) else ():
            if states_in(_tried(bound, way, x[:, 0], *given), BATCH, units, states) is not None:
                return StepOfLayer(kind, _by_method(name, way, found.call), takes_states=True)
    return StepOfLayer(kind, _by_sequence(found.call), takes_states=found.call.states != ways.ALONE)


def _carries(found, units, features, states):
    """Whether the last output depends on the first step: a dense layer gives an output for every step,
    too."""
    x, *given = _inputs(units, features, states)
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
