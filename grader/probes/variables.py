"""The variables of a student's cell, layer or model, as the kernel described them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.model import Observation
from grader.probes.reading import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable: where it is kept, "lstm.cell.kernel", and what it is called. `tracked`: Keras lists it
    among those of the model; `handed`: or an optimizer was handed it, or none was seen."""

    path: str
    name: str
    shape: Shape
    tracked: bool
    trainable: bool
    handed: bool = True

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def title(self) -> str:
        """The path, or the name where it has none."""
        return self.path or self.name


def read_variables(observation: Observation) -> tuple[Variable, ...]:
    """In the order in which their values are sent. claims.py has looked at each of them."""
    return tuple(map(_variable, observation.answer["variables"]))


def shapes_of(variables: Sequence[Variable]) -> tuple[Shape, ...]:
    """Their shapes."""
    return tuple(variable.shape for variable in variables)


def _variable(told: Mapping[str, object]) -> Variable:
    path, name, shape = told["path"], told.get("name"), told["shape"]
    assert isinstance(shape, list)
    return Variable(
        path=str(path),
        name=str(name or ""),
        shape=tuple(int(side) for side in shape),
        tracked=told.get("tracked") is True,
        trainable=told.get("trainable") is True,
        handed=told.get("handed") is not False,
    )
