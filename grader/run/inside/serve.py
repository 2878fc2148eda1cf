"""The kernel with one message more than Jupyter's: `probe_request`, answered with numbers.

Everything a probe needs is imported here, before the student's first cell. A probe sees the student's names
but has none among them; it puts back random states, flags and variables.
"""

from __future__ import annotations

import os
import random
import sys

import numpy as np
import tensorflow as tf
from ipykernel.ipkernel import IPythonKernel
from tensorflow.python.eager import context as eager_context

from . import errors, modules, output, script, statements, walk
from .asked import answering, of_fitted, of_notebook, of_training, probes
from .period import (
    absent,
    commands,
    devices,
    keras_two,
    notebooks_as_modules,
    old_keras,
    old_pandas,
    old_pyplot,
    old_python,
    optimizers,
    own_limits,
    period,
    stand_ins,
)
from .seen import figures, governor, ran


def _seed(seed):
    """Make an unseeded notebook repeatable; a notebook that seeds itself overrides this."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    tf.random.set_seed(seed % 2**31)
    eager_context.context()._rng = _OneSeed(seed % 2**31)


class _OneSeed(random.Random):
    """The same seed for every eager operation. TensorFlow keeps a kernel of about 35 KB for each seed that an
    operation is given, and draws a new one for every call: 80,000 samples drawn one by one would need 3 GB. A
    kernel that is used again goes on with its own sequence of numbers, so that draws still differ."""

    def randint(self, a, b):
        """Always the first number of this generator's state."""
        return random.Random(self.getstate()[1][0]).randint(a, b)


def _keras_version():
    """Of the Keras behind tf.keras."""
    import keras

    return keras.__version__


def _keep_failed(result):
    """What a function held when an error ended it can still be asked for."""
    if result.error_in_exec is not None:
        modules.keep_failed(result.error_in_exec.__traceback__)


def _stay(shell):
    """`exit()` in a cell would end the kernel before anything was asked: here it does nothing, and says
    so."""

    def ask_exit():
        print("exit() is left out here, so that the rest of the notebook is graded.")

    shell.ask_exit = ask_exit


def _install(folder, seed):
    """What has to stand before the first cell: our stand-ins for what is missing or would not be seen."""
    modules.prepare(folder)
    stand_ins.install()
    notebooks_as_modules.install(folder)
    if keras_two.is_wanted():
        keras_two.install()
    old_keras.install()
    optimizers.install()
    devices.install()
    walk.prepare()
    _seed(seed)


def _versions():
    return {
        "python": sys.version.split()[0],
        "tensorflow": tf.__version__,
        "keras": _keras_version(),
        "numpy": np.__version__,
    }


def _set_up(shell, folder):
    """What an ordinary shell does otherwise here."""
    _stay(shell)
    errors.tell_fields(shell)
    errors.watch_calls()
    commands.without_terminal(shell)
    period.install(shell)
    old_python.install()
    own_limits.install()
    old_pyplot.install()
    old_pandas.install()
    absences = absent.Absences(shell, folder)
    statements.install(shell, absences)
    absences.watch_modules()


def _listen(shell, folder, before_cell, watch):
    """What happens around every cell; in this order."""

    def tell_place(info):
        compiler, text = shell.compile, info.raw_cell
        watch.changes.cell_begins(compiler.get_code_name(text, text, shell.execution_count))

    shell.events.register("pre_run_cell", lambda info: before_cell())
    shell.events.register("pre_run_cell", tell_place)
    shell.events.register("pre_run_cell", lambda info: figures.install())
    shell.events.register("post_run_cell", _keep_failed)
    # before the inline backend closes what was drawn
    shell.events.register("post_execute", figures.install)
    shell.events.register("post_run_cell", lambda result: watch.changes.settle())
    shell.events.register("post_run_cell", lambda result: watch.records.look())
    shell.events.register("post_run_cell", lambda result: watch.witness.look())
    watch.numbers.names = lambda: shell.user_ns
    watch.scopes = lambda: modules.scopes(shell.user_ns, folder)
    watch.namespace = lambda: modules.names_of(shell.user_ns, folder)


def _broken(problem):
    """The answer where giving one raised."""
    told = {"name": type(problem).__name__, "message": str(problem)[:500], "traceback": ""}
    return {"status": "broken", "error": told}


def _known(watch):
    """Who answers which probe; some of what was seen while the notebook ran."""
    seen = {
        "training": watch.answer,
        "trained_on": of_training.Fed(watch.witness),
        "history": of_fitted.Histories(watch.logged),
        "arrays": of_notebook.HandedArrays(watch.handed),
    }
    return {**probes.ANSWERS, **seen}


def kernel_class(questions, answers, steps, seed, characters, file="", package=""):
    """An IPython kernel that answers probes; `steps` > 0 shortens training; of what a cell writes at most so
    many characters leave the process. `file` in the working folder is what runs, a notebook or a script of
    `package`."""
    folder, before_cell = os.getcwd(), output.limit(characters)
    _install(folder, seed)
    watch = governor.Governor(steps)
    watch.install()
    ran.prepare(folder)
    answer = answering.Answering(questions, answers, _known(watch), watch)
    versions = _versions()

    class GradedKernel(IPythonKernel):
        """An ordinary kernel for the student's cells."""

        msg_types = [*IPythonKernel.msg_types, "probe_request"]

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            _set_up(self.shell, folder)
            _listen(self.shell, folder, before_cell, watch)
            if file:
                script.open_at(self.shell, folder, file, package)

        def _reply(self, names, request):
            """The answer to one probe; to the empty one, the versions."""
            if request["probe"]:
                return answer(names, request)
            answer.greet()
            return {"status": "ready", "versions": versions}

        async def probe_request(self, stream, ident, parent):
            """Answer one probe, or {"probe": ""}: only versions and what the governor cut."""
            try:
                names = modules.names_of(self.shell.user_ns, folder)
                with watch.changes.paused():
                    content = self._reply(names, parent["content"])
            except BaseException as problem:
                content = _broken(problem)
            content["cuts"] = list(watch.cuts)[:50]
            content["notices"] = period.said()
            sys.stdout.flush()
            sys.stderr.flush()
            self.session.send(stream, "probe_reply", content, parent, ident=ident)

    return GradedKernel
