"""What optimizers took when such notebooks were written, and refuse today or leave out without a word: one
for several models, a learning rate that is a number of any kind, and `lr`, `decay` and `epsilon=None`, which
stood in the signatures of Keras until 2.2.

tf_keras 2.21 drops `lr` silently, so that `SGD(lr=2e-6)` trains at 0.01 (`_process_kwargs`), and refuses
`decay`; Keras 3 refuses the one and drops the other; both take `epsilon=None` and end in its first step.

Until Keras 2.10 an optimizer made its state for a variable when it met it, so that one optimizer could train
one model after the other, or parts of one; the state of the others stayed, and its steps were counted on
(`OptimizerV2._create_slots`). Since 2.11 only what it met first is known. Measured with Keras 3.15, tf-keras
2.21 and its legacy optimizers, 2026-11-29.
"""

from __future__ import annotations

import functools
import inspect

from . import period

ANOTHER = "an optimizer is given weights that it has not met, of another model or of another part: its state"
ANOTHER += " is built anew for them, as Keras did until 2.10"
LR = "an optimizer is given lr: it is its learning_rate, as in Keras 2"
DECAY = "an optimizer is given decay: its rate falls with every step, as in Keras 2"
NUMBER = "a learning rate is a tensor or a whole number: its value is taken, as Keras 2 did"


def install():
    """For the Keras of this process, before the first cell."""
    import tensorflow as tf

    known = tf.keras.optimizers
    kind = known.Optimizer
    for one in {one for one in vars(known).values() if isinstance(one, type) and issubclass(one, kind)}:
        if one is not kind:
            _take_old_names(one, known.schedules.InverseTimeDecay)
    if hasattr(kind, "_check_variables_are_known"):  # Keras 3
        _meet_when_checked(kind)
        _take_numbers(kind)
    else:
        _meet_when_built(kind)


def _meet_when_checked(kind):
    original = kind._check_variables_are_known

    @functools.wraps(original)
    def check(self, variables):
        _meet(self, variables, built="built", places="_trainable_variables_indices")
        return original(self, variables)

    kind._check_variables_are_known = check


def _meet_when_built(kind):
    """In Keras 2 every call builds, and returns where that is done already."""
    original = kind.build

    @functools.wraps(original)
    def build(self, variables):
        if getattr(self, "_built", False):
            _meet(self, variables, built="_built", places="_index_dict")
        return original(self, variables)

    kind.build = build


def _meet(optimizer, variables, *, built, places):
    """Build the state of what the optimizer's table `places` lacks, behind what it keeps already."""
    known = dict(getattr(optimizer, places))
    unknown = [variable for variable in variables if optimizer._var_key(variable) not in known]
    if not unknown:
        return
    period.say(ANOTHER)
    kept = {name: list(of) if isinstance(of, list) else of for name, of in vars(optimizer).items()}
    behind = {optimizer._var_key(variable): len(known) + n for n, variable in enumerate(unknown)}
    met = known
    setattr(optimizer, built, False)
    try:
        optimizer.build(unknown)
        met = known | behind
    finally:  # a graph that was traced before lets no variable be made: what was known stays so
        for name, before in kept.items():
            _keep(optimizer, name, before)
        setattr(optimizer, places, met)


def _keep(optimizer, name, before):
    """A list of states goes on behind what it held, all else is as it was: steps, rates."""
    now = getattr(optimizer, name)
    if not isinstance(before, list):
        if now is not before:
            setattr(optimizer, name, before)
    elif [*map(id, now[: len(before)])] != [*map(id, before)]:
        setattr(optimizer, name, [*before, *now])


def _take_old_names(kind, slowing_down):
    """`lr` is the learning rate; with `decay` it is lr / (1 + decay * steps), as Keras 2 had it until 2.10;
    without an `epsilon` it is Keras' own."""
    original = kind.__init__

    @functools.wraps(original)
    def __init__(self, *args, **kwargs):  # noqa: N807
        if "lr" in kwargs and "learning_rate" not in kwargs and not args:
            period.say(LR)
            kwargs["learning_rate"] = kwargs.pop("lr")
        if "epsilon" in kwargs and kwargs["epsilon"] is None:
            kwargs.pop("epsilon")
        decay = kwargs.get("decay")
        if isinstance(decay, int | float):
            rate = args[0] if args else kwargs.get("learning_rate", _default_rate(original))
            kwargs.pop("decay")
            if decay and isinstance(rate, int | float):
                period.say(DECAY)
                slower = slowing_down(rate, decay_steps=1, decay_rate=decay)
                args, kwargs = args[1:], kwargs | {"learning_rate": slower}
        original(self, *args, **kwargs)

    kind.__init__ = __init__


def _default_rate(function):
    return inspect.signature(function).parameters["learning_rate"].default


def _take_numbers(kind):
    """Keras 3 takes nothing but a Python float."""
    original = kind.__init__

    @functools.wraps(original)
    def __init__(self, learning_rate, *args, **kwargs):  # noqa: N807
        original(self, _as_float(learning_rate), *args, **kwargs)

    kind.__init__ = __init__


def _as_float(rate):
    """What is a number is a float; a schedule, a function or a text stays what it is."""
    if isinstance(rate, float | str) or callable(rate):
        return rate
    try:
        number = float(rate)
    except (TypeError, ValueError):
        return rate
    period.say(NUMBER)
    return number
