"""Leave no trace: what a probe changes in the student's process is put back."""

from __future__ import annotations

import contextlib
import io
import random

from .. import walk

MAX_MODELS = 50
CHANCE = (
    "Dropout",
    "BaseSpatialDropout",
    "SpatialDropout1D",
    "GaussianNoise",
    "GaussianDropout",
    "AlphaDropout",
)


def _models(namespace, tf):
    """The layers and models that the notebook holds by name, each once."""
    found = {id(value): value for value in namespace.values() if isinstance(value, tf.keras.layers.Layer)}
    return list(found.values())[:MAX_MODELS]


def _tensorflow_random_state():
    """(context, its seed, its Python generator's state, the global generator's state); parts may be None."""
    from tensorflow.python.eager import context as eager_context

    context = eager_context.context()
    generator = getattr(context, "_rng", None)
    from tensorflow.python.ops import stateful_random_ops

    global_generator = getattr(stateful_random_ops, "global_generator", None)
    return (
        context,
        getattr(context, "_seed", None),
        generator,
        generator.getstate() if generator is not None else None,
        global_generator,
        global_generator.state.numpy().copy() if global_generator is not None else None,
    )


@contextlib.contextmanager
def leaving_no_trace(namespace, tf, np):
    """Save random states, the eager flag, the precision policy and all variables; silence output; put
    everything back."""
    python_state, numpy_state = random.getstate(), np.random.get_state()
    context, seed, generator, generator_state, global_generator, global_state = _tensorflow_random_state()
    eagerly = tf.config.functions_run_eagerly()
    policy = (
        tf.keras.mixed_precision.global_policy()
        if hasattr(tf.keras.mixed_precision, "global_policy")
        else None
    )
    saved = [(v, v.numpy().copy()) for m in _models(namespace, tf) for _, v, _ in walk.variables(m)]
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        tf.config.run_functions_eagerly(eagerly)
        if policy is not None:
            tf.keras.mixed_precision.set_global_policy(policy)
        for variable, value in saved:
            with contextlib.suppress(Exception):  # a variable that the student's own call deleted or reshaped
                variable.assign(value)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        context._seed, context._rng = seed, generator
        if generator is not None:
            generator.setstate(generator_state)
        if global_generator is not None:
            global_generator.state.assign(global_state)


def chance_in(root, tf):
    """[(layer, attribute)] of the layers that draw random numbers, and what says how much."""
    found = [thing for _, thing in walk.objects(root) if isinstance(thing, tf.keras.layers.Layer)]
    of_keras = [thing for thing in found if any(kind.__name__ in CHANCE for kind in type(thing).__mro__)]
    return [
        (thing, name)
        for thing in of_keras
        for name in ("rate", "stddev")
        if isinstance(getattr(thing, name, None), float)
    ]


@contextlib.contextmanager
def without_chance(chance):
    """Without chance: a model that drops units at every call is told so by a check of its own, and computed
    without that."""
    before = [getattr(thing, name) for thing, name in chance]
    for thing, name in chance:
        setattr(thing, name, 0.0)
    try:
        yield
    finally:
        for (thing, name), value in zip(chance, before, strict=True):
            setattr(thing, name, value)
