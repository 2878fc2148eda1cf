"""One thing that a person should see first, and how such things are gathered."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from grader.report.neutral import visible

K = TypeVar("K", bound=Hashable)


class Concern(enum.StrEnum):
    """Why something is to be looked at, in the order of urgency."""

    ERROR = "our error"
    ANOTHER_SHEET = "another homework"
    PACKAGE = "missing package"
    UNREADABLE = "nothing to run"
    MOST_FAIL = "most fail"
    UNDIAGNOSED = "undiagnosed"
    ENDED_EARLY = "ended early"
    RUNTIME = "another runtime"
    REPAIR = "repaired"
    IDENTICAL = "identical"
    ALIKE = "alike"
    SUGGESTED = "suggested"
    FLAG = "flag"
    GAP = "reported is not measured"
    TIME = "time of handing in"
    UNNAMED = "no name"
    UNLISTED = "not on the roster"
    MISSING = "no submission"
    NOBODYS = "nobody's file"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookItem:
    """One thing to look at, and whom it concerns: the text is one harmless line without names, which follow
    it."""

    kind: Concern
    text: str
    students: tuple[str, ...] = ()


def to_see(kind: Concern, text: str, students: Iterable[str]) -> LookItem:
    """An item as one harmless line, each of the students once."""
    return LookItem(
        kind=kind, text=visible(text, newlines=False, limit=400), students=tuple(dict.fromkeys(students))
    )


def grouped(pairs: Iterable[tuple[K, str]]) -> list[tuple[K, list[str]]]:
    """Who shares a thing, the most common first."""
    groups: dict[K, list[str]] = {}
    for key, student in pairs:
        groups.setdefault(key, []).append(student)
    return sorted(groups.items(), key=lambda group: -len(set(group[1])))
