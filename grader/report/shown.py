"""What the terminal shows of one thing: a harmless text, a bar of points, a check on its line."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.model import CheckResult, Grade
from grader.model.verdict import NOT_EARNED
from grader.report.neutral import hide_paths, visible
from grader.report.words import (
    points_text,
    sign_of,
)

BAR_CHARACTERS = 12  # characters of a bar of points
LONGEST_MESSAGE = 600  # characters of a message


def is_simple(console: Console) -> bool:
    """Whether this terminal shows only ASCII."""
    return not console.encoding.lower().startswith("utf")


def harmless(text: str, *, lines: bool = False, limit: int = LONGEST_MESSAGE) -> str:
    """Student text for the terminal: no sequences, no reordering, no folders of this machine, not endless;
    and no command, should the terminal be the log of a workflow, which obeys these wherever they stand."""
    return visible(hide_paths(text[: 4 * limit]), newlines=lines, limit=limit).replace("##[", "## [")


def points_bar(grade: Grade, *, simple: bool = False) -> Text:
    """Decided points full, pending ones hatched, the rest empty."""
    most = grade.points_max or 1.0
    got = max(0, min(BAR_CHARACTERS, round(BAR_CHARACTERS * grade.points / most)))
    wait = max(0, min(BAR_CHARACTERS - got, round(BAR_CHARACTERS * grade.points_pending / most)))
    full, half, empty = ("#", "?", ".") if simple else ("█", "▒", "·")
    return Text.assemble(
        (full * got, "green"), (half * wait, "blue"), (empty * (BAR_CHARACTERS - got - wait), "bright_black")
    )


def verdict_line(check: CheckResult, *, simple: bool = False) -> Text:
    """One check on a line: its sign, its title, its points, and what does not hold."""
    line = Text.assemble("  ", headline(check, simple))
    if check.status in NOT_EARNED and check.message:
        line.append(f": {harmless(check.message.removeprefix('not reached: '), limit=160)}")
    return line


def headline(check: CheckResult, simple: bool) -> Text:
    """Its sign and word, task, title and points; `simple`: in ASCII."""
    sign = sign_of(check)
    points = f"{points_text(check.points)} of {points_text(check.points_max)}"
    mark = sign.ascii if simple else sign.symbol
    return Text.assemble(
        (f"{mark} {sign.word}", f"bold {sign.colour}"),
        f"  {check.task}  ",
        (harmless(check.title), "bold"),
        f"  ({points})",
    )
