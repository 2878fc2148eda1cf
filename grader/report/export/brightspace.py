"""Brightspace: a table of grades to import; the last cell of every row is its mark that the row ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from grader.record.tables import Table, column
from grader.report.export.marks import Exported, Mark, MarkFinder
from grader.report.export.worksheet import fill, must_have, number_text
from grader.report.neutral import for_csv
from grader.report.words import points_text

END = "End-of-Line Indicator"


def table_of(marks: Sequence[Mark], item: str) -> Exported:
    """A table with one row for each person. People are found there by their number or their user name."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["OrgDefinedId", "Username", f"{for_csv(item)} Points Grade", END])
    for mark in marks:
        login = mark.person.login or mark.person.student
        rows.writerow([for_csv(mark.person.ident), for_csv(login), points_text(mark.points), "#"])
    return Exported(files={"brightspace.csv": text.getvalue().encode("utf-8")})


def filled_table(marks: Sequence[Mark], table: Table, file: str, item: str) -> Exported:
    """Brightspace's own export with one item filled.

    Raises:
        UsageError: it has no such item, or no column that names people.
    """
    target = must_have(
        column(table, [f"{item} Points Grade"]), f"“{item} Points Grade” (--item gives another)", table, file
    )
    must_have(column(table, ["Username", "OrgDefinedId"]), "Username", table, file)
    finder = MarkFinder(marks)

    def whose(row: Mapping[str, str]) -> Mark | None:
        name = f"{row.get('First Name', '')} {row.get('Last Name', '')}".strip()
        # it writes a # before numbers
        logins = [row.get(key, "").lstrip("#") for key in ("Username", "OrgDefinedId")]
        return finder.find(ident=logins[1], logins=logins, email=row.get("Email", ""), name=name)

    def cells(mark: Mark) -> dict[int, str]:
        return {target: number_text(mark.points, comma=False)}

    filled = fill(table, table.rows[1:], whose, cells, lambda row: row.get("Username", ""), finder)
    notes = (f"{filled.written} of {len(table.rows) - 1} rows are filled",)
    return Exported(files={file: filled.content}, unmatched=filled.unmatched, notes=notes)
