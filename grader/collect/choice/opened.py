"""A notebook or script of a homework, opened and parsed."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.collect.reading.notebook import Notebook, read_notebook
from grader.collect.reading.pieces import Piece, cell_pieces, local_modules
from grader.collect.reading.script import read_script
from grader.collect.source.definitions import assigned, elsewhere
from grader.model.file_kinds import is_script

OWN_PACKAGE = "homework"  # what the folder handed in is called when it is itself a package


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """One notebook or script of a homework, parsed, and the modules beside it that it imports."""

    file: str
    notebook: Notebook
    cells: tuple[Piece, ...] = ()
    modules: tuple[Piece, ...] = ()
    defined: frozenset[str] = frozenset()
    modified: float = 0.0
    mended: str = ""  # see Script
    parts: tuple[str, ...] = ()  # the files of which it was put together

    @property
    def is_script(self) -> bool:
        """Whether it is a Python file."""
        return is_script(self.file)

    @property
    def package(self) -> str:
        """The package that a script with relative imports belongs to; "" for any other."""
        trees = [piece.tree for piece in self.cells if piece.tree and self.is_script]
        level = max(
            (node.level for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)),
            default=0,
        )
        folders = PurePosixPath(self.file).parent.parts
        return ".".join(folders if level <= len(folders) else (OWN_PACKAGE, *folders)) if level else ""


def read(root: Path, files: Sequence[str], file: str) -> OpenedFile:
    """Open and parse one notebook or script. Never raises."""
    mended = ""
    if is_script(file):
        script = read_script(root / file, file)
        notebook, cells, mended = script.notebook, list(script.pieces), script.mended
    else:
        notebook = read_notebook(root / file, file)
        cells = cell_pieces(notebook.cells)
    modules = local_modules(cells, root, files, file)
    own = {piece.module: piece for piece in (*modules, *cells) if piece.module}
    return OpenedFile(
        file=file,
        notebook=notebook,
        cells=tuple(cells),
        modules=tuple(modules),
        defined=frozenset((*assigned(cells, own), *elsewhere(cells, modules))),
        modified=modified(root / file),
        mended=mended,
    )


def modified(path: Path) -> float:
    """When a file was changed last; 0 where nobody knows."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def without_problem(readings: Sequence[OpenedFile]) -> list[OpenedFile]:
    """Those that could be read."""
    return [reading for reading in readings if not reading.notebook.problem]
