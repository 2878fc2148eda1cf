"""The ways in which students make a cell or a layer, and the first of them whose result fits."""

from __future__ import annotations

import dataclasses
import inspect
import re

import numpy as np

from ..modules import is_own_class
from .calls import NAMES_INPUT, tensors_in
from .ways import ALONE, arguments, of_calling

# an argument that asks for the output of every step
_ALL_STEPS = re.compile(r"seq|steps|every|each|(^|_)all(_|$)")
# what a maker is given
UNITS, INPUT, CELL, CELLS, ALL_STEPS = "units", "input", "cell", "list of the cell", "all steps"


@dataclasses.dataclass(frozen=True)
class Making:
    """How a cell or a layer is made: what it is given, and by which names. Called, it makes a new one."""

    kind: object
    given: tuple  # of (what, name of the argument or "")
    values: object = dataclasses.field(compare=False)  # what -> the value

    def __call__(self):
        values = [(name, self.values(what)) for what, name in self.given]
        return self.kind(
            *(value for name, value in values if not name), **{name: value for name, value in values if name}
        )

    @property
    def asks_for_all_steps(self):
        """Whether it is told to give the outputs of all steps."""
        return any(what == ALL_STEPS for what, _ in self.given)

    def told(self):
        """What it is given, as it travels."""
        return [{"gives": what, "name": name} for what, name in self.given]


def _makings(kind, values, *wanted):
    """A Making for each of `wanted`: words of what it is given, by position, or (what, name) pairs."""
    return [
        Making(kind, tuple((one, "") if isinstance(one, str) else one for one in given), values)
        for given in wanted
    ]


def of_making(kind, units, features):
    """The Makings of a cell."""
    sizes = {UNITS: units, INPUT: features}
    wanted = [(UNITS,), (), (UNITS, INPUT), (INPUT, UNITS)]
    _, by_keyword = arguments(kind) or ([], [])
    if by_keyword:
        wanted.append(
            tuple((INPUT if NAMES_INPUT.search(name.lower()) else UNITS, name) for name in by_keyword[:2])
        )
    return _makings(kind, sizes.__getitem__, *wanted)


def of_wrapping(kind, make_cell, units, features, used=(), *, every=True):
    """The Makings of a layer; `make_cell` makes a cell, None where there is no cell class. `used`: layers
    that the notebook made itself; not `every`: nobody asks for the outputs of all steps."""
    if make_cell is None:
        return of_making(kind, units, features)
    makers = {UNITS: lambda: units, CELL: make_cell, CELLS: lambda: [make_cell()], ALL_STEPS: lambda: True}
    asking = argument_for_all_steps(kind, used) if every else None
    _, by_keyword = arguments(kind) or ([], [])
    first = [(CELL,)] if asking is None else [(CELL, (ALL_STEPS, asking)), (CELL,)]
    last = [((CELL, by_keyword[0]),)] if len(by_keyword) == 1 else []
    last += [(UNITS, CELL), (CELL, UNITS), (CELLS,)]

    def value(what):
        return makers[what]()

    return [*_makings(kind, value, *first), *of_making(kind, units, features), *_makings(kind, value, *last)]


def argument_for_all_steps(kind, used=()):
    """The name of the argument, False unless it is given, that makes a layer return the outputs of all steps;
    None, too, where of the layers that are `used` none is asked for them."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return None
    asking = [one.name for one in parameters if one.default is False and _ALL_STEPS.search(one.name.lower())]
    if not asking or (used and all(getattr(layer, asking[0], None) is False for layer in used)):
        return None
    return asking[0]


class FoundMaking:
    """A cell or layer that answered: how it is made (Making) and called (Way), the object, and what it
    returned."""

    def __init__(self, make, call, thing, returned):
        self.make, self.call, self.thing, self.returned = make, call, thing, returned


def first(makers):
    """The first that makes something, with the way in which that would be called first; None."""
    for make in makers:
        try:
            thing = make()
            return FoundMaking(make, of_calling(thing, alone=True)[0], thing, None)
        except Exception:  # not made so: the next one may be
            continue
    return None


def find(makers, inputs, fits, *, alone=False, time_first=False):
    """The first way of making and calling whose result fits, else the first that gives any; a new object for
    every try, since a call that fails may leave weights of a wrong shape behind. `time_first`: sequences are
    handed over so. (Found or None, whether it fits, the error to show.)"""
    other, of_making_it, of_calling_it = None, None, None
    for make in makers:
        try:
            ways = of_calling(make(), alone=alone, count=len(inputs) - 1)
            calls = [dataclasses.replace(way, time_first=time_first) for way in ways]
        except Exception as problem:
            of_making_it = of_making_it or problem
            continue
        for call, begin in ((call, begin) for begin in (make, _built(make, inputs[0])) for call in calls):
            try:
                thing = begin()
                found = FoundMaking(make, call, thing, call(thing, *inputs))
            except Exception as problem:
                of_calling_it = of_calling_it or problem
                continue
            if fits(found.returned):
                return found, True, None
            other = other or found
    return other, False, of_calling_it or of_making_it


def _built(make, x):
    """Makes the thing and builds it for this input, as the layer around it may: Keras hands `build` the shape
    of what comes first, be that the states."""

    def made():
        thing = make()
        if not is_own_class(type(thing)) or "build" not in vars(type(thing)):
            raise TypeError("it has no build of its own")
        thing.build(tuple(x.shape))
        return thing

    return made


def found_layer(kind, make_cell, inputs, units, features, used=(), *, every=True):
    """How this class is made and called so that a sequence gives an output for every step, else for the last:
    as `find` tells it. `make_cell` makes its cell; None: there is no cell class. `used`: layers that
    the notebook made itself."""
    batch, time, _ = inputs[0].shape

    def gives_outputs(returned):
        shapes = {tuple(tensor.shape) for tensor in tensors_in(returned)}
        return bool(shapes & {(batch, time, units), (time, batch, units), (batch, units)})

    makers = of_wrapping(kind, make_cell, units, features, used, every=every)
    found = find(makers, inputs, gives_outputs, alone=True)
    if found[0] is None:
        turned = find(makers, inputs, gives_outputs, alone=True, time_first=True)
        found = turned if turned[1] else found
    return _without_unread_states(found[0], inputs[0]), *found[1:]


def _without_unread_states(found, x):
    """The same, called with the input alone where it need not be given states and makes nothing of them: an
    argument that is there for show, `states=None`, is no way in which the homework uses the layer."""
    if found is None or found.call.states == ALONE:
        return found
    call = dataclasses.replace(found.call, states=ALONE)
    try:
        alone = tensors_in(call(found.thing, x))
    except Exception:  # it wants its states
        return found
    given = tensors_in(found.returned)
    same = len(given) == len(alone) and all(map(np.array_equal, given, alone))
    return FoundMaking(found.make, call, found.thing, found.returned) if same else found
