"""What the kernel saw run while a probe was asked, and what it executed so far that nobody can read: in every
answer. Written by run/inside/seen/ran.py and executed.py."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from grader.model import Observation

MOST_READ = 48  # of one answer
LONGEST_SIGHTING = 120  # characters of what was seen
PLACE = re.compile(r"[\w ,./()-]{1,100}")


class AtWork(enum.StrEnum):
    """What ran when the student's code was called."""

    RECURRENT = "recurrent"  # a library's own recurrent network
    UNREAD = "unread"  # code that stands in no cell and no file
    OTHER = "other"  # other code than what stands there
    RESTORED = "restored"  # a stored program
    ELSEWHERE = "elsewhere"  # another thread or process
    BLINDED = "blinded"  # what ends the watch


class Executed(enum.StrEnum):
    """How something was executed that nobody can read."""

    EXEC = "exec"  # a text that was put together
    RUN = "run"  # a file that was not handed in
    POSING = "posing"  # a text under the name of a library's file
    MARSHAL = "marshal"  # bytes
    CODE = "code"  # a code object that was put together
    NATIVE = "native"  # machine code
    PICKLE = "pickle"  # a recurrent layer out of a pickle


Kind = TypeVar("Kind", AtWork, Executed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Generic[Kind]):
    """One thing that the kernel saw."""

    kind: Kind
    what: str
    place: str  # "cell 4, line 2"; "" when it is not known


def read_at_work(observation: Observation) -> tuple[Sighting[AtWork], ...]:
    """What ran while this was asked."""
    return tuple(_sightings(observation, "ran", AtWork))


def read_executed(observation: Observation) -> tuple[Sighting[Executed], ...]:
    """What was executed until this was asked."""
    return tuple(_sightings(observation, "executed", Executed))


def _sightings(observation: Observation, name: str, kinds: type[Kind]) -> Iterator[Sighting[Kind]]:
    """The entries that are what they should be: the kernel can write anything."""
    told = observation.answer.get(name)
    for entry in told[:MOST_READ] if isinstance(told, list) else ():
        kind, what, place = (_printable(entry, key) for key in ("kind", "what", "place"))
        if kind in set(kinds):
            yield Sighting(kind=kinds(kind), what=what, place=place if PLACE.fullmatch(place) else "")


def _printable(entry: object, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else ""
    if not isinstance(value, str):
        return ""
    shown = "".join(char if char.isprintable() else " " for char in value[: 2 * LONGEST_SIGHTING])
    return shown if len(shown) <= LONGEST_SIGHTING else f"{shown[: LONGEST_SIGHTING - 1]}…"
