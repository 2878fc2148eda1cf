"""What one hostile submission is: its goal, its cells, and the most that it may win.

A cell that reaches its goal prints `WON`; one that fails raises or stays silent. Words between at signs stand for what the
referee has laid out as bait: see PLACES.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LEVELS = ("namespaces", "landlock")
PLACES = ("SECRET", "OTHERS", "PORT", "ABSTRACT", "SOCKET", "HOST", "PACKAGE", "TERMINAL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One attack."""

    name: str
    topic: str
    goal: str  # one sentence
    cells: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # handed in beside the notebook
    wins: frozenset[str] = frozenset()  # ids of the checks that it may pass: what docs/points.md calls forgeable
    flagged: bool = False  # the instructor must be told to read the code
    levels: tuple[str, ...] = LEVELS  # at which it must fail
    ends: frozenset[str] = frozenset({"COMPLETED", "RAISED", "TIMED_OUT", "OUT_OF_MEMORY", "DIED"})


def hostile(
    topic: str,
    name: str,
    goal: str,
    *cells: str,
    wins: str = "",
    ends: str = "",
    files: Mapping[str, str] | None = None,
    flagged: bool = False,
    levels: tuple[str, ...] = LEVELS,
) -> Hostile:
    """An attack; `wins` and `ends` are words separated by spaces."""
    more = {"ends": frozenset(ends.split())} if ends else {}
    return Hostile(
        topic=topic, name=name, goal=goal, cells=tuple(_as_a_whole(cell.strip()) for cell in cells), files=files or {},
        wins=frozenset(wins.split()), flagged=flagged, levels=levels, **more,
    )  # fmt: skip


PLACE = re.compile(r"@[A-Z]+@")  # what the referee puts in


def _as_a_whole(cell: str) -> str:
    """The cell as one statement where it says that it won after something that may raise: a cell goes on with its next statement."""
    try:
        body = ast.parse(PLACE.sub("0", cell)).body
    except SyntaxError:
        return cell
    says_so = any(isinstance(statement, ast.Expr) and "WON" in ast.unparse(statement) for statement in body[1:])
    return "if True:\n" + textwrap.indent(cell, "    ") if says_so else cell


def laid_out(text: str, places: Mapping[str, str]) -> str:
    """Text with the bait's places in it."""
    for name, place in places.items():
        text = text.replace(f"@{name}@", place)
    return text
