"""The ways in which students hand an input and its states to a cell or a layer: the sheet's own way first.

A way is a value: what the host decides by it stands in its fields, and the host alone puts them into
words."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect

import tensorflow as tf

from ..modules import is_own_class
from .as_trained import as_trained
from .calls import NAMES_INPUT, cell_state_first, fields_of, pair_of_keys, states_first, untranslated
from .own_code import codes_of, stored_in

KERAS_OWN = {"self", "training", "mask", "kwargs", "args"}
MOST_PAIR_CLASSES = 3  # classes of two fields that are tried
METHODS = ("call", "forward", "step", "run")  # of a plain object that is not callable itself
# how the states are handed over: in one thing, each by itself, not at all, as attributes that a step changes
TOGETHER, APART, ALONE, KEPT = "together", "apart", "alone", "kept"
# where the input stands: before, after, in one argument with the states
FIRST, LAST, WITHIN = "first", "last", "within"


@dataclasses.dataclass(frozen=True)
class Holder:
    """What holds two states that are handed over together: `name` of a class, `keys` of a dict, hidden state
    first."""

    kind: str
    join: object = dataclasses.field(compare=False)
    name: str = ""
    keys: tuple = ()


PAIR = Holder("tuple", lambda *states: states)
LIST = Holder("list", lambda *states: [*states])
TENSORS = (
    Holder("stacked", lambda h, c: tf.stack([h, c])),  # [2, batch, units]
    Holder("stacked within", lambda h, c: tf.stack([h, c], axis=1)),  # [batch, 2, units]
    Holder("side by side", lambda h, c: tf.concat([h, c], axis=-1)),  # [batch, 2 * units]
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Way:
    """How a cell or a layer is called with an input and its states; called itself, it does so."""

    states: str = TOGETHER
    place: str = FIRST  # of the input
    holder: Holder = PAIR  # of states that are handed over together
    cell_first: bool = False  # of states that are handed over apart
    keywords: tuple = ()  # by which the states are given, or of the attributes; none: by position
    input_by: str = ""  # the name by which the input is given; "": by position
    time_first: bool = False  # of a sequence [batch, time, features]: it is handed over as [time, batch, ...]

    def __call__(self, thing, x, *states):
        if self.time_first:
            x = tf.transpose(x, [1, 0, 2])
        if self.states == KEPT:
            return self._kept(thing, x, *states)
        given, named = self._handed_over(x, *states)
        return self._in_order(runner(thing)(*given, **named))

    @untranslated
    def _in_order(self, returned):
        """A dict under the names by which the states are given: in their order, the hidden state first."""
        if self.states != APART or not isinstance(returned, dict) or {*returned} != {*self.keywords}:
            return returned
        return {name: returned[name] for name in self.keywords[:: -1 if self.cell_first else 1]}

    @untranslated
    def _kept(self, thing, x, *states):
        """The new states of what keeps them in itself."""

        def step():
            for name, state in zip(self.keywords, states, strict=True):
                setattr(thing, name, state)
            runner(thing)(x)

        if not getattr(thing, "built", True):
            with contextlib.suppress(Exception):  # Keras 3 builds in a graph, whose states are of no use
                step()
        step()
        return tuple(getattr(thing, name) for name in self.keywords)

    @untranslated
    def _handed_over(self, x, *states):
        """(arguments by position, by name)."""
        given = self._given(*states)
        if self.input_by:
            return (), {self.input_by: x} | dict(zip(self.keywords, given, strict=True))
        if self.keywords:
            return (x,), dict(zip(self.keywords, given, strict=True))
        if self.place == WITHIN:
            return ([x, *given] if self.states == APART else (x, *given),), {}
        return ((*given, x) if self.place == LAST else (x, *given)), {}

    def _given(self, *states):
        if self.states == ALONE:
            return ()
        if self.states == TOGETHER:
            return (self.holder.join(*states),)
        return states[::-1] if self.cell_first else states

    def told(self):
        """The fields as they travel."""
        holder = {"kind": self.holder.kind, "name": self.holder.name, "keys": list(self.holder.keys)}
        fields = {
            "states": self.states,
            "place": self.place,
            "cell_first": self.cell_first,
            "keywords": list(self.keywords),
        }
        return fields | {"holder": holder}


def alike(way):
    """This way, and the same with a list where it hands over a tuple. A loop in a graph wants what the cell
    returns, and code that nobody traced does not mind."""
    return [
        way,
        *([dataclasses.replace(way, holder=LIST)] if way.states == TOGETHER and way.holder == PAIR else []),
    ]


SHEETS = Way()
BY_POSITION = (  # in the order in which they are tried
    SHEETS,
    Way(holder=LIST),
    Way(place=LAST),
    Way(place=WITHIN),
    *(Way(holder=tensor) for tensor in TENSORS),
)


def arguments(function):
    """(names that are given by position, names that are given by keyword alone), without Keras' own; None
    when nobody can tell."""
    try:
        found = inspect.signature(getattr(function, "python_function", function)).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(one.kind is one.VAR_POSITIONAL for one in found):
        return None
    named = [one for one in found if one.name not in KERAS_OWN and one.kind is not one.VAR_KEYWORD]
    alone = [one.name for one in named if one.kind is one.KEYWORD_ONLY]
    return [one.name for one in named if one.name not in alone], alone


@untranslated
def runner(thing):
    """What is called to run a cell or a layer: the object itself, or the method of a plain one."""
    idle = _has_no_call(thing)
    if callable(thing) and not idle:
        return as_trained.call_of(thing) if isinstance(thing, tf.keras.Model) else thing
    own = METHODS[1:] if idle else METHODS
    found = [getattr(thing, name) for name in own if callable(getattr(thing, name, None))]
    if idle and not found:  # Keras 2 would hand on what it is given
        raise NotImplementedError(f"Layer {type(thing).__name__} does not have a `call` method implemented")
    if not found:
        raise TypeError(f"{type(thing).__name__} has no method call")
    return found[0]


def _has_no_call(thing):
    """Whether a layer or a model of Keras leaves to Keras what a call of it does."""
    kind, bases = type(thing), (tf.keras.layers.Layer, tf.keras.Model)
    return isinstance(thing, bases) and any(
        kind.call is base.call and kind.__call__ is base.__call__ for base in bases
    )


def _signature(thing):
    is_called = callable(getattr(thing, "call", None)) and not _has_no_call(thing)
    return arguments(thing.call if is_called else runner(thing))


# in the order in which they are tried: a state by itself first, as a cell with one state takes it
ONE_STATE = (
    Way(states=APART),
    Way(states=APART, place=LAST),
    Way(holder=LIST),
    SHEETS,
    Way(states=APART, place=WITHIN),
)


def of_calling(thing, *, alone=False, count=2):
    """Every Way that the signature leaves open, the likeliest first; `alone`: also with the input alone;
    `count`: of the states."""
    signature = _signature(thing)
    by_position, by_keyword = signature or ([], [])
    if len(by_keyword) > 1 and not by_position:
        return _all_by_keyword(by_keyword, thing)
    if count == 1:
        found = [*([Way(states=APART, keywords=tuple(by_keyword[:1]))] if by_keyword else []), *ONE_STATE]
        if states_first(by_position):
            found = sorted(found, key=lambda way: way.place != LAST)
        return _with_input_alone(found, signature) if alone else found
    turned = cell_state_first([*by_position, *by_keyword])
    apart = [Way(states=APART, place=place, cell_first=turned) for place in (FIRST, LAST, WITHIN)]
    found = [*BY_POSITION, *apart, *_held_together(thing)]
    if states_first(by_position):
        found = sorted(found, key=lambda way: way.place != LAST)
    if by_keyword:
        found = [*_by_keyword(by_keyword, turned, thing), *found]
    if alone:
        return _with_input_alone(found, signature)
    kept = _kept_pair(thing) if _takes_input_alone(signature) else None
    return [*found, Way(states=KEPT, keywords=tuple(kept))] if kept else found


def _takes_input_alone(signature):
    by_position, by_keyword = signature or ([], [])
    return len(by_position) == 1 and not by_keyword


def _kept_pair(thing):
    """(the attribute with the hidden state, the one with the cell state): a step writes both, and what the
    layers of its gates are called, self.dense_c, does not matter; None when no two are called so."""
    codes = codes_of([type(thing)])
    steps = [code for code in codes if code.co_name in (*METHODS, "__call__")]
    return pair_of_keys(stored_in(steps)) or pair_of_keys(stored_in(codes))


def _with_input_alone(found, signature):
    """These Ways, and the one that hands no states over: first where the signature takes nothing else."""
    given = Way(states=ALONE)
    return [given, *found] if _takes_input_alone(signature) else [*found, given]


def _held_together(thing):
    """The Ways by what else holds two states in this code: classes of the student's own, in the order of
    their fields, and a dict by its keys."""
    found = [Way(holder=Holder("class", kind, name=kind.__name__)) for kind in _pair_classes(thing)]
    if keys := pair_of_keys(_texts(thing)):
        found.append(
            Way(holder=Holder("dict", lambda h, c: dict(zip(keys, (h, c), strict=True)), keys=tuple(keys)))
        )
    return found


def _texts(thing):
    """The short texts in the code of a class of the student's own, and of what its object holds, as a layer
    its cell, each once: keys of a dict are among them."""
    held = [part for part in list(getattr(thing, "__dict__", {}).values()) if is_own_class(type(part))]
    codes = codes_of([type(part) for part in (thing, *held)])
    consts = [const for code in codes for const in code.co_consts]
    flat = [part for const in consts for part in (const if isinstance(const, tuple) else (const,))]
    return list(dict.fromkeys(part for part in flat if isinstance(part, str) and part.isidentifier()))


def _pair_classes(thing):
    """The named tuples and dataclasses with two fields that the code of a cell or layer knows; those that it
    names first."""
    function = inspect.unwrap(getattr(thing, "call", None) or runner(thing))
    function = getattr(function, "python_function", function)
    function = function if inspect.isroutine(function) else type(thing).__call__
    code, known = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    kinds = [
        kind
        for kind in list(known.values())
        if isinstance(kind, type) and is_own_class(kind) and len(fields_of(kind)) == 2
    ]
    named = {*getattr(code, "co_names", ()), *map(str, getattr(function, "__annotations__", {}).values())}
    ordered = sorted(kinds, key=lambda kind: not any(kind.__name__ in name for name in named))
    return ordered[:MOST_PAIR_CLASSES]


def _all_by_keyword(names, thing):
    """The Ways of what takes nothing by position: call(self, *, inputs, states)."""
    x = next((name for name in names if NAMES_INPUT.search(name.lower())), names[0])
    others = [name for name in names if name != x]
    return [
        dataclasses.replace(way, input_by=x) for way in _by_keyword(others, cell_state_first(others), thing)
    ]


def _by_keyword(names, turned, thing):
    if len(names) > 1:
        return [Way(states=APART, cell_first=turned, keywords=tuple(names[:2]))]
    together = [*BY_POSITION, *_held_together(thing)]
    holders = dict.fromkeys(way.holder for way in together)
    return [Way(keywords=tuple(names), holder=holder) for holder in holders]
