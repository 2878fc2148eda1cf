"""Which of the student's names plays which role: of those that the source leaves possible, the first that
behaves like it."""

from __future__ import annotations

import types

import numpy as np
import tensorflow as tf

from .. import walk
from ..modules import is_own_class
from . import makings, own_sizes
from .behaviours import TRIED_SIZES, as_model, behaviours_of, class_of_cells


class Finder:
    """Finds what plays a role, and remembers what was found out about an object, so that it is tried once."""

    def __init__(self):
        self._tried, self._made = {}, {}

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

    def running(self, namespace, model, declared):
        """{the sheet's name: (the student's name, what stands for it)} of cells and layers, where the model
        that was trained holds none of the class of that name and another of the student's that does the same:
        a first draft keeps its name."""
        kinds = {type(part) for _, part in walk.objects(model) if is_own_class(type(part))} - {type(model)}
        found = {}
        for wanted, role in declared.items():
            draft = namespace.get(wanted)
            if role["kind"] not in ("cell", "layer") or not isinstance(draft, type):
                continue
            if any(issubclass(kind, draft) for kind in kinds):
                continue
            known = namespace | {name: thing for name, (_, thing) in found.items()}
            tried = (
                (kind.__name__, self._tried_as(kind, behaves, known, role))
                for behaves in behaviours_of(role)
                for kind in kinds
            )
            chosen = next((pair for pair in tried if pair[1] is not None), None)
            found |= {wanted: chosen} if chosen else {}
        return found

    def made(self, known, role):
        """(the name of the class, a new model of it) of the first of the student's own classes that make a
        model around a cell of theirs; None where none does."""
        if class_of_cells(known, role.get("cell")) is None:
            return None
        own = [one for one in list(known.values()) if isinstance(one, type) and is_own_class(one)]
        for kind in dict.fromkeys(one for one in own if issubclass(one, tf.keras.Model)):
            if kind not in self._made:
                ways = sorted(makings.of_making(kind, *TRIED_SIZES), key=lambda make: bool(make.given))
                found = makings.first(ways)
                self._made[kind] = found.thing if found is not None else None
            thing = self._made[kind]
            if thing is not None and self._tried_as(thing, as_model, known, role) is not None:
                return kind.__name__, thing
        return None

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


def sizes_of_cells(names, parts):
    """(units, features) that the notebook's own cells may have; none where the sheet asks for no cell."""
    kind = class_of_cells(names, parts.get("cell"))
    return (
        own_sizes.pairs(kind, names, names.get(parts.get("layer", {}).get("name")))
        if kind is not None
        else []
    )
