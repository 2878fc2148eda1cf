"""Plain tables: a row for each person, also for those who handed in nothing; and who stands on one side
only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from grader.model import Person
from grader.report.export.marks import Exported, Mark, Unmatched
from grader.report.neutral import for_csv
from grader.report.words import points_text

HEAD = (
    "student",
    "name",
    "email",
    "platform_id",
    "login",
    "points",
    "points_max",
    "points_pending",
    "level",
    "late",
    "submission",
    "note",
)
BOM = "\ufeff"  # without it spreadsheets read umlauts wrongly


def people_csv(marks: Sequence[Mark], missing: Iterable[Person]) -> Exported:
    """Everybody's mark; who handed in nothing has a row without points."""
    rows = [_row(mark) for mark in marks]
    rows += [
        [one.student, one.name, one.email, one.ident, *[""] * 7, "on the roster, nothing handed in"]
        for one in missing
    ]
    return Exported(files={"people.csv": table_bytes(HEAD, rows)})


def _row(mark: Mark) -> list[str]:
    person, grade = mark.person, mark.record.grade
    return [
        *(person.student, person.name, person.email, person.ident, person.login),
        *(points_text(grade.points), points_text(grade.points_max), points_text(grade.points_pending)),
        *(grade.level.name, "yes" if mark.record.late else "no", mark.record.student),
        "" if person.on_roster else "not on the roster",
    ]


def unmatched_csv(unmatched: Iterable[Unmatched]) -> bytes:
    """Who stands on one side only."""
    return table_bytes(("name", "what"), [[one.name, one.what] for one in unmatched])


def table_bytes(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table for spreadsheets, in which no cell is a formula."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(head)
    table.writerows([for_csv(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode("utf-8")
