"""Functions and classes of the student's own, called with arguments that the host drew."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .calls import MAX_STORED, failure, tensors_in

MOST_ARRAYS = 32  # of one result


def calls(names, question, parts):
    """Do one step after the other; what they return stays here, and later steps may have it.

    Question: steps [{"of": {"role"} or {"result", "part"}, "do": "call", "set" or "get", "name", "given",
    "named"}], where an argument is {"array": name in the question}, {"plain"}, {"list"} or {"result",
    "part"}; items: how many are read of what is iterated over. Answer: steps [{"kind", "error", "changed",
    "items"}], r/<step>.<k> the numbers returned, r/<step>/<item>.<k> those of each item."""
    tf.config.run_functions_eagerly(True)
    results, told, answer = [], [], {}
    for number, step in enumerate(question["steps"]):
        found = {}
        try:
            result, found["changed"] = _done(step, names, question, results)
            found["kind"] = type(result).__name__
            found |= _numbers(result, number, question["items"], answer)
        except Exception as problem:
            result, found["error"] = None, failure(problem)
        results.append(result)
        told.append(found)
    return answer | {"steps": told}


def _done(step, names, question, results):
    """(what a step returned, the arguments that it changed)."""
    target = _of(step["of"], names, results)
    given = [_value(one, names, question, results) for one in step["given"]]
    named = {name: _value(one, names, question, results) for name, one in step["named"].items()}
    if step["do"] == "set":
        setattr(target, step["name"], given[0])
        return None, []
    if step["do"] == "get":
        return getattr(target, step["name"]), []
    run = getattr(target, step["name"]) if step["name"] else target
    before = {name: value.copy() for name, value in _arrays(given, named)}
    result = run(*given, **named)
    changed = [name for name, value in _arrays(given, named) if not np.array_equal(before[name], value, equal_nan=True)]
    return result, changed


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
    answer |= _flat(result, f"r/{number}")
    return {}


def _flat(result, prefix):
    if isinstance(result, (bool, int, float, np.generic)):
        result = np.asarray(result)
    plain = [item for item in tf.nest.flatten(result) if isinstance(item, (bool, int, float, np.generic))]
    found = tensors_in(result) if not plain else [np.asarray(item) for item in tf.nest.flatten(result) if _is_number(item)]
    arrays = [np.array(item) for item in found[:MOST_ARRAYS]]  # copies: a later call may change what it is handed
    kept = [array for array in arrays if array.size <= MAX_STORED and array.dtype.kind in "fiub"]
    return {f"{prefix}.{place}": array for place, array in enumerate(kept)}


def _is_number(item):
    return tf.is_tensor(item) or isinstance(item, (bool, int, float, np.generic, np.ndarray))
