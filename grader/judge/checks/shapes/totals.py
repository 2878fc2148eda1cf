"""How many parameters variables are in all, how many of them are trained, and what is said of those that
Keras does not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.probes.variables import Variable


def hint_to_train(variables: Sequence[Variable]) -> str:
    """What is said of variables that Keras does not know; "" where it knows all."""
    untracked = [variable.path for variable in variables if not variable.tracked]
    if not untracked:
        return ""
    return (
        f"Keras does not train {', '.join(untracked[:3])}: a weight is created with self.add_weight(...), or"
        " by a layer that is kept as an attribute; a state is passed on from call to call, and needs no"
        " variable."
    )


def total_of(variables: Iterable[Variable]) -> int:
    """How many parameters they are."""
    return sum(variable.size for variable in variables)


def trainable_of(variables: Iterable[Variable]) -> int:
    """How many of their parameters are trained."""
    return total_of(variable for variable in variables if variable.trainable and variable.handed)
