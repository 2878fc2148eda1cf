"""Who is to be graded, by which sheet, and whose grade stays because nothing changed."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, load_all, load_sheet, sheet_digest
from grader.collect import (
    Candidate,
    Course,
    find_class,
    load_course,
    recognise,
    version_on_time,
    without_nobodys,
)
from grader.collect.choice.choose import contract_names
from grader.collect.files.digest import digest_of
from grader.errors import UsageError
from grader.model import Status
from grader.record import Gradebook, Record
from grader.record.called import ids_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Who is to be graded, and by which sheet; nothing is read yet."""

    assignment: Assignment
    folder: Path  # of the sheet
    sheet: str  # digest of the sheet's files
    course: Course
    candidates: tuple[Candidate, ...]
    everybody: frozenset[str] = frozenset()  # also those whom --only and --sample leave out
    absent: tuple[str, ...] = ()  # on the roster, handed in nothing
    missing: tuple[str, ...] = ()  # the same, but nobody where --only or --sample look at some alone
    nobodys: tuple[str, ...] = ()  # loose files that are nobody's

    @property
    def unlisted(self) -> tuple[str, ...]:
        """Whose homework is of people that the roster does not have."""
        return tuple(
            one.student for one in self.candidates if any(not person.on_roster for person in one.people)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What a session has to do."""

    roll: Roll
    work: tuple[Candidate, ...]
    kept: tuple[str, ...] = ()  # unchanged and graded before
    # of these, changed after the deadline: the version that was graded on time counts
    too_late: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()  # of these, graded by another version of the sheet
    strangers: tuple[str, ...] = ()  # in the gradebook, but not in this folder
    # whose runs are made anew although equal ones are stored; "all" for everybody
    rerun: frozenset[str] = frozenset()


def collect(
    source: Path,
    workspace: Path,
    sheets: Path,
    *,
    name: str = "",
    only: Collection[str] = (),
    sample: int | None = None,
    course_file: Path | None = None,
) -> Roll:
    """Find the homework in `source` and the sheet it is for. Archives are unpacked into `workspace`.
    `course_file` replaces the course.toml that lies with the class.

    Raises:
        GraderError: no homework, no such student, no sheet or several that fit, a sheet that cannot be
        loaded.
    """
    course = load_course(source, course_file)
    found = find_class(source, workspace, course)
    folder, assignment = _sheet(sheets, name, found.candidates)
    candidates, nobodys = without_nobodys(found.candidates, assignment)
    candidates = [version_on_time(candidate, course, contract_names(assignment)) for candidate in candidates]
    absent = course.missing(candidates)
    return Roll(
        assignment=assignment,
        folder=folder,
        sheet=sheet_digest(folder),
        course=course,
        candidates=tuple(_chosen(candidates, only, sample)),
        everybody=frozenset(candidate.student for candidate in candidates),
        absent=absent,
        missing=() if only or sample else absent,
        nobodys=tuple(sorted({*found.nobodys, *nobodys})),
    )


def _sheet(sheets: Path, name: str, candidates: Sequence[Candidate]) -> tuple[Path, Assignment]:
    if name and not (sheets / name / "sheet.py").is_file():
        known = ", ".join(sorted(path.parent.name for path in sheets.glob("*/sheet.py"))) or "none"
        raise UsageError(f"there is no sheet called {name!r} in {sheets}; there is: {known}")
    if name:
        return sheets / name, load_sheet(sheets / name)
    known_sheets = load_all(sheets)
    assignment = recognise(candidates, known_sheets)
    return next((sheets / folder, sheet) for folder, sheet in known_sheets.items() if sheet is assignment)


def _chosen(
    candidates: Sequence[Candidate], only: Collection[str], sample: int | None
) -> Sequence[Candidate]:
    meant = ids_of(only, candidates)
    if unknown := sorted(set(only) - set(meant)):
        raise UsageError(f"nobody here is called {unknown[0]!r}; {candidates[0].student!r} is, for example")
    chosen = [candidate for candidate in candidates if not only or candidate.student in meant.values()]
    if sample is None or sample >= len(chosen):
        return chosen
    # spread evenly, the same every time
    return [chosen[index * len(chosen) // sample] for index in range(sample)]


def sort_out(
    roll: Roll,
    gradebook: Gradebook | None,
    rerun: Collection[str] = (),
    *,
    errors: Collection[str] = (),
    suggested: bool = False,
) -> Todo:
    """Who needs work, and whose grade still holds. `rerun`: students, also what they changed after the
    deadline, or "all"; `errors`: students for whom we owe another run; `suggested`: open answers are to be
    read."""
    sheets = {session.id: session.sheet_digest for session in gradebook.sessions()} if gradebook else {}
    work: list[Candidate] = []
    kept: list[str] = []
    outdated: list[str] = []
    too_late: list[str] = []
    for candidate in roll.candidates:
        record = gradebook.record_of(candidate.student) if gradebook else None
        if record is None or candidate.student in rerun:
            work.append(candidate)
            continue
        if _came_too_late(record, candidate):
            too_late.append(candidate.student)
        elif (
            "all" in rerun
            or candidate.student in errors
            or not _still_holds(record, candidate, suggested)
            or (sheets.get(record.session) == roll.sheet and _lateness_changed(record, candidate, roll))
        ):
            work.append(candidate)
            continue
        kept.append(candidate.student)
        if sheets.get(record.session) != roll.sheet:
            outdated.append(candidate.student)
    strangers = (
        tuple(r.student for r in gradebook.records() if r.student not in roll.everybody) if gradebook else ()
    )
    return Todo(
        roll=roll,
        work=tuple(work),
        kept=tuple(kept),
        too_late=tuple(too_late),
        outdated=tuple(outdated),
        strangers=strangers,
        rerun=frozenset((*rerun, *errors)),
    )


def _came_too_late(record: Record, candidate: Candidate) -> bool:
    """Whether a version that was handed in on time is graded already, and this one came after the
    deadline."""
    on_time = bool(record.digest) and not record.problem and not record.late
    return on_time and candidate.late and record.digest != digest_of(candidate.root, candidate.files)


def _lateness_changed(record: Record, candidate: Candidate, roll: Roll) -> bool:
    """Whether the roster, an extension or the deadline says by now something else about the same files'
    lateness."""
    penalty = roll.course.penalty(roll.assignment.points_max, candidate.lateness_hours)
    return record.late != candidate.late or not math.isclose(record.grade.penalty, penalty, abs_tol=1e-6)


def _still_holds(record: Record, candidate: Candidate, suggested: bool) -> bool:
    """The same files, or still the same reason why there are none, and nothing in the grade is our fault or
    unfinished."""
    if any(check.status in (Status.ERROR, Status.INCONCLUSIVE) for check in record.grade.checks):
        return False
    if suggested and any(check.pending and check.answer for check in record.grade.checks):
        return False
    if candidate.problem:
        return record.problem == candidate.problem
    return record.digest == digest_of(candidate.root, candidate.files)
