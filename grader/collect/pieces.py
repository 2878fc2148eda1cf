"""The pieces of a homework's code: its cells, files that cells write, and the modules beside the notebook
that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.collect.decode import to_text
from grader.collect.magics import Readable, readable
from grader.collect.notebook import NotebookCell
from grader.collect.syntax import LONGEST_CODE, defined_in, parse

MOST_MODULES = 50
MOST_CODE = 1_000_000  # characters of all code cells
MOST_NODES = 150_000  # of the syntax trees of all cells, and again of all modules


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A cell, a module (`module` is its dotted name), or statements of the script `file`, whose first piece
    has the whole text. There is no tree when it cannot be parsed: see `error`, `unread`."""

    where: str  # "cell 4", "model.py"
    text: str
    number: int | None = None  # of the cell
    module: str = ""
    file: str = ""
    tree: ast.Module | None = None
    nodes: int = 0
    error: str = ""  # "cell 4, line 2: invalid syntax"
    lost: tuple[str, ...] = ()  # names that it would define if it could be parsed
    unread: str = ""  # "cell 4: too long to be read"
    star: bool = False  # brings names that nobody can list by reading, as %run does

    def at(self, node: ast.AST) -> str:
        """Where a node stands: "cell 4, line 2"."""
        return f"{self.where}, line {getattr(node, 'lineno', 1)}"


def cell_pieces(cells: Iterable[NotebookCell], left: int = MOST_NODES) -> list[Piece]:
    """The code cells, in their order; `left`: nodes of syntax trees that may still be read."""
    pieces, length = [], 0
    for cell in cells:
        if cell.kind != "code":
            continue
        where = f"cell {cell.number}"
        length += len(cell.text)
        if length > MOST_CODE:
            pieces.append(
                Piece(where=where, text="", number=cell.number, unread=f"{where}: more code than can be read")
            )
            continue
        told = readable(cell.text) if len(cell.text) <= LONGEST_CODE else Readable(code=cell.text)
        module = PurePosixPath(told.file).stem if told.file else ""
        piece = _piece(
            where,
            told.code,
            cell.text[:LONGEST_CODE],
            number=cell.number,
            module=module,
            star=told.star,
            left=left,
        )
        left -= piece.nodes
        pieces.append(piece)
    return pieces


def _piece(
    where: str,
    code: str,
    text: str,
    *,
    number: int | None,
    module: str,
    star: bool = False,
    left: int = MOST_NODES,
) -> Piece:
    parsed = parse(code)
    too_much = parsed.nodes > left
    unread = "more code than can be read" if too_much else parsed.unread
    return Piece(
        where=where,
        text=text,
        number=number,
        module=module,
        tree=None if too_much else parsed.tree,
        nodes=0 if too_much else parsed.nodes,
        error=f"{where}, line {parsed.line}: {parsed.error}" if parsed.error else "",
        lost=defined_in(text) if parsed.error else (),
        unread=f"{where}: {unread}" if unread else "",
        star=star,
    )


def local_modules(pieces: Sequence[Piece], root: Path, files: Sequence[str], notebook: str) -> list[Piece]:
    """The modules among `files` that the notebook imports, and that those import; never raises."""
    index = _index([file for file in files if file.endswith(".py")], str(PurePosixPath(notebook).parent))
    written = {piece.module for piece in pieces if piece.module}
    found: dict[str, Piece] = {}
    waiting = [name for piece in pieces for name in _imported(piece)]
    left = MOST_NODES
    while waiting and len(found) < MOST_MODULES:
        name = waiting.pop(0)
        file = index.get(name)
        if file is None or name in found or name in written:
            continue
        found[name] = read_module(root / file, file, name, left)
        left -= found[name].nodes
        waiting += _imported(found[name])
    return list(found.values())


def read_module(path: Path, file: str, name: str, left: int) -> Piece:
    try:
        if path.stat().st_size > 4 * LONGEST_CODE:
            return Piece(where=file, text="", module=name, unread=f"{file}: too long to be read")
        text, _ = to_text(path.read_bytes())
    except OSError:
        return Piece(where=file, text="", module=name, unread=f"{file}: cannot be read")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _piece(file, text, text, number=None, module=name, left=left)


def _index(files: Iterable[str], home: str) -> Mapping[str, str]:
    """Files by the names under which code may import them: from the notebook's folder, from the top, or by
    their stem alone."""
    index: dict[str, str] = {}
    stems: dict[str, list[str]] = {}
    # the notebook's own folder comes first
    for file in sorted(files, key=lambda file: not file.startswith(f"{home}/")):
        path = PurePosixPath(file)
        stems.setdefault(path.stem, []).append(file)
        for base in (home, "."):
            if base == "." or path.is_relative_to(base):
                parts = path.relative_to(base).with_suffix("").parts
                index.setdefault(".".join(parts[:-1] if parts[-1] == "__init__" else parts), file)
    for stem, several in stems.items():
        if len(several) == 1:  # a folder was put on sys.path
            index.setdefault(stem, several[0])
    return index


def _imported(piece: Piece) -> Iterator[str]:
    """Every dotted name that an import statement of the piece may load, and the names that lead to it."""
    package = piece.module.rpartition(".")[0] if piece.number is None else ""
    for node in ast.walk(piece.tree) if piece.tree else ():
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, package)
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module an import-from names, with the leading dots of a module in `package` filled in."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    above = parts[: max(0, len(parts) - node.level + 1)]
    return ".".join([*above, *([node.module] if node.module else [])])
