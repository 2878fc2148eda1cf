"""What people are called where somebody reads it. Files and commands have a name that any system takes: "Ada
d_Arc" for who writes herself "Ada d'Arc"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from grader.model import Person
from grader.record.directory import squash


class Named(Protocol):
    """A homework of one or several people, read or graded."""

    @property
    def student(self) -> str:
        """What files and commands call it."""

    @property
    def members(self) -> Sequence[str]:
        """Who is in its group."""

    @property
    def people(self) -> Sequence[Person]:
        """The same, as the platform and the roster write them."""


def called(one: Named) -> str:
    """The name as it is written where the id is that name made fit for a file, else the id: a login, a group,
    or a namesake with a number."""
    name = one.people[0].name.strip() if len(one.people) == 1 else ""
    return name if name and squash(name) == squash(one.student) else one.student


def behind(one: Named) -> tuple[str, ...]:
    """Who stands behind what it is called, as they write themselves; nobody where that says it already."""
    names = tuple(dict.fromkeys(person.name or person.student for person in one.people)) or tuple(one.members)
    return () if names == (called(one),) else names


def as_written(ones: Iterable[Named]) -> dict[str, str]:
    """What each is called, by its id; no two are called alike."""
    names = {one.student: called(one) for one in ones}
    crowd = Counter(names.values())
    return {student: name if crowd[name] == 1 else student for student, name in names.items()}


def ids_of(names: Collection[str], ones: Sequence[Named]) -> dict[str, str]:
    """The id that each of these words means: it is the id, or the one homework whose id or people are called
    so, however that is spelled; a word that means none, or several, is left out."""
    known = {one.student for one in ones}
    by_name: dict[str, set[str]] = {}
    for one in ones:
        for name in (one.student, *one.members, *(person.name for person in one.people)):
            by_name.setdefault(squash(name), set()).add(one.student)
    found = {}
    for name in names:
        meant = {name} if name in known else by_name.get(squash(name), set()) if squash(name) else set()
        if len(meant) == 1:
            found[name] = next(iter(meant))
    return found
