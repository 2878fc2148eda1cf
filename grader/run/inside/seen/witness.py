"""What the notebook's own training used, whatever it calls it: the model whose variables an optimizer
changed, the data sets of the passes in which they changed and of those in which they did not, and the shape
of a batch.

Nothing here decides anything. It tells a probe what to look at and with which sizes to ask, where names and
numbers of the notebook would lead to something else: a raw data set beside the prepared one, a model that was
made after the training, `.batch(64)`.
"""

from __future__ import annotations

import contextlib

import tensorflow as tf

from .. import walk
from ..modules import is_own_class
from . import elements, optimized
from .holders import has_part, held_by, holder_of
from .trained import TrainedVariables, well_trained

MOST_MODELS = 8  # that are kept, each with the variables that were trained
MOST_PASSES = 12  # over different data sets
MOST_LOOKED_AT = 1  # batches of a pass that is a mere look at a data set


class DataPass:
    """The latest pass over one data set."""

    def __init__(self, made, before):
        self.made, self.before = made, before
        self.shape = ()  # of the first batch's sequences
        # whether variables changed in this pass, or in an earlier one over the same data set
        self.trained = False
        self.taped = False  # whether gradients were to be computed in it
        self.batches = 0
        self.often = 1  # how many passes over the same data set there were


class Witness:
    """Sees a notebook's training. `named`: gives all that it has, by name."""

    def __init__(self, named):
        self._named = named
        self._trained = {}  # identities of the variables -> Trained, the latest last
        self._passes = {}  # identity of a data set -> Pass, the latest last
        self._open = None  # the pass that is going on
        self.input_key = ""  # under which the elements have their sequences; "": under none
        self._fed = {}  # identity of a model -> the model, and what was handed to its `fit`

    # ── what is noticed ──

    def applies(self, variables, optimizer=None):
        """An optimizer is about to change these variables, or a graph is made that does."""
        variables = [walk.tensor_of(variable) for variable in variables]
        optimized.note(variables)
        key = frozenset(map(id, variables))
        if key in self._trained:
            if next(reversed(self._trained)) != key:
                self._trained[key] = self._trained.pop(key)
        elif variables:
            self._make_room()
            self._trained[key] = TrainedVariables(holder_of(key, lambda: self._named().values()), variables)
            self._trained[key].look(self._named())
        if key in self._trained and optimizer is not None:
            self._trained[key].optimizers[id(optimizer)] = optimizer

    def _make_room(self):
        """Of many models, one for each rate of a sweep, keep the latest, and those that a name leads to."""
        while len(self._trained) >= MOST_MODELS:
            named = set(map(id, self._named().values()))
            nobodys = (key for key, one in self._trained.items() if id(one.model) not in named)
            del self._trained[next(nobodys, next(iter(self._trained)))]

    def begins(self, made):
        """A pass over a data set begins."""
        self.ends()
        earlier = self._passes.pop(id(made), None)
        self._open = self._passes[id(made)] = DataPass(made, self._state())
        if earlier is not None:
            self._open.trained, self._open.shape = earlier.trained, earlier.shape
            self._open.taped, self._open.often = earlier.taped, earlier.often + 1
        if len(self._passes) > MOST_PASSES:
            self._forget()

    def batch(self, element):
        """A batch was taken in the pass that is going on."""
        if self._open is None:
            return
        self._open.batches += 1
        self.input_key = elements.key_of_input(element) or self.input_key
        if not self._open.shape:
            with contextlib.suppress(Exception):  # an element may be anything
                first = (elements.pair_of(element) or (element,))[0]
                self._open.shape = tuple(int(side) for side in first.shape)

    def tapes(self):
        """Gradients are about to be computed."""
        if self._open is not None:
            self._open.taped = True

    def ends(self):
        """The pass has come to its end, or something else begins. Whether it trained; None when there was
        none."""
        one, self._open = self._open, None
        if one is None or not one.batches:
            return None
        trained = self._state() != one.before
        one.trained = one.trained or trained
        return trained

    def passes_in_graph(self, made, *, trains):
        """A graph was made that goes through a data set, and whether it computes gradients there."""
        self.ends()
        one = self._passes.pop(id(made), None) or DataPass(made, None)
        one.trained, one.batches = one.trained or trains, MOST_LOOKED_AT + 1
        with tf.init_scope():
            one.shape = one.shape or _shape_of(made)
        self._passes[id(made)] = one

    def fits(self, model, x, validation):
        """`fit` is about to train a model."""
        _, given = self._fed.setdefault(id(model), (model, []))
        if len(given) < MOST_PASSES and not any(one is x for one in given):
            given.append(x)
        self.goes_through(((validation, False), (x, True)))

    def goes_through(self, handed):
        """What Keras goes through: (what was handed to it, whether it trains with it)."""
        for made, trained in handed:
            if isinstance(made, tf.data.Dataset):
                earlier = self._passes.pop(id(made), None)
                one = self._passes[id(made)] = DataPass(made, None)
                one.trained = trained or bool(earlier and earlier.trained)
                one.shape = _shape_of(made)

    # ── what is told ──

    def model(self, preferred=None, cell=None):
        """The model that was trained: `preferred`, if it was, and not barely beside another, else the latest
        that was; None when none is known. Those that hold a cell of the student's own class `cell` come
        before those that do not: a ready-made one may be trained to compare with, under the same name."""
        known = [one for one in self._trained.values() if one.model is not None]
        is_meant = {id(one): preferred is not None and self._are_of(preferred, one) for one in known}
        own = [
            one
            for one in known
            if cell is not None
            and (has_part(one.model, cell) or (is_meant[id(one)] and has_part(preferred, cell)))
        ]
        trained = well_trained(own or known)
        if any(is_meant[id(one)] for one in trained):
            return preferred
        return trained[-1].model if trained else None

    def states(self):
        """{what stands for a model that was trained: numbers that change when its weights do}."""
        # a model may be half built: nothing is known of its states then
        with contextlib.suppress(Exception), tf.init_scope():
            return {key: tuple(one.state()) for key, one in self._trained.items()}
        return {}

    def key_of(self, model):
        """What stands for this model in `states`; None when it was not trained."""
        known = list(self._trained.items())
        return next(
            (key for key, one in reversed(known) if model is not None and self._are_of(model, one)), None
        )

    def look(self):
        """Note which names trained models have, when a cell has run: one may get its name when its training
        is over."""
        for one in self._trained.values():
            one.look(self._named())

    def trained_as(self, name):
        """The models that have had this name since their training began, the latest first."""
        return [one.model for one in reversed(list(self._trained.values())) if name in one.names]

    def of_one_class(self, key):
        """The keys of other models that were trained, of the same class of the student's own, the latest
        first."""
        kind = type(self._trained[key].model)
        return [
            other
            for other, one in reversed(list(self._trained.items()))
            if other != key and type(one.model) is kind and is_own_class(kind)
        ]

    def data_sets(self, train=None, test=None):
        """(the data set of the training, that of the test): `train` and `test` where they were used so, else
        the latest that were; None for what was not seen. Where no name leads to the data of the training, and
        it broke off before anything was learned, those that it went through."""
        self.ends()
        passes = list(self._passes.values())
        trained = _latest([one for one in passes if one.trained], train)
        if trained is None and train is None:  # a training that raised before anything had changed
            trained = _latest([one for one in passes if one.taped], train)
        if trained is None:
            return None, None
        alike = [
            one
            for one in passes
            if not one.trained and one.batches != MOST_LOOKED_AT and one.shape[1:] == trained.shape[1:]
        ]
        tested = _latest(sorted(alike, key=lambda one: one.often), test)  # a look is no test
        return trained.made, tested and tested.made

    def fed(self, model):
        """What a model was trained with: what `fit` was handed for it, or for another that has variables of
        it, else the data sets of the passes in which variables changed."""
        self.ends()
        held = held_by(model)
        given = [x for other, all_of_it in self._fed.values() if held & held_by(other) for x in all_of_it]
        return given or [one.made for one in self._passes.values() if one.trained]

    def is_flat(self):
        """Whether the sequences of the training had no axis for their features."""
        trained = [one for one in self._passes.values() if one.trained and one.shape]
        return bool(trained) and all(len(one.shape) == 2 for one in trained)

    def sizes(self):
        """{"batch", "time"} of the sequences that the model was trained with, else of those that were gone
        through last; {} when they are not known."""
        self.ends()
        axes = 2 if self.is_flat() else 3
        of_batches = [
            one
            for one in self._passes.values()
            if len(one.shape) == axes and all(side > 0 for side in one.shape)
        ]
        shape = max(enumerate(of_batches), key=lambda pair: (pair[1].trained, pair[0]), default=(0, None))[1]
        if shape is None:
            return {}
        shape = shape.shape
        return {"batch": shape[0], "time": shape[1]}

    def _state(self):
        with contextlib.suppress(Exception), tf.init_scope():  # as above
            return [number for one in self._trained.values() for number in one.state()]
        return []

    def _forget(self):
        oldest = next((key for key, one in self._passes.items() if not one.trained), next(iter(self._passes)))
        del self._passes[oldest]

    def _are_of(self, model, one):
        if model is one.model:
            return True
        held = held_by(model)
        return bool(held) and all(id(variable) in held for variable in one.variables)


def _latest(passes, preferred):
    return next((one for one in passes if one.made is preferred), passes[-1] if passes else None)


def _shape_of(made):
    """The shape of the sequences in a batch, as far as the data set tells it; () when it does not."""
    with contextlib.suppress(Exception):  # a data set that tells no shape: () below
        spec = made.element_spec
        first = spec[0] if isinstance(spec, tuple) else spec
        if first.shape.is_fully_defined():
            return tuple(first.shape.as_list())
        element = next(iter(made.take(1)))
        return tuple((element[0] if isinstance(element, tuple) else element).shape)
    return ()
