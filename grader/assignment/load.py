"""Find and load sheets. They are Python and run on the host: only from the instructor's own path."""

from __future__ import annotations

import ast
import hashlib
import importlib.machinery
import importlib.util
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.assignment.outdated import what_changed
from grader.assignment.rubric_file import FILE as RUBRIC
from grader.assignment.rubric_file import load_rubric, shared_rubrics
from grader.assignment.sheet import Assignment
from grader.errors import AssignmentError, UsageError

SHEET = "sheet.py"
_BESIDE = re.compile(r"\bbeside\(__file__, [\"'](\w+)[\"']\)")
# the folders that hold sheets: of a student's repository, of the course's
HANDOUT, COURSE = ".grader", "assignments"
REQUIREMENTS = f"{HANDOUT}/requirements.txt"


def sheet_folders(start: Path) -> Iterator[Path]:
    """Every folder with sheets that `start` or a folder above it has, the nearest first: what a hand-out
    brought (`.grader/`), and a course's own (`assignments/`). Whether its programs may run here is the
    caller's to decide."""
    start = start.resolve()
    for folder in (start, *start.parents):
        for name in (HANDOUT, COURSE):
            if sheet_files(folder / name):
                yield folder / name


def sheet_files(folder: Path) -> list[Path]:
    """The sheets in a folder of sheets; none where it cannot be read."""
    try:
        return sorted(folder.glob("*/sheet.py"))
    except OSError:
        return []


class _AsItIsNow(importlib.machinery.SourceFileLoader):
    """Without the cache of compiled code, which takes a file changed within the same second, to the same
    length, for the old one."""

    def path_stats(self, path: str) -> Mapping[str, Any]:
        raise OSError(f"{path} is compiled every time")


def load_sheet(folder: Path) -> Assignment:
    """Run `folder`/sheet.py and return the one Assignment it declares, with the rubric that lies beside it,
    if any.

    Raises:
        AssignmentError: the sheet raises, or declares no or several assignments, or is not fit for a class;
        the rubric beside it is wrong.
    """
    found = read_sheet(folder)
    found.verify()
    return found


def read_sheet(folder: Path) -> Assignment:
    """The same, of a sheet that need not be fit for a class yet: too much may rest on the kernel's word, or
    on letters.

    Raises:
        AssignmentError: the sheet raises, or declares no or several assignments; the rubric beside it is
        wrong.
    """
    module = _module(folder / SHEET)
    found = [value for value in vars(module).values() if isinstance(value, Assignment)]
    if len(found) != 1:
        raise AssignmentError(
            f"{folder.name}/sheet.py declares {len(found)} assignments; it must declare one"
        )
    found[0].folder = folder.absolute()
    if (folder / RUBRIC).is_file():
        found[0].use_rubric(load_rubric(folder / RUBRIC, found[0].questions))
    return found[0]


def _module(path: Path) -> ModuleType:
    """What running a sheet leaves."""
    folder = path.parent
    name = f"sheet_{folder.name}" if path.name == SHEET else f"sheet_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_AsItIsNow(name, str(path)))
    if spec is None or spec.loader is None or not path.is_file():
        raise AssignmentError(f"there is no {path.name} in {folder.name}/")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except AssignmentError:
        raise
    except Exception as problem:  # a sheet may raise anything; its author needs one line that says where
        if changed := what_changed(path.read_text("utf-8", "replace")):
            raise AssignmentError(f"{folder.name}/{path.name} {changed}") from problem
        line = _line_in(path, problem)
        where = f"{folder.name}/{path.name}{f', line {line}' if line else ''}"
        raise AssignmentError(f"{where} cannot be loaded: {type(problem).__name__}: {problem}") from problem
    return module


def _line_in(path: Path, problem: Exception) -> int:
    """The last line of this file that an error came through; 0 where it tells its own, or none."""
    if isinstance(problem, SyntaxError):
        return 0
    frames = traceback.extract_tb(problem.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == str(path)), 0)


def beside(file: str, name: str) -> ModuleType:
    """The sheet of another homework of the same course, to be extended: `first = beside(__file__,
    "sum_sequence")`, then `hw = first.hw.extended("integration_task", ...)`. All that it names can be used:
    `first.cell`.

    Raises:
        AssignmentError: it is not there, or cannot be loaded.
    """
    folder = Path(file).resolve().parent
    path = next(
        (path for path in (folder / f"{name}.py", folder.parent / name / SHEET) if path.is_file()), None
    )
    if path is None:
        raise AssignmentError(
            f"{folder.name} extends {name}, which is not there: keep the folders of both side by side"
        )
    return _module(path)


def extended_sheets(folder: Path) -> tuple[Path, ...]:
    """The folders of the sheets that the one in `folder` extends, those that exist."""
    path = folder / SHEET
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    return tuple(
        folder.parent / name
        for name in sorted(set(_BESIDE.findall(text)))
        if (folder.parent / name / SHEET).is_file()
    )


def load_all(folder: Path) -> dict[str, Assignment]:
    """Every sheet below `folder`, by name.

    Raises:
        AssignmentError: a sheet cannot be loaded.
        UsageError: there is none.
    """
    sheets = {path.parent.name: load_sheet(path.parent) for path in sheet_files(folder)}
    if not sheets:
        raise UsageError(f"no sheets in {folder.name}/: expected {folder.name}/<name>/sheet.py")
    return sheets


def sheet_digest(folder: Path) -> str:
    """sha256 over the sheet's files, the sheets that it extends, and the rubrics to which its own refers: a
    change means that grades may change."""
    return _digest(folder, Path.read_bytes)


def verdicts_digest(folder: Path) -> str:
    """The same without comments and without the numbers of points, which no verdict depends on: a change
    means that verdicts may change."""
    return _digest(folder, _without_points)


def _digest(folder: Path, read: Callable[[Path], bytes]) -> str:
    digest = hashlib.sha256()
    own = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    further = (*(sheet / SHEET for sheet in extended_sheets(folder)), *shared_rubrics(folder / RUBRIC))
    for path in (*own, *further):
        digest.update(
            path.relative_to(folder if path in own else folder.parent).as_posix().encode()
            + b"\0"
            + read(path)
            + b"\0"
        )
    return digest.hexdigest()


def _without_points(path: Path) -> bytes:
    """What a program says but for `points=1`; all of it where it looks at points itself, or is no program."""
    source = path.read_bytes()
    try:
        tree = ast.parse(source if path.suffix == ".py" else b"")
    except (SyntaxError, ValueError):
        return source
    nodes = list(ast.walk(tree))
    if not tree.body or any(isinstance(one, ast.Attribute) and "points" in one.attr for one in nodes):
        return source
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "points" and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return ast.dump(tree).encode()
