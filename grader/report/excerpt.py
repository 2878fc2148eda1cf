"""A few lines of a student's code with their numbers, and a mark at the one that is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.model import Submission
from grader.report.neutral import visible

PLACE = re.compile(r"\bcell (?P<cell>\d+), line (?P<line>\d+)\b")
AROUND = 1  # lines before and after
LONGEST_LINE = 100  # characters of a line, where nothing can be scrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """One line of a cell."""

    number: int
    text: str
    meant: bool = False
    near: bool = True  # to a line that is meant: what is far is left out on paper

    def __str__(self) -> str:
        return f"{'>' if self.meant else ' '} {self.number:>3} | {self.text}"


def lines_around(text: str, line: int) -> list[CodeLine]:
    """The lines of a cell's text around one of them; none when it has no such line."""
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return []
    shown = range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1)
    return [code_line(number, lines[number - 1], meant=number == line) for number in shown]


def code_line(
    number: int, line: str, *, meant: bool = False, near: bool = True, longest: int = LONGEST_LINE
) -> CodeLine:
    """A line of code that shows what it holds, its indentation kept."""
    body = line.lstrip()
    indent = line[: len(line) - len(body)].replace("\t", "    ")[: longest // 2]
    text = indent + visible(body, newlines=False, limit=longest - len(indent))
    return CodeLine(number=number, text=text, meant=meant, near=near)


def excerpt(submission: Submission, words: str) -> list[CodeLine]:
    """The code at the first "cell 4, line 2" that words name; none when they name no place, or one that is
    not in the notebook."""
    found = PLACE.search(words)
    cell = next((cell for cell in submission.cells if found and cell.number == int(found["cell"])), None)
    return lines_around(cell.as_written, int(found["line"])) if found and cell else []
