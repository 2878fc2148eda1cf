"""Where the grades are, and what the machine has. Where sheets are: sheets.py."""

from __future__ import annotations

import os
from pathlib import Path

from grader.errors import UsageError

GRADES = Path("grades")


def folder_for(given: Path | None, assignment: str, source: Path) -> Path:
    """Where the grades go.

    Raises:
        UsageError: inside the submissions, where they would be handed in again and students could reach them.
    """
    out = given or GRADES / assignment
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise UsageError(
            f"the grades would lie in {out}, inside the submissions: give --out FOLDER, somewhere else"
        )
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
        raise UsageError(
            "there are no grades below ./grades: name the folder that `grade DIR` wrote, as in"
            f" `{option}FOLDER`"
        )
    if len(found) > 1:
        raise UsageError(
            f"there are several folders with grades: give {' or '.join(f'{option}{path}' for path in found)}"
        )
    return found[0]


def cores() -> int:
    """The processor cores that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def busy() -> float:
    """How many programs want each of our cores now, at least 1 and at most 10: so much longer things take."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return min(10.0, max(1.0, load / cores()))
