"""A file that does not parse, taken apart into the statements that do and the lines that do not.

A notebook loses the cell with the error and keeps the others; so does a script lose the statement. A
statement begins on a line without indentation, or below `if __name__ == "__main__":` on one with the
indentation of what stands there. It goes on as long as it takes to be Python: a text in triple quotes has
lines of any kind.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment.parameters import is_main_guard
from grader.collect.reading.syntax import Parsed, defined_in, parse

# where no statement begins: indented or empty, a comment, the rest of a bracket or of a compound statement
GOES_ON = re.compile(r"[\s#)\]}]|(?:else|elif|except|finally)\b|$")
IDLE = re.compile(r"\s*(?:#.*)?$")  # an empty line, or a comment
INDENTATION = re.compile(r"[ \t]+")
PATIENCE = 3_000_000  # characters that are parsed in search of ends; then each statement ends before the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines `first` to `last` of a file: statements with the line numbers of the file, or the `error` that is
    on `line`. `guard` is the `if` that they stand below, if that was taken apart."""

    first: int
    last: int
    statements: tuple[ast.stmt, ...] = ()
    nodes: int = 0
    guard: str = ""
    error: str = ""
    line: int = 0
    lost: tuple[str, ...] = ()  # names that the lines with the error would define


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """Statements of one level: they begin on the lines `starts`, counted from 0, and end before `end`."""

    lines: Sequence[str]  # of the file
    starts: Sequence[int]
    end: int
    guard: str = ""  # the line that they stand below


def blocks_of(text: str) -> list[Block]:
    """The statements of a text and what is none, in their order; neighbours of one kind together."""
    lines = text.split("\n")
    found: list[Block] = []
    for block in _blocks(_Body(lines=lines, starts=list(_starts(lines)), end=len(lines))):
        if found and _are_alike(found[-1], block):
            block = _together(found.pop(), block)
        found.append(block)
    return found


def _blocks(body: _Body) -> Iterator[Block]:
    place, left = 0, PATIENCE
    while place < len(body.starts):
        block, after, spent = _next(body, place, left)
        below = _below_guard(body, place) if block.error and not body.guard else None
        yield from _blocks(below) if below else [block]
        place, left = after, left - spent


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


def _below_guard(body: _Body, place: int) -> _Body | None:
    """What stands below the main guard that begins here; None where there is none."""
    guard, *below = body.lines[body.starts[place] : _end(body, place)]
    parsed = parse(f"{guard}\n pass")
    indented = next((line for line in below if not IDLE.match(line)), "")
    indentation = INDENTATION.match(indented)
    if parsed.tree is None or not is_main_guard(parsed.tree.body[0]) or indentation is None:
        return None
    first = body.starts[place] + 1
    starts = _starts([line.removeprefix(indentation[0]) for line in below])
    return _Body(
        lines=body.lines,
        starts=[first + start for start in starts],
        end=_end(body, place),
        guard=guard,
    )


def _end(body: _Body, place: int) -> int:
    """The line before which the statement of this start ends, if it ends before the next."""
    return body.starts[place + 1] if place + 1 < len(body.starts) else body.end


def _next(body: _Body, place: int, left: int) -> tuple[Block, int, int]:
    """The block that begins at a start, the place of the start after it, and how many characters were parsed:
    up to the first end with which it is Python, else up to the next start."""
    ends = [*body.starts[place + 1 :], body.end]
    alone, spent = None, 0
    for more, end in enumerate(ends):
        parsed = _parsed(body, body.starts[place], end)
        spent += sum(len(line) + 1 for line in body.lines[body.starts[place] : end])
        if parsed.tree is not None:
            return _block(body, body.starts[place], end, parsed), place + more + 1, spent
        alone = alone or parsed
        if spent > left:
            break
    assert alone is not None
    return _block(body, body.starts[place], ends[0], alone), place + 1, spent


def _parsed(body: _Body, start: int, end: int) -> Parsed:
    """Lines start to end, below their guard if they have one."""
    return parse("\n".join(([body.guard] if body.guard else []) + list(body.lines[start:end])))


def _block(body: _Body, start: int, end: int, parsed: Parsed) -> Block:
    """Lines start to end, counted from 0, without the empty ones behind."""
    last = max(place for place in range(start, end) if place == start or not IDLE.match(body.lines[place]))
    if parsed.tree is None:
        return _lost(body, start, end, last)
    statements = ast.increment_lineno(parsed.tree, start - bool(body.guard)).body
    # none where a line holds nothing but a backslash
    if body.guard and statements and isinstance(statements[0], ast.If):
        statements = statements[0].body
    return Block(
        first=start + 1,
        last=last + 1,
        statements=tuple(statements),
        nodes=parsed.nodes,
        guard=body.guard,
    )


def _lost(body: _Body, start: int, end: int, last: int) -> Block:
    """Lines that do not parse. Python's message may name lines, too: those of the file."""
    text = "\n".join(body.lines[start:end])
    above = "\n" * (start - 1) + f"{body.guard}\n" if body.guard else "\n" * start
    told = parse(above + text)
    return Block(
        first=start + 1,
        last=last + 1,
        guard=body.guard,
        error=told.error or told.unread,
        line=max(start + 1, told.line),
        lost=defined_in(textwrap.dedent(text)),
    )


def _are_alike(one: Block, other: Block) -> bool:
    return bool(one.error) == bool(other.error) and one.guard == other.guard


def _together(one: Block, other: Block) -> Block:
    """Both as one; of two errors the first is told."""
    return Block(
        first=one.first,
        last=other.last,
        statements=(*one.statements, *other.statements),
        nodes=one.nodes + other.nodes,
        guard=one.guard,
        error=one.error,
        line=one.line,
        lost=(*one.lost, *other.lost),
    )
