"""Find and load sheets. They are Python and run on the host: only from the instructor's own path."""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.assignment.rubric_file import FILE as RUBRIC
from grader.assignment.rubric_file import load_rubric, shared_rubrics
from grader.assignment.sheet import Assignment
from grader.errors import AssignmentError, UsageError


def find_assignments(start: Path) -> Path:
    """The nearest folder `assignments/` (or a student's `.grader/`) at `start` or above it.

    Raises:
        UsageError: there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        for name in ("assignments", ".grader"):
            if any((folder / name).glob("*/sheet.py")):
                return folder / name
    raise UsageError(f"no folder assignments/ with sheets at {start.name}/ or above it: say --assignments FOLDER")


class _AsItIsNow(importlib.machinery.SourceFileLoader):
    """Without the cache of compiled code, which takes a file changed within the same second, to the same length, for the old one."""

    def path_stats(self, path: str) -> Mapping[str, Any]:
        raise OSError(f"{path} is compiled every time")


def load_sheet(folder: Path) -> Assignment:
    """Run `folder`/sheet.py and return the one Assignment it declares, with the rubric that lies beside it, if any.

    Raises:
        AssignmentError: the sheet raises, or declares no or several assignments; the rubric beside it is wrong.
    """
    path = folder / "sheet.py"
    name = f"sheet_{folder.name}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_AsItIsNow(name, str(path)))
    if spec is None or spec.loader is None or not path.is_file():
        raise AssignmentError(f"there is no sheet.py in {folder.name}/")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except AssignmentError:
        raise
    except Exception as problem:  # a sheet may raise anything; its author needs one line that says where
        raise AssignmentError(f"{folder.name}/sheet.py cannot be loaded: {type(problem).__name__}: {problem}") from problem
    found = [value for value in vars(module).values() if isinstance(value, Assignment)]
    if len(found) != 1:
        raise AssignmentError(f"{folder.name}/sheet.py declares {len(found)} assignments; it must declare one")
    found[0].verify()
    found[0].folder = folder.absolute()
    if (folder / RUBRIC).is_file():
        found[0].use_rubric(load_rubric(folder / RUBRIC, found[0].questions))
    return found[0]


def load_all(folder: Path) -> dict[str, Assignment]:
    """Every sheet below `folder`, by name.

    Raises:
        AssignmentError: a sheet cannot be loaded.
        UsageError: there is none.
    """
    sheets = {path.parent.name: load_sheet(path.parent) for path in sorted(folder.glob("*/sheet.py"))}
    if not sheets:
        raise UsageError(f"no sheets in {folder.name}/: expected {folder.name}/<name>/sheet.py")
    return sheets


def sheet_digest(folder: Path) -> str:
    """sha256 over the sheet's files and the rubrics to which its own refers: a change means that grades may change."""
    digest = hashlib.sha256()
    own = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    for path in (*own, *shared_rubrics(folder / RUBRIC)):
        digest.update(
            path.relative_to(folder if path in own else folder.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
        )
    return digest.hexdigest()
