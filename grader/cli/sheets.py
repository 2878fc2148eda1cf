"""Which sheets a command takes: the one place that decides whose programs run here. docs/security.md tells
the rule to people.

A sheet is a Python program that runs with all rights of whoever types the command. So it is never looked for
where homework lies: only where the command is typed, and beside the grades, and there only in folders that no
student filled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.assignment import COURSE, HANDOUT, Assignment, load_sheet, sheet_files, sheet_folders
from grader.collect.files.whose import Handed, handed_in, lies_in_a_class
from grader.errors import UsageError
from grader.record import Gradebook

OWN_REPOSITORY = Path(grader.__file__).resolve().parents[1]  # its programs are running already


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """A folder of sheets that may be run, and what should be said about it."""

    folder: Path
    note: str = ""

    def line(self, name: str) -> str:
        """What is printed of the sheet `name`: where it lies."""
        return f"Sheet: {shown(self.folder / name / 'sheet.py')}{', ' * bool(self.note)}{self.note}"


def sheets_to_grade(given: Path | None, source: Path, out: Path | None = None) -> Sheets:
    """The sheets by which others are graded: as typed, else of the course where one stands, or beside the
    grades.

    Raises:
        UsageError: there are none, or they lie among the homework.
    """
    handed = handed_in(source)
    if given is not None:
        if given.resolve().is_relative_to(source.resolve()):
            raise UsageError(_refused(given, "came with a submission"))
        return _said(given)
    return _first(_courses(Path.cwd(), out), lambda sheets: _why_not(sheets, handed), Path.cwd())


def sheets_of_course(given: Path | None, name: str) -> Path:
    """The folder of one sheet of the course: as typed, else where one stands or above.

    Raises:
        UsageError: there is no such sheet.
    """
    sheets = (
        _said(given)
        if given is not None
        else _first(_courses(Path.cwd()), lambda found: _why_not(found, None), Path.cwd())
    )
    if not (sheets.folder / name / "sheet.py").is_file():
        there = ", ".join(path.parent.name for path in sheet_files(sheets.folder))
        raise UsageError(
            f"there is no sheet called {name!r} in {shown(sheets.folder)}; there is: {there or 'none'}"
        )
    return sheets.folder / name


def sheets_for_own_work(given: Path | None, path: Path) -> Sheets:
    """The sheets to check a homework by: as typed, else what came with it, in one's own repository, else of
    the course.

    Raises:
        UsageError: there are none that may run here.
    """
    if given is not None:
        return _said(given)
    handed, here, own = handed_in(path), Path.cwd(), path.resolve()

    def why_not(sheets: Path) -> str:
        if sheets.name == COURSE:
            return _why_not(sheets, handed)
        return "" if own.is_relative_to(sheets.parent) else f"serve only homework in {shown(sheets.parent)}"

    brought = next((each for each in sheet_folders(own) if each.name == HANDOUT), None)
    elsewhere = brought is not None and not here.is_relative_to(brought.parent)
    try:
        found = _first(sheet_folders(here), why_not, here)
    except UsageError as problem:
        if next(sheet_folders(own), None) is None and next(sheet_folders(here), None) is None:
            raise UsageError(
                f"there is no homework with its sheet (a folder .grader/) at {here.name}/ or above: go to the"
                " folder that you were given, or give --assignments FOLDER"
            ) from problem
        if brought is None or not elsewhere:
            raise
        hint = f"give --assignments FOLDER, or go to {shown(brought.parent)} if it is your own"
        raise UsageError(
            f"the sheets in {shown(brought)} came with a homework, and you are outside of it: {hint}"
        ) from problem
    if found.folder == brought:
        return Sheets(folder=found.folder, note="which came with this homework")
    return Sheets(
        folder=found.folder, note=f"not {shown(brought)}, which came with the homework" if brought else ""
    )


def sheet_folder_of(gradebook: Gradebook, given: Path | None) -> Path:
    """The folder of the sheet that a gradebook was graded by, as it is now: as typed, else beside the grades,
    or where one stands.

    Raises:
        UsageError: nothing was graded yet, or there is no such sheet.
    """
    last = gradebook.last_session()
    if last is None:
        raise UsageError(f"nothing was graded in {gradebook.folder} yet")
    if given is not None:
        return _said(given).folder / last.assignment

    def why_not(sheets: Path) -> str:
        if not (sheets / last.assignment / "sheet.py").is_file():
            return f"have none called {last.assignment!r}"
        return _why_not(sheets, None)

    return _first(_courses(gradebook.folder, Path.cwd()), why_not, gradebook.folder).folder / last.assignment


def sheet_of(gradebook: Gradebook, given: Path | None, tell: Callable[[str], object]) -> Assignment:
    """That sheet, loaded; `tell` is told which one was found before it runs, if nobody said it.

    Raises:
        GraderError: nothing was graded yet, or the sheet is not found or cannot be loaded.
    """
    folder = sheet_folder_of(gradebook, given)
    if given is None:
        tell(line_of(folder))
    return load_sheet(folder)


def line_of(folder: Path) -> str:
    """What is printed of a sheet in this folder."""
    return Sheets(folder=folder.parent).line(folder.name)


def shown(path: Path) -> str:
    """A path for the person who typed the command: short where it lies below the working folder."""
    path = Path(os.path.abspath(path))
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _said(given: Path) -> Sheets:
    if not given.is_dir():
        raise UsageError(f"{given} is no folder: --assignments wants the one that holds <name>/sheet.py")
    return Sheets(folder=given)


def _courses(*starts: Path | None) -> Iterable[Path]:
    return (sheets for start in starts if start for sheets in sheet_folders(start) if sheets.name == COURSE)


def _first(found: Iterable[Path], why_not: Callable[[Path], str], start: Path) -> Sheets:
    """The nearest that may run. What lies nearer and may not is passed over; where nothing is left, the
    reason is told."""
    refused = ""
    for sheets in found:
        reason = why_not(sheets)
        if not reason:
            return Sheets(folder=sheets)
        refused = refused or _refused(sheets, reason)
    raise UsageError(
        refused
        or f"no folder assignments/ with sheets at {start.resolve().name}/ or above it:"
        " give --assignments FOLDER"
    )


def _why_not(sheets: Path, handed: Handed | None) -> str:
    """Why a course's sheets that were found, not said, must not run; "" when they may."""
    stands = sheets.parent
    if stands == OWN_REPOSITORY:
        return ""
    if handed is not None and any(map(handed.holds, (sheets, *sheet_files(sheets)))):
        return "lie among the homework"
    if (
        handed is not None
        and not handed.certain
        and handed.person is not None
        and handed.person.is_relative_to(stands)
    ):
        return "lie above a homework that stands alone, and may have come with it"
    if lies_in_a_class(sheets):
        return "lie beside what looks like the homework of single people, and may have been handed in"
    return ""


def _refused(sheets: Path, reason: str) -> str:
    return f"the sheets in {shown(sheets)} {reason}, and sheets are programs: give --assignments FOLDER"
