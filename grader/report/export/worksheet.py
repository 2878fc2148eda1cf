"""A platform's own table, filled: its header, its encoding, its order and every other cell stay as they
came."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.record.tables import Row, Table
from grader.report.export.marks import Mark, MarkFinder, Unmatched
from grader.report.words import points_text

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A table with marks in it."""

    content: bytes
    written: int
    unmatched: tuple[Unmatched, ...]


def fill(
    table: Table,
    rows: Sequence[Row],
    whose: Callable[[Mapping[str, str]], Mark | None],
    cells: Callable[[Mark], Mapping[int, str]],
    named: Callable[[Mapping[str, str]], str],
    finder: MarkFinder,
) -> Filled:
    """Put marks into the rows of people; `cells` says what stands in which column."""
    written, unmatched, people = 0, list[Unmatched](), set(rows)
    lines: list[list[str]] = []
    for row in table.rows:
        line = list(row.cells)
        if row in people and any(cell.strip() for cell in line):
            values = dict(zip(table.header, line, strict=False))
            mark = whose(values)
            if mark is None:
                unmatched.append(Unmatched(name=named(values), what="in the table, no mark"))
            else:
                for column, text in cells(mark).items():
                    line += [""] * (column + 1 - len(line))
                    line[column] = text
                written += 1
        lines.append(line)
    unmatched += finder.left("the table")
    return Filled(content=table.as_bytes(lines), written=written, unmatched=tuple(unmatched))


def must_have(found: int | None, what: str, table: Table, file: str) -> int:
    """That column.

    Raises:
        UsageError: the table does not have it.
    """
    if found is None:
        raise UsageError(f"{file} has no column for {what}; it has {', '.join(filter(None, table.header))}")
    return found


def number_text(points: float, *, comma: bool) -> str:
    """Points as this table writes numbers."""
    text = points_text(points)
    return text.replace(".", ",") if comma else text


def scaled(points: float, points_max: float, most: float | None) -> float:
    """Points where a platform counts up to another number."""
    return points * most / points_max if most and points_max else points


def number_of(text: str) -> float | None:
    """A number as platforms write it."""
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text.strip()) else None


def scale_note(most: float | None, points_max: float) -> Iterator[str]:
    """That points are counted otherwise there."""
    if most and most != points_max:
        yield (
            f"the table counts up to {points_text(most)}, the sheet up to {points_text(points_max)}: marks"
            " are scaled"
        )
