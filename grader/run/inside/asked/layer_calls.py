"""Which layers are called while something runs, in the order in which they end, and the one that stops it."""

from __future__ import annotations

import contextlib

import tensorflow as tf


class Calls:
    """`done`: (layer, its arguments, what it gave) of each call that came to its end; `stopped`: (layer, the
    shape that it was given) of the innermost one that raised last, None where none did."""

    def __init__(self):
        self.done, self.stopped = [], None


@contextlib.contextmanager
def watched():
    """Calls of layers in here, of models and of what they hold."""
    calls, original = Calls(), tf.keras.layers.Layer.__call__

    def call(self, *args, **kwargs):
        calls.stopped = None  # what was raised before was caught: this goes on
        try:
            out = original(self, *args, **kwargs)
        except Exception:
            calls.stopped = calls.stopped or (self, sides_of(args))
            raise
        calls.stopped = None
        calls.done.append((self, args, out))
        return out

    tf.keras.layers.Layer.__call__ = call
    try:
        yield calls
    finally:
        tf.keras.layers.Layer.__call__ = original


def sides_of(value):
    """The shape of the first tensor, symbolic or not; 0 for a side that is open."""
    shapes = [part.shape for part in tf.nest.flatten(value) if hasattr(part, "shape")]
    known = (shape for shape in shapes if getattr(shape, "rank", 0) is not None)
    return [int(side or 0) for side in next(known, ())]
