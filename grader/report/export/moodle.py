"""Moodle: the grading worksheet that it let one download, filled; and feedback files in the layout of its own
download."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.errors import UsageError
from grader.record import Record
from grader.record.moodle_list import EMAIL, IDENTIFIER, NAME, identifier_column
from grader.record.tables import Table, column
from grader.report.export.marks import Exported, Mark, MarkFinder
from grader.report.export.worksheet import fill, must_have, number_of, number_text, scale_note, scaled
from grader.report.neutral import for_csv

GRADE = (
    "Grade",
    "Bewertung",
    "Note",
    "Calificación",
    "Valutazione",
    "Cijfer",
    "Nota",
    "Beoordeling",
    "Avaliação",
)
FEEDBACK = (
    "Feedback comments",
    "Feedback als Kommentar",
    "Commentaires de feedback",
    "Comentarios de retroalimentación",
)
FILE = re.compile(r"(?P<folder>.+?_\d+_assignsubmission_file)(?P<rest>_.*)?")


def worksheet(marks: Sequence[Mark], table: Table, file: str) -> Exported:
    """The worksheet with grades and comments in it.

    Raises:
        UsageError: it is no grading worksheet.
    """
    if not table.rows:
        raise UsageError(
            f"{file} is empty: in Moodle, open the assignment and download its grading worksheet"
        )
    identifier = must_have(identifier_column(table), "Identifier", table, file)
    most_column = _maximum(table)
    grade = column(table, GRADE)
    grade = most_column - 1 if grade is None and most_column else grade
    grade = must_have(grade, "Grade", table, file)
    comments = column(table, FEEDBACK)
    most_text = table.rows[1].cells[most_column] if most_column else ""
    most, comma = number_of(most_text), "," in most_text
    points_max = marks[0].record.grade.points_max if marks else 0.0
    finder, pages = MarkFinder(marks), dict[str, Record]()
    second = identifier + 1 if len(table.header) > identifier + 1 else None  # the full name, in any language
    name, email = column(table, NAME), column(table, EMAIL)
    names = [table.header[one] for one in (second if name is None else name, email) if one is not None]

    def whose(row: Mapping[str, str]) -> Mark | None:
        found = IDENTIFIER.fullmatch(row[table.header[identifier]])
        ident = found[1] if found else ""
        mark = finder.find(ident=ident, logins=[row.get(name, "") for name in names])
        if mark and ident and (own := feedback_names(mark.record.path)) and f"_{ident}_" not in own:
            pages[_folder(named(row), ident)] = mark.record
        return mark

    def cells(mark: Mark) -> dict[int, str]:
        written = {grade: number_text(scaled(mark.points, mark.record.grade.points_max, most), comma=comma)}
        return written | ({comments: for_csv(mark.comment)} if comments is not None else {})

    def named(row: Mapping[str, str]) -> str:
        return next((row[name] for name in names if row.get(name)), row[table.header[identifier]])

    filled = fill(table, table.rows[1:], whose, cells, named, finder)
    notes = [f"{filled.written} of {len(table.rows) - 1} rows are filled", *scale_note(most, points_max)]
    notes += (
        []
        if comments is not None
        else ["the worksheet has no column for comments: switch on feedback comments in Moodle"]
    )
    return Exported(files={file: filled.content}, unmatched=filled.unmatched, notes=tuple(notes), pages=pages)


def _maximum(table: Table) -> int | None:
    """The column of the maximum grade, in any language: the first in which every row has the same number."""
    rows = [row.cells for row in table.rows[1:] if any(row.cells)]
    for number in range(1, len(table.header)):
        texts = {cells[number] for cells in rows if len(cells) > number}
        if len(texts) == 1 and (number_of(next(iter(texts))) or 0) > 0:
            return number
    return None


def _folder(name: str, ident: str) -> str:
    """Where the page of somebody belongs who did not hand in: Moodle reads the number between the first two
    `_`."""
    plain = re.sub(r"[_/\\]", " ", name)
    return f"{plain}_{ident}_assignsubmission_file/feedback.html"


def feedback_names(path: str) -> str:
    """Where a feedback page belongs in the zip for "upload multiple feedback files"; "" for what did not come
    from Moodle."""
    for part in path.split("/"):
        if found := FILE.fullmatch(part):
            return (
                f"{found['folder']}_feedback.html"
                if (found["rest"] or "_") != "_"
                else f"{part}/feedback.html"
            )
    return ""
