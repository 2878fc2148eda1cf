"""The pieces of a homework's code: its cells, files that cells write, and the modules and notebooks beside it
that it imports or runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.assignment.newer_python import as_older_python
from grader.collect.reading.decode import to_text
from grader.collect.reading.magics import Readable, readable
from grader.collect.reading.notebook import NotebookCell, read_notebook
from grader.collect.reading.spared import spared
from grader.collect.reading.syntax import LONGEST_CODE, defined_in, parse

NOTEBOOK = ".ipynb"
CODE = (".py", NOTEBOOK)
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
    refused: str = ""  # "cell 4, line 3: 'return' outside function"
    star: bool = False  # brings names that nobody can list by reading, as %run does
    runs: tuple[str, ...] = ()  # files that it runs, whose names become its own

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
            left=left,
        )
        piece = replace(piece, star=told.star, runs=(*told.runs, *piece.runs))
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
    left: int = MOST_NODES,
) -> Piece:
    parsed = parse(code)
    rest = parse(some) if parsed.error and (some := spared(code)) else parsed  # read without a bad line
    parsed = replace(parsed, tree=rest.tree, nodes=rest.nodes)
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
        lost=defined_in(text) if parsed.error and parsed.tree is None else (),
        unread=f"{where}: {unread}" if unread else "",
        refused=f"{where}, {parsed.refused}" if parsed.refused else "",
        runs=tuple(_run_as_text(parsed.tree)) if parsed.tree and not too_much else (),
    )


def _run_as_text(tree: ast.Module) -> Iterator[str]:
    """The files of `exec(open("helper.py").read())` and of `runpy.run_path("helper.py")`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("exec"), args=[given, *_]):
                inner = [one for one in ast.walk(given) if isinstance(one, ast.Call)]
                opened = [one.args[0] for one in inner if one.args and _is_file(one.func)]
            case ast.Call(func=ast.Attribute(attr="run_path") | ast.Name("run_path"), args=[given, *_]):
                opened = [given]
            case _:
                opened = []
        yield from (
            one.value for one in opened if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def _is_file(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in ("open", "Path")


def local_modules(pieces: Sequence[Piece], root: Path, files: Sequence[str], notebook: str) -> list[Piece]:
    """The modules among `files` that the notebook imports, and that those import; never raises."""
    index = _index([file for file in files if file != notebook], notebook)
    written = {piece.module for piece in pieces if piece.module}
    found: dict[str, Piece] = {}
    waiting = [name for piece in pieces for name in _imported(piece)]
    left = MOST_NODES
    while waiting and len(found) < MOST_MODULES:
        name = waiting.pop(0)
        file = index.get(name) or index.get(f"{name}.py")
        if file is None or name in found or name in written:
            continue
        found[name] = read_module(root / file, file, name, left)
        left -= found[name].nodes
        waiting += _imported(found[name])
    return list(found.values())


def read_module(path: Path, file: str, name: str, left: int) -> Piece:
    """A module of the homework; one that cannot be read says why. `left`: nodes of syntax trees that may be
    read."""
    try:
        if path.stat().st_size > 4 * LONGEST_CODE:
            return Piece(where=file, text="", module=name, unread=f"{file}: too long to be read")
        text, _ = to_text(path.read_bytes())
    except OSError:
        return Piece(where=file, text="", module=name, unread=f"{file}: cannot be read")
    if file.endswith(NOTEBOOK):
        text = _all_cells(path, file)
    text = as_older_python(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _piece(file, text, text, number=None, module=name, left=left)


def _all_cells(path: Path, file: str) -> str:
    """The Python in the cells of a notebook that another one runs; cells that are none are left out."""
    cells = [cell.text for cell in read_notebook(path, file).cells if cell.kind == "code"]
    codes = [readable(text).code for text in cells if len(text) <= LONGEST_CODE]
    return "\n\n".join(code for code in codes if parse(code).tree is not None)


def _index(files: Iterable[str], notebook: str) -> Mapping[str, str]:
    """Files by the names under which code may import or run them: from the notebook's folder, from the top,
    or by the end of their path alone."""
    home = str(PurePosixPath(notebook).parent)
    index: dict[str, str] = {}
    ends: dict[str, list[str]] = {}
    # the notebook's own folder comes first, and a module before a notebook of its name
    for file in sorted(files, key=lambda file: (file.endswith(NOTEBOOK), not file.startswith(f"{home}/"))):
        path = PurePosixPath(file)
        for base in (home, "."):
            if base == "." or path.is_relative_to(base):
                # whatever its ending: %run notes.txt
                index.setdefault(path.relative_to(base).as_posix(), file)
                if file.endswith(CODE):
                    index.setdefault(".".join(_dotted(path.relative_to(base))), file)
        parts = _dotted(path) if file.endswith(CODE) else ()
        for first in range(len(parts)):
            ends.setdefault(".".join(parts[first:]), []).append(file)
    for name, several in ends.items():
        if len(several) == 1:  # a folder was put on sys.path
            index.setdefault(name, several[0])
    return index


def _dotted(path: PurePosixPath) -> tuple[str, ...]:
    parts = path.with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


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
    yield from map(module_run, piece.runs)


def module_run(file: str) -> str:
    """What a file that is run is called among the modules."""
    return PurePosixPath(file).as_posix()


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module an import-from names, with the leading dots of a module in `package` filled in."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    above = parts[: max(0, len(parts) - node.level + 1)]
    return ".".join([*above, *([node.module] if node.module else [])])
