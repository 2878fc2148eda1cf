"""What the notebook says of itself: names, numbers, traced functions."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .. import walk
from ..modules import DICTS, is_own_class
from .calls import MAX_STORED

LONGEST_KEPT = 100  # things in a list that is looked into


def names(names, question, parts):
    """Which of the asked names exist, their kind, and the numbers among them. Question: names, lists."""
    answer = {
        "kinds": {name: type(names[name]).__name__ for name in question["names"] if name in names},
        "numbers": {},
    }
    for name in question["names"]:
        value = names.get(name)
        if isinstance(value, np.ndarray) or tf.is_tensor(value):
            value = np.asarray(value).item() if np.size(value) == 1 else None
        if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
            answer["numbers"][name] = float(value)
    for name in question["lists"]:
        try:
            values = np.asarray(
                [float(np.mean(np.asarray(item))) for item in list(names[name])[:10_000]], dtype="float64"
            )
        except Exception:
            continue  # absent or not a list of numbers: the host sees it by the missing array
        answer[f"list/{name}"] = values
    return answer


class HandedArrays:
    """Answers what stands under names, as it was when a model was trained. `handed` saw it."""

    def __init__(self, handed):
        self._handed = handed

    def __call__(self, names, question, parts):
        """Answer: as `arrays`, of what the model of the parts, or any where there is none, was handed under
        a name that is bound to something else by now."""
        model = names.get(parts["model"]["name"]) if "model" in parts else None
        then = {
            name: self._handed.under(name, names[name], model) for name in question["names"] if name in names
        }
        return arrays({**names, **then}, question, parts)


def arrays(names, question, parts):
    """What stands under names, as arrays: numbers, lists, tensors, arrays, data frames. Question: names.
    Answer: array/<name> of those that are such."""
    answer = {}
    for name in question["names"]:
        try:
            value = np.asarray(names[name])
        except Exception:  # absent, or nothing that has numbers
            continue
        if value.dtype.kind in "fiub" and value.size <= MAX_STORED:
            answer[f"array/{name}"] = value
    return answer


def tracing(names, question, parts):
    """Every tf.function of the notebook, its models and its other objects, such as a trainer, each once, with
    how often it was traced."""
    function_type = type(tf.function(lambda: None))
    found = {}
    for name, value in list(names.items()):
        if not name.startswith("_"):
            for path, compiled in _compiled_in(value, function_type):
                found[f"{name}.{path}".replace("..", ".").strip(".")] = compiled
    once = {id(value): name for name, value in reversed(list(found.items()))}  # the first of several names
    kept = [(name, value) for name, value in found.items() if once[id(value)] == name]
    return {"functions": [{"name": name, **_traces(value)} for name, value in kept[:200]]}


def _compiled_in(value, function_type):
    """(path, tf.function) of what stands under a name: itself, and those of a layer, an object of the
    student's own, or a dict or short list of such."""
    if isinstance(value, function_type):
        yield "", value
    if isinstance(value, type) and is_own_class(value):
        yield from _of_the_class(value, function_type)
        return
    short = type(value) in (list, tuple) and len(value) <= LONGEST_KEPT
    if not (
        short or type(value) in DICTS or isinstance(value, tf.keras.layers.Layer) or is_own_class(type(value))
    ):
        return
    for path, thing in walk.objects(value):
        for method, compiled in _compiled_methods(thing, function_type):
            yield f"{path}.{method}", compiled
        for step in ("train_function", "test_function"):
            for compiled in _enclosed(getattr(thing, step, None), function_type):
                yield f"{path}.{step}", compiled


def _of_the_class(kind, function_type):
    """(name, tf.function) of those methods that belong to a class itself, and were traced."""
    for name, value in list(vars(kind).items()):
        inner = getattr(value, "__func__", None) if isinstance(value, (classmethod, staticmethod)) else None
        for compiled in (getattr(kind, name, None), inner) if isinstance(inner, function_type) else ():
            if isinstance(compiled, function_type) and _traces(compiled)["traces"]:
                yield name, compiled


def _compiled_methods(thing, function_type):
    if isinstance(thing, (dict, list, tuple)):
        yield from ((name, part) for name, part in walk.children(thing) if isinstance(part, function_type))
        return
    methods = [
        name
        for kind in type(thing).__mro__
        for name, value in vars(kind).items()
        if isinstance(value, function_type)
    ]
    held = [
        name for name, value in getattr(thing, "__dict__", {}).items() if isinstance(value, function_type)
    ]
    for name in dict.fromkeys([*methods, *held]):
        compiled = getattr(thing, name, None)
        if isinstance(compiled, function_type):
            yield name, compiled


def _enclosed(function, function_type, depth=4):
    """The tf.functions that a Python function closes over: Keras 3 wraps the step of `fit` in one."""
    if isinstance(function, function_type):
        yield function
    elif depth:
        for cell in getattr(function, "__closure__", None) or ():
            yield from _enclosed(cell.cell_contents, function_type, depth - 1)


def _traces(compiled):
    return {"traces": int(compiled.experimental_get_tracing_count())}
