"""Functions and classes of the student's own, called with arguments that the host drew."""

from __future__ import annotations

import contextlib
import dataclasses
import sys

import numpy as np
import tensorflow as tf

from . import stand_in_steps, stand_ins_for_cells
from .calls import MAX_DEPTH, MAX_STORED, failure, fields_of, pair_of_keys

MOST_ARRAYS = 32  # of one result
MOST_PARTS = 16  # of a tuple or a list that are told apart; a longer one is a row of numbers


def calls(names, question, parts):
    """Do one step after the other; what they return stays here, and later steps may have it.

    Question: steps [{"of": {"role"} or {"result", "part"}, "do": "call", "set", "get", "seed", "steps"
    or "answer", "name", "given", "named", "within": the number of the step that made steps or an answer
    of ours, "bare": whether a class that cannot be constructed leaves an object of it, "otherwise": what
    is given where what is "given" brings no numbers}], where an argument is {"array": name in the
    question}, {"plain"}, {"list"}, {"sum"}, {"stand_in", "held"} or {"result", "part"}; items: how many are
    read of what is iterated over. Answer: steps [{"kind", "error", "changed", "items", "parts",
    "otherwise": whether this is what the other arguments brought}],
    r/<step>.<k> the numbers returned, of which each part has so many, r/<step>/<item>.<k> those of
    each item."""
    tf.config.run_functions_eagerly(True)
    results, told, answer = [], [], {}
    for number, step in enumerate(question["steps"]):
        result, found, numbers = _asked(number, step, names, question, results)
        if "otherwise" in step and not _any(numbers):
            step = {**step, "given": step["otherwise"]}
            other, of_other, others = _asked(number, step, names, question, results)
            if _any(others):
                result, found, numbers = other, {**of_other, "otherwise": True}, others
        answer |= numbers
        results.append(result)
        told.append(found)
    return answer | {"steps": told}


def _asked(number, step, names, question, results):
    """(what a step returned, what is told of it, the numbers in it)."""
    found, numbers = {}, {}
    try:
        result, found["changed"] = _eagerly_or_not(step, names, question, results)
        found["kind"] = type(result).__name__
        found |= _numbers(result, number, question["items"], numbers)
    except Exception as problem:
        result, found["error"] = _bare(step, names, results), failure(problem)
    return result, found, numbers


def _eagerly_or_not(step, names, question, results):
    """(what a step returned, the arguments that it changed), without graphs, which take long to make; what
    works in a graph alone, as tf.gradients does, is done in one."""
    try:
        return _done(step, names, question, results)
    except Exception as problem:
        tf.config.run_functions_eagerly(False)
        try:
            return _done(step, names, question, results)
        except Exception:
            raise problem from None  # the first one tells more: a graph's errors are long
        finally:
            tf.config.run_functions_eagerly(True)


def _any(numbers):
    return any(array.size for array in numbers.values())


def _done(step, names, question, results):
    """(what a step returned, the arguments that it changed)."""
    if step["do"] == "seed":
        np.random.seed(step["given"][0]["plain"])
        return None, []
    if step["do"] == "steps":
        return stand_in_steps.Steps(names, step["given"][0]["plain"]), []
    if step["do"] == "answer":
        told, *arrays = [_value(one, names, question, results) for one in step["given"]]
        return stand_in_steps.GivenAnswer(names, told, *arrays), []
    target = _of(step["of"], names, results)
    given = [_value(one, names, question, results) for one in step["given"]]
    named = {name: _value(one, names, question, results) for name, one in step["named"].items()}
    if step["do"] == "set":
        setattr(target, step["name"], given[0])
        return None, []
    if step["do"] == "get":
        return getattr(target, step["name"]), []
    run = _method(target, step["name"]) if step["name"] else target
    before = {name: value.copy() for name, value in _arrays(given, named)}
    with results[step["within"]].in_place(run) if "within" in step else contextlib.nullcontext():
        result = run(*given, **named)
    changed = [
        name
        for name, value in _arrays(given, named)
        if not np.array_equal(before[name], value, equal_nan=True)
    ]
    return result, changed


def _method(target, name):
    """A method by its name; that a class has none is told as what is still to be written."""
    try:
        return getattr(target, name)
    except AttributeError:
        if name in dir(type(target)):
            raise
        raise NotImplementedError(f"{type(target).__name__} has no method {name}") from None


def _bare(step, names, results):
    """An object of a class that cannot be constructed, for later steps to set its attributes; else None."""
    with contextlib.suppress(Exception):  # that it cannot be constructed is told already
        target = _of(step["of"], names, results) if step.get("bare") else None
        return object.__new__(target) if isinstance(target, type) else None
    return None


def _of(of, names, results):
    return names[of["role"]] if "role" in of else _part(results[of["result"]], of["part"])


def _part(result, part):
    return result if part is None else result[part]


def _value(sent, names, question, results):
    """An argument; every array is a copy of its own, so that a call that changes it spoils no other."""
    if "array" in sent:
        return np.array(question[sent["array"]])
    if "list" in sent:
        return [_value(one, names, question, results) for one in sent["list"]]
    if "plain" in sent:
        return sent["plain"]
    if "sum" in sent:
        return sum(_value(one, names, question, results) for one in sent["sum"])
    if "stand_in" in sent:
        arrays = {name: _value(one, names, question, results) for name, one in sent["held"].items()}
        return stand_ins_for_cells.made(sent["stand_in"], arrays)
    held = _of(sent, names, results)
    return held.copy() if isinstance(held, np.ndarray) else held


def _arrays(given, named):
    """(name, array) of the arguments that are arrays."""
    every = [*((str(place), value) for place, value in enumerate(given)), *named.items()]
    return [(name, value) for name, value in every if isinstance(value, np.ndarray)]


def _numbers(result, number, most, answer):
    """The numbers of a result, into the answer; of what is iterated over those of its items, and how many
    there are."""
    if isinstance(result, tf.data.Dataset) or hasattr(result, "__next__"):
        count = 0
        for item in result:
            if count >= most:
                break
            answer |= _flat(item, f"r/{number}/{count}")
            count += 1
        return {"items": count}
    apart = isinstance(result, (tuple, list)) and len(result) <= MOST_PARTS
    parts = list(result) if apart else [result]
    arrays, counts = [], []
    for part in parts:
        own = list(_arrays_in(part))[: MOST_ARRAYS - len(arrays)]
        arrays, counts = [*arrays, *own], [*counts, len(own)]
    answer |= {f"r/{number}.{place}": array for place, array in enumerate(arrays)}
    return {"parts": counts}


def _flat(result, prefix):
    return {f"{prefix}.{place}": array for place, array in enumerate(list(_arrays_in(result))[:MOST_ARRAYS])}


def _arrays_in(value):
    """Copies of the arrays and numbers in a result, which a later call may change; what is too large or holds
    no numbers is left out."""
    for item in _numbers_in(value, MAX_DEPTH):
        array = np.array(item)
        if array.size <= MAX_STORED and array.dtype.kind in "fiub":
            yield array


def _numbers_in(value, depth):
    """The arrays and numbers in what may be nested in any way, with keys of any kind: a cache is its
    owner's."""
    if _is_number(value):
        yield value
    elif (table := _of_pandas(value)) is not None:
        yield table
    elif (row := _row(value)) is not None or (row := _table(value)) is not None:
        yield row
    elif depth:
        for part in _parts_of(value):
            yield from _numbers_in(part, depth - 1)


def _is_number(value):
    return tf.is_tensor(value) or isinstance(value, (bool, int, float, np.generic, np.ndarray))


def _row(value):
    """A long list of numbers, one for each step of a sequence, as the array that it stands for; None for
    anything else."""
    if not isinstance(value, (list, tuple)) or not MOST_PARTS < len(value) <= MAX_STORED:
        return None
    if not all(_is_number(one) for one in value) or len({np.shape(one) for one in value}) != 1:
        return None
    return np.array([np.array(one) for one in value])


def _of_pandas(value):
    """What a column or a table of pandas holds, as an array; None for anything else."""
    pandas = sys.modules.get("pandas")
    kinds = (pandas.Series, pandas.DataFrame, pandas.Index) if pandas is not None else ()
    return value.to_numpy() if isinstance(value, kinds) else None


def _table(value):
    """Lists of lists of plain numbers, all of one length, as the array that they stand for, as `tolist()`
    leaves it; None for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, list) for one in value) or not _plain(value):
        return None
    with contextlib.suppress(ValueError, TypeError, OverflowError):  # lists of several lengths, say
        array = np.array(value)
        return array if array.size and array.dtype.kind in "fiub" else None
    return None


def _plain(value, depth=MAX_DEPTH):
    if isinstance(value, list):
        return depth > 0 and all(_plain(one, depth - 1) for one in value)
    return isinstance(value, (bool, int, float, np.generic))


def _parts_of(value):
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, name) for name in fields_of(type(value))]
    if isinstance(value, dict):
        return [value[key] for key in pair_of_keys(value) or _in_order(value)]
    return value if isinstance(value, (list, tuple)) else ()


def _in_order(keys):
    """As TensorFlow takes a dict apart: by its keys; as they stand where these cannot be sorted."""
    try:
        return sorted(keys)
    except TypeError:
        return list(keys)
