"""What a cell of plain NumPy is asked: the host sets all weights of a cell that the student's class made, and
calls a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Class, Probe, Seen
from grader.probes.reading import Array, Shape
from grader.rnn.family import CellFamily

# of (i, h, o): names of attributes, in their order, and their shapes
Shapes = Callable[[int, int, int], Mapping[str, Shape]]
SIDES = (3, 4, 5, 6)  # of input, state, output and batch, each another: shapes tell the arrays apart
ONES = (1, 1, 1, 1)
GAIN = 0.8  # of drawn weights: no gate is saturated, and none is linear
OVERFLOWING = 500.0  # pre-activations under which a softmax that does not subtract the largest overflows
FORMS = 2  # by position, by name
LARGEST_SEED = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """The weights that a class makes: those that it draws, in this order, and those that are zero."""

    role: Class
    draws: Shapes
    zeros: Shapes

    def shapes(self, i: int, h: int, o: int) -> dict[str, Shape]:
        """All of them."""
        return {**self.draws(i, h, o), **self.zeros(i, h, o)}


@dataclass(frozen=True, kw_only=True)
class Stepper:
    """One method of such a class: `given` are its arguments, the states first; `gates` the (weights, bias) of
    every gate, in the order of the family; `read_out` those of the output that it returns behind the states;
    `rules` the ids of the rules that are right."""

    attributes: Attributes
    family: CellFamily
    gates: tuple[tuple[str, str], ...]
    given: tuple[str, ...]
    method: str
    read_out: tuple[str, str] | None
    rules: tuple[str, ...]
    asked: Probe

    @property
    def name(self) -> str:
        """RNNCell.forward."""
        return f"{self.attributes.role.name}.{self.method}"

    @property
    def equations(self) -> str:
        """Those that the sheet asks for."""
        return self.family.equations_by(self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """One step that was asked. `weights`: all attributes that were set; `given`: the arguments of the
    call."""

    weights: Mapping[str, Array]
    given: Mapping[str, Array]
    called: probes.Called
    error: Mapping[str, str] | None


def made(
    attributes: Attributes,
    sides: Sequence[int],
    rng: np.random.Generator,
    place: int,
    *,
    by_name: bool,
    gain: float = GAIN,
) -> list[Any]:
    """A new cell of drawn weights; `place`: of the first of these steps."""
    i, h, o = sides[:3]
    sizes: dict[str, Any] = dict(zip(attributes.role.arguments, (i, h, o), strict=True))
    made = probes.call(attributes.role, **sizes) if by_name else probes.call(attributes.role, i, h, o)
    made = replace(made, bare=True)  # that it cannot be constructed is charged with its weights
    weights = {name: gain * rng.normal(size=shape) for name, shape in attributes.shapes(i, h, o).items()}
    return [made, *(probes.set_to(probes.Result(place), name, array) for name, array in weights.items())]


def questions(
    attributes: Attributes, method: str, given: Sequence[str], rng: np.random.Generator
) -> list[Any]:
    """Three cells in both forms, then one whose weights are large."""
    steps: list[Any] = []
    cases = [tuple(map(int, rng.permutation(SIDES))), tuple(map(int, rng.permutation(SIDES))), ONES]
    asked = [(case, by_name, GAIN) for by_name in (False, True) for case in cases] + [
        (cases[0], False, OVERFLOWING)
    ]
    for sides, by_name, gain in asked:
        place, (i, h, _, batch) = len(steps), sides
        steps += made(attributes, sides, rng, place, by_name=by_name, gain=gain)
        arrays = [*(rng.normal(size=(batch, h)) for _ in given[:-1]), rng.normal(size=(batch, i))]
        named = dict(zip(given, arrays, strict=True))
        cell = probes.Result(place)
        steps.append(
            probes.call(cell, method=method, **named)
            if by_name
            else probes.call(cell, *arrays, method=method)
        )
    return steps


def steps_of(attributes: Attributes, told: Sequence[probes.Called], given: Sequence[str]) -> list[Stepped]:
    """The steps that were asked, each behind the cell that was made for it."""
    names = list(attributes.shapes(1, 1, 1))
    each = len(names) + 2
    found = []
    for begin in range(0, len(told) - each + 1, each):
        made, *sets, called = told[begin : begin + each]
        wrong = next((one.error for one in (*sets, called) if one.error), None)
        wrong = wrong and (made.error or wrong)
        weights = {name: one.given[0] for name, one in zip(names, sets, strict=True)}
        arguments = called.named or dict(zip(given, called.given, strict=False))
        found.append(Stepped(weights=weights, given=arguments, called=called, error=wrong))
    return found


def by_form(stepper: Stepper, seen: Seen) -> list[list[Stepped]]:
    """By position and by name; the cell of large weights stands at the end of both."""
    steps = steps_of(stepper.attributes, seen[stepper.asked], stepper.given)
    each = (len(steps) - 1) // FORMS
    return [[*steps[form * each : (form + 1) * each], steps[-1]] for form in range(FORMS)] if each else []
