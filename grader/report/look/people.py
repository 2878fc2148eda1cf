"""What should be seen first of whose homework it is: equal files, flags, times and names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.model import Person, TimeSource
from grader.model.quantities import counted
from grader.record import Record
from grader.record.directory import tells_nobody
from grader.report.look.item import Concern, LookItem, grouped, to_see


def identical(records: Sequence[Record]) -> Iterator[LookItem]:
    """The very same files from several people."""
    for digest, students in grouped((record.digest, record.student) for record in records if record.digest):
        if len(students) > 1:
            yield to_see(
                Concern.IDENTICAL,
                f"{len(students)} people handed in the very same files (digest {digest[:8]})",
                students,
            )


def flags(records: Sequence[Record]) -> Iterator[LookItem]:
    """What the source or the run shows that an instructor should look at."""
    for flag, students in grouped((flag, record.student) for record in records for flag in record.flags):
        yield to_see(Concern.FLAG, flag, students)


WITNESSES = {  # what a time rests on that makes somebody late
    TimeSource.MARK: (
        "late by the mark of the learning platform, which does not say by how much: one started day is"
        " counted"
    ),
    TimeSource.FILES: "late by the times of the files, which change when a file is copied",
    TimeSource.LATER_COMMIT: (
        "late by the last commit, although an earlier one was in time: the staff page says which; `git"
        " checkout` it in that folder to grade it instead"
    ),
}


def times(records: Sequence[Record]) -> Iterator[LookItem]:
    """Times of handing in that are unknown, or rest on a weak witness."""
    unknown = [record.student for record in records if record.time_source is TimeSource.UNKNOWN]
    if unknown:
        who = counted(len(unknown), "homework")
        text = (
            f"it is not known when {who} came, so nothing is counted as late: `submitted` in the roster"
            " says it"
        )
        yield to_see(Concern.TIME, text, unknown)
    late = (
        (record.time_source, record.student)
        for record in records
        if record.late and record.time_source in WITNESSES
    )
    for source, students in grouped(late):
        yield to_see(Concern.TIME, WITNESSES[source], students)


def unnamed(records: Sequence[Record]) -> Iterator[LookItem]:
    """Homework that no name belongs to."""
    students = [record.student for record in records if any(map(_is_unnamed, record.people))]
    if students and len(records) > 1:
        whose = "whose one homework is" if len(students) == 1 else f"whose these {len(students)} are"
        text = f"nothing says {whose}: they are named like any homework"
        yield to_see(Concern.UNNAMED, text, students)


def _is_unnamed(person: Person) -> bool:
    """Of who is not on a roster another line speaks."""
    known = person.ident or person.login or person.email
    return person.on_roster and not known and tells_nobody(person.name)


def unlisted(records: Sequence[Record]) -> Iterator[LookItem]:
    """Homework of people who are not on the roster."""
    students = [record.student for record in records if any(not person.on_roster for person in record.people)]
    if students:
        yield to_see(
            Concern.UNLISTED,
            f"{counted(len(students), 'homework')} handed in by people who are not on the roster",
            students,
        )
