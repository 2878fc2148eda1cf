"""What should be seen first of how notebooks ran: what could not run, and what ran otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.assignment import Assignment
from grader.model import Outcome, Status
from grader.model.quantities import counted
from grader.record import Record
from grader.report.look.item import Concern, LookItem, grouped, to_see
from grader.report.story import outcome_text
from grader.report.words import some


def errors(records: Sequence[Record]) -> Iterator[LookItem]:
    """Runs that could not be made, and checks that could not be judged, because of us."""
    runs = (
        (record.reason or "no reason given", record.student)
        for record in records
        if record.outcome is Outcome.UNAVAILABLE
    )
    for reason, students in grouped(runs):
        yield to_see(
            Concern.ERROR,
            f"{counted(len(students), 'submission')} could not be run by us: {reason}",
            students,
        )
    causes = [
        (check.staff_note.strip().partition("\n")[0] or check.message, check.title, record.student)
        for record in records
        # those have a line of their own
        if record.outcome is not Outcome.UNAVAILABLE and not record.missing_packages
        for check in record.grade.checks
        if check.status is Status.ERROR
    ]
    for cause, students in grouped((cause, student) for cause, _, student in causes):
        titles = dict.fromkeys(title.rstrip(".") for other, title, _ in causes if other == cause)
        checks = some(titles, 2, quoted=True)
        who = counted(len(set(students)), "submission")
        yield to_see(Concern.ERROR, f"{checks}: an error of ours in {who}: {cause}", students)


def packages(records: Sequence[Record], assignment: Assignment) -> Iterator[LookItem]:
    """Packages that notebooks import and this machine lacks; not those of another homework, which this sheet
    need not have."""
    here = [record for record in records if not record.grade.is_of_another_sheet]
    for package, students in grouped(
        (package, record.student) for record in here for package in record.missing_packages
    ):
        who = counted(len(students), "notebook imports", "notebooks import")
        cure = "install it" if package in assignment.packages else "add it to `packages` in the sheet"
        yield to_see(Concern.PACKAGE, f"{who} {package}: {cure}, then `grade DIR --rerun errors`", students)


def unreadable(records: Sequence[Record]) -> Iterator[LookItem]:
    """What was handed in and could not be read."""
    for problem, students in grouped(
        (record.problem, record.student) for record in records if record.problem
    ):
        yield to_see(
            Concern.UNREADABLE,
            f"{counted(len(students), 'submission')} could not be read: {problem}",
            students,
        )


def of_another_sheet(records: Sequence[Record]) -> Iterator[LookItem]:
    """What looks like the homework of another sheet."""
    others = [record.student for record in records if record.grade.is_of_another_sheet]
    if others:
        words = counted(len(others), "submission does", "submissions do")
        what = ("it", "its") if len(others) == 1 else ("them", "their")
        cure = f"grade {what[0]} with {what[1]} own (`--assignment NAME`), or decide in `grade review`"
        yield to_see(Concern.ANOTHER_SHEET, f"{words} not look like this sheet's: {cure}", others)


def ended_early(records: Sequence[Record]) -> Iterator[LookItem]:
    """Notebooks that were stopped, or ended by themselves."""
    early = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.DIED)
    for outcome, students in grouped(
        (outcome_text(record), record.student) for record in records if record.outcome in early
    ):
        yield to_see(
            Concern.ENDED_EARLY, f"{counted(len(students), 'notebook')} ended early: {outcome}", students
        )


def runtimes(records: Sequence[Record], assignment: Assignment) -> Iterator[LookItem]:
    """Notebooks that ran with another runtime than the sheet's."""
    switched = (
        ((record.runtime, record.runtime_reason), record.student)
        for record in records
        if record.runtime and record.runtime != assignment.runtime
    )
    for (runtime, reason), students in grouped(switched):
        who = counted(len(students), "notebook")
        why = reason or "no reason given"
        yield to_see(
            Concern.RUNTIME, f"{who} ran with {runtime} instead of {assignment.runtime}: {why}", students
        )


def repairs(records: Sequence[Record]) -> Iterator[LookItem]:
    """Repairs that may have mattered."""
    mattered = ((repair.what, r.student) for r in records for repair in r.repairs if not repair.is_routine)
    for repair, students in grouped(mattered):
        yield to_see(Concern.REPAIR, repair, students)
