"""A homework of several Python files, each with a part of it: every one is opened by its place, in a module
of its own.

So a name that no import statement can say (`3-lstm_cell.py`) is no obstacle, and what two files call the same
stays apart.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from grader.collect.reading.notebook import Notebook, NotebookCell
from grader.collect.reading.pieces import Piece
from grader.collect.source.by_code import words_of

FEWEST_FILES = 2  # files
INHERITED = 1_000  # methods, as it were, of a class that extends the one of its name in another file
Defined = Mapping[str, int]  # name -> how many methods it has


def defines(pieces: Sequence[Piece]) -> Defined:
    """The classes and functions that a script defines at its top level, a class with the number of its
    methods."""
    found: dict[str, int] = {}
    taken: dict[str, str] = {}  # name -> what it is called where it comes from
    for piece in pieces:
        for node in piece.tree.body if piece.tree else ():
            taken |= _taken(node)
            if isinstance(node, ast.ClassDef):
                extends = any(taken.get(_last(base), _last(base)) == node.name for base in node.bases)
                found[node.name] = sum(isinstance(one, ast.FunctionDef) for one in node.body)
                found[node.name] += INHERITED * extends
            elif isinstance(node, ast.FunctionDef):
                found[node.name] = 0
    return found


def _taken(node: ast.stmt) -> dict[str, str]:
    """The names that a statement takes from a module: `Base = __import__("6-cell").Cell`, `from cell import
    Cell as Base`."""
    if isinstance(node, ast.ImportFrom):
        return {one.asname or one.name: one.name for one in node.names}
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
        return {one.id: node.value.attr for one in node.targets if isinstance(one, ast.Name)}
    return {}


def _last(base: ast.expr) -> str:
    """The last name of an expression with dots."""
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def homes_of(scripts: Mapping[str, Defined], names: Collection[str]) -> dict[str, str]:
    """The file of each of the sheet's `names`: of several the one whose class has most methods, then one that
    is called like the name (`0-rnn_cell.py` for RNNCell, of which `4-deep_rnn.py` keeps a copy), then the
    last."""
    home: dict[str, str] = {}

    def merits(file: str, name: str) -> tuple[int, bool]:
        return scripts[file][name], words_of(PurePosixPath(file).stem) >= words_of(name)

    for file, defined in scripts.items():
        for name in defined.keys() & set(names):
            if name not in home or merits(file, name) >= merits(home[name], name):
                home[name] = file
    return home


def parts_of(scripts: Mapping[str, Defined], names: Collection[str]) -> list[str]:
    """The files, in the order given, that hold a part of the sheet's `names` each; none where no such choice
    is clear: a file of whose names most have their home in others is another version of the whole."""
    home = homes_of(scripts, names)
    own = {file: [name for name in home if home[name] == file] for file in scripts if file in home.values()}
    others = {file: len(scripts[file].keys() & home.keys()) - len(own[file]) for file in own}
    is_clear = len(own) >= FEWEST_FILES and all(others[file] <= len(own[file]) for file in own)
    return [*own] if is_clear else []


def opening(
    file: str, first: str, number: int, pieces: Sequence[Piece], mended: str = "", own: Collection[str] = ()
) -> tuple[NotebookCell, Piece]:
    """The cell that opens a file as a module, and the piece of code that it stands for. `first`: the file
    that is said to be started; `mended`: the text that runs in place of the file's; `own`: what counts as
    this file has it, whatever copies others have."""
    module = (
        f"part_{number}_{''.join(letter if letter.isalnum() else '_' for letter in PurePosixPath(file).stem)}"
    )
    path = f"os.path.join(__file__[: -len({first!r})], {file!r})"
    reads = f"_spec.loader.get_data = lambda path: {mended.encode()!r}\n" if mended else ""
    text = (
        f"# {file} is opened by its place\n"
        f"import importlib.util, os, sys\n"
        f"_spec = importlib.util.spec_from_file_location({module!r}, {path})\n"
        f"_part = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)\n"
        f"{reads}_spec.loader.exec_module(_part)\n"
        f"globals().update({{name: vars(_part)[name] for name in {sorted(own)!r} if name in vars(_part)}})"
    )
    body = [node for piece in pieces for node in (piece.tree.body if piece.tree else ())]
    whole = Piece(
        where=file,
        text=pieces[0].text if pieces else "",
        number=number,
        file=file,
        tree=ast.Module(body=body, type_ignores=[]),
        nodes=sum(piece.nodes for piece in pieces),
    )
    return NotebookCell(number=number, kind="code", text=text, id=f"piece-{number}", where=file), whole


def together(
    opened: Sequence[tuple[NotebookCell, Piece]], notebooks: Sequence[Notebook]
) -> tuple[Notebook, tuple[Piece, ...]]:
    """All parts as one script, with the repairs of each."""
    repairs = tuple(repair for notebook in notebooks for repair in notebook.repairs)
    return Notebook(cells=tuple(cell for cell, _ in opened), repairs=repairs), tuple(
        piece for _, piece in opened
    )
