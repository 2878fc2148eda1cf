"""How the student's cell or layer is made and called, as values and in words.

The kernel's side is grader/run/inside/asked/ways.py; handling.py reads it from an answer.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class States(enum.StrEnum):
    """How the two states are handed over."""

    TOGETHER = "together"  # in one thing
    APART = "apart"  # as two arguments: the order in which they come back is then no sign of anything
    ALONE = "alone"  # not at all: the input is given alone
    KEPT = "kept"  # as attributes of the cell, which a step changes


class InputPlace(enum.StrEnum):
    """Where the input stands."""

    FIRST = "first"
    LAST = "last"
    WITHIN = "within"  # in one argument with the states


class Holder(enum.StrEnum):
    """What holds two states that are handed over together."""

    TUPLE = "tuple"
    LIST = "list"
    STACKED = "stacked"  # one tensor [2, batch, units]
    STACKED_WITHIN = "stacked within"  # one tensor [batch, 2, units]
    SIDE_BY_SIDE = "side by side"  # one tensor [batch, 2 * units]
    CLASS = "class"
    DICT = "dict"


HELD = {
    Holder.TUPLE: "(hidden, cell)",
    Holder.LIST: "[hidden, cell]",
    Holder.STACKED: "one tensor [2, batch, units]",
    Holder.STACKED_WITHIN: "one tensor [batch, 2, units]",
    Holder.SIDE_BY_SIDE: "one tensor [batch, 2 * units]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a cell or a layer is called with an input and two states. The default is the sheet's."""

    states: States = States.TOGETHER
    place: InputPlace = InputPlace.FIRST
    holder: Holder = Holder.TUPLE
    cell_first: bool = False
    keywords: tuple[str, ...] = ()  # the names by which the states are given
    name: str = ""  # of the class that holds the states
    keys: tuple[str, ...] = ()  # of the dict that holds them

    @property
    def words(self) -> str:
        """The call with two states as a person writes it: "(x, (hidden, cell))"."""
        return self.told(2)

    def told(self, states: int) -> str:
        """The call with so many states as a person writes it."""
        handed = self._given() if states == 2 else self._one_given()
        given = [f"{name}={state}" for name, state in zip(self.keywords, handed, strict=False)] or handed
        if self.place is InputPlace.WITHIN:
            return (
                f"([{', '.join(['x', *given])}])"
                if self.states is States.APART
                else f"((x, {', '.join(given)}))"
            )
        return f"({', '.join([*given, 'x'] if self.place is InputPlace.LAST else ['x', *given])})"

    def _given(self) -> list[str]:
        match self.states:
            case States.ALONE | States.KEPT:
                return []
            case States.APART:
                return ["cell", "hidden"] if self.cell_first else ["hidden", "cell"]
            case States.TOGETHER:
                return [self._held()]

    def _one_given(self) -> list[str]:
        match self.states:
            case States.ALONE | States.KEPT:
                return []
            case States.APART:
                return ["hidden"]
            case States.TOGETHER:
                return ["[hidden]" if self.holder is Holder.LIST else "(hidden,)"]

    def _held(self) -> str:
        match self.holder:
            case Holder.CLASS:
                return f"{self.name}(hidden, cell)"
            case Holder.DICT:
                named = zip(self.keys, ("hidden", "cell"), strict=False)
                return f"dict({', '.join(f'{key}={state}' for key, state in named)})"
            case _:
                return HELD[self.holder]


SHEETS = Way()
ONE_STATE = Way(states=States.APART)
# by states; a list for a tuple is no other way
LIKE_THE_SHEETS = {2: (SHEETS, Way(holder=Holder.LIST)), 1: (ONE_STATE,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of what makes a cell or a layer: what it gets, and its name when it is given by
    keyword."""

    gives: str  # a key of GIVEN
    name: str = ""

    @property
    def words(self) -> str:
        """ "units", "cell=cell", "units="."""
        said = GIVEN[self.gives]
        return f"{self.name}={'' if self.gives in SIZES else said}" if self.name else said


GIVEN = {
    "units": "units",
    "input": "input",
    "cell": "cell",
    "list of the cell": "[cell]",
    "all steps": "True",
}
SIZES = ("units", "input")


def made_in_words(making: Sequence[Argument]) -> str:
    """ "(units)", "(cell, return_sequences=True)"."""
    return f"({', '.join(argument.words for argument in making)})"
