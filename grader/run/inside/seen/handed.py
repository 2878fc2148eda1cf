"""Arrays, and batches by number (keras.utils.Sequence), that `fit` and `evaluate` were handed, as the data
sets that Keras makes of them: who needs no tf.data has data to train and to test with all the same."""

from __future__ import annotations

import contextlib
import functools

import numpy as np
import tensorflow as tf

OF_FIT = ("y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data")
OF_EVALUATE = ("y", "batch_size")
BATCH = 32  # Keras's own
MOST_BYTES = 64 << 20  # of one array
MOST_MODELS = 40  # whose data are remembered


class HandedData:
    """What models were handed under the names of the notebook; `named` gives all that it has, by name."""

    def __init__(self, named):
        self._named = named
        self._kept = {}  # identity of a model -> (the model, {name: what it was handed under it last})

    def note(self, model, things):
        """A model is about to be trained, or tested, with these things."""
        found = {name: v for name, v in list(self._named().items()) if any(v is one for one in things)}
        if found and (id(model) in self._kept or len(self._kept) < MOST_MODELS):
            self._kept.setdefault(id(model), (model, {}))[1].update(found)

    def under(self, name, now, model=None):
        """What this model was handed last under the name that `now` has: `now` where it was handed nothing.
        Without a model: what any was handed, where none was handed what has the name now."""
        named = list(self._named().items())
        # the name that is asked for first: one thing may have been handed under several
        own = [name, *(other for other, value in named if value is now and not other.startswith("_"))]
        if model is not None:
            kept = [self._kept[id(model)][1]] if id(model) in self._kept else []
        else:
            kept = [things for _, things in reversed(self._kept.values())]
        found = [things[one] for things in kept for one in own if one in things]
        return now if not found or any(thing is now for thing in found) else found[0]


def things_of(x, args, kwargs, order):
    """What a call of `fit` or `evaluate` was handed."""
    given = dict(zip(order, args, strict=False)) | kwargs
    beside = given.get("validation_data")
    beside = beside if isinstance(beside, (tuple, list)) else ()
    return [thing for thing in (x, given.get("y"), *beside) if thing is not None]


def watch_evaluate(governor):
    """Hear of every `evaluate` that the notebook calls itself: `fit` evaluates what it was handed."""
    original = tf.keras.Model.evaluate

    @functools.wraps(original)
    def evaluate(self, x=None, *args, **kwargs):
        __tracebackhide__ = True
        if not governor.fitting:
            governor.handed.note(self, things_of(x, args, kwargs, OF_EVALUATE))
            note(governor, of_evaluate, x, args, kwargs)
        return original(self, x, *args, **kwargs)

    tf.keras.Model.evaluate = evaluate


def note(governor, of_call, x, args, kwargs):
    """Tell the witness what a call was handed, as `of_call` finds it. The notebook makes no data set here."""
    # it may be handed anything: Keras says what is wrong with it
    with governor.changes.paused(), contextlib.suppress(Exception):
        governor.witness.goes_through(of_call(x, args, kwargs))


def of_fit(x, args, kwargs):
    """[(data set, whether it is trained with)] of a call of `fit`; [] where it was handed other things. What
    it sets aside of the arrays, `validation_split`, is not trained with."""
    given = dict(zip(OF_FIT, args, strict=False)) | kwargs
    y, batch = given.get("y"), given.get("batch_size")
    split, beside = given.get("validation_split"), given.get("validation_data")
    found = []
    if isinstance(beside, (tuple, list)) and len(beside) >= 2:
        found.append((_data_set(*beside[:2], batch), False))
    elif beside is not None:
        found.append((_data_set(beside, None, batch), False))
    elif split and _is_array(x) and _is_array(y):
        kept = int(len(x) * (1.0 - split))
        found.append((_data_set(x[kept:], y[kept:], batch), False))
        x, y = x[:kept], y[:kept]
    found.append((_data_set(x, y, batch), True))
    return [(made, trained) for made, trained in found if made is not None]


def of_evaluate(x, args, kwargs):
    """The same of a call of `evaluate`, which does not train; also of the data set that it was handed."""
    given = dict(zip(OF_EVALUATE, args, strict=False)) | kwargs
    made = x if isinstance(x, tf.data.Dataset) else _data_set(x, given.get("y"), given.get("batch_size"))
    return [(made, False)] if made is not None else []


def _is_array(thing):
    return (isinstance(thing, np.ndarray) or tf.is_tensor(thing)) and len(getattr(thing, "shape", ())) > 0


def _data_set(x, y, batch):
    """The pairs of two arrays in batches, or batches by number; None of anything else, and of arrays that are
    too large to be copied."""
    if isinstance(x, tf.keras.utils.Sequence):
        return _of_batches(x)
    if not _is_array(x) or not _is_array(y) or len(x) != len(y):
        return None
    arrays = np.asarray(x), np.asarray(y)
    if max(array.nbytes for array in arrays) > MOST_BYTES or any(a.dtype.kind not in "fiub" for a in arrays):
        return None
    return tf.data.Dataset.from_tensor_slices(arrays).batch(int(batch or BATCH))


def _of_batches(made):
    """The batches that an object gives by number, whatever their sizes."""
    specs = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in map(np.asarray, made[0][:2]))
    return tf.data.Dataset.from_generator(
        lambda: (tuple(made[place][:2]) for place in range(len(made))), output_signature=specs
    )
