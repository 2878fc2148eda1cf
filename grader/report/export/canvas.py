"""Canvas: a gradebook to import, made anew or from its own export; and feedback in the names of its own
download."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from grader.errors import UsageError
from grader.record.canvas_list import (
    IDENT,
    LOGIN,
    POSSIBLE,
    STUDENT,
    is_test_student,
    people_rows,
    possible_row,
)
from grader.record.tables import Table, column
from grader.report.export.marks import Exported, Mark, MarkFinder
from grader.report.export.worksheet import fill, must_have, number_of, number_text, scale_note, scaled
from grader.report.neutral import for_csv
from grader.report.words import points_text, some

HEAD = (STUDENT, IDENT, "SIS User ID", LOGIN, "Section")
SUBMISSION = re.compile(r"(?P<lead>.+?(?:_LATE)?_\d+_\d+_).+")
TITLE = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)")


def gradebook(marks: Sequence[Mark], item: str) -> Exported:
    """A table that Canvas takes; a column that it does not know becomes a new assignment."""
    points_max = marks[0].record.grade.points_max if marks else 0.0
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([*HEAD, for_csv(item)])
    rows.writerow([POSSIBLE, "", "", "", "", points_text(points_max)])
    for mark in marks:
        person = mark.person
        login = person.login or person.email or (person.student if person.student != person.name else "")
        rows.writerow(
            [
                *map(for_csv, (person.name or person.student, person.ident, "", login, "")),
                points_text(mark.points),
            ]
        )
    notes = (
        ()
        if TITLE.fullmatch(item)
        else (f"Canvas makes a new assignment of “{item}”: to fill one, give its export with --fill",)
    )
    return Exported(files={"canvas.csv": text.getvalue().encode("utf-8")}, notes=notes)


def filled_gradebook(marks: Sequence[Mark], table: Table, file: str, item: str) -> Exported:
    """Canvas's own export with one assignment filled.

    Raises:
        UsageError: it is no such export, or it is not clear which assignment is meant.
    """
    for name in (STUDENT, IDENT):
        must_have(column(table, [name]), name, table, file)
    target = _assignment(table, item, file)
    possible = possible_row(table)
    most = number_of(possible.cells[target]) if possible and len(possible.cells) > target else None
    people = people_rows(table)
    finder = MarkFinder(marks)

    def whose(row: Mapping[str, str]) -> Mark | None:
        logins = [row.get(LOGIN, ""), row.get("SIS User ID", "")]
        return finder.find(ident=row.get(IDENT, "").strip(), logins=logins, name=row.get(STUDENT, ""))

    def cells(mark: Mark) -> dict[int, str]:
        return {target: number_text(scaled(mark.points, mark.record.grade.points_max, most), comma=False)}

    filled = fill(table, people, whose, cells, lambda row: row.get(STUDENT, ""), finder)
    points_max = marks[0].record.grade.points_max if marks else 0.0
    unmatched = tuple(one for one in filled.unmatched if not is_test_student(one.name))
    to_fill = len(people) - len(filled.unmatched) + len(unmatched)
    notes = (
        f"{filled.written} of {to_fill} rows are filled, in “{table.header[target]}”",
        *scale_note(most, points_max),
    )
    return Exported(files={file: filled.content}, unmatched=unmatched, notes=notes)


def _assignment(table: Table, item: str, file: str) -> int:
    """The column of the assignment: called as `item`, with or without Canvas's number behind it."""
    titles = [(number, name) for number, name in enumerate(table.header) if TITLE.fullmatch(name)]
    found = [
        number
        for number, name in titles
        if item.casefold() in (name.casefold(), TITLE.sub(r"\g<title>", name).casefold())
    ]
    if len(found) != 1:
        names = some((name for _, name in titles), 10) or "none"
        raise UsageError(f"{file}: which assignment is “{item}”? Give one with --item; it has {names}")
    return found[0]


def feedback_name(path: str) -> str:
    """What a feedback page must be called so that Canvas gives it back; "" for what did not come from
    Canvas."""
    found = SUBMISSION.fullmatch(path.rpartition("/")[2])
    return f"{found['lead']}feedback.html" if found else ""
