"""A line that Python cannot read, in a cell of imports, numbers and calls: it costs itself, as a line does
that raises, and the rest of the cell runs. What cannot be read in a function or class costs that: nobody
knows where it should have ended."""

from __future__ import annotations

import ast
import warnings

from grader.collect.reading.syntax import DEFINITION, parse

GOES_ON = (
    ")",
    "]",
    "}",
    "#",
    "elif",
    "else",
    "except",
    "finally",
)  # how a line begins that is part of the one above
MOST_STATEMENTS = 200
LONGEST = 30  # lines at the margin of one statement, as those of a text in triple quotes are


def unreadable_lines(code: str) -> list[int]:
    """The numbers, from 0, of the lines without which the rest can be read; none where all can, or little is
    left, or a function or class stands there."""
    if not parse(code).error or DEFINITION.search(code):
        return []
    lines = code.split("\n")
    starts = [n for n, line in enumerate(lines) if line.strip() and not line[0].isspace()]
    starts = [n for n in starts if not lines[n].startswith(GOES_ON)]
    if not 1 < len(starts) <= MOST_STATEMENTS:
        return []
    bad: list[int] = []
    place, ends = 0, [*starts[1:], len(lines)]
    while place < len(starts):
        last = _last_of_statement(lines, starts, ends, place)
        if last is None:
            bad += range(starts[place], ends[place])
        place = (place if last is None else last) + 1
    rest = parse(_commented(code, bad)).tree
    return bad if rest is not None and rest.body else []


def spared(code: str) -> str:
    """The code with the lines that cannot be read as comments; "" where that helps nothing."""
    bad = unreadable_lines(code)
    return _commented(code, bad) if bad else ""


def run_around(text: str, code: str) -> str:
    """The text of a cell that runs what can be read of it and raises then what Python says of the rest.
    `code`: the same lines without magics."""
    bad = unreadable_lines(code)
    problem = _problem(code) if bad else None
    if problem is None or len(text.split("\n")) != len(code.split("\n")):
        return text
    place = ("", problem.lineno, problem.offset, (problem.text or "").rstrip())
    return f"{_commented(text, bad)}\nraise SyntaxError({problem.msg!r}, {place!r})"


def _last_of_statement(lines: list[str], starts: list[int], ends: list[int], place: int) -> int | None:
    """Which of the lines at the margin is the last of the statement that begins at this one; None where it
    cannot be read."""
    for last in range(place, min(place + LONGEST, len(starts))):
        if parse("\n".join(lines[starts[place] : ends[last]])).tree is not None:
            return last
    return None


def _commented(text: str, bad: list[int]) -> str:
    return "\n".join(f"# {line}" if n in set(bad) else line for n, line in enumerate(text.split("\n")))


def _problem(code: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as problem:
        return problem
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None
