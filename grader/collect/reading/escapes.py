"""Where a cell leaves Python: lines that IPython reads instead ("%magic", "!shell", "help?"), found as
IPython finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAYBE = re.compile(r"(?m)^[ \t]*[!%?,;/]|=[ \t]*[!%]|\?[ \t]*;?[ \t]*$")
ASSIGNED = re.compile(
    r"(?P<indent>[ \t]*)(?P<target>[^\W\d][\w., \t\[\]]*?)[ \t]*=[ \t]*(?P<mark>!{1,2}|%)(?P<body>[^=].*)"
)
HELP = re.compile(r"[ \t]*[\w.%*\[\]]+[ \t]*\?{1,2}[ \t]*;?[ \t]*")
LEADING = re.compile(r"(?P<indent>[ \t]*)(?P<mark>!{1,2}|%{1,2}|\?{1,2}|[,;/])(?P<body>.*)")
CELL_MAGIC = re.compile(r"[ \t]*%%(?P<name>!|\w+)(?P<rest>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Escape:
    """One statement that is not Python: the lines from `first` up to `end`, counted from 0, and its parts."""

    first: int
    end: int
    indent: str
    mark: str  # "!", "!!", "%", "?", "," ...
    body: str  # what follows the mark, continuation lines joined
    target: str = ""  # files = !ls

    @property
    def magic(self) -> str:
        """The name of a line magic: "pip"; "" for everything else."""
        found = re.match(r"\w+", self.body)
        return found[0] if self.mark.startswith("%") and found else ""

    @property
    def rest(self) -> str:
        """What follows the name of a line magic."""
        return self.body[len(self.magic) :].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMagic:
    """The first line of a cell that belongs to a cell magic."""

    line: int  # counted from 0
    name: str  # "time", "bash", "!"
    rest: str


def cell_magic(lines: Sequence[str]) -> CellMagic | None:
    """The cell magic, which must stand on the first line that is not empty."""
    for number, line in enumerate(lines):
        if line.strip():
            found = CELL_MAGIC.fullmatch(line)
            return CellMagic(line=number, name=found["name"], rest=found["rest"].strip()) if found else None
    return None


def escapes(text: str) -> Iterator[Escape]:
    """Every statement of `text` that is not Python. A "%" inside brackets or a string is none."""
    if not MAYBE.search(text):
        return
    lines = text.split("\n")
    state = _State()
    number = 0
    while number < len(lines):
        line = lines[number]
        found = None if state.open else _escape(line)
        if found is None:
            state.read(line)
            number += 1
            continue
        end, body = number + 1, found["body"]
        while body.endswith("\\") and end < len(lines):
            body, end = f"{body[:-1]} {lines[end].strip()}", end + 1
        yield Escape(
            first=number,
            end=end,
            body=body.strip(),
            **{key: found[key] for key in ("indent", "mark", "target")},
        )
        number = end


def _escape(line: str) -> dict[str, str] | None:
    if found := LEADING.fullmatch(line):
        return {"target": "", **found.groupdict()}
    if found := ASSIGNED.fullmatch(line):
        return found.groupdict()
    if HELP.fullmatch(line):
        return {
            "indent": line[: len(line) - len(line.lstrip())],
            "mark": "?",
            "body": line.strip(),
            "target": "",
        }
    return None


class _State:
    """Whether a statement or a string goes on in the next line."""

    def __init__(self) -> None:
        self._quote = ""  # of a string that is still open
        self._depth = 0
        self._continued = False

    @property
    def open(self) -> bool:
        return bool(self._quote) or self._depth > 0 or self._continued

    def read(self, line: str) -> None:
        """Take in one line of Python."""
        position = 0
        self._continued = False
        while position < len(line):
            position = self._inside(line, position) if self._quote else self._outside(line, position)
        if len(self._quote) == 1 and not self._continued:
            self._quote = ""  # a string in single quotes ends with its line, closed or not

    def _inside(self, line: str, position: int) -> int:
        if line[position] == "\\":
            self._continued = position == len(line) - 1
            return position + 2
        if line.startswith(self._quote, position):
            length, self._quote = len(self._quote), ""
            return position + length
        return position + 1

    def _outside(self, line: str, position: int) -> int:
        char = line[position]
        if char == "#":
            return len(line)
        if char in "\"'":
            self._quote = char * 3 if line.startswith(char * 3, position) else char
            return position + len(self._quote)
        if char in "([{":
            self._depth += 1
        elif char in ")]}":
            self._depth = max(0, self._depth - 1)
        elif char == "\\" and position == len(line) - 1:
            self._continued = True
        return position + 1
