"""Questions are asked in single precision: what computes in half of it (a mixed policy) would answer with
three digits, in which a small mistake hides and right equations differ. Weights are kept in single precision
anyway."""

from __future__ import annotations

import contextlib

import tensorflow as tf

from .. import walk

HALF = ("float16", "bfloat16")
SINGLE = "float32"


@contextlib.contextmanager
def single(things):
    """New layers, and those of these objects, compute in single precision; the global policy is put back by
    who asks."""
    policy = getattr(tf.keras.mixed_precision, "global_policy", lambda: None)()
    if getattr(policy, "compute_dtype", SINGLE) in HALF:
        tf.keras.mixed_precision.set_global_policy(SINGLE)
    changed = []
    for thing in things:
        if isinstance(thing, type):
            continue
        for _, layer in walk.objects(thing):
            if isinstance(layer, tf.keras.layers.Layer) and layer.compute_dtype in HALF:
                changed.append((layer, layer.dtype_policy))
                _set(layer, SINGLE)
    try:
        yield
    finally:
        for layer, before in changed:
            _set(layer, before)


def _set(layer, policy):
    if hasattr(layer, "_set_dtype_policy"):  # Keras 2
        layer._set_dtype_policy(policy)
    else:
        layer.dtype_policy = policy
