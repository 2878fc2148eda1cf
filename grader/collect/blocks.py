"""A file that does not parse, taken apart into the top-level statements that do and the lines that do not.

A notebook loses the cell with the error and keeps the others; so does a script lose the statement. A
statement begins on a line without indentation, and goes on as long as it takes to be Python: a text in
triple quotes has lines of any kind.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.collect.syntax import Parsed, defined_in, parse

# where no statement begins: indented or empty, a comment, the rest of a bracket or of a compound statement
GOES_ON = re.compile(r"[\s#)\]}]|(?:else|elif|except|finally)\b|$")
IDLE = re.compile(r"\s*(?:#.*)?$")  # an empty line, or a comment
PATIENCE = 3_000_000  # characters that are parsed in search of ends; then each statement ends before the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines `first` to `last` of a file: statements with the line numbers of the file, or the `error` that is
    on `line`."""

    first: int
    last: int
    statements: tuple[ast.stmt, ...] = ()
    nodes: int = 0
    error: str = ""
    line: int = 0
    lost: tuple[str, ...] = ()  # names that the lines with the error would define


def blocks_of(text: str) -> list[Block]:
    """The statements of a text and what is none, in their order; neighbours of one kind together."""
    lines = text.split("\n")
    starts = list(_starts(lines))
    found: list[Block] = []
    place, left = 0, PATIENCE
    while place < len(starts):
        block, after, spent = _next(lines, starts, place, left)
        place, left = after, left - spent
        if found and bool(found[-1].error) == bool(block.error):
            block = _together(found.pop(), block)
        found.append(block)
    return found


def _starts(lines: Sequence[str]) -> Iterator[int]:
    """The places of lines on which a statement may begin: the first that says anything, and those without
    indentation; what is decorated belongs to its decorator."""
    said, decorated = False, False
    for place, line in enumerate(lines):
        if IDLE.match(line) or (said and GOES_ON.match(line)):
            continue
        if not decorated:
            yield place
        said, decorated = True, line.startswith("@")


def _next(lines: Sequence[str], starts: Sequence[int], place: int, left: int) -> tuple[Block, int, int]:
    """The block that begins at a start, the place of the start after it, and how many characters were parsed:
    up to the first end with which it is Python, else up to the next start."""
    ends = [*starts[place + 1 :], len(lines)]
    alone, spent = None, 0
    for more, end in enumerate(ends):
        text = "\n".join(lines[starts[place] : end])
        parsed = parse(text)
        spent += len(text)
        if parsed.tree is not None:
            return _block(lines, starts[place], end, parsed), place + more + 1, spent
        alone = alone or parsed
        if spent > left:
            break
    assert alone is not None
    return _block(lines, starts[place], ends[0], alone), place + 1, spent


def _block(lines: Sequence[str], start: int, end: int, parsed: Parsed) -> Block:
    """Lines start to end, counted from 0, without the empty ones behind."""
    last = max(place for place in range(start, end) if place == start or not IDLE.match(lines[place]))
    if parsed.tree is None:  # Python's message may name lines, too: those of the file
        text = "\n".join(lines[start:end])
        told = parse("\n" * start + text)
        return Block(
            first=start + 1,
            last=last + 1,
            error=told.error or told.unread,
            line=max(start + 1, told.line),
            lost=defined_in(text),
        )
    tree = ast.increment_lineno(parsed.tree, start)
    return Block(first=start + 1, last=last + 1, statements=tuple(tree.body), nodes=parsed.nodes)


def _together(one: Block, other: Block) -> Block:
    """Both as one; of two errors the first is told."""
    return Block(
        first=one.first,
        last=other.last,
        statements=(*one.statements, *other.statements),
        nodes=one.nodes + other.nodes,
        error=one.error,
        line=one.line,
        lost=(*one.lost, *other.lost),
    )
