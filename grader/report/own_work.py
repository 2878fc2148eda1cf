"""One homework on a terminal, for `grade check`: what was read, what fails first, what is to be mended."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from grader.assignment import Assignment
from grader.judge.words import raised
from grader.model import CheckResult, Evidence, Status
from grader.model.quantities import counted, lasting
from grader.model.verdict import WRONG
from grader.record import Record
from grader.report.reading import ReadLine
from grader.report.shown import harmless, headline, points_bar
from grader.report.story import (
    as_told,
    change_texts,
    ended_text,
    fix_first_text,
    later_text,
    likeness,
    notice_texts,
    receipt_text,
)
from grader.report.words import (
    LACKS_FILE,
    NOT_HERE,
    NOTHING_FOUND,
    SIGNS,
    lacks_file,
    levels_text,
    open_text,
    pending_text,
    points_text,
    sign_of,
    unanswered,
)

MOST_RAISED = 5  # cells that are named
MOST_ROWS = 4  # of evidence for one check


def student_report(
    record: Record,
    assignment: Assignment,
    *,
    tell: str = "deviation",
    simple: bool = False,
    after_lines: bool = False,
) -> Group:
    """One homework for `grade check`: what fails first and in full, what passes in one list, the total last.

    `after_lines`: title and results stand above already, each on its line. `tell` is the sheet's
    `before_deadline`, or "mistake" when everything may be told (`as_told`).
    """
    record = as_told(record, tell)
    checks = record.grade.checks
    parts: list[RenderableType] = []
    if not after_lines:
        parts += [
            Text(harmless(assignment.title), style="bold"),
            Text(harmless(record.student), style="bright_black"),
        ]
    if ended := ended_text(record):
        parts += [Text(), Text(harmless(ended), style="yellow")]
    parts += _raised(record)
    for check in checks:
        if check.status in WRONG:
            parts += [Text(), *_lost(check, simple)]
    if not after_lines:
        parts += _listed(Status.SKIPPED, checks, simple)
    parts += _waiting([check for check in checks if check.pending], simple)
    if not after_lines:
        parts += _listed(Status.PASSED, checks, simple)
    if told := [*notice_texts(record), *change_texts(record)]:
        parts += [Text(), *(Text(f"- {harmless(text)}", style="bright_black") for text in told[:12])]
    return Group(*parts, Text(), *_total(record, simple))


def _raised(record: Record) -> list[RenderableType]:
    """The first cells that raised, one line each, and how many more did."""
    bad = [(cell.place, cell.error) for cell in record.cells if cell.error is not None and not cell.timed_out]
    lines = [
        f"{place} {raised({'name': error.name, 'message': error.message}, 'raised')}"
        for place, error in bad[:MOST_RAISED]
    ]
    lines += [f"and {len(bad) - MOST_RAISED} more"] if len(bad) > MOST_RAISED else []
    return [Padding(Text(harmless(line, limit=440)), (0, 0, 0, 2)) for line in lines]


def read_line(line: ReadLine, *, simple: bool = False) -> Text:
    """What was read, on a line, with the code below it."""
    sign = SIGNS[line.status]
    mark = sign.ascii if simple else {Status.NEEDS_REVIEW: "?"}.get(line.status, sign.symbol)
    text = Text.assemble("  ", (mark, f"bold {sign.colour}"), f" {harmless(line.text, limit=400)}")
    for code in line.code:
        text.append(f"\n      {code}", style="bold" if code.meant else "bright_black")
    return text


def ending(record: Record, assignment: Assignment) -> list[Text]:
    """How `grade check` ends: what to fix first, what cannot be checked before handing in, a receipt."""
    lines = []
    if first := fix_first_text(record, assignment):
        lines.append(Text.assemble(("Fix first: ", "bold"), harmless(first, limit=500)))
    if stopped := next((cell for cell in record.cells if cell.timed_out), None):
        longer = f"`grade check --patience {10 * record.limits.cell_seconds:.0f}` waits longer"
        after = lasting(record.limits.cell_seconds)
        lines.append(
            Text(f"{harmless(stopped.place)} was stopped after {after}. If it is only slow: {longer}.")
        )
    waiting = [check for check in record.grade.checks if check.status is Status.NEEDS_REVIEW]
    if empty := [check for check in waiting if unanswered(check)]:
        questions = counted(len(empty), "question")
        lines.append(Text(f"Still to be answered, or not found: {questions}, {_points_of(empty)}."))
    if read := [check for check in waiting if not lacks_file(check) and not unanswered(check)]:
        said = f"Nobody can check this before you hand in: {_points_of(read)}, which a person gives."
        lines.append(Text(said))
    if later := later_text(assignment):
        lines.append(Text(later))
    return [*lines, Text(harmless(receipt_text(record), limit=1200), style="bright_black")]


def _points_of(checks: Sequence[CheckResult]) -> str:
    points = sum(check.points_max for check in checks)
    return f"{points_text(points)} {'point' if points == 1 else 'points'}"


def _lost(check: CheckResult, simple: bool) -> list[RenderableType]:
    """A check that costs points: what, seen, wanted, and the hint."""
    told = [Text(harmless(text, lines=True)) for text in (check.message, likeness(check)) if text]
    told += [line for row in check.evidence[:MOST_ROWS] for line in _evidence(row)]
    if (more := len(check.evidence) - MOST_ROWS) > 0:
        told.append(Text(f"(and {counted(more, 'further value')})", style="bright_black"))
    if check.hint:
        told.append(Text.assemble(("hint: ", "bold"), harmless(check.hint, lines=True)))
    return [headline(check, simple), *(Padding(line, (0, 0, 0, 4)) for line in told)]


def _evidence(row: Evidence) -> list[Text]:
    where = f" ({harmless(row.where, limit=120)})" if row.where else ""
    lines = [Text(f"{harmless(row.what, limit=200)}{where}")]
    if row.actual:
        lines.append(Text.assemble("  seen    ", (harmless(row.actual, limit=200), "red")))
    if row.expected:
        lines.append(Text.assemble("  wanted  ", (harmless(row.expected, limit=200), "green")))
    return lines


def _waiting(checks: Sequence[CheckResult], simple: bool) -> list[RenderableType]:
    """Pending checks, those of one kind together: the kind word once, then what it is about."""
    lines: list[RenderableType] = []
    read, again, ours = (SIGNS[one] for one in (Status.NEEDS_REVIEW, Status.INCONCLUSIVE, Status.ERROR))
    for sign in (LACKS_FILE, NOTHING_FOUND, read, again, NOT_HERE, ours):
        mine = [check for check in checks if sign_of(check) is sign]
        if not mine:
            continue
        head = f"{sign.ascii if simple else sign.symbol} {sign.word}: {counted(len(mine), 'check')}"
        told = [Text(pending_text(mine[0]))]
        told += [
            Text(f"{check.task}  {harmless(check.title)}  ({points_text(check.points_max)} open)")
            for check in mine
        ]
        told += [
            Text(harmless(message), style="bright_black")
            for message in dict.fromkeys(check.message for check in mine)
            if message
        ]
        lines += [
            Text(),
            Text(head, style=f"bold {sign.colour}"),
            *(Padding(line, (0, 0, 0, 4)) for line in told),
        ]
    return lines


def _listed(status: Status, checks: Sequence[CheckResult], simple: bool) -> list[RenderableType]:
    """All checks of one status in a compact list: those that pass, and those that wait for an earlier one."""
    mine = [check for check in checks if check.status is status]
    if not mine:
        return []
    sign = SIGNS[status]
    head = Text(
        f"{sign.ascii if simple else sign.symbol} {sign.word}: {counted(len(mine), 'check')}",
        style=f"bold {sign.colour}",
    )
    titles = [
        Text(
            f"{check.task}  {harmless(check.title)}  ({points_text(check.points)} of"
            f" {points_text(check.points_max)})"
        )
        for check in mine
    ]
    return [Text(), head, *(Padding(title, (0, 0, 0, 4)) for title in titles)]


def _total(record: Record, simple: bool) -> list[RenderableType]:
    grade = record.grade
    total = Text.assemble(
        points_bar(grade, simple=simple),
        (f"  {points_text(grade.points)} of {points_text(grade.points_max)} points", "bold"),
    )
    if grade.points_pending:
        total.append(f", {points_text(grade.points_pending)} still open")
    if grade.penalty:
        total.append(f", {points_text(grade.penalty)} taken off for lateness")
    total.append(f"; {levels_text(grade)}")
    waits = open_text(grade.checks)
    return [total, *([Text(waits)] if waits else [])]
