"""Answer one probe: find what it looks at, ask, and put the numbers into the host's file."""

from __future__ import annotations

import contextlib
import os
import time
import traceback
import warnings

import numpy as np
import tensorflow as tf

from .. import frames, plain_file, sized
from ..errors import fields_of
from ..seen import library, ran, recorded
from ..seen.written import as_written
from . import bound, methods, of_data, of_layer, precision, quiet, roles
from .as_trained import as_trained
from .behaviours import class_of_cells

_perf_counter, _fstat = time.perf_counter, os.fstat
_read_all, _write_all = plain_file.read_all, plain_file.write_all
_format_exception = traceback.format_exception
MOST_TOLD = 20_000  # characters of an error, of which the host keeps less
MOST_IN_TRACEBACK = 2_000  # characters of what is raised, below the lines of the code


class Answering:
    """Answers probes one after the other; `questions` and `answers` are descriptors, `known` the probes by
    name; `watch` saw the training, and is told before the first cell what is trained."""

    def __init__(self, questions, answers, known, watch):
        self._questions, self._answers, self._known, self._watch = questions, answers, known, watch
        self._witness = watch.witness
        self._asked = {}  # probe -> its look at the notebook when it last answered
        self._finder = roles.Finder()
        self._greeted = False

    def greet(self):
        """Hear, before the first cell, what the cells will be. Once: later there may be somebody else who
        tells."""
        if self._greeted:
            return
        self._greeted = True
        told = frames.unpack(_read_all(self._questions, _fstat(self._questions).st_size))
        ran.tell(told["cells"], told["whole"])
        self._watch.hear(told.get("model", {}))

    def __call__(self, names, request):
        """{"status", ...} of one probe; its arrays go to the host's file as a frame. `names`: all that the
        student defined."""
        began = _perf_counter()
        try:
            return self._answer(names, request) | {"seconds": _perf_counter() - began}
        except KeyboardInterrupt:
            return {"status": "timed out", "seconds": _perf_counter() - began}

    def _answer(self, names, request):
        parts = request.get("parts", {})
        functions = [part["name"] for part in parts.values() if part.get("kind") == "function"]
        names = {**_without_leftovers(names, request), **methods.bound(names, functions)}
        drawn_by = [part["name"] for part in parts.values() if part.get("yields")]
        names |= {name: f for name, f in self._watch.numbers.functions.items() if name in drawn_by}
        taken = self._taken(names, request)
        names = {**names, **{name: thing for name, (_, thing) in taken.items()}}
        if missing := [name for name in request["needs"] if name not in names]:
            return {"status": "missing", "missing": missing}
        drawn = frames.unpack(_read_all(self._questions, _fstat(self._questions).st_size))
        in_sizes = "sizes" in drawn  # a cell or a layer is made for it
        own = roles.sizes_of_cells(names, parts) if in_sizes else []
        question = sized.sized(drawn, self._witness.sizes() | _widest(own))
        asking = of_layer.asking_for_all_steps(names, parts) if in_sizes else None
        beside = [names.get(part["name"]) for part in parts.values()]
        look = _Look(_identity(names, request["needs"]), question, own, asking, beside)
        before = self._asked.pop(request["probe"], None)
        if request.get("unless_same") and before is not None and before.shows_what(look):
            self._asked[request["probe"]] = before
            return {"status": "unchanged"}
        try:
            of_sets = any(part.get("kind") == "data set" for part in parts.values())
            with self._watch.numbers.drawing_as_then(with_numbers=of_sets):
                found = self._found(names, question, request)
        except Exception as problem:
            if before is not None and before.is_of(look):  # what it counts on was bound again, not it itself
                self._asked[request["probe"]] = before
                return {"status": "unchanged"}
            found = self._found_as_it_trained(names, question, request)
            if found is None:
                return {"status": "raised", "error": _raised_there(problem)}
        if not found.pop("again", False):
            self._asked[request["probe"]] = look.answered(found)
        scopes = self._watch.scopes()
        written = {name: as_written(own, thing, scopes) for name, (own, thing) in taken.items()}
        found |= {"taken": written, "executed": ran.executed()}
        found |= {"asked_with": question["own"]} if question is not drawn else {}
        frame = frames.pack(found)
        _write_all(self._answers, frame)
        return {"status": "answered", "bytes": len(frame)}

    def _found(self, names, question, request):
        """The answer to a probe; raises what the student's code does."""
        with (
            quiet.leaving_no_trace(names, tf, np),
            warnings.catch_warnings(),
            contextlib.ExitStack() as asked,
        ):
            warnings.simplefilter("ignore")
            asked.enter_context(as_trained.like(self._witness))
            asked.enter_context(precision.single([names[name] for name in request["needs"]]))
            return self._known[request["answered_by"]](names, question, request.get("parts", {}))

    def _found_as_it_trained(self, names, question, request):
        """The same, with the numbers that the training had, where one was bound again; None where none was,
        or it raises all the same."""
        with self._watch.numbers.put_back() as other, contextlib.suppress(Exception):
            if other:
                return self._found({**names, **other}, question, request)
        return None

    def _taken(self, names, request):
        """What stands for names of the sheet: what an instructor said, what the training was seen to use, and
        of names that the notebook does not define what behaves like them. A model is tried only where it is
        asked: a call may build it."""
        said = {name: (own, names[own]) for name, own in request.get("takes", {}).items() if own in names}
        playing = self._behaving(names, request) | self._running(names, request)
        taken = self._witnessed(names, request, playing)
        taken |= self._alone(names, request, taken)
        taken |= self._made(names, request, taken)
        return taken | self._recorded(names, request, taken) | said

    def _made(self, names, request, taken):
        """A new model of the student's class where no cell made one and none is to come: what stopped the
        notebook before is told elsewhere. Where a sheet has several models, nobody can tell whose it is."""
        declared = request.get("declared", {})
        models = [name for name, role in declared.items() if role.get("kind") == "model"]
        lacking = [name for name in models if name in request["needs"] and not {name} & {*names, *taken}]
        if not request.get("at_end") or len(models) != 1 or not lacking:
            return {}
        known = names | {name: thing for name, (_, thing) in taken.items()}
        with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tf.config.run_functions_eagerly(True)
            made = self._finder.made(known, declared[lacking[0]])
        return {lacking[0]: made} if made is not None else {}

    def _alone(self, names, request, taken):
        """The function that hands samples on, in the place of a task that there is none of, where it makes
        them by itself."""
        task, wrapped = (request.get("parts", {}).get(part, {}).get("name") for part in ("task", "wrapped"))
        own, made = taken.get(wrapped, (wrapped, names.get(wrapped)))
        if not task or made is None or task in names or task in taken:
            return {}
        with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {task: (own, made)} if of_data.makes_samples(made) else {}

    def _recorded(self, names, request, taken):
        """The lists of a training that no name leads to: what it wrote down while it went on."""
        declared = request.get("declared", {})
        wanted = [role for part, role in request.get("parts", {}).items() if role.get("kind") == "numbers"]
        if not wanted or sum(role.get("kind") == "model" for role in declared.values()) > 1:
            return {}
        with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return recorded.taken(names, wanted, taken, self._watch)
            except Exception as problem:  # what a notebook holds may do anything when it is read
                self._watch.note(f"what the training wrote down could not be read: {type(problem).__name__}")
                return {}

    def _witnessed(self, names, request, taken):
        """What is taken, with what the training used in place of anything else. Where a sheet has several
        models, the name counts, and of those that have had it the one that was trained."""
        parts, declared = request.get("parts", {}), request.get("declared", {}).values()
        model, train, test = (parts.get(part, {}).get("name") for part in ("model", "train", "test"))
        if sum(role.get("kind") == "model" for role in declared) > 1:
            model = None
            before = bound.meant(self._witness, names, parts).items()
            taken |= {name: (_name_of(one, names), one) for name, one in before if name not in taken}
        asked = [name for name in (model, train, test) if name]
        now = {name: taken[name][1] if name in taken else names.get(name) for name in asked}
        seen = {}
        if model:
            known = names | {name: thing for name, (_, thing) in taken.items()}
            cell = class_of_cells(known, parts["model"].get("cell"))
            seen[model] = self._witness.model(now[model], cell)
        if train and test:
            seen[train], seen[test] = self._witness.data_sets(now[train], now[test])
            for which in (train, test):  # nothing trained: what would have been used is in batches
                if seen[which] is None:
                    seen[which] = of_data.in_batches(now[which], list(names.values()))
            if seen[train] is not None and seen[test] is now[test] is None:
                seen[test] = of_data.beside(seen[train], list(names.values()))
        other = {name: thing for name, thing in seen.items() if thing is not None and thing is not now[name]}
        return taken | {name: (_name_of(thing, names), thing) for name, thing in other.items()}

    def _behaving(self, names, request):
        declared = request.get("declared", {})
        candidates = {
            name: own
            for name, own in request.get("roles", {}).items()
            if name not in names
            and (declared.get(name, {}).get("kind") != "model" or name in request["needs"])
        }
        if not candidates:
            return {}
        with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tf.config.run_functions_eagerly(True)
            return self._finder.taken(names, candidates, declared)

    def _running(self, names, request):
        """The cell and the layer that the trained model holds, where those of the sheet's names are not
        used. Where a sheet has several models, the names count."""
        declared = request.get("declared", {})
        if sum(role.get("kind") == "model" for role in declared.values()) != 1:
            return {}
        if (model := self._witness.model()) is None:
            return {}
        with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tf.config.run_functions_eagerly(True)
            return self._finder.running(names, model, declared)


def _without_leftovers(names, request):
    """The names without those that the sheet has for a function, the notebook does not, and some function of
    it has for a number or an array."""
    declared = request.get("declared", {})
    asked = [name for name in request.get("roles", {}) if declared.get(name, {}).get("kind") == "function"]
    leftover = {name for name in asked if name in names and not callable(names[name])}
    return {name: thing for name, thing in names.items() if name not in leftover}


def _widest(pairs):
    """Wide enough for every pair of units and features."""
    return {"units": max(u for u, _ in pairs), "features": max(f for _, f in pairs)} if pairs else {}


def _name_of(thing, names):
    """What the student calls it, the shortest; "" where it has no name but a hidden one, as `_` is of what a
    cell returned last."""
    own = (name for name, value in list(names.items()) if value is thing and not name.startswith("_"))
    return min(own, key=len, default="")


def _identity(names, needs):
    """What a probe looks at, by identity: the objects and, of classes, their members."""
    things = [names[name] for name in needs]
    members = [value for thing in things if isinstance(thing, type) for value in list(vars(thing).values())]
    return [*things, *members]


class _Look:
    """What a probe looks at: these things, asked with the question in these sizes, and with the width of the
    notebook's own cells [[units, features], ...] where they answer in no other; `asking`: by which argument a
    layer is asked for all steps, which a model that does not changes; `beside`: all that it may look at."""

    def __init__(self, things, question, own, asking=None, beside=()):
        sizes = question.get("own", {}).items()
        self._sizes = [(name, size) for name, size in sizes if name not in sized.ONLY_GROW]
        self._things, self._own, self._asking, self._beside = things, own, asking, beside
        self._tried, self._answered_in = question.get("sizes", ()), None

    def answered(self, found):
        """This look, with what it saw."""
        self._answered_in = [found.get("units"), found.get("features")]
        return self

    def shows_what(self, now):
        """Whether another look would show the very same."""
        return (
            self.is_of(now)
            and _are_same(self._beside, now._beside)
            and (self._sizes, self._asking) == (now._sizes, now._asking)
            and (self._own == now._own or self._answered_in in self._tried)
        )

    def is_of(self, now):
        """Whether another look is at the very same objects."""
        return _are_same(self._things, now._things)


def _are_same(some, others):
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def _raised_there(problem):
    """An error of the student's code, with the traceback from their code on: our own frames are of no use to
    them."""
    step = problem.__traceback__
    while step is not None and library.is_ours(os.path.abspath(step.tb_frame.f_code.co_filename)):
        step = step.tb_next
    message = str(problem)
    lines = "".join(_format_exception(type(problem), problem, step))
    if len(message) > MOST_IN_TRACEBACK:  # hundreds of arrays: the lines of the code stand before them
        lines = lines.replace(message, f"{message[:MOST_IN_TRACEBACK]} ...")
    said = {"message": message[:MOST_TOLD], "traceback": lines[-MOST_TOLD:]}
    return {"name": type(problem).__name__} | said | fields_of(problem)
