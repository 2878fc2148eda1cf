"""A class on a terminal, as renderables of rich: pure functions, printed by the commands. No colour is needed
to understand them.

Student text goes in as `Text`, never as markup. `simple=True` keeps to ASCII, for terminals that know nothing
else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from grader.model import Basis, Level, Status
from grader.model.quantities import counted
from grader.record import Record
from grader.record.called import called
from grader.report.look.item import Concern, LookItem
from grader.report.shown import BAR_CHARACTERS, harmless, points_bar
from grader.report.story import (
    reason_text,
    run_text,
)
from grader.report.words import level_text, points_text, some


def class_table(records: Sequence[Record], *, simple: bool = False, width: int = 120) -> Table:
    """Everybody by name: points, what is open, level (and what pending points could make of it), how it ran,
    and why.

    `width` is the terminal's, in characters; a narrow one gets no bars.
    """
    table = Table(
        box=box.ASCII2 if simple else box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="bold"
    )
    bars = width >= 100
    table.add_column("student", overflow="fold", min_width=8, max_width=24)
    if bars:
        table.add_column("", no_wrap=True, width=BAR_CHARACTERS)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("open", justify="right", no_wrap=True)
    table.add_column("level", overflow="fold", max_width=25 if bars else 12)
    table.add_column("run", overflow="fold", max_width=19 if bars else 9)
    table.add_column("why", ratio=1, min_width=14, overflow="ellipsis", no_wrap=True)
    for record in sorted(records, key=lambda record: record.student.casefold()):
        cells = _row(record, simple)
        table.add_row(cells[0], *([points_bar(record.grade, simple=simple)] if bars else []), *cells[1:])
    return table


def _row(record: Record, simple: bool) -> list[Text]:
    grade = record.grade
    arrow = "->" if simple else "→"
    possible = f" {arrow} {level_text(grade.level_possible)}?" if grade.level_possible > grade.level else ""
    late = ", late" if record.late else ""
    return [
        Text(harmless(called(record), limit=80)),
        Text(f"{points_text(grade.points)} of {points_text(grade.points_max)}"),
        Text(points_text(grade.points_pending) if grade.points_pending else "-"),
        Text(level_text(grade.level) + possible),
        Text(run_text(record) + late),
        Text(harmless(reason_text(record), limit=160)),
    ]


def summary_lines(records: Sequence[Record]) -> list[Text]:
    """What came out, and what still waits, in a few lines; who handed in nothing is said by what to look at
    first."""
    others = [record for record in records if record.grade.is_of_another_sheet]
    graded = [record for record in records if not record.grade.runs_again and record not in others]
    levels = Counter(record.grade.level for record in graded)
    parts = ", ".join(f"{levels[level]} {level_text(level)}" for level in reversed(Level) if levels[level])
    lines = [
        Text(f"{counted(len(graded), 'submission')} graded" + (f": {parts}" if parts else ""), style="bold")
    ]
    if again := sum(record.grade.runs_again for record in records):
        words = counted(again, "submission is", "submissions are")
        lines.append(Text(f"{words} still to run again: what was not shown so far is open"))
    if others:
        words = counted(len(others), "submission looks", "submissions look")
        lines.append(Text(f"{words} like the homework of another sheet: nothing of it was judged"))
    statuses = Counter(
        check.status for record in records if record not in others for check in record.grade.checks
    )
    if waiting := statuses[Status.NEEDS_REVIEW]:
        lines.append(Text(f"{counted(waiting, 'answer waits', 'answers wait')} for a person"))
    if suggested := sum(
        check.basis is Basis.SUGGESTED for record in records for check in record.grade.checks
    ):
        words = counted(suggested, "answer has points", "answers have points")
        lines.append(Text(f"{words} that the rubric suggested and no person has confirmed"))
    if errors := sum(
        any(check.status is Status.ERROR for check in record.grade.checks) for record in records
    ):
        lines.append(Text(f"{counted(errors, 'submission waits', 'submissions wait')} for a repair of ours"))
    return lines


def look_lines(items: Sequence[LookItem], written: Mapping[str, str] | None = None) -> list[Text]:
    """Look here first, one line each: the kind, the text, the people; `written`: what they are called, by
    their ids."""
    lines, name = [], written or {}
    for item in items:
        urgent = item.kind in (Concern.ERROR, Concern.PACKAGE, Concern.UNREADABLE)
        line = Text.assemble(
            (f"{item.kind.value}: ", "bold red" if urgent else "bold yellow"), harmless(item.text)
        )
        if item.students:
            people = some([name.get(student, student) for student in item.students])
            line.append(f" ({harmless(people, limit=200)})", style="bright_black")
        lines.append(line)
    return lines
