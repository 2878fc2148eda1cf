"""Where things are: the sheets, and the folder with the grades."""

from __future__ import annotations

import os
from pathlib import Path

from grader.assignment import Assignment, find_assignments, load_sheet
from grader.errors import UsageError
from grader.record import Gradebook

GRADES = Path("grades")


def sheets_for(given: Path | None, start: Path) -> Path:
    """The folder of the sheets: as typed, else looked for at `start` and above.

    Raises:
        UsageError: there is none.
    """
    if given is None:
        return find_assignments(start)
    if not given.is_dir():
        raise UsageError(f"{given} is no folder: --assignments wants the one that holds <name>/sheet.py")
    return given


def trusted_sheets(given: Path | None, source: Path) -> Path:
    """The sheets to grade others by. They are programs: a folder that a student filled is never taken.

    Raises:
        UsageError: there are none, or they lie inside the submissions.
    """
    sheets = sheets_for(given, Path.cwd())
    if sheets.resolve().is_relative_to(source.resolve()) or (given is None and sheets.name == ".grader"):
        raise UsageError(f"the sheets in {sheets} came with a submission, and sheets are programs: say --assignments FOLDER")
    return sheets


def folder_for(given: Path | None, assignment: str, source: Path) -> Path:
    """Where the grades go.

    Raises:
        UsageError: inside the submissions, where they would be handed in again and students could reach them.
    """
    out = given or GRADES / assignment
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise UsageError(f"the grades would lie in {out}, inside the submissions: say --out FOLDER, somewhere else")
    return out


def graded_folder(given: Path | None, option: str = "--out ") -> Path:
    """The folder of an earlier `grade DIR`: as typed after `option`, else the only one below ./grades.

    Raises:
        UsageError: there is none, or there are several.
    """
    if given is not None:
        return given
    found = sorted(path.parent for path in GRADES.glob("*/gradebook.sqlite"))
    if not found:
        raise UsageError(f"there are no grades below ./grades: say {option}FOLDER, the one that `grade DIR` wrote")
    if len(found) > 1:
        raise UsageError(f"there are several folders with grades: say {' or '.join(f'{option}{path}' for path in found)}")
    return found[0]


def sheet_of(gradebook: Gradebook, given: Path | None) -> Assignment:
    """The sheet that a gradebook was graded by.

    Raises:
        GraderError: nothing was graded yet, or the sheet is not found or cannot be loaded.
    """
    return load_sheet(sheet_folder_of(gradebook, given))


def sheet_folder_of(gradebook: Gradebook, given: Path | None) -> Path:
    """The folder of that sheet, as it is now.

    Raises:
        GraderError: nothing was graded yet, or there are no sheets.
    """
    last = gradebook.last_session()
    if last is None:
        raise UsageError(f"nothing was graded in {gradebook.folder} yet")
    return sheets_for(given, Path.cwd()) / last.assignment


def cores() -> int:
    """The processor cores that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
