"""What optimizers took when such notebooks were written, and refuse today: one for several models, and a
learning rate that is a number of any kind.

Until Keras 2.10 an optimizer made its state for a variable when it met it, so that one optimizer could train
one model after the other, or parts of one; the state of the others stayed, and its steps were counted on
(`OptimizerV2._create_slots`). Since 2.11 only what it met first is known. Measured with Keras 3.15, tf-keras
2.21 and its legacy optimizers, 2026-11-29.
"""

from __future__ import annotations

import functools

from . import period

ANOTHER = "an optimizer is given weights that it has not met, of another model or of another part: its state"
ANOTHER += " is built anew for them, as Keras did until 2.10"
NUMBER = "a learning rate is a tensor or a whole number: its value is taken, as Keras 2 did"


def install():
    """For the Keras of this process, before the first cell."""
    import tensorflow as tf

    kind = tf.keras.optimizers.Optimizer
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
