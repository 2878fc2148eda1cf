"""What leaves the gradebook: one mark for each person, with all by which a platform knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.errors import UsageError
from grader.model import Person
from grader.model.quantities import counted
from grader.record import Record
from grader.record.directory import Directory, DownloadName, RosterEntry
from grader.report.words import level_text, points_text, some


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one person gets."""

    person: Person
    record: Record

    @property
    def points(self) -> float:
        """Decided, after what lateness costs."""
        return self.record.grade.points

    @property
    def is_open(self) -> bool:
        """Whether points wait for somebody."""
        return self.record.grade.points_pending > 0

    @property
    def comment(self) -> str:
        """One line for a platform's comment field."""
        grade = self.record.grade
        parts = [
            f"{points_text(grade.points)} of {points_text(grade.points_max)} points,"
            f" {level_text(grade.level)}"
        ]
        parts += [f"{points_text(grade.penalty)} taken off for lateness"] if grade.penalty else []
        parts += (
            [f"provisional: {points_text(grade.points_pending)} points are still open"]
            if self.is_open
            else []
        )
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Somebody who stands on one side only, and which."""

    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Files to write, by their names, and what has to be said about them."""

    files: Mapping[str, bytes]
    unmatched: tuple[Unmatched, ...] = ()
    notes: tuple[str, ...] = field(default=())
    # where a page belongs in the feedback of people whom no path names: a group's other members
    pages: Mapping[str, Record] = field(default_factory=dict)


def marks_of(records: Iterable[Record]) -> list[Mark]:
    """A mark for everybody, members of groups each by themselves."""
    return [Mark(person=person, record=record) for record in records for person in _people(record)]


def _people(record: Record) -> tuple[Person, ...]:
    if record.people:
        return record.people
    members = record.members or (record.student,)  # graded before people were kept
    return tuple(Person(student=member, name=member) for member in members)


def refuse_open(records: Sequence[Record]) -> None:
    """See that nothing waits for a decision.

    Raises:
        UsageError: something does; the line names whom it concerns.
    """
    if said := still_open(records):
        raise UsageError(
            f"{said}: `grade review` decides them; --provisional exports what is decided and says so"
        )


def still_open(records: Sequence[Record]) -> str:
    """What waits for a decision, and whose it is; "" when nothing does."""
    waiting = [record for record in records if record.grade.points_pending > 0]
    if not waiting:
        return ""
    points = sum(record.grade.points_pending for record in waiting)
    what = "1 point is" if points == 1 else f"{points_text(points)} points are"
    names = some(f"{_called(record)} {points_text(record.grade.points_pending)}" for record in waiting)
    return f"{what} still open, in {counted(len(waiting), 'submission')} ({names})"


def _called(record: Record) -> str:
    """Who handed it in, as they are written."""
    return ", ".join(person.name or person.student for person in _people(record))


def off_the_roster(records: Iterable[Record], missing: Sequence[str]) -> Iterator[Unmatched]:
    """Who handed in and is not on the roster, and who is on it and handed in nothing."""
    for record in records:
        for person in record.people:
            if not person.on_roster:
                yield Unmatched(name=person.name or person.student, what="handed in, not on the roster")
    yield from (Unmatched(name=name, what="on the roster, nothing handed in") for name in missing)


class MarkFinder:
    """Whose mark belongs in a row of somebody else's table."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = marks
        self._by_ident: dict[str, list[int]] = {}
        self._names: dict[str, int] = {}
        roster: dict[str, RosterEntry] = {}
        for number, mark in enumerate(marks):
            person = mark.person
            for key in {person.ident} - {""}:
                self._by_ident.setdefault(key, []).append(number)
            unique = person.student if person.student not in roster else f"{person.student}\0{number}"
            roster[unique] = RosterEntry(name=person.name, email=person.email)
            self._names[unique] = number
        self._directory = Directory(roster)
        self.found: set[int] = set()

    def find(
        self, *, ident: str = "", logins: Sequence[str] = (), email: str = "", name: str = ""
    ) -> Mark | None:
        """The mark of the person in a row: by the platform's number, else by login, address or name."""
        numbers = self._by_ident.get(ident, []) if ident else []
        found = numbers[0] if len(numbers) == 1 else self._by_name([*logins, email, name])
        if found is None:
            return None
        self.found.add(found)
        return self.marks[found]

    def _by_name(self, texts: Sequence[str]) -> int | None:
        for text in filter(None, texts):
            emails = (text,) if "@" in text else ()
            if student := self._directory.student(DownloadName(name=text, emails=emails)):
                return self._names[student]
        return None

    def left(self, where: str) -> Iterator[Unmatched]:
        """Whose marks stand in no row."""
        for number, mark in enumerate(self.marks):
            if number not in self.found:
                yield Unmatched(
                    name=mark.person.name or mark.person.student, what=f"handed in, not in {where}"
                )
