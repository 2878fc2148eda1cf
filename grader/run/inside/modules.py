"""The student's own names, wherever they live: in the notebook or script, in a function such as main(), in a
module of theirs.

A model that is local to main() has no name once main() has returned. So the frames of the student's functions
are kept when they begin a pass over data, open a tape or call `fit`, and when an error ends them: what a
frame holds can still be read afterwards. No code of the student's is changed for that.
"""

from __future__ import annotations

import collections
import contextlib
import numbers
import operator
import os
import re
import sys
import types

from .period.fit_record import FitRecord

# no others: a class of the student's may do anything
DICTS = (dict, collections.defaultdict, collections.OrderedDict, FitRecord)
_NO_WORD = re.compile(r"\W+")  # in a key that is to be a name
MOST_HISTORIES = 100  # in one list
LONGEST_LIST = 10_000  # numbers in a list that is one for each epoch, or for each step
_home = ""  # with a separator at its end, so that /home/student2 is not below /home/student
_ours: dict = {}  # id of a module -> that module, which was imported before there was a student
_elsewhere: dict = {}  # folder -> id of a module -> that module, which is known not to lie in the folder
_found: dict = {}  # folder -> (all modules when it was last looked at, those of them that lie in it)
_broken: dict = {}  # name of a module of the student's -> its names when an error ended its import
_kept: dict = {}  # code of a function -> (its depth on the stack, the frame of its latest call)


def before_any_student():
    """Note the modules of a process from which kernels are forked: none of them is a student's."""
    _ours.update((id(module), module) for module in sys.modules.values())


def prepare(folder):
    """Say which folder is the student's."""
    global _home
    _home = _below(folder)


def names_of(namespace, folder):
    """All names of the student's by value: those of `namespace` first, then the local ones of their
    functions, outermost first, then those of their modules, whose files lie below `folder`; last what dicts
    and objects of theirs hold: lists of numbers, a trainer's model."""
    names = dict(namespace)
    for _, more in scopes({}, folder):
        for name, value in list(more.items()):
            if type(name) is str and not name.startswith("_"):
                _add(names, name, value)
    for name, record in list(_kept_histories(names)):
        _add(names, name, record)
    in_force = None
    with contextlib.suppress(Exception):  # as below
        in_force = _history_in_force(names)
    for owner, value in list(names.items()):
        with contextlib.suppress(Exception):  # an object may do anything when it is looked into
            for name, thing in _held(value):
                if not is_history(value) or value is in_force:
                    _add(names, name, thing)
                if is_history(value) or type(value) in (*DICTS, list) or names[name] is not thing:
                    _add(names, f"{owner}_{name}", thing)  # losses["train"] beside accuracies["train"]
    return names


def scopes(namespace, folder):
    """[(what it is called, its names)] of the notebook, of the student's functions, outermost first, and of
    their modules."""
    functions = [(f"{code.co_qualname}()", frame.f_locals) for code, (_, frame) in _by_depth()]
    modules = [(getattr(module, "__name__", ""), _inside(module)) for module in own_modules(folder)]
    broken = [(name, names) for name, names in _broken.items() if name not in sys.modules]
    return [("", namespace), *functions, *modules, *broken]


def _kept_histories(names):
    """(name, what `fit` returned) of records that are kept in a dict, a list or an object: run_history of
    run.history."""
    for owner, value in list(names.items()):
        with contextlib.suppress(Exception):  # an object may do anything when it is looked into
            if type(value) in DICTS:
                held = value
            elif type(value) in (list, tuple):
                held = dict(enumerate(value[:MOST_HISTORIES]))
            else:
                held = vars(value) if is_own_class(type(value)) else {}
            yield from [(f"{owner}_{key}", one) for key, one in list(held.items()) if is_history(one)]


def _history_in_force(names):
    """Of the records that `fit` returned, the one whose lists have their bare names: that of `model`, else
    the one with most epochs, the last of several. Two records are never mixed: each has its lists under its
    own name, too, h_loss and h_accuracy."""
    records = [value for value in names.values() if is_history(value)]
    model = names.get("model")
    of_model = [record for record in records if model is not None and getattr(record, "model", None) is model]
    epochs = [len(vars(record).get("epoch") or ()) for record in of_model or records]
    longest = max(epochs, default=0)
    return next(
        (
            record
            for record, length in zip(reversed(of_model or records), reversed(epochs), strict=True)
            if length == longest
        ),
        None,
    )


def is_history(thing):
    """Whether it is what `fit` returns."""
    kind = type(thing)
    return kind.__name__ == "History" and kind.__module__.partition(".")[0] in ("keras", "tf_keras")


def _add(names, name, value):
    """A name is free, too, where it is that of a module: network.py beside a trainer's network."""
    if name not in names or isinstance(names[name], types.ModuleType):
        names[name] = value


def _held(thing, depth=2):
    """(name, value) of what a dict, a list of dicts, an object such as a trainer, or what `fit` returns
    holds: lists of numbers, and objects of the student's own classes. What a dict within one of these holds
    has the names of both: test_loss of {"test": {"loss": [...]}}, then its own."""
    held = thing if type(thing) in DICTS else _columns(thing) or _attributes(thing)
    for name, value in list(held.items()):
        if type(name) is not str:
            continue
        name = _NO_WORD.sub("_", name.strip())  # "val loss"
        if _is_record(value) or (held is not thing and is_own_class(type(value))):
            yield name, value
        elif depth > 1 and type(value) in DICTS:
            inner = list(_held(value, depth - 1))
            yield from ((f"{name}_{own}", part) for own, part in inner if not is_history(thing))
            yield from inner


def _columns(thing):
    """Of a list of dicts, one for each epoch, the numbers under each key as a list."""
    if (
        type(thing) is not list
        or not 0 < len(thing) <= LONGEST_LIST
        or not all(type(row) in DICTS for row in thing)
    ):
        return {}
    return {key: [row[key] for row in thing] for key in thing[0] if all(key in row for row in thing)}


def _attributes(thing):
    """Of what `fit` returns, and of an object of the student's own that is no layer: the parts of a layer are
    no names."""
    kind = type(thing)
    if hasattr(kind, "trainable_weights") or not (is_history(thing) or is_own_class(kind)):
        return {}
    found = getattr(thing, "__dict__", None)
    if type(found) is not dict:
        return {}
    if is_history(thing):  # what Keras keeps for itself in it, as the model in `_model`
        return {name: part for name, part in found.items() if not str(name).startswith("_")}
    return found


def _is_record(value):
    return type(value) is list and 0 < len(value) <= LONGEST_LIST and all(map(_is_number, value))


def _is_number(value):
    return isinstance(value, numbers.Number) or getattr(value, "shape", None) == ()


def own_modules(folder):
    """The imported modules whose files lie below `folder`, in the order in which they were imported."""
    below, now = _below(folder), list(sys.modules.values())
    before, own = _found.get(below, ((), []))
    if len(now) != len(before) or not all(map(operator.is_, now, before)):
        # thousands, and this is asked after every cell and every epoch
        own = _among(now, below, _elsewhere.setdefault(below, dict(_ours)))
        _found[below] = now, own
    return list(own)


def _among(some, below, elsewhere):
    own = []
    for module in some:
        if id(module) in elsewhere:
            continue
        if _is_below(below, _inside(module)):
            own.append(module)
        else:
            elsewhere[id(module)] = module
    return own


def is_own_class(kind):
    """True for a class that the student wrote, in the notebook or script or in a module."""
    home = kind.__module__
    if type(home) is not str:
        return False
    return home == "__main__" or home in _broken or _is_below(_home, _inside(sys.modules.get(home)))


def keep_callers(frame):
    """Keep the frames of the student's functions from this one outwards."""
    found = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    for depth, one in enumerate(reversed(found)):
        _keep(one, depth)


def keep_failed(traceback):
    """Keep the frames of the student's functions that an error came through, and the names of their modules:
    Python forgets a module whose import failed, and all that it had made."""
    depth = 0
    while traceback is not None:
        frame = traceback.tb_frame
        _keep(frame, depth)
        if frame.f_code.co_name == "<module>" and _is_below(_home, frame.f_globals):
            _broken[str(frame.f_globals.get("__name__", ""))] = frame.f_globals
        traceback, depth = traceback.tb_next, depth + 1


def is_own_frame(frame):
    """Whether the student wrote the code that runs in it."""
    # by identity: whoever forked us has names of its own in a module that is called __main__, too
    return frame.f_globals is _inside(sys.modules.get("__main__")) or _is_below(_home, frame.f_globals)


def _keep(frame, depth):
    if is_own_frame(frame) and not frame.f_code.co_name.startswith("<"):
        _kept[frame.f_code] = (depth, frame)


def is_own_package(name):
    """Whether there is a package of this name, and it lies in the student's folder."""
    places = _inside(sys.modules.get(name)).get("__path__", ())
    return bool(_home) and any(
        os.path.join(os.path.realpath(place), "").startswith(_home)
        for place in list(places)
        if type(place) is str
    )


def _by_depth():
    return sorted(_kept.items(), key=lambda kept: kept[1][0])


def _inside(module):
    """The names of a module, without asking it: a lazy one would load itself. {} for what is no module."""
    return (
        types.ModuleType.__getattribute__(module, "__dict__")
        if issubclass(type(module), types.ModuleType)
        else {}
    )


def _is_below(folder, names):
    """Whether a module with these names has its file in the folder. The student can put anything into
    sys.modules."""
    file = names.get("__file__")
    return bool(folder) and type(file) is str and file.startswith(folder)


def _below(folder):
    return os.path.join(os.path.realpath(folder), "")
