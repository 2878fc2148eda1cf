"""Read a Python file into the pieces that run one after the other, as the cells of a notebook do.

Each class and function is a piece, so are other statements up to the next empty line, below `if __name__ ==
"__main__"`, too. A piece begins with a line that says which lines of the file it holds; the kernel compiles
it as these. Of a file that does not parse, what does not is a piece of its own, and the rest runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment.newer_python import NEW_STRINGS, as_older_python
from grader.assignment.parameters import is_main_guard
from grader.collect.reading.blocks import Block, blocks_of
from grader.collect.reading.decode import to_text
from grader.collect.reading.magics import readable
from grader.collect.reading.notebook import Notebook, NotebookCell
from grader.collect.reading.pieces import Piece
from grader.collect.reading.python_two import as_python_three
from grader.collect.reading.syntax import LARGEST_TREE, LONGEST_CODE, Parsed, parse
from grader.collect.words import listed, plain
from grader.model import Repair, RepairKind

MAGIC = re.compile(r"^[ \t]*([!%].*)", re.MULTILINE)
MOST_PIECES = 200  # the last one takes the rest
NO_LINE = 1 << 30  # after every line
LARGEST_SCRIPT = 4 * LONGEST_CODE  # bytes of one file
NEWER = Repair(kind=RepairKind.STRINGS, text=NEW_STRINGS)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A Python file that was read: its cells, as a notebook has them, and the same as pieces of code."""

    notebook: Notebook
    pieces: tuple[Piece, ...] = ()
    mended: str = ""  # the text that runs, where it is not that of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guarded:
    """Statements that stand together: lines `first` to `last`; `guard` is the `if` that they stand below. Of
    lines that do not parse, the `error` with its line."""

    first: int
    last: int
    statements: tuple[ast.stmt, ...]
    guard: str = ""
    error: str = ""
    lost: tuple[str, ...] = ()  # names that such lines would define


def read_script(path: Path, name: str, until: int = NO_LINE) -> Script:
    """Read the file at `path`, called `name` in messages, or what runs before the statement on line `until`.
    Never raises for anything that a file can hold."""
    try:
        if path.stat().st_size > LARGEST_SCRIPT:
            return Script(
                notebook=Notebook(problem=f"{plain(name)} is not read: it is longer than anybody writes")
            )
        data = path.read_bytes()
    except OSError as problem:
        return Script(
            notebook=Notebook(
                problem=f"{plain(name)} cannot be read: {problem.strerror or 'an error of the disk'}"
            )
        )
    if not data.strip():
        return Script(notebook=Notebook(problem=f"{plain(name)} is empty"))
    text, repairs = to_text(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, skipped = _without_magics(text)
    text, old = as_python_three(text)
    older = as_older_python(text)
    rewritten = (
        [Repair(kind=RepairKind.OTHER, text=f"{listed(old)} of Python 2: run as Python 3 writes it")]
        if old
        else []
    )
    told = tuple(
        Repair(kind=repair.kind, text=f"{plain(name)}: {repair.text}", about=repair.what)
        for repair in (*repairs, *skipped, *rewritten, *([NEWER] if older != text else []))
    )
    cells, pieces = _taken_apart(older, name, until)
    mended = older if old or older != text else ""
    return Script(notebook=Notebook(cells=cells, repairs=told), pieces=pieces, mended=mended)


def _without_magics(text: str) -> tuple[str, list[Repair]]:
    """A script that Colab made of a notebook may hold lines such as `!pip install`: without them, if that is
    all it takes."""
    if parse(text).tree is not None:
        return text, []
    rest, magics = readable(text).code, MAGIC.findall(text)
    if not magics or parse(rest).tree is None:
        return text, []
    what = f"{listed([plain(line, 30) for line in magics])}: skipped, only a notebook understands that"
    return rest, [Repair(kind=RepairKind.OTHER, text=what)]


def _taken_apart(text: str, name: str, until: int) -> tuple[tuple[NotebookCell, ...], tuple[Piece, ...]]:
    parsed = parse(text)
    lines = text.split("\n")
    found = _parts(parsed.tree.body) if parsed.tree else _salvaged(text) if parsed.error else []
    if not any(part.statements for part in found):
        whole = _Guarded(first=1, last=max(1, len(lines)), statements=())
        return (_cell(whole, 1, lines, name),), (_unparsed(parsed, text, name),)
    parts = [cut for part in found if (cut := _before(part, until))]
    if not parts:
        return (), ()
    cells = tuple(_cell(part, number, lines, name) for number, part in enumerate(parts, 1))
    pieces = [_piece(part, number, name) for number, part in enumerate(parts, 1)]
    nodes = parsed.nodes or sum(1 for part in parts for one in part.statements for _ in ast.walk(one))
    return cells, (replace(pieces[0], text=text, nodes=nodes), *pieces[1:])


def _salvaged(text: str) -> list[_Guarded]:
    """The parts of a file with syntax errors; none where it is too long for that."""
    blocks = blocks_of(text)
    if sum(block.nodes for block in blocks) > LARGEST_TREE:
        return []
    for parted in (_parts, _as_one):
        parts = [part for block in blocks for part in _parts_of(block, parted)]
        if len(parts) <= MOST_PIECES:
            return parts
    return []


def _parts_of(block: Block, parted: Callable[[Sequence[ast.stmt]], list[_Guarded]]) -> list[_Guarded]:
    """The statements of a block in parts, or the lines that do not parse, each below the block's guard."""
    if block.error:
        error = f"line {block.line}: {block.error}"
        parts = [_Guarded(first=block.first, last=block.last, statements=(), error=error, lost=block.lost)]
    else:
        parts = parted(block.statements)
    return [replace(part, guard=block.guard) for part in parts] if block.guard else parts


def _as_one(statements: Sequence[ast.stmt]) -> list[_Guarded]:
    return [_part(statements)]


def _unparsed(parsed: Parsed, text: str, name: str) -> Piece:
    return Piece(
        where=name,
        text=text,
        number=1,
        file=name,
        tree=parsed.tree,
        error=f"{name}, line {parsed.line}: {parsed.error}" if parsed.error else "",
        unread=f"{name}: {parsed.unread}" if parsed.unread else "",
    )


def _piece(part: _Guarded, number: int, name: str) -> Piece:
    """The statements with the line numbers of the file, or the error."""
    tree = None if part.error else ast.Module(body=list(part.statements), type_ignores=[])
    error = f"{name}, {part.error}" if part.error else ""
    return Piece(where=name, text="", number=number, file=name, tree=tree, error=error, lost=part.lost)


def _cell(part: _Guarded, number: int, lines: Sequence[str], name: str) -> NotebookCell:
    where = f"{plain(name)}, {_lines(part.first, part.last)}"
    opening = f"{part.guard}  # {where}" if part.guard else f"# {where}"
    text = "\n".join((opening, *lines[part.first - 1 : part.last]))
    return NotebookCell(number=number, kind="code", text=text, id=f"piece-{number}", where=where)


def _lines(first: int, last: int) -> str:
    return f"lines {first} to {last}" if last > first else f"line {first}"


def _parts(body: Sequence[ast.stmt]) -> list[_Guarded]:
    whole = list(_paragraphs(body))
    fine = [part for one in whole for part in _below_guard(one)]
    if len(fine) <= MOST_PIECES:
        return fine
    rest = [statement for part in whole[MOST_PIECES - 1 :] for statement in part.statements]
    return [*whole[: MOST_PIECES - 1], _part(rest)] if len(whole) > MOST_PIECES else whole


def _before(part: _Guarded, until: int) -> _Guarded | None:
    """The part without the statements from this line on; None when nothing is left."""
    if part.last < until:
        return part
    if part.error:
        return part if part.first < until else None
    guard, only = part.guard, part.statements[0]
    statements: Sequence[ast.stmt] = part.statements
    if isinstance(only, ast.If) and is_main_guard(only):
        guard, statements = _guard_line(only), only.body
    kept = [statement for statement in statements if statement.lineno < until]
    return replace(_part(kept), guard=guard) if kept else None


def _below_guard(part: _Guarded) -> list[_Guarded]:
    """A main guard taken apart into what stands below it; any other part as it is."""
    guard = part.statements[0]
    if not isinstance(guard, ast.If) or not is_main_guard(guard) or guard.orelse:
        return [part]
    if _first_line(guard.body[0]) <= (guard.test.end_lineno or guard.lineno):  # all on one line
        return [part]
    inner = list(_paragraphs(guard.body))
    return [replace(one, guard=_guard_line(guard)) for one in inner] if len(inner) > 1 else [part]


def _guard_line(guard: ast.If) -> str:
    return f"if {ast.unparse(guard.test)}:"


def _paragraphs(body: Sequence[ast.stmt]) -> Iterator[_Guarded]:
    """Definitions and main guards by themselves, other statements as long as no empty line parts them."""
    together: list[ast.stmt] = []
    for statement in body:
        if together and _parts_here(together[-1], statement):
            yield _part(together)
            together = []
        together.append(statement)
    if together:
        yield _part(together)


def _parts_here(before: ast.stmt, after: ast.stmt) -> bool:
    first, last = _first_line(after), before.end_lineno or before.lineno
    if first <= last:  # a; b
        return False
    alone = (Definition, ast.For, ast.While)
    by_itself = (
        isinstance(before, alone)
        or isinstance(after, Definition)
        or is_main_guard(before)
        or is_main_guard(after)
    )
    return by_itself or first > last + 1


def _part(statements: Sequence[ast.stmt]) -> _Guarded:
    last = statements[-1]
    return _Guarded(
        first=_first_line(statements[0]), last=last.end_lineno or last.lineno, statements=tuple(statements)
    )


def _first_line(statement: ast.stmt) -> int:
    decorators = statement.decorator_list if isinstance(statement, Definition) else []
    return min([statement.lineno, *(node.lineno for node in decorators)])
