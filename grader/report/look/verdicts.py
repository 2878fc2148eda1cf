"""What should be seen first of the verdicts: checks that most fail or that nothing explains, and numbers that
do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.model import Basis, Key, Status
from grader.model.quantities import counted
from grader.record import Record
from grader.report.look.item import Concern, LookItem, grouped, to_see

SMALLEST_CLASS = 3  # "more than half of the class" means nothing in a class of two
# how far a reported accuracy lies above ours: four standard errors of a test set of 400 at chance
ACCURACY_GAP = 0.1


def suggested(records: Sequence[Record]) -> Iterator[LookItem]:
    """Written answers whose points nobody has confirmed."""
    found = [
        (check.title, r.student)
        for r in records
        for check in r.grade.checks
        if check.basis is Basis.SUGGESTED
    ]
    for title, students in grouped(found):
        words = "points that the rubric suggested and no person has confirmed"
        yield to_see(Concern.SUGGESTED, f"“{title}”: {words}", students)


def most_fail(records: Sequence[Record]) -> Iterator[LookItem]:
    """Checks that more than half of the class fails."""
    failing = (
        (check.title.rstrip("."), r.student)
        for r in records
        for check in r.grade.checks
        if check.status is Status.FAILED
    )
    for check, students in grouped(failing):
        if len(students) >= SMALLEST_CLASS and 2 * len(students) > len(records):
            text = (
                f"“{check}” fails for {len(students)} of {len(records)}: is it the class, the sheet, or the"
                " check?"
            )
            yield to_see(Concern.MOST_FAIL, text, students)


def undiagnosed(records: Sequence[Record]) -> Iterator[LookItem]:
    """Failed checks that no known mistake explains."""
    pairs = (
        (check.title.rstrip("."), record.student)
        for record in records
        for check in record.grade.checks
        if check.status is Status.FAILED and check.mistake is None and check.undiagnosed
    )
    for check, students in grouped(pairs):
        who = counted(len(students), "homework")
        yield to_see(
            Concern.UNDIAGNOSED,
            f"“{check}” fails in {who}, and no known mistake explains it: read the code first",
            students,
        )


def gaps(records: Sequence[Record]) -> Iterator[LookItem]:
    """Accuracies that are reported far above what we measured."""
    for record in records:
        reported, measured = (value_of(record, key) for key in (Key.REPORTED_ACCURACY, Key.MEASURED_ACCURACY))
        if reported is not None and measured is not None and reported - measured > ACCURACY_GAP:
            text = f"the notebook reports an accuracy of {reported:.2f}, we measured {measured:.2f}"
            yield to_see(Concern.GAP, text, [record.student])


def value_of(record: Record, key: Key) -> float | None:
    """What the evidence of this key holds; None where no check has it."""
    rows = (row for check in record.grade.checks for row in check.evidence)
    return next((row.value for row in rows if row.key is key and row.value is not None), None)
