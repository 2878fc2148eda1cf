"""The numbers of a notebook's parameter cell, read in one way: what the sheet allows, and its own value where
a notebook has another.

Whatever stands there, nothing is computed with it before it was held against its range: a number is never our
problem.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.assignment.sheet import Assignment

AnyNumber = int | float
NamedNumbers = Mapping[str, AnyNumber]
LARGEST_NUMBER = 2**53  # a float still tells it from its neighbours
LONGEST_NUMBER = 24  # characters of a number in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What a parameter may be: from `least` to `most`, both included."""

    least: float = -math.inf
    most: float = math.inf
    whole: bool = False

    def read(self, value: object) -> AnyNumber | None:
        """The number, 32.0 as 32 where a whole one is wanted; None when it lies outside, or is no number that
        one can count with."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # nor is nan, which compares with nothing
            return None
        number = int(value) if self.whole and value == int(value) else value
        fits = self.least <= number <= self.most and (isinstance(number, int) or not self.whole)
        return number if fits else None

    @property
    def words(self) -> str:
        """ "a whole number of at least 1"."""
        kind = "a whole number" if self.whole else "a number"
        least, most = math.isfinite(self.least), math.isfinite(self.most)
        if least and most:
            return f"{kind} from {self.least:g} to {self.most:g}"
        return (
            f"{kind} of at least {self.least:g}"
            if least
            else f"{kind} of at most {self.most:g}"
            if most
            else kind
        )


def range_of(assignment: Assignment, name: str) -> Range:
    """The range that the sheet declares; else any number like its own value: of a positive whole number those
    from 1 on."""
    if (declared := assignment.ranges.get(name)) is not None:
        return declared
    own = assignment.parameters.get(name, 0.0)
    whole = isinstance(own, int)
    return Range(least=1 if whole and own > 0 else -math.inf, whole=whole)


def in_force(
    assignment: Assignment, own: Mapping[str, object], overrides: NamedNumbers | None = None
) -> dict[str, AnyNumber]:
    """Every parameter of the sheet: as the notebook has it, the sheet's value where that lies outside of the
    range, and what a budget put in their place on top."""
    read = {name: range_of(assignment, name).read(value) for name, value in own.items()}
    return {
        **assignment.parameters,
        **{name: value for name, value in read.items() if value is not None},
        **(overrides or {}),
    }


def outside(
    assignment: Assignment, own: Mapping[str, object], spelled: Mapping[str, str], *, floats: bool = False
) -> dict[str, str]:
    """Parameter of the sheet -> "BATCH_SIZE is 0, expected a whole number of at least 1", for those that lie
    outside of their range, or are no numbers at all. `floats`: also of 32.0, which is one to us and none to
    `range` and TensorFlow."""
    ranges = {name: range_of(assignment, name) for name in assignment.parameters if name in own}
    return {
        name: f"{spelled.get(name, name)} is {_shown(own[name])}, expected {allowed.words}"
        for name, allowed in ranges.items()
        if allowed.read(own[name]) is None or (floats and allowed.whole and isinstance(own[name], float))
    }


def meant_instead(assignment: Assignment, own: Mapping[str, object]) -> dict[str, AnyNumber]:
    """What to use for the parameters that lie outside of their range, 32.0 for 32 among them: the number
    that is meant where it can be read, as in "64", else the sheet's. Only those that a check is about: there
    they are charged."""
    charged = {name for check in assignment.checks for name in check.about}
    return {
        name: _read_as(range_of(assignment, name), own[name], assignment.parameters[name])
        for name in outside(assignment, own, {}, floats=True)
        if name in charged
    }


def _read_as(allowed: Range, value: object, otherwise: AnyNumber) -> AnyNumber:
    """The number that a value stands for, be it in quotes or before a comma; `otherwise` where there is
    none."""
    try:
        said = ast.literal_eval(value) if isinstance(value, str) else value
        said = said[0] if isinstance(said, tuple | list) and len(said) == 1 else said
        found = allowed.read(float(said) if isinstance(said, str) else said)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, OverflowError):
        return otherwise
    return otherwise if found is None else found


def _shown(value: object) -> str:
    try:
        is_broken = isinstance(value, float) and not value.is_integer()
        text = f"{value:g}" if is_broken else str(value)
    except ValueError:  # Python refuses to write out a number of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}…"
