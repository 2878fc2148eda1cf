"""The ways in which students make a cell or a layer, and hand an input and two states to it: the sheet's own way first."""

from __future__ import annotations

import inspect
import re

import tensorflow as tf

from .calls import CELL_STATE, HIDDEN_STATE, fields_of, pair_of_keys
from .modules import is_own_class

KERAS_OWN = {"self", "training", "mask", "kwargs", "args"}
MOST_PAIR_CLASSES = 3  # classes of two fields that are tried
METHODS = ("call", "forward", "step", "run")  # of a plain object that is not callable itself
_INPUT = re.compile(r"(^|_)(x|xt|in|inp|input\w*|seq\w*|feature\w*|dim\w*)(_|$)")

_ALL_STEPS = re.compile(r"seq|steps|every|each|(^|_)all(_|$)")  # an argument that asks for the output of every step

_LENGTH = re.compile(r"len|step|time")
_NUMBER = re.compile(r"sample|num|count|amount|size|^n")

TOGETHER = {
    "(x, (hidden, cell))": lambda run, x, h, c: run(x, (h, c)),
    "(x, [hidden, cell])": lambda run, x, h, c: run(x, [h, c]),
    "((hidden, cell), x)": lambda run, x, h, c: run((h, c), x),
    "((x, (hidden, cell)))": lambda run, x, h, c: run((x, (h, c))),
    "(x, one tensor [2, batch, units])": lambda run, x, h, c: run(x, tf.stack([h, c])),
    "(x, one tensor [batch, 2, units])": lambda run, x, h, c: run(x, tf.stack([h, c], axis=1)),
    "(x, one tensor [batch, 2 * units])": lambda run, x, h, c: run(x, tf.concat([h, c], axis=-1)),
}
APART = {
    "(x, {0}, {1})": lambda run, x, a, b: run(x, a, b),
    "({0}, {1}, x)": lambda run, x, a, b: run(a, b, x),
    "([x, {0}, {1}])": lambda run, x, a, b: run([x, a, b]),
}
ALONE = "(x)"


def arguments(function):
    """(names that are given by position, names that are given by keyword alone), without Keras' own; None when nobody can tell."""
    try:
        found = inspect.signature(getattr(function, "python_function", function)).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(one.kind is one.VAR_POSITIONAL for one in found):
        return None
    named = [one for one in found if one.name not in KERAS_OWN and one.kind is not one.VAR_KEYWORD]
    alone = [one.name for one in named if one.kind is one.KEYWORD_ONLY]
    return [one.name for one in named if one.name not in alone], alone


def runner(thing):
    """What is called to run a cell or a layer: the object itself, or the method of a plain one."""
    if callable(thing):
        return thing
    found = [getattr(thing, name) for name in METHODS if callable(getattr(thing, name, None))]
    if not found:
        raise TypeError(f"{type(thing).__name__} has no method call")
    return found[0]


def _signature(thing):
    return arguments(thing.call if callable(getattr(thing, "call", None)) else runner(thing))


def cell_state_first(names):
    """Whether the cell state's name comes before the hidden state's."""
    cell = [place for place, name in enumerate(names) if CELL_STATE.search(name.lower()) and not _INPUT.search(name.lower())]
    hidden = [place for place, name in enumerate(names) if HIDDEN_STATE.search(name.lower())]
    return bool(cell and hidden and cell[0] < hidden[0])


def states_first(names):
    """Whether the input's name comes after the states'. Shapes alone do not tell: where input and hidden state are joined, a call
    with the two exchanged may run as well."""
    given = [place for place, name in enumerate(names) if _INPUT.search(name.lower())]
    first = names[0].lower() if names else ""
    return bool(given and given[0] > 0) or (not given and bool(CELL_STATE.search(first) or HIDDEN_STATE.search(first)))


def of_calling(thing, *, alone=False):
    """{words: call(thing, x, h, c)} for every way that the signature leaves open; `alone`: also with the input alone."""
    signature = _signature(thing)
    by_position, by_keyword = signature or ([], [])
    turned = cell_state_first([*by_position, *by_keyword])
    found = {words: _together(call) for words, call in TOGETHER.items()}
    for words, call in APART.items():
        found[words.format(*(("cell", "hidden") if turned else ("hidden", "cell")))] = _apart(call, turned)
    found |= _held_together(thing)
    if states_first(by_position):
        found = dict(sorted(found.items(), key=lambda item: not item[0].endswith(", x)")))
    if by_keyword:
        found = _by_keyword(by_keyword, turned) | found
    if alone:
        given = {ALONE: lambda thing, x, h, c: runner(thing)(x)}
        only_input = signature is not None and len(by_position) == 1 and not by_keyword
        found = given | found if only_input else found | given
    return found


def _held_together(thing):
    """{words: call(thing, x, h, c)} for what else holds two states in this code: classes of the student's own, in the order of their
    fields, and a dict by its keys."""

    def handed(join):
        return lambda thing, x, h, c: runner(thing)(x, join(h, c))

    found = {f"(x, {kind.__name__}(hidden, cell))": handed(kind) for kind in _pair_classes(thing)}
    if keys := pair_of_keys(_texts(thing)):
        found[f"(x, dict({keys[0]}=hidden, {keys[1]}=cell))"] = handed(lambda h, c: dict(zip(keys, (h, c), strict=True)))
    return found


def _texts(thing):
    """The short texts in the code of a class of the student's own, each once: keys of a dict are among them."""
    methods = [method for kind in type(thing).__mro__ if is_own_class(kind) for method in vars(kind).values()]
    codes = [getattr(getattr(method, "python_function", method), "__code__", None) for method in methods]
    consts = [const for code in codes if code is not None for const in code.co_consts]
    flat = [part for const in consts for part in (const if isinstance(const, tuple) else (const,))]
    return list(dict.fromkeys(part for part in flat if isinstance(part, str) and part.isidentifier()))


def _pair_classes(thing):
    """The named tuples and dataclasses with two fields that the code of a cell or layer knows; those that it names first."""
    function = inspect.unwrap(getattr(thing, "call", None) or runner(thing))
    function = getattr(function, "python_function", function)
    function = function if inspect.isroutine(function) else type(thing).__call__
    code, known = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    kinds = [kind for kind in list(known.values()) if isinstance(kind, type) and is_own_class(kind) and len(fields_of(kind)) == 2]
    named = {*getattr(code, "co_names", ()), *map(str, getattr(function, "__annotations__", {}).values())}
    return sorted(kinds, key=lambda kind: not any(kind.__name__ in name for name in named))[:MOST_PAIR_CLASSES]


def hands_apart(words):
    """Whether the two states are separate arguments: then the order in which they come back is no sign of anything."""
    return not any(part in words for part in ("(hidden, cell)", "[hidden, cell]", "tensor", "dict(")) and words != ALONE


def _together(call):
    return lambda thing, x, h, c: call(runner(thing), x, h, c)


def _apart(call, turned):
    return lambda thing, x, h, c: call(runner(thing), x, *((c, h) if turned else (h, c)))


def _by_keyword(names, turned):
    if len(names) == 1:
        return {f"(x, {names[0]}=(hidden, cell))": lambda thing, x, h, c: runner(thing)(x, **{names[0]: (h, c)})}
    words = ("cell", "hidden") if turned else ("hidden", "cell")
    said = ", ".join(f"{name}={state}" for name, state in zip(names, words, strict=False))
    return {
        f"(x, {said})": lambda thing, x, h, c: runner(thing)(x, **dict(zip(names, (c, h) if turned else (h, c), strict=False)))
    }


def number_first(task):
    """Whether a generator of the task takes the number of samples before the length of a sequence, by the names of its arguments."""
    names, _ = arguments(task) or ([], [])
    first, second = [name.lower() for name in names[:2]] if len(names) >= 2 else ("", "")
    return bool(_NUMBER.search(first) and not _LENGTH.search(first) and _LENGTH.search(second))


def of_making(kind, units, features):
    """{words: make()} for the ways in which a cell is made."""
    found = {
        "(units)": lambda: kind(units),
        "()": lambda: kind(),
        "(units, input)": lambda: kind(units, features),
        "(input, units)": lambda: kind(features, units),
    }
    _, by_keyword = arguments(kind) or ([], [])
    if by_keyword:
        sizes = {name: features if _INPUT.search(name.lower()) else units for name in by_keyword[:2]}
        found[f"({', '.join(f'{name}=' for name in sizes)})"] = lambda: kind(**sizes)
    return found


def of_wrapping(kind, make_cell, units, features):
    """{words: make()} for the ways in which a layer is made; `make_cell` makes a cell, None where there is no cell class."""
    found = {}
    if make_cell is not None:
        if (asking := _asks_for_all_steps(kind)) is not None:
            found[f"(cell, {asking}=True)"] = lambda: kind(make_cell(), **{asking: True})
        found["(cell)"] = lambda: kind(make_cell())
    found |= of_making(kind, units, features)
    if make_cell is not None:
        _, by_keyword = arguments(kind) or ([], [])
        if len(by_keyword) == 1:
            found[f"({by_keyword[0]}=cell)"] = lambda: kind(**{by_keyword[0]: make_cell()})
        found["(units, cell)"] = lambda: kind(units, make_cell())
        found["(cell, units)"] = lambda: kind(make_cell(), units)
        found["([cell])"] = lambda: kind([make_cell()])
    return found


def _asks_for_all_steps(kind):
    """The name of the argument, False unless it is given, that makes a layer return the outputs of all steps; None."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return None
    asking = [one.name for one in parameters if one.default is False and _ALL_STEPS.search(one.name.lower())]
    return asking[0] if asking else None


class Found:
    """A cell or layer that answered: how it is made and called, the object, and what it returned."""

    def __init__(self, making, make, way, call, thing, returned):
        self.making, self.make, self.way, self.call, self.thing, self.returned = making, make, way, call, thing, returned


def find(makers, inputs, fits, *, alone=False):
    """The first way of making and calling whose result fits, else the first that gives any; a new object for every try, since a
    call that fails may leave weights of a wrong shape behind. (Found or None, whether it fits, the error to show.)"""
    other, of_making_it, of_calling_it = None, None, None
    for making, make in makers.items():
        try:
            calls = of_calling(make(), alone=alone)
        except Exception as problem:
            of_making_it = of_making_it or problem
            continue
        for way, call in calls.items():
            try:
                thing = make()
                found = Found(making, make, way, call, thing, call(thing, *inputs))
            except Exception as problem:
                of_calling_it = of_calling_it or problem
                continue
            if fits(found.returned):
                return found, True, None
            other = other or found
    return other, False, of_calling_it or of_making_it
