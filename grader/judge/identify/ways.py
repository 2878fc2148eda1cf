"""How the student's cell or layer is made and called, as values: read with care from an answer, and told in
words.

The kernel's side is grader/run/inside/ways.py. What cannot be read counts as the sheet's own way.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_NAME = 60  # of the student's names that are told
MOST = 4  # arguments that are told
LONGEST_WORDS = 200  # of a way that a run stored in words


class States(enum.StrEnum):
    """How the two states are handed over."""

    TOGETHER = "together"  # in one thing
    APART = "apart"  # as two arguments: the order in which they come back is then no sign of anything
    ALONE = "alone"  # not at all: the input is given alone


class Place(enum.StrEnum):
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
    place: Place = Place.FIRST
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
        if self.place is Place.WITHIN:
            return (
                f"([{', '.join(['x', *given])}])"
                if self.states is States.APART
                else f"((x, {', '.join(given)}))"
            )
        return f"({', '.join([*given, 'x'] if self.place is Place.LAST else ['x', *given])})"

    def _given(self) -> list[str]:
        match self.states:
            case States.ALONE:
                return []
            case States.APART:
                return ["cell", "hidden"] if self.cell_first else ["hidden", "cell"]
            case States.TOGETHER:
                return [self._held()]

    def _one_given(self) -> list[str]:
        match self.states:
            case States.ALONE:
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
                return f"dict({', '.join(f'{key}={state}' for key, state in zip(self.keys, ('hidden', 'cell'), strict=False))})"
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


def read_way(said: object) -> Way:
    """The way in an answer; the sheet's where the answer is no such thing."""
    if isinstance(said, str):
        return _told_before(said)
    holder = said.get("holder") if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(holder, Mapping):
        return SHEETS
    try:
        found = Way(
            states=States(str(said.get("states"))),
            place=Place(str(said.get("place"))),
            holder=Holder(str(holder.get("kind"))),
            cell_first=said.get("cell_first") is True,
            keywords=_names(said.get("keywords")),
            name=_name(holder.get("name")),
            keys=_names(holder.get("keys")),
        )
    except ValueError:
        return SHEETS
    return found if _is_whole(found) else SHEETS


def _is_whole(way: Way) -> bool:
    """Whether a way names all that it holds the states by."""
    named = way.holder is not Holder.CLASS or bool(way.name)
    return named and (way.holder is not Holder.DICT or len(way.keys) == 2)


def read_making(said: object) -> tuple[Argument, ...] | None:
    """What a cell or a layer was given when it was made; None where the answer does not say it."""
    if isinstance(said, str):
        return _made_before(said)
    if not isinstance(said, list) or len(said) > MOST:
        return None
    found = [
        _argument(one.get("gives"), one.get("name")) if isinstance(one, Mapping) else None for one in said
    ]
    return None if None in found else tuple(one for one in found if one is not None)


def _argument(gives: object, name: object) -> Argument | None:
    if not isinstance(gives, str) or gives not in GIVEN or (name and not _name(name)):
        return None
    return Argument(gives=gives, name=_name(name))


def _names(said: object) -> tuple[str, ...]:
    names = [_name(one) for one in said[:2]] if isinstance(said, list) else []
    return tuple(names) if all(names) else ()


def _name(said: Any) -> str:
    return said if isinstance(said, str) and said.isidentifier() and len(said) <= LONGEST_NAME else ""


# ── runs that were stored before ways travelled as values: the kernel put them into words
# ────────────────────────────────


def _told_before(said: str) -> Way:
    """The way whose words these are."""
    names = _names_in(said[:LONGEST_WORDS])
    return next((way for way in _possible(names) if way.words == said), SHEETS)


def _names_in(said: str) -> list[str]:
    """What may be the student's names in these words."""
    pieces = [piece.partition("=")[0].strip("()[]") for part in said.split("(") for piece in part.split(", ")]
    return [piece for piece in pieces if _name(piece)]


def _possible(names: Sequence[str]) -> Iterator[Way]:
    """Every way there is, with these names where it needs some."""
    for place, cell_first in itertools.product(Place, (False, True)):
        yield from (Way(place=place, holder=holder) for holder in HELD)
        yield Way(states=States.APART, place=place, cell_first=cell_first)
        yield from (
            Way(states=States.APART, cell_first=cell_first, keywords=pair)
            for pair in itertools.pairwise(names)
        )
    yield Way(states=States.ALONE)
    yield from (Way(keywords=(name,)) for name in names)
    yield from (Way(holder=Holder.CLASS, name=name) for name in names)
    yield from (Way(holder=Holder.DICT, keys=pair) for pair in itertools.pairwise(names))


def _made_before(said: str) -> tuple[Argument, ...] | None:
    """The arguments whose words these are."""
    parts = [part for part in said[:LONGEST_WORDS].removeprefix("(").removesuffix(")").split(", ") if part]
    names = {part: _name(part.partition("=")[0]) if "=" in part else "" for part in parts}
    possible = [Argument(gives=gives, name=name) for name in names.values() for gives in GIVEN]
    found = tuple(next((one for one in possible if one.words == part), None) for part in parts)
    whole = tuple(one for one in found if one is not None)
    return whole if made_in_words(whole) == said else None
