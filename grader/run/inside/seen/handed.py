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


def watch_evaluate(governor):
    """Hear of every `evaluate` that the notebook calls itself: `fit` evaluates what it was handed."""
    original = tf.keras.Model.evaluate

    @functools.wraps(original)
    def evaluate(self, x=None, *args, **kwargs):
        __tracebackhide__ = True
        if not governor.fitting:
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
