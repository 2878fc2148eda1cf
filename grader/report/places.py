"""The cells of a notebook that a report names: their lines with numbers, and which checks name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.model import CheckResult, Status
from grader.model.stored_text import stored_text
from grader.report.excerpt import CodeLine, code_line

PLACE = re.compile(r"\b(?P<words>[Cc]ell (?P<cell>\d{1,4})(?:, line (?P<line>\d{1,5}))?)\b")
WHOLE = 40  # lines of a cell that is shown as it is
AROUND = 4  # lines before and after those that are meant, in a longer one
ON_PAPER = 1  # of them that are printed
LONGEST_LINE = 400  # characters of a line
MOST_CELLS = 12  # cells


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """One cell that checks name; a line without a number stands for those left out."""

    number: int
    lines: tuple[CodeLine | None, ...]
    checks: tuple[tuple[str, str], ...]  # id and title


def place_views(checks: Iterable[CheckResult], executed: Mapping[str, Any] | None) -> list[PlaceView]:
    """The cells that checks which do not pass name, in the order of the notebook."""
    named: dict[int, tuple[set[int], dict[str, str]]] = {}
    for check in checks:
        if check.status is not Status.PASSED:
            for number, line in _places(check):
                lines, titles = named.setdefault(number, (set(), {}))
                lines |= {line} if line else set()
                titles[check.id] = check.title
    views = []
    for number in sorted(named)[:MOST_CELLS]:
        lines, titles = named[number]
        if text := cell_text(executed, number):
            shown = tuple(shown_lines(text, lines))
            views.append(PlaceView(number=number, lines=shown, checks=tuple(titles.items())))
    return views


def _places(check: CheckResult) -> Iterator[tuple[int, int]]:
    """(cell, line) of every place that a check's words name; line 0: none."""
    rows = (text for row in check.evidence for text in (row.where, row.actual))
    for text in (check.message, check.hint, *rows):
        for found in PLACE.finditer(text):
            yield int(found["cell"]), int(found["line"] or 0)


def shown_lines(text: str, meant: set[int]) -> Iterator[CodeLine | None]:
    """The lines of a cell, all of a short one; of a long one those around what is meant, None where some are
    left out."""
    lines = text.splitlines()
    near, on_paper = _around(meant or {1}, AROUND), _around(meant or {1}, ON_PAPER)
    before = 0
    for number, line in enumerate(lines, 1):
        if len(lines) <= WHOLE or number in near:
            if number != before + 1:
                yield None
            yield code_line(
                number, line, meant=number in meant, near=number in on_paper, longest=LONGEST_LINE
            )
            before = number
    if before != len(lines):
        yield None


def _around(meant: set[int], distance: int) -> set[int]:
    return {number for line in meant for number in range(line - distance, line + distance + 1)}


def cell_text(executed: Mapping[str, Any] | None, number: int) -> str:
    """The code of a cell by its number in the student's notebook; "" when there is no such cell. The notebook
    is untrusted."""
    cell = find_cell(executed, number)
    if cell is None or cell.get("cell_type") != "code":
        return ""
    return stored_text(cell.get("source"))


def find_cell(executed: Mapping[str, Any] | None, number: int) -> Mapping[str, Any] | None:
    """The cell of that number; where no cell says its own, they are counted."""
    cells = executed.get("cells") if executed else None
    if not isinstance(cells, list):
        return None
    told = any(map(number_of, cells))
    found = next(
        (cell for place, cell in enumerate(cells, 1) if (number_of(cell) if told else place) == number), None
    )
    return found if isinstance(found, Mapping) else None


def number_of(cell: Any) -> int:
    """A cell's number in the student's notebook; 0 when it is not known."""
    metadata = cell.get("metadata") if isinstance(cell, Mapping) else None
    number = metadata.get("number") if isinstance(metadata, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else 0
