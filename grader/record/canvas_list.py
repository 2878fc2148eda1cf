"""Canvas's gradebook as it exports it: which rows are people."""

from __future__ import annotations

from dataclasses import replace

from grader.record.directory import squash
from grader.record.tables import Row, Table, column

STUDENT, IDENT, LOGIN = "Student", "ID", "SIS Login ID"
POSSIBLE = (
    "    Points Possible"  # begins the row of the points that each assignment has; it stands in every export
)
TEST_STUDENT = "Student, Test"  # whom Canvas adds for a teacher who looks at the course as a student does


def possible_row(table: Table) -> Row | None:
    """The row of the points that there are; None where the table is no gradebook of Canvas."""
    if column(table, [STUDENT]) is None or column(table, [IDENT]) is None:
        return None
    return next(
        (row for row in table.rows[1:] if row.cells and row.cells[0].strip() == POSSIBLE.strip()), None
    )


def people_rows(table: Table) -> list[Row]:
    """The rows of people: those with a number of Canvas."""
    place = column(table, [IDENT])
    return [
        row
        for row in table.rows[1:]
        if place is not None and len(row.cells) > place and row.cells[place].strip()
    ]


def people_alone(table: Table) -> Table:
    """A gradebook without the rows that are nobody's; another table as it is."""
    place = column(table, [STUDENT])
    if place is None or possible_row(table) is None:
        return table
    rows = (row for row in people_rows(table) if not is_test_student(row.cells[place]))
    return replace(table, rows=(table.rows[0], *rows))


def is_test_student(name: str) -> bool:
    """Whether nobody is meant."""
    return squash(name) == squash(TEST_STUDENT)
