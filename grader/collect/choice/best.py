"""The best of several notebooks or scripts: the one with most names of the sheet, then the likeliest, then
the last version."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from grader.assignment.parameters import is_main_guard
from grader.collect.choice.opened import OpenedFile, without_problem
from grader.collect.files.order import is_as_new, order_of

# what the file is called that one starts
MAIN_NAMES = ("__main__", "main", "run", "train", "training", "homework", "solution")


def brings(reading: OpenedFile, names: Collection[str]) -> int:
    """How many of the names of the sheet it defines or imports."""
    return len(reading.defined & set(names))


def best_notebook(readings: Sequence[OpenedFile], names: Collection[str]) -> OpenedFile | None:
    """The notebook that brings most names, in its last version; None where none can be read."""
    readable = without_problem(readings)
    fit = max((brings(reading, names) for reading in readable), default=0)
    return _last([reading for reading in readable if brings(reading, names) == fit])


def _last(rivals: Sequence[OpenedFile]) -> OpenedFile | None:
    """The last of several versions: the newest; where times do not tell, by name and place."""
    newest = max((reading.modified for reading in rivals), default=0.0)
    return max(rivals, key=lambda one: (is_as_new(one.modified, newest), order_of(one.file)), default=None)


def how_last(best: OpenedFile, rivals: Sequence[OpenedFile]) -> str:
    """Why it is taken for the last of these versions."""
    told = all(other is best or not is_as_new(other.modified, best.modified) for other in rivals)
    return (
        "is the newest"
        if told
        else "is the last one by its name and place: the times of the files do not tell"
    )


def best_script(readings: Sequence[OpenedFile], names: Collection[str]) -> OpenedFile | None:
    """The script that brings most names; then one that no other imports, that has a main guard, that is
    called like one that is started; then the newest version."""
    imported = {
        piece.where for reading in readings for piece in reading.modules if piece.where != reading.file
    }

    def merits(reading: OpenedFile) -> tuple[int, bool, bool, bool]:
        stem = PurePosixPath(reading.file).stem.lower()
        return brings(reading, names), reading.file not in imported, _has_guard(reading), stem in MAIN_NAMES

    readable = without_problem(readings)
    most = max(map(merits, readable), default=None)
    return _last([reading for reading in readable if merits(reading) == most])


def _has_guard(reading: OpenedFile) -> bool:
    text = reading.cells[0].text if reading.cells else ""
    return "__main__" in text and any(is_main_guard(node) for node in _statements(text))


def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
