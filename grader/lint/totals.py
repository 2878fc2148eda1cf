"""Whether the points add up: what the sheet promises, what titles and the students' README say, and what the
checks give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.assignment import Assignment
from grader.assignment.shares import ROUNDING
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material

_POINTS = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*(?:points?\b|Punkte?\b|P\.)")
_ROW = re.compile(r"^\s*\|(?P<name>[^|]+)\|(?:[^|\n]*\|)*?\s*(?P<points>\d+(?:[.,]\d+)?)\s*\|\s*$")
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


def _of_task(sheet: Assignment, number: str, line: str, where: str) -> Iterator[Finding]:
    """What a line says about a task's points; hidden ones may be counted or not."""
    row = _ROW.fullmatch(line)
    said = float(row["points"].replace(",", ".")) if row else _said(line)
    checks = [check for check in sheet.checks if check.task == number]
    everything, public = (
        sum(c.points for c in some) for some in (checks, [c for c in checks if not c.hidden])
    )
    if said is not None and min(abs(said - everything), abs(said - public)) > ROUNDING:
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
    return float(found[1].replace(",", ".")) if found else None


def _wrong(message: str, check: str = "") -> Finding:
    return Finding(rule=LintRule.POINTS, message=message, check=check)
