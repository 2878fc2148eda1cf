"""The kernel with one message more than Jupyter's: `probe_request`, answered with numbers.

Everything a probe needs is imported here, before the student's first cell. A probe sees the student's names but has none
among them; it puts back random states, flags and variables.
"""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
import warnings

import numpy as np
import tensorflow as tf
from ipykernel.ipkernel import IPythonKernel

from . import frames, governor, modules, output, probes, quiet, roles, script, stand_ins, walk

_perf_counter, _pread, _pwrite, _fstat, _ftruncate = time.perf_counter, os.pread, os.pwrite, os.fstat, os.ftruncate
_format_exception = traceback.format_exception


def _identity(namespace, needs):
    """What a probe looks at, by identity: the objects and, of classes, their members."""
    things = [namespace[name] for name in needs]
    members = [value for thing in things if isinstance(thing, type) for value in list(vars(thing).values())]
    return [*things, *members]


def _same(before, now):
    return before is not None and len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))


def _students_frames(problem):
    """The traceback from the student's code on: our own frames are of no use to them."""
    here = os.path.dirname(os.path.abspath(__file__))
    step = problem.__traceback__
    while step is not None and os.path.dirname(os.path.abspath(step.tb_frame.f_code.co_filename)) == here:
        step = step.tb_next
    return "".join(_format_exception(type(problem), problem, step))


def _seed(seed):
    """Make an unseeded notebook repeatable; a notebook that seeds itself overrides this."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    tf.random.set_seed(seed % 2**31)


def _keras_version():
    """Of the Keras behind tf.keras: 3 by itself, 2 through the package tf_keras."""
    if os.environ.get("TF_USE_LEGACY_KERAS") == "1":
        import tf_keras

        return tf_keras.__version__
    import keras

    return keras.__version__


def _keep_failed(result):
    """What a function held when an error ended it can still be asked for."""
    if result.error_in_exec is not None:
        modules.keep_failed(result.error_in_exec.__traceback__)


def _stay(shell):
    """`exit()` in a cell would end the kernel before anything was asked: here it does nothing, and says so."""

    def ask_exit():
        print("exit() is left out here, so that the rest of the notebook is graded.")

    shell.ask_exit = ask_exit


def kernel_class(questions, answers, steps, seed, characters, file="", package=""):
    """An IPython kernel that answers probes; `steps` > 0 shortens training; of what a cell writes at most
    so many characters leave the process. `file` in the working folder is what runs, a notebook or a script of `package`."""
    folder = os.getcwd()
    modules.prepare(folder)
    before_cell = output.limit(characters)
    stand_ins.install()
    walk.prepare()
    _seed(seed)
    watch = governor.Governor(steps)
    watch.install()
    known = {**probes.ANSWERS, "training": watch.answer}
    asked = {}  # probe -> what it looked at when it last answered
    finder = roles.Finder()
    versions = {
        "python": sys.version.split()[0],
        "tensorflow": tf.__version__,
        "keras": _keras_version(),
        "numpy": np.__version__,
    }

    def names_by_role(namespace, request):
        """What stands for names of the sheet that the notebook does not define. A model is tried only where it is asked: a call
        may build it."""
        asks = {name: own for name, own in request.get("roles", {}).items() if name != "model" or name in request["needs"]}
        candidates = {name: own for name, own in asks.items() if name not in namespace}
        if not candidates:
            return {}
        with quiet.leaving_no_trace(namespace, tf, np), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tf.config.run_functions_eagerly(True)
            return finder.taken(namespace, candidates)

    def answer(shell, request):
        """One probe: {"status", ...}; its arrays go to the host's file as a frame."""
        namespace, began = modules.names_of(shell.user_ns, folder), _perf_counter()
        try:
            taken = names_by_role(namespace, request)
        except KeyboardInterrupt:
            return {"status": "timed out", "seconds": _perf_counter() - began}
        namespace |= {name: thing for name, (_, thing) in taken.items()}
        missing = [name for name in request["needs"] if name not in namespace]
        if missing:
            return {"status": "missing", "missing": missing}
        looked_at = _identity(namespace, request["needs"])
        if request.get("unless_same") and _same(asked.get(request["probe"]), looked_at):
            return {"status": "unchanged"}
        asked.pop(request["probe"], None)
        question = frames.unpack(_pread(questions, _fstat(questions).st_size, 0))
        try:
            with quiet.leaving_no_trace(namespace, tf, np), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = known[request["answered_by"]](namespace, question)
        except KeyboardInterrupt:
            return {"status": "timed out", "seconds": _perf_counter() - began}
        except Exception as problem:
            error = {
                "name": type(problem).__name__,
                "message": str(problem)[:2000],
                "traceback": _students_frames(problem)[-6000:],
            }
            return {"status": "raised", "error": error, "seconds": _perf_counter() - began}
        frame = frames.pack(found | {"taken": {name: own for name, (own, _) in taken.items()}})
        _ftruncate(answers, 0)
        _pwrite(answers, frame, 0)
        asked[request["probe"]] = looked_at
        return {"status": "answered", "bytes": len(frame), "seconds": _perf_counter() - began}

    class GradedKernel(IPythonKernel):
        """An ordinary kernel for the student's cells."""

        msg_types = [*IPythonKernel.msg_types, "probe_request"]

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            _stay(self.shell)
            self.shell.events.register("pre_run_cell", lambda info: before_cell())
            self.shell.events.register("post_run_cell", _keep_failed)
            watch.namespace = lambda: modules.names_of(self.shell.user_ns, folder)
            if file:
                script.open_at(self.shell, folder, file, package)

        async def probe_request(self, stream, ident, parent):
            """Answer one probe, or {"probe": ""}: only versions and what the governor cut."""
            request = parent["content"]
            try:
                content = answer(self.shell, request) if request["probe"] else {"status": "ready", "versions": versions}
            except BaseException as problem:
                content = {
                    "status": "broken",
                    "error": {"name": type(problem).__name__, "message": str(problem)[:500], "traceback": ""},
                }
            content["cuts"] = list(watch.cuts)[:50]
            sys.stdout.flush()
            sys.stderr.flush()
            self.session.send(stream, "probe_reply", content, parent, ident=ident)

    return GradedKernel
