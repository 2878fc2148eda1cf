"""Look here first: what a person should see before anything else, found once and shown by the terminal and
the class page."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.assignment import Assignment
from grader.model import Basis, Key, Outcome, Person, Status, TimeSource
from grader.record import Record
from grader.record.directory import tells_nobody
from grader.report.copies import copies
from grader.report.neutral import visible
from grader.report.story import outcome_text
from grader.report.words import counted, some

K = TypeVar("K", bound=Hashable)

MANY = 3  # "more than half of the class" means nothing in a class of two
MOST = 10  # lines of one kind
GAP = 0.1  # how far a reported accuracy lies above ours: four standard errors of a test set of 400 at chance


class Kind(enum.StrEnum):
    """Why something is to be looked at, in the order of urgency."""

    ERROR = "our error"
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
class Item:
    """One thing to look at, and whom it concerns: the text is one harmless line without names, which follow
    it."""

    kind: Kind
    text: str
    students: tuple[str, ...] = ()


def look_here_first(
    records: Sequence[Record],
    assignment: Assignment,
    *,
    missing: Sequence[str] = (),
    nobodys: Sequence[str] = (),
) -> tuple[Item, ...]:
    """All that a person should see first, the most urgent first. `missing`: people on the roster who handed
    in nothing; `nobodys`: loose files that belong to no homework."""
    found = [
        *_errors(records),
        *_packages(records, assignment),
        *_unreadable(records),
        *_most_fail(records),
        *_undiagnosed(records),
        *_ended_early(records),
        *_runtimes(records, assignment),
        *_repairs(records),
        *_identical(records),
        *(_item(Kind.ALIKE, copy.text, copy.students) for copy in copies(records)),
        *_suggested(records),
        *_flags(records),
        *_gaps(records),
        *_times(records),
        *_unnamed(records),
        *_unlisted(records),
    ]
    items = [
        item for kind in Kind for item in _shortened(kind, [item for item in found if item.kind is kind])
    ]
    if missing:
        people = counted(len(missing), "person on the roster has", "people on the roster have")
        items.append(_item(Kind.MISSING, f"{people} no submission", missing))
    if nobodys:
        items.append(
            _item(
                Kind.NOBODYS, f"{counted(len(nobodys), 'loose file')} not looked at: {some(nobodys, 10)}", ()
            )
        )
    return tuple(items)


def _shortened(kind: Kind, items: Sequence[Item]) -> list[Item]:
    """At most ten of a kind: nobody, least of all a student with a hundred flags, fills the first screen."""
    rest = items[MOST - 1 :] if len(items) > MOST else []
    if not rest:
        return list(items)
    students = [student for item in rest for student in item.students]
    return [
        *items[: MOST - 1],
        _item(kind, f"and {len(rest)} more of this kind: see the pages of those it concerns", students),
    ]


def _item(kind: Kind, text: str, students: Iterable[str]) -> Item:
    return Item(
        kind=kind, text=visible(text, newlines=False, limit=400), students=tuple(dict.fromkeys(students))
    )


def _grouped(pairs: Iterable[tuple[K, str]]) -> list[tuple[K, list[str]]]:
    """Who shares a thing, the most common first."""
    groups: dict[K, list[str]] = {}
    for key, student in pairs:
        groups.setdefault(key, []).append(student)
    return sorted(groups.items(), key=lambda group: -len(set(group[1])))


def _suggested(records: Sequence[Record]) -> Iterator[Item]:
    found = [
        (check.title, r.student)
        for r in records
        for check in r.grade.checks
        if check.basis is Basis.SUGGESTED
    ]
    for title, students in _grouped(found):
        words = "points that the rubric suggested and no person has confirmed"
        yield _item(Kind.SUGGESTED, f"“{title}”: {words}", students)


def _errors(records: Sequence[Record]) -> Iterator[Item]:
    runs = (
        (record.reason or "no reason given", record.student)
        for record in records
        if record.outcome is Outcome.UNAVAILABLE
    )
    for reason, students in _grouped(runs):
        yield _item(
            Kind.ERROR, f"{counted(len(students), 'submission')} could not be run by us: {reason}", students
        )
    causes = [
        (check.staff_note.strip().partition("\n")[0] or check.message, check.title, record.student)
        for record in records
        # those have a line of their own
        if record.outcome is not Outcome.UNAVAILABLE and not record.missing_packages
        for check in record.grade.checks
        if check.status is Status.ERROR
    ]
    for cause, students in _grouped((cause, student) for cause, _, student in causes):
        titles = dict.fromkeys(f"“{title.rstrip('.')}”" for other, title, _ in causes if other == cause)
        checks = some(titles, 2)
        who = counted(len(set(students)), "submission")
        yield _item(Kind.ERROR, f"{checks}: an error of ours in {who}: {cause}", students)


def _packages(records: Sequence[Record], assignment: Assignment) -> Iterator[Item]:
    for package, students in _grouped(
        (package, record.student) for record in records for package in record.missing_packages
    ):
        who = counted(len(students), "notebook imports", "notebooks import")
        cure = "install it" if package in assignment.packages else "add it to `packages` in the sheet"
        yield _item(Kind.PACKAGE, f"{who} {package}: {cure}, then `grade DIR --rerun errors`", students)


def _unreadable(records: Sequence[Record]) -> Iterator[Item]:
    for problem, students in _grouped(
        (record.problem, record.student) for record in records if record.problem
    ):
        yield _item(
            Kind.UNREADABLE, f"{counted(len(students), 'submission')} could not be read: {problem}", students
        )


def _most_fail(records: Sequence[Record]) -> Iterator[Item]:
    failing = (
        (check.title.rstrip("."), r.student)
        for r in records
        for check in r.grade.checks
        if check.status is Status.FAILED
    )
    for check, students in _grouped(failing):
        if len(students) >= MANY and 2 * len(students) > len(records):
            text = (
                f"“{check}” fails for {len(students)} of {len(records)}: is it the class, the sheet, or the"
                " check?"
            )
            yield _item(Kind.MOST_FAIL, text, students)


def _undiagnosed(records: Sequence[Record]) -> Iterator[Item]:
    pairs = (
        (check.title.rstrip("."), record.student)
        for record in records
        for check in record.grade.checks
        if check.status is Status.FAILED and check.mistake is None and check.undiagnosed
    )
    for check, students in _grouped(pairs):
        who = counted(len(students), "homework")
        yield _item(
            Kind.UNDIAGNOSED,
            f"“{check}” fails in {who}, and no known mistake explains it: read the code first",
            students,
        )


def _ended_early(records: Sequence[Record]) -> Iterator[Item]:
    early = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.DIED)
    for outcome, students in _grouped(
        (outcome_text(record), record.student) for record in records if record.outcome in early
    ):
        yield _item(
            Kind.ENDED_EARLY, f"{counted(len(students), 'notebook')} ended early: {outcome}", students
        )


def _runtimes(records: Sequence[Record], assignment: Assignment) -> Iterator[Item]:
    switched = (
        ((record.runtime, record.runtime_reason), record.student)
        for record in records
        if record.runtime and record.runtime != assignment.runtime
    )
    for (runtime, reason), students in _grouped(switched):
        who = counted(len(students), "notebook")
        why = reason or "no reason given"
        yield _item(
            Kind.RUNTIME, f"{who} ran with {runtime} instead of {assignment.runtime}: {why}", students
        )


def _repairs(records: Sequence[Record]) -> Iterator[Item]:
    mattered = ((repair.what, r.student) for r in records for repair in r.repairs if not repair.is_routine)
    for repair, students in _grouped(mattered):
        yield _item(Kind.REPAIR, repair, students)


def _identical(records: Sequence[Record]) -> Iterator[Item]:
    for digest, students in _grouped((record.digest, record.student) for record in records if record.digest):
        if len(students) > 1:
            yield _item(
                Kind.IDENTICAL,
                f"{len(students)} people handed in the very same files (digest {digest[:8]})",
                students,
            )


def _flags(records: Sequence[Record]) -> Iterator[Item]:
    for flag, students in _grouped((flag, record.student) for record in records for flag in record.flags):
        yield _item(Kind.FLAG, flag, students)


def _gaps(records: Sequence[Record]) -> Iterator[Item]:
    for record in records:
        reported, measured = (value_of(record, key) for key in (Key.REPORTED_ACCURACY, Key.MEASURED_ACCURACY))
        if reported is not None and measured is not None and reported - measured > GAP:
            text = f"the notebook reports an accuracy of {reported:.2f}, we measured {measured:.2f}"
            yield _item(Kind.GAP, text, [record.student])


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


def _times(records: Sequence[Record]) -> Iterator[Item]:
    unknown = [record.student for record in records if record.time_source is TimeSource.UNKNOWN]
    if unknown:
        who = counted(len(unknown), "homework")
        text = (
            f"it is not known when {who} came, so nothing is counted as late: `submitted` in the roster"
            " says it"
        )
        yield _item(Kind.TIME, text, unknown)
    late = (
        (record.time_source, record.student)
        for record in records
        if record.late and record.time_source in WITNESSES
    )
    for source, students in _grouped(late):
        yield _item(Kind.TIME, WITNESSES[source], students)


def _unnamed(records: Sequence[Record]) -> Iterator[Item]:
    students = [record.student for record in records if any(map(_is_unnamed, record.people))]
    if students and len(records) > 1:
        who = counted(len(students), "homework")
        text = (
            f"nothing says whose {who} {'is' if len(students) == 1 else 'are'}: the names of the files do not"
        )
        yield _item(Kind.UNNAMED, text, students)


def _is_unnamed(person: Person) -> bool:
    """Of who is not on a roster another line speaks."""
    known = person.ident or person.login or person.email
    return person.on_roster and not known and tells_nobody(person.name)


def _unlisted(records: Sequence[Record]) -> Iterator[Item]:
    students = [record.student for record in records if any(not person.on_roster for person in record.people)]
    if students:
        yield _item(
            Kind.UNLISTED,
            f"{counted(len(students), 'homework')} handed in by people who are not on the roster",
            students,
        )


def value_of(record: Record, key: Key) -> float | None:
    """What the evidence of this key holds; None where no check has it."""
    rows = (row for check in record.grade.checks for row in check.evidence)
    return next((row.value for row in rows if row.key is key and row.value is not None), None)
