"""Whether the points add up: what the sheet promises, what titles and the students' README say, and what the
checks give."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from grader.assignment import Assignment, Check
from grader.assignment.shares import ROUNDING
from grader.lint.finding import Finding, LintRule
from grader.lint.material import README, Material

_POINTS = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*(?:points?\b|Punkte?\b|P\.)")
_ROW = re.compile(
    r"^\s*\|(?P<name>[^|]+)\|(?:[^|\n]*\|)*?\s*(?P<points>\d+(?:[.,]\d+)?)\s*(?:points?|Punkte?|P\.?)?\s*\|\s*$"
)
_HEADING = re.compile(r"^\s*#+\s+(?P<name>.+)$")


def totals(material: Material) -> Iterator[Finding]:
    """Every number of points that is said somewhere and is not what the checks come to."""
    sheet = material.assignment
    if sheet.points is not None and abs(sheet.points - sheet.points_max) > ROUNDING:
        yield _wrong(
            f"its checks come to {sheet.points_max:g} points, and the sheet promises {sheet.points:g}"
        )
    for check in sheet.checks:
        if (said := _said(check.title)) is not None and said != check.points:
            yield _wrong(f"its title says {said:g} points, and it gives {check.points:g}", check.id)
    for task in sheet.tasks:
        yield from _of_task(sheet, task.number, task.title, "the sheet")
        for path, text in material.words.items():
            for line in _lines_about(task.number, task.title, text):
                yield from _of_task(sheet, task.number, line, path)
    yield from _of_the_whole(material)
    yield from _of_the_table(material)


def _of_the_whole(material: Material) -> Iterator[Finding]:
    """What the README's own title says of all points."""
    title = next(
        (found for line in material.readme.splitlines() if (found := _HEADING.fullmatch(line))), None
    )
    said = _said(title["name"]) if title else None
    if said is not None and not _is_total(said, material.assignment.checks):
        yield _wrong(
            f"the checks come to {material.assignment.points_max:g} points, and the title of {README} says"
            f" {said:g}"
        )


def _of_the_table(material: Material) -> Iterator[Finding]:
    """A table of points that leaves out a task, or has a row for what is none."""
    sheet = material.assignment
    for table in _tables(material.readme):
        rows = {line: found for line in table if (found := _ROW.fullmatch(line))}
        text = "\n".join(rows)
        of_tasks = {task.number: set(_lines_about(task.number, task.title, text)) for task in sheet.tasks}
        known = set().union(*of_tasks.values())
        if not known:
            continue
        for number, lines in of_tasks.items():
            checks = [check for check in sheet.checks if check.task == number]
            if not lines and any(check.points and not check.hidden for check in checks):
                points = sum(check.points for check in checks)
                yield _wrong(f"task {number} has {points:g} points, and no row in the table of {README}")
        for row, found in rows.items():
            said = _number(found["points"])
            if row not in known and not _is_total(said, sheet.checks):
                yield _wrong(
                    f"{README} gives {said:g} points for what is no task of the sheet: {row.strip()}"
                )


def _tables(text: str) -> Iterator[list[str]]:
    """Lines of tables, table by table."""
    for is_row, lines in itertools.groupby(text.splitlines(), key=lambda line: line.lstrip().startswith("|")):
        if is_row:
            yield list(lines)


def _is_total(said: float, checks: Sequence[Check]) -> bool:
    """Whether these are all points, hidden ones counted or not."""
    everything, public = (
        sum(c.points for c in some) for some in (checks, [c for c in checks if not c.hidden])
    )
    return min(abs(said - everything), abs(said - public)) <= ROUNDING


def _of_task(sheet: Assignment, number: str, line: str, where: str) -> Iterator[Finding]:
    """What a line says about a task's points; hidden ones may be counted or not."""
    row = _ROW.fullmatch(line)
    said = _number(row["points"]) if row else _said(line)
    checks = [check for check in sheet.checks if check.task == number]
    if said is not None and not _is_total(said, checks):
        everything = sum(check.points for check in checks)
        yield _wrong(f"task {number} has {everything:g} points by its checks, and {where} says {said:g}")


def _lines_about(number: str, title: str, text: str) -> Iterator[str]:
    """The headings and the rows of tables that begin with the task's number or hold its title."""
    about = re.compile(rf"\W*(?:\w+\s+)?{re.escape(number)}[.:)]?\s")
    for line in text.splitlines():
        found = _HEADING.fullmatch(line) or _ROW.fullmatch(line)
        if found and (about.match(f"{found['name'].strip()} ") or title.rstrip(".") in line):
            yield line


def _said(text: str) -> float | None:
    found = _POINTS.search(text)
    return _number(found[1]) if found else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _wrong(message: str, check: str = "") -> Finding:
    return Finding(rule=LintRule.POINTS, message=message, check=check)
