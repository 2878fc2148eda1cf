"""A script that starts others one after the other: what it starts before the one that is graded runs first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.assignment.parameters import top_level
from grader.collect.pieces import Piece
from grader.collect.script import Script, read_script

STARTS = re.compile(r"(?:^|\s)(?P<file>[^\s'\"]+\.py)(?:\s|$)")  # "python make_data.py", and "make_data.py" in a list


def first_part(root: Path, starter: str, pieces: Sequence[Piece], graded: str) -> Script | None:
    """What the script `starter` does before it starts `graded`; None when it does not start it, or does nothing before."""
    home = PurePosixPath(starter).parent
    for piece in pieces:
        for statement in top_level(piece.tree.body) if piece.tree else ():
            started = [name for text in _texts(statement) for name in STARTS.findall(text)]
            if any(graded in (str(home / name), str(PurePosixPath(name))) for name in started):
                before = read_script(root / starter, starter, until=statement.lineno)
                return before if any(_runs(piece) for piece in before.pieces) else None
    return None


def joined(before: Script, after: Script) -> Script:
    """Both as one, the cells and pieces numbered through."""
    moved = len(before.notebook.cells)
    cells = [replace(cell, number=cell.number + moved, id=f"piece-{cell.number + moved}") for cell in after.notebook.cells]
    pieces = [replace(piece, number=(piece.number or 0) + moved) for piece in after.pieces]
    return Script(notebook=replace(after.notebook, cells=(*before.notebook.cells, *cells)), pieces=(*before.pieces, *pieces))


def _runs(piece: Piece) -> bool:
    """Whether a piece does more than import and define."""
    idle = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return any(not isinstance(node, idle) and not _is_text(node) for node in top_level(piece.tree.body if piece.tree else ()))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _texts(statement: ast.stmt) -> Iterator[str]:
    """The texts in calls such as os.system("python x.py") and subprocess.run(["python", "x.py"])."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for given in node.args:
                yield from (one.value for one in ast.walk(given) if isinstance(one, ast.Constant) and isinstance(one.value, str))
