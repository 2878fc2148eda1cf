"""Layers that say which steps of a sequence count: a table with a vector for each word, and a mask."""

from __future__ import annotations

import numpy as np

from grader.rnn.keras_layers.spec import BackPass, LayerSpec, Mask, Passage
from grader.rnn.weights import Array, Arrays

PADDING = 0  # the number that stands for no word where a layer says `mask_zero`


def embedding(spec: LayerSpec) -> Passage | None:
    """Words [batch, time], or [batch, time, 1], as whole numbers -> the rows of the table that they name
    [batch, time, width]. An IndexError for a number that names none."""
    if len(spec.arrays) != 1 or spec.arrays[0].ndim != 2:
        return None
    table = spec.arrays[0]

    def under(x: Array, mask: Mask) -> tuple[Array, BackPass]:
        words = numbers_of(x)
        if words.size and words.min() < 0:
            raise IndexError("a word has a number below zero")

        def back(upstream: Array) -> tuple[Array, Arrays]:
            by_table = np.zeros(table.shape, dtype=upstream.dtype)
            np.add.at(by_table, words, upstream)
            return np.zeros_like(x), (by_table,)

        return table.astype(x.dtype)[words], back

    if spec.settings.get("mask_zero") is True:
        return Passage(under=under, mask=lambda x, mask: numbers_of(x) != PADDING)
    return Passage(under=under, mask=lambda x, mask: None)


def numbers_of(x: Array) -> Array:
    """The words [batch, time] of x, whole numbers that may come as floats and with an axis of one feature."""
    flat = x[..., 0] if x.ndim == 3 and x.shape[-1] == 1 else x
    return np.asarray(np.rint(flat), dtype="i8")


def masking(spec: LayerSpec) -> Passage | None:
    """Steps of which every number is `mask_value` do not count. x: [batch, time, features]."""
    value = spec.settings.get("mask_value")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None

    def counts(x: Array) -> Array:
        return np.asarray(np.any(x != np.asarray(value, dtype=x.dtype), axis=-1))

    def under(x: Array, mask: Mask) -> tuple[Array, BackPass]:
        shown = counts(x)[..., None]
        return x * shown, lambda upstream: (upstream * shown, ())

    return Passage(under=under, mask=lambda x, mask: counts(x))
