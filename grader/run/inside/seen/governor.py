"""Watch over training: keep the weights as they were after each pass over a data set, and in a first,
shortened run end it early.

Only a first run is governed (`steps` > 0), and only to show soon that a homework passes: a pass over a data
set ends after so many batches, and once the model answers most of the notebook's own batches right, training
ends. That estimate decides nothing else: the host measures the accuracy itself with the exported weights, and
whatever fails under a cut runs again in full.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import sys

import numpy as np
import tensorflow as tf

from .. import modules, walk
from ..asked import behaviours
from ..weights import floats, values_of
from . import changes, graph_loops, handed, latest, logged, noticed, numbers_then, records, witness

# batches taken so far at which the model is tried
LOOKS = (60, 100, 160, 240, 360, 500, 700, 1000, 1400, 2000, 3000)
BATCHES = 4  # so many of the latest are tried
RIGHT_ENOUGH = 0.93  # of them right, at two looks in a row: well above the bar of 80 %
AFTERWARDS = 20  # batches of each later pass, so that every epoch still has a loss
MOST_SNAPSHOTS = 8
MOST_BYTES = 32 << 20  # of all of them: fewer are kept of a large model


class Governor:
    """What is known of the training of one notebook."""

    def __init__(self, steps):
        """`steps`: most batches of one pass; 0: only snapshots are kept."""
        self.steps = steps
        self.taken = 0  # batches, over all passes
        self.cuts = []  # what was left out, in words
        self.snapshots = []  # (batches taken, [arrays])
        self.recent = collections.deque(maxlen=BATCHES)
        self.good_looks = 0
        self.fitting = 0  # calls of `fit` that are going on
        self.enough = False
        self.namespace = dict  # replaced once there is a shell
        self.scopes = list  # the same
        self.numbers = numbers_then.NumbersThen()
        self.trained = {}  # the role of the model, as the sheet declares it
        self.witness = witness.Witness(lambda: self.namespace())
        self.handed = handed.HandedData(lambda: self.namespace())
        self.changes = changes.Changes(self.model, self.witness, self.updates)
        self.histories = {}  # of each `fit` that was seen
        self.records = records.Records(self._scopes_and_histories, self.witness.states)
        self.logged = logged.Logged(self.records)

    def _scopes_and_histories(self):
        kept = enumerate(list(self.histories.values()))
        # "" for a name: what Keras records is called as it shows it, loss and val_loss
        return [*self.scopes(), *((f"{records.OF_FIT}{n}", {"": one.history}) for n, one in kept)]

    def hear(self, model):
        """Learn what the sheet has trained."""
        self.trained = model

    def install(self):
        """Watch every loop over a data set, every tape and `fit`, and who changes the weights."""
        noticed.Noticed(self.changes).install()
        self._watch_iteration()
        graph_loops.watch(self._passed_in_graph)
        self._watch_tapes()
        self._watch_fit()
        handed.watch_evaluate(self)
        self._watch_epochs()

    def answer(self, names, question, parts):
        """The weights after each pass. Answer: steps [n], snapshot/<k>/<variable>, and `updates`: how often
        optimizers of Keras changed weights, None where there are none; and who changed them, as Changes
        tells."""
        answer = {
            "steps": [taken for taken, _ in self.snapshots],
            "updates": self.updates(),
        } | self.changes.answer()
        for index, (_, arrays) in enumerate(self.snapshots):
            answer |= {f"snapshot/{index}/{k}": array for k, array in enumerate(arrays)}
        return answer

    def updates(self):
        """How often the optimizers that the notebook holds changed weights; None where there are none, or one
        does not tell."""
        values = list(self.namespace().values())
        held = [
            thing
            for value in values
            if modules.is_own_class(type(value)) and hasattr(value, "__dict__")
            for thing in list(vars(value).values())
        ]
        compiled = [
            getattr(value, "optimizer", None) for value in values if isinstance(value, tf.keras.Model)
        ]
        kind = tf.keras.optimizers.Optimizer
        found = {id(thing): thing for thing in (*values, *held, *compiled) if isinstance(thing, kind)}
        # an optimizer that does not count: None, and the host asks otherwise
        with contextlib.suppress(Exception):
            return sum(int(optimizer.iterations) for optimizer in found.values()) if found else None

    def model(self):
        """What is trained: as was seen, else the sheet's model, or the only Keras model there is; None."""
        names = self.namespace()
        wanted = names.get(self.trained.get("name", "model"))
        cell = behaviours.class_of_cells(names, self.trained.get("cell"))
        if (seen := self.witness.model(wanted, cell)) is not None:
            return seen
        found = {id(value): value for value in names.values() if isinstance(value, tf.keras.Model)}
        if isinstance(wanted, tf.keras.layers.Layer):
            return wanted
        return next(iter(found.values())) if len(found) == 1 else None

    def note(self, text):
        """Say once what was left out."""
        if text not in self.cuts:
            self.cuts.append(text)

    def after_batch(self, element):
        """A batch was taken by a loop of the notebook's."""
        self.taken += 1
        if self.changes.watched:
            self.witness.batch(element)
        self.changes.batch()
        self.recent.append(element)
        if not self.steps or self.enough:
            return
        if self.taken in LOOKS and len(self.recent) == BATCHES:
            self.good_looks = self.good_looks + 1 if self.is_good() else 0
            self.enough = self.good_looks >= 2

    def end_of_pass(self):
        """A loop over a data set has come to its end: keep the weights, if they are new."""
        if self.changes.watched:
            trained = self.witness.ends()
            self.records.look(trained)
            if trained:
                self.numbers.note()
        self.changes.mark()
        with contextlib.suppress(Exception):  # a model that cannot be looked at has no snapshots
            trained = self.model()
            if trained is None:
                return
            arrays = [
                array
                for _, array in sorted(values_of(floats(walk.variables(trained)), "v").items(), key=_number)
            ]
            if self.snapshots and _equal(self.snapshots[-1][1], arrays):
                return
            self.snapshots.append((self.taken, arrays))
            most = min(MOST_SNAPSHOTS, MOST_BYTES // max(1, sum(array.nbytes for array in arrays)))
            if len(self.snapshots) > max(2, most):
                del self.snapshots[1::2]  # thinned evenly, the latest stays

    def is_good(self):
        """Whether the model answers so many of the latest batches right; False when it cannot be told, or
        when its answers are no classes."""
        return bool(self._on_latest(lambda model, batches: latest.reaches(model, batches, RIGHT_ENOUGH)))

    def as_it_is(self):
        """{"accuracy", "losses": the usual ones} on the latest batches; {} when they cannot be told."""
        return (
            self._on_latest(lambda model, batches: latest.measures(latest.answers_of(model, batches))) or {}
        )

    def _on_latest(self, measure):
        if self.trained.get("answers") == "two classes":
            with contextlib.suppress(Exception):  # another shape than (x, y), no model yet
                return measure(self.model(), self.recent)
        return None

    def _passed_in_graph(self, made, make):
        __tracebackhide__ = True
        before = self.changes.gradients
        try:
            return make()
        finally:
            if self.changes.watched:
                self.witness.passes_in_graph(made, trains=self.changes.gradients > before)
                self.changes.batches_unseen()

    def _watch_iteration(self):
        from tensorflow.python.data.ops import iterator_ops

        original, governor = iterator_ops.OwnedIterator.__next__, self

        @functools.wraps(original)
        def __next__(self):  # noqa: N807
            __tracebackhide__ = True  # no line of ours in a student's traceback
            taken = getattr(self, "_batches_taken", 0)
            if not taken:
                modules.keep_callers(sys._getframe(1))
                governor.changes.mark()
                if governor.changes.watched:
                    governor.records.look()
                    governor.witness.begins(getattr(self, "_dataset", None))
            most = AFTERWARDS if governor.enough else governor.steps
            if governor.steps and taken >= most and getattr(self, "_is_of_batches", True):
                governor.note(f"the grader ended a loop over a data set after {taken} batches")
                governor.end_of_pass()
                raise StopIteration
            try:
                element = original(self)
            except StopIteration:
                governor.end_of_pass()
                raise
            if not taken:
                self._is_of_batches = _is_batch(element)
            self._batches_taken = taken + 1
            governor.after_batch(element)
            return element

        iterator_ops.OwnedIterator.__next__ = __next__

    def _watch_tapes(self):
        original, governor = tf.GradientTape.__init__, self

        @functools.wraps(original)
        def __init__(self, *args, **kwargs):  # noqa: N807
            __tracebackhide__ = True
            if tf.executing_eagerly():  # what a trace holds is of no use, and would be held for ever
                modules.keep_callers(sys._getframe(1))
            if governor.changes.watched:
                governor.witness.tapes()
            original(self, *args, **kwargs)

        tf.GradientTape.__init__ = __init__

    def _watch_fit(self):
        original, governor = tf.keras.Model.fit, self

        @functools.wraps(original)
        def fit(self, x=None, *args, **kwargs):
            __tracebackhide__ = True
            modules.keep_callers(sys._getframe(1))
            governor.witness.fits(self, x, kwargs.get("validation_data"))
            governor.handed.note(self, handed.things_of(x, args, kwargs, handed.OF_FIT))
            handed.note(governor, handed.of_fit, x, args, kwargs)
            governor.fitting += 1
            if (
                governor.steps
                and isinstance(x, tf.data.Dataset)
                and kwargs.get("steps_per_epoch") is None
                and len(args) < 9
            ):
                size = int(x.cardinality())
                if size < 0 or size > governor.steps:
                    # take(), not steps_per_epoch: the next epoch starts at the beginning, as the student's
                    # own would
                    x = x.take(governor.steps)
                    governor.note(f"fit used at most {governor.steps} batches in each epoch")
            try:
                return original(self, x, *args, **kwargs)
            finally:
                governor.fitting -= 1
                governor.changes.mark()
                governor.numbers.note()

        tf.keras.Model.fit = fit

    def _watch_epochs(self):
        kind, governor = getattr(tf.keras.callbacks, "CallbackList", None), self
        if kind is None:
            return
        original = kind.on_epoch_end

        @functools.wraps(original)
        def on_epoch_end(self, *args, **kwargs):
            __tracebackhide__ = True
            governor.logged.epoch(kwargs.get("logs", args[1] if len(args) > 1 else None))
            if modules.is_history(held := getattr(self, "_history", None)):
                governor.histories[id(held)] = held
            governor.records.look(True)
            return original(self, *args, **kwargs)

        kind.on_epoch_end = on_epoch_end


def _is_batch(element):
    """Whether this is a batch, as far as its shapes tell: who goes through single samples counts them or
    divides them."""
    try:
        x, y = (part.shape for part in element)
        return len(x) >= 3 or (len(x) == 2 and len(y) >= 1 and x[0] == y[0])
    except Exception:  # something else than (sequences, labels)
        return True


def _number(entry):
    return int(entry[0].rpartition("/")[2])


def _equal(first, second):
    return len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
