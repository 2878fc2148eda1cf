"""How the student's part was made and called, read with care from an answer: what cannot be read counts as
the sheet's own way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.model import Observation
from grader.probes.reading import identifier
from grader.probes.ways import GIVEN, HELD, SHEETS, Argument, Holder, InputPlace, States, Way, made_in_words

MOST_ARGUMENTS = 4  # arguments that are told
LONGEST_WORDS = 200  # of a way that a run stored in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What the part was given when it was made, None where that is not told, and how it is called.
    `of_layer`: a layer stands for a cell class that there is none of; it may take no states."""

    made: tuple[Argument, ...] | None
    call: Way
    of_layer: bool
    takes_states: bool

    @property
    def starts_by_itself(self) -> bool:
        """Whether there is no cell class, and the layer that does its work takes no states: then no single
        step can be asked."""
        return self.of_layer and not self.takes_states

    @property
    def takes_input_alone(self) -> bool:
        """Whether it is called with its input alone."""
        return self.call.states is States.ALONE

    @property
    def keeps_states(self) -> bool:
        """Whether its states are attributes of its own, which a call changes."""
        return self.call.states is States.KEPT

    @property
    def takes_apart(self) -> bool:
        """Whether it takes its states as arguments of their own."""
        return self.call.states is States.APART


def read_handling(observation: Observation) -> Handling:
    """As the answer to one step or to a layer tells it, whatever else that holds."""
    told = observation.answer
    return Handling(
        made=read_making(told.get("made")),
        call=read_way(told.get("call")),
        of_layer=told.get("of_layer") is True,
        takes_states=told.get("takes_states") is not False,
    )


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
            place=InputPlace(str(said.get("place"))),
            holder=Holder(str(holder.get("kind"))),
            cell_first=said.get("cell_first") is True,
            keywords=_names(said.get("keywords")),
            name=identifier(holder.get("name")),
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
    if not isinstance(said, list) or len(said) > MOST_ARGUMENTS:
        return None
    found = [
        _argument(one.get("gives"), one.get("name")) if isinstance(one, Mapping) else None for one in said
    ]
    return None if None in found else tuple(one for one in found if one is not None)


def _argument(gives: object, name: object) -> Argument | None:
    if not isinstance(gives, str) or gives not in GIVEN or (name and not identifier(name)):
        return None
    return Argument(gives=gives, name=identifier(name))


def _names(said: object) -> tuple[str, ...]:
    names = [identifier(one) for one in said[:2]] if isinstance(said, list) else []
    return tuple(names) if all(names) else ()


# ── runs that were stored before ways travelled as values: the kernel put them into words ──


def _told_before(said: str) -> Way:
    """The way whose words these are."""
    names = _names_in(said[:LONGEST_WORDS])
    return next((way for way in _possible(names) if way.words == said), SHEETS)


def _names_in(said: str) -> list[str]:
    """What may be the student's names in these words."""
    pieces = [piece.partition("=")[0].strip("()[]") for part in said.split("(") for piece in part.split(", ")]
    return [piece for piece in pieces if identifier(piece)]


def _possible(names: Sequence[str]) -> Iterator[Way]:
    """Every way there is, with these names where it needs some."""
    for place, cell_first in itertools.product(InputPlace, (False, True)):
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
    names = {part: identifier(part.partition("=")[0]) if "=" in part else "" for part in parts}
    possible = [Argument(gives=gives, name=name) for name in names.values() for gives in GIVEN]
    found = tuple(next((one for one in possible if one.words == part), None) for part in parts)
    whole = tuple(one for one in found if one is not None)
    return whole if made_in_words(whole) == said else None
