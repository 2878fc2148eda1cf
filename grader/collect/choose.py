"""Which of a student's notebooks is graded: the one that defines most of the sheet's names, then the newest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment
from grader.collect.definitions import assigned
from grader.collect.notebook import Notebook, read_notebook
from grader.collect.pieces import Piece, cell_pieces, local_modules
from grader.collect.words import count, listed, plain

MOST_NOTEBOOKS = 30  # that are opened for one student


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One notebook of a homework, parsed, and the modules beside it that it imports."""

    file: str
    notebook: Notebook
    cells: tuple[Piece, ...] = ()
    modules: tuple[Piece, ...] = ()
    defined: frozenset[str] = frozenset()
    modified: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The notebook that is graded, with what the student should know; or a `problem`."""

    reading: Reading | None = None
    notices: tuple[str, ...] = ()
    problem: str = ""


def contract_names(assignment: Assignment) -> frozenset[str]:
    """All names that a sheet asks for."""
    return frozenset((*assignment.contract, *assignment.parameters))


def read(root: Path, files: Sequence[str], file: str) -> Reading:
    """Open and parse one notebook. Never raises."""
    notebook = read_notebook(root / file, file)
    cells = cell_pieces(notebook.cells)
    modules = local_modules(cells, root, files, file)
    names = assigned(cells, {piece.module: piece for piece in (*modules, *cells) if piece.module})
    return Reading(
        file=file,
        notebook=notebook,
        cells=tuple(cells),
        modules=tuple(modules),
        defined=frozenset(names),
        modified=_modified(root / file),
    )


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def choose(root: Path, files: Sequence[str], names: Collection[str]) -> Choice:
    """Choose among the notebooks in `files`. Never raises."""
    notebooks = [file for file in files if file.lower().endswith(".ipynb")]
    if not notebooks:
        return Choice(problem=_no_notebook(files))
    opened = sorted(notebooks, key=lambda file: (-_modified(root / file), file))[:MOST_NOTEBOOKS]
    readings = [read(root, files, file) for file in opened]
    readable = [reading for reading in readings if not reading.notebook.problem]
    if not readable:
        others = f" ({count(len(notebooks) - 1, 'other notebook')} cannot be read either)" if len(notebooks) > 1 else ""
        return Choice(problem=f"{readings[0].notebook.problem}{others}")
    best = max(readable, key=lambda reading: (len(reading.defined & set(names)), reading.modified, reading.file))
    return Choice(reading=best, notices=_notices(best, readings, notebooks, names))


def _notices(best: Reading, readings: Sequence[Reading], notebooks: Sequence[str], names: Collection[str]) -> tuple[str, ...]:
    if len(notebooks) == 1:
        return ()
    defines = len(best.defined & set(names))
    rivals = [other for other in readings if not other.notebook.problem and len(other.defined & set(names)) == defines]
    why = f": it defines {defines} of the {count(len(names), 'name')} of the sheet" if names else ""
    if len(rivals) > 1:
        why = f"{why or ': it'}{', as others do, and' if why else ''} is the newest"
    broken = tuple(f"not chosen: {other.notebook.problem}" for other in readings if other.notebook.problem)
    unopened = len(notebooks) - len(readings)
    older = (f"{count(unopened, 'older notebook')} not looked at",) if unopened else ()
    return (f"{len(notebooks)} notebooks found; {plain(best.file)} graded{why}", *broken, *older)


def _no_notebook(files: Sequence[str]) -> str:
    names = [plain(file, 40) for file in files]
    if not names:
        return "the folder is empty"
    said = f"no notebook found: only {listed(names, 5)}"
    if any(file.lower().endswith(".py") for file in files):
        return f"{said}; Python files alone cannot be graded yet, please put the homework into a notebook (.ipynb)"
    if any(file.lower().endswith((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")) for file in files):
        return f"{said}; this kind of archive cannot be opened here, please hand in a folder or a .zip"
    return said
