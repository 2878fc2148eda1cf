"""Answer one probe: find what it looks at, ask, and put the numbers into the host's file."""

from __future__ import annotations

import os
import time
import traceback
import warnings

import numpy as np
import tensorflow as tf

from . import frames, plain_file, quiet, ran, roles
from .errors import fields_of

_perf_counter, _fstat = time.perf_counter, os.fstat
_read_all, _write_all = plain_file.read_all, plain_file.write_all
_format_exception = traceback.format_exception
_HERE = os.path.dirname(os.path.abspath(__file__))


class Answering:
    """Answers probes one after the other; `questions` and `answers` are descriptors, `known` the probes by name, `hear` is told before
    the first cell what is trained."""

    def __init__(self, questions, answers, known, hear=lambda model: None):
        self._questions, self._answers, self._known, self._hear = questions, answers, known, hear
        self._asked = {}  # probe -> what it looked at when it last answered
        self._finder = roles.Finder()
        self._greeted = False

    def greet(self):
        """Hear, before the first cell, what the cells will be. Once: later there may be somebody else who tells."""
        if self._greeted:
            return
        self._greeted = True
        told = frames.unpack(_read_all(self._questions, _fstat(self._questions).st_size))
        ran.tell(told["cells"], told["whole"])
        self._hear(told.get("model", {}))

    def __call__(self, names, request):
        """{"status", ...} of one probe; its arrays go to the host's file as a frame. `names`: all that the student defined."""
        began = _perf_counter()
        try:
            return self._answer(names, request) | {"seconds": _perf_counter() - began}
        except KeyboardInterrupt:
            return {"status": "timed out", "seconds": _perf_counter() - began}

    def _answer(self, names, request):
        taken = self._taken(names, request)
        names = {**names, **{name: thing for name, (_, thing) in taken.items()}}
        missing = [name for name in request["needs"] if name not in names]
        if missing:
            return {"status": "missing", "missing": missing}
        looked_at = _identity(names, request["needs"])
        if request.get("unless_same") and _same(self._asked.get(request["probe"]), looked_at):
            return {"status": "unchanged"}
        self._asked.pop(request["probe"], None)
        question = frames.unpack(_read_all(self._questions, _fstat(self._questions).st_size))
        try:
            with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = self._known[request["answered_by"]](names, question, request.get("parts", {}))
        except Exception as problem:
            return {"status": "raised", "error": _told(problem)}
        found |= {"taken": {name: own for name, (own, _) in taken.items()}, "executed": ran.executed()}
        frame = frames.pack(found)
        _write_all(self._answers, frame)
        self._asked[request["probe"]] = looked_at
        return {"status": "answered", "bytes": len(frame)}

    def _taken(self, names, request):
        """What stands for names of the sheet that the notebook does not define. A model is tried only where it is asked: a call
        may build it."""
        declared = request.get("declared", {})
        candidates = {
            name: own
            for name, own in request.get("roles", {}).items()
            if name not in names and (declared.get(name, {}).get("kind") != "model" or name in request["needs"])
        }
        if not candidates:
            return {}
        with quiet.leaving_no_trace(names, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tf.config.run_functions_eagerly(True)
            return self._finder.taken(names, candidates, declared)


def _identity(names, needs):
    """What a probe looks at, by identity: the objects and, of classes, their members."""
    things = [names[name] for name in needs]
    members = [value for thing in things if isinstance(thing, type) for value in list(vars(thing).values())]
    return [*things, *members]


def _same(before, now):
    return before is not None and len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))


def _told(problem):
    """An error of the student's code, with the traceback from their code on: our own frames are of no use to them."""
    step = problem.__traceback__
    while step is not None and os.path.dirname(os.path.abspath(step.tb_frame.f_code.co_filename)) == _HERE:
        step = step.tb_next
    lines = "".join(_format_exception(type(problem), problem, step))
    told = {"name": type(problem).__name__, "message": str(problem)[:2000], "traceback": lines[-6000:]}
    return told | fields_of(problem)
