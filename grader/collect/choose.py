"""What of a homework is graded: the notebook or script that defines or imports most of the sheet's names,
then the likeliest."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.assignment import Assignment
from grader.assignment.parameters import is_main_guard
from grader.collect.chain import all_parts, first_part, in_order, joined, only_defines
from grader.collect.definitions import assigned, elsewhere
from grader.collect.notebook import Notebook, read_notebook
from grader.collect.order import is_as_new, order_of
from grader.collect.parts import defines, opening, parts_of, together
from grader.collect.pieces import Piece, cell_pieces, local_modules
from grader.collect.script import Script, read_script
from grader.collect.words import listed, plain
from grader.judge.words import counted

MOST_OPENED = 30  # notebooks, and as many scripts, that are opened for one student
# what the file is called that one starts
MAIN_NAMES = ("__main__", "main", "run", "train", "training", "homework", "solution")
OWN_PACKAGE = "homework"  # what the folder handed in is called when it is itself a package


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
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
        return self.file.lower().endswith(".py")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is graded, with what the student should know; or a `problem`."""

    reading: Reading | None = None
    notices: tuple[str, ...] = ()
    problem: str = ""


def contract_names(assignment: Assignment) -> frozenset[str]:
    """All names that a sheet asks for."""
    return frozenset((*assignment.names, *assignment.parameters))


def is_code(file: str) -> bool:
    """Whether a file can be graded, by its name: a notebook or a Python file."""
    return file.lower().endswith((".ipynb", ".py"))


def read(root: Path, files: Sequence[str], file: str) -> Reading:
    """Open and parse one notebook or script. Never raises."""
    mended = ""
    if file.lower().endswith(".py"):
        script = read_script(root / file, file)
        notebook, cells, mended = script.notebook, list(script.pieces), script.mended
    else:
        notebook = read_notebook(root / file, file)
        cells = cell_pieces(notebook.cells)
    modules = local_modules(cells, root, files, file)
    own = {piece.module: piece for piece in (*modules, *cells) if piece.module}
    return Reading(
        file=file,
        notebook=notebook,
        cells=tuple(cells),
        modules=tuple(modules),
        defined=frozenset((*assigned(cells, own), *elsewhere(cells, modules))),
        modified=_modified(root / file),
        mended=mended,
    )


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def choose(root: Path, files: Sequence[str], names: Collection[str], chosen: str = "") -> Choice:
    """Choose among the notebooks and scripts in `files`, or take the one that is `chosen`. Never raises."""
    if chosen:
        asked = read(root, files, chosen)
        return Choice(problem=asked.notebook.problem) if asked.notebook.problem else Choice(reading=asked)
    notebooks = [file for file in files if file.lower().endswith(".ipynb")]
    scripts = [file for file in files if file.lower().endswith(".py")]
    if not notebooks and not scripts:
        return Choice(problem=_nothing(files))
    readings = _opened(root, files, notebooks)
    best = _best_notebook(readings, names)
    if best is None or not set(names) <= best.defined:
        others = _opened(root, files, scripts)
        script = _best_script(others, names)
        parts = _in_parts(others, names)
        if parts is not None and all(
            _fit(parts, names) > _fit(one, names) for one in (script, best) if one is not None
        ):
            return Choice(reading=parts, notices=(*_of_parts(parts, others), *_broken(readings)))
        if script is not None and (best is None or _fit(script, names) > _fit(best, names)):
            whole, starter = _with_what_runs_before(root, files, script, others)
            beside = _defined_beside(script, others, names) if starter is None else []
            whole = _together((*beside, script)) if beside else whole
            return Choice(reading=whole, notices=_of_script(whole, starter, beside, others, readings, names))
        readings = readings or others
    if best is None:
        others_too = (
            f" ({counted(len(readings) - 1, 'other file')} cannot be read either)"
            if len(readings) > 1
            else ""
        )
        return Choice(problem=f"{readings[0].notebook.problem}{others_too}")
    return Choice(reading=best, notices=_of_notebook(best, readings, notebooks, names))


def _opened(root: Path, files: Sequence[str], some: Sequence[str]) -> list[Reading]:
    last = sorted(some, key=order_of, reverse=True)
    newest = sorted(last, key=lambda file: -_modified(root / file))[:MOST_OPENED]
    return [read(root, files, file) for file in newest]


def _fit(reading: Reading, names: Collection[str]) -> int:
    return len(reading.defined & set(names))


def _readable(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for reading in readings if not reading.notebook.problem]


def _best_notebook(readings: Sequence[Reading], names: Collection[str]) -> Reading | None:
    readable = _readable(readings)
    fit = max((_fit(reading, names) for reading in readable), default=0)
    return _last([reading for reading in readable if _fit(reading, names) == fit])


def _last(rivals: Sequence[Reading]) -> Reading | None:
    """The last of several versions: the newest; where times do not tell, by name and place."""
    newest = max((reading.modified for reading in rivals), default=0.0)
    return max(rivals, key=lambda one: (is_as_new(one.modified, newest), order_of(one.file)), default=None)


def _how_last(best: Reading, rivals: Sequence[Reading]) -> str:
    """Why it is taken for the last of these versions."""
    told = all(other is best or not is_as_new(other.modified, best.modified) for other in rivals)
    return (
        "is the newest"
        if told
        else "is the last one by its name and place: the times of the files do not tell"
    )


def _best_script(readings: Sequence[Reading], names: Collection[str]) -> Reading | None:
    """The script that brings most names; then one that no other imports, that has a main guard, that is
    called like one that is started; then the newest version."""
    imported = {
        piece.where for reading in readings for piece in reading.modules if piece.where != reading.file
    }

    def merits(reading: Reading) -> tuple[int, bool, bool, bool]:
        stem = PurePosixPath(reading.file).stem.lower()
        return _fit(reading, names), reading.file not in imported, _has_guard(reading), stem in MAIN_NAMES

    readable = _readable(readings)
    most = max(map(merits, readable), default=None)
    return _last([reading for reading in readable if merits(reading) == most])


def _in_parts(readings: Sequence[Reading], names: Collection[str]) -> Reading | None:
    """The scripts that hold a part of the homework each, as one; None where there are none, or all have names
    that can be imported."""
    by_file = {one.file: one for one in sorted(_readable(readings), key=lambda one: order_of(one.file))}
    files = parts_of({file: defines(one.cells) for file, one in by_file.items()}, names)
    if all(
        PurePosixPath(file).stem.isidentifier() for file in files
    ):  # what can be imported is run with what is defined beside it
        return None
    chosen = [by_file[file] for file in files]
    opened = [
        opening(one.file, files[-1], number, one.cells, one.mended) for number, one in enumerate(chosen, 1)
    ]
    notebook, pieces = together(opened, [one.notebook for one in chosen])
    modules = {piece.where: piece for one in chosen for piece in one.modules}
    defined = frozenset().union(*(one.defined for one in chosen))
    return replace(
        chosen[-1],
        notebook=notebook,
        cells=pieces,
        modules=tuple(modules.values()),
        defined=defined,
        parts=tuple(files),
    )


def _with_what_runs_before(
    root: Path, files: Sequence[str], script: Reading, others: Sequence[Reading]
) -> tuple[Reading, Reading | None]:
    """The script behind what another one does before it starts it, and that other one."""
    by_file = {one.file: one for one in _readable(others)}
    for other in _readable(others):
        scripts = {
            name: Script(notebook=one.notebook, pieces=one.cells)
            for name, one in by_file.items()
            if name != other.file
        }
        parts = all_parts(other.file, other.cells, scripts)
        if parts is not None and script.file in parts[1]:
            whole, started = parts
            modules = {piece.where: piece for file in started for piece in by_file[file].modules}
            last = by_file[started[-1]]
            return (
                replace(last, notebook=whole.notebook, cells=whole.pieces, modules=tuple(modules.values())),
                other,
            )
    for other in _readable(others):
        before = first_part(root, other.file, other.cells, script.file) if other.file != script.file else None
        if before is not None:
            whole = joined(before, Script(notebook=script.notebook, pieces=script.cells))
            return replace(script, notebook=whole.notebook, cells=whole.pieces), other
    return script, None


def _defined_beside(script: Reading, others: Sequence[Reading], names: Collection[str]) -> list[Reading]:
    """Scripts that nobody starts, with names of the sheet which one that but defines others does not have:
    data.py beside model.py."""
    found: list[Reading] = []
    known = set(script.defined)
    if not only_defines(script.cells):
        return found
    for other in sorted(_readable(others), key=lambda one: order_of(one.file)):
        new, common = (other.defined - known) & set(names), other.defined & known & set(names)
        # else it is another version
        if other is not script and only_defines(other.cells) and len(new) > len(common):
            found.append(other)
            known |= other.defined
    return found


def _together(readings: Sequence[Reading]) -> Reading:
    """All of them as one, in this order; the last gives its name."""
    scripts = {one.file: Script(notebook=one.notebook, pieces=one.cells) for one in readings}
    whole = in_order([(one.file, ()) for one in readings], scripts)
    modules = {piece.where: piece for one in readings for piece in one.modules}
    defined = frozenset().union(*(one.defined for one in readings))
    last = readings[-1]
    return replace(
        last, notebook=whole.notebook, cells=whole.pieces, modules=tuple(modules.values()), defined=defined
    )


def _has_guard(reading: Reading) -> bool:
    text = reading.cells[0].text if reading.cells else ""
    return "__main__" in text and any(is_main_guard(node) for node in _statements(text))


def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _of_notebook(
    best: Reading, readings: Sequence[Reading], notebooks: Sequence[str], names: Collection[str]
) -> tuple[str, ...]:
    if len(notebooks) == 1:
        return ()
    fit = _fit(best, names)
    rivals = [other for other in _readable(readings) if _fit(other, names) == fit]
    why = f": it defines {fit} of the {counted(len(names), 'name')} of the sheet" if names else ""
    if len(rivals) > 1:
        why = f"{why or ': it'}{', as others do, and' if why else ''} {_how_last(best, rivals)}"
    unopened = len(notebooks) - len(readings)
    older = (f"{counted(unopened, 'older notebook')} not looked at",) if unopened else ()
    return (f"{len(notebooks)} notebooks found; {plain(best.file)} graded{why}", *_broken(readings), *older)


def _broken(readings: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(f"not chosen: {other.notebook.problem}" for other in readings if other.notebook.problem)


def _of_script(
    best: Reading,
    starter: Reading | None,
    beside: Sequence[Reading],
    scripts: Sequence[Reading],
    notebooks: Sequence[Reading],
    names: Collection[str],
) -> tuple[str, ...]:
    """Which script runs and why, what it imports, what is run before it, and what is not run."""
    modules = [piece.where for piece in best.modules if piece.where != best.file]
    with_it = f", with {listed([plain(one, 40) for one in modules])}" if modules else ""
    begins = starter.cells[0].text if starter and starter.cells else ""
    used = {best.file, *modules, *([starter.file] if starter else ()), *(one.file for one in beside)}
    rest = [
        other
        for other in scripts
        if other.file not in used and PurePosixPath(other.file).name != "__init__.py"
    ]
    # the starter names what it starts
    rest = [other for other in rest if PurePosixPath(other.file).name not in begins]
    why = (
        f": of the {counted(len(names), 'name')} of the sheet it brings {_fit(best, names)}"
        if names and (rest or notebooks)
        else ""
    )
    told = [f"{plain(best.file)} is run as a script{with_it}{why}"]
    if starter:
        told.append(
            f"{plain(starter.file)} starts {plain(best.file)}: what it starts or does besides is run, too, in"
            " its order"
        )
    if beside:
        several = listed([plain(one.file, 40) for one in beside])
        told.append(
            f"nothing starts {plain(best.file)}: what {several} define{'s' * (len(beside) == 1)} is run"
            " before it"
        )
    if rest:
        told.append(
            f"not run: {listed([plain(other.file, 40) for other in rest])}{_as_many(best, rest, names)}"
        )
    return (*told, *_broken(notebooks))


def _of_parts(whole: Reading, scripts: Sequence[Reading]) -> tuple[str, ...]:
    """Which files are opened, and which not."""
    rest = [
        plain(one.file, 40)
        for one in scripts
        if one.file not in whole.parts and PurePosixPath(one.file).name != "__init__.py"
    ]
    told = (
        f"{counted(len(whole.parts), 'file')} with a part of the homework each:"
        f" {listed([plain(one, 40) for one in whole.parts], 12)}"
    )
    return (told, f"not opened: {listed(rest)}") if rest else (told,)


def _as_many(best: Reading, rest: Sequence[Reading], names: Collection[str]) -> str:
    """That others would have done as well."""
    rivals = [other for other in _readable(rest) if names and _fit(other, names) == _fit(best, names)]
    bring = "they bring" if len(rivals) > 1 else "it brings"
    return (
        f" ({bring} as many names, but {plain(best.file)} {_how_last(best, [best, *rivals])})"
        if rivals
        else ""
    )


def _nothing(files: Sequence[str]) -> str:
    names = [plain(file, 40) for file in files]
    if not names:
        return "the folder is empty"
    said = f"no notebook and no Python file found: only {listed(names, 5)}"
    if any(file.lower().endswith((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")) for file in files):
        return f"{said}; this kind of archive cannot be opened here, please hand in a folder or a .zip"
    if any(file.lower().endswith((".html", ".htm", ".pdf", ".docx")) for file in files):
        return f"{said}; a printout cannot be run, please hand in the notebook itself (.ipynb)"
    return said
