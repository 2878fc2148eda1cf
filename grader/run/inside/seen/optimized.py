"""Which variables an optimizer was handed in this process, whoever keeps them."""

from __future__ import annotations

_variables: dict[int, object] = {}  # identity -> the variable, which keeps its identity


def note(variables):
    """An optimizer is about to change these tf.Variables."""
    _variables.update((id(variable), variable) for variable in variables)


def may_be_trained(variable):
    """Whether this tf.Variable was handed to an optimizer; also where none was seen, for an update by hand
    needs none."""
    return not _variables or id(variable) in _variables
