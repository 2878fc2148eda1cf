"""How the cells went, as a runner notes it: without the paths of this machine, and what they lacked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from grader.model import CellError, CellRun, Observation, Submission
from grader.run.told import told

MISSING_OURS = ("tensorflow", "keras", "numpy")
# a line of a notebook, which is skipped: "pass  # !pip install gTTS -q"
INSTALLS = re.compile(r"[!%]\s*(?:pip\d?|conda|mamba)\s+install\s+(?P<what>[^\n;&|]*)")


def cell_run(entry: Mapping[str, Any], hidden: tuple[str, ...]) -> CellRun:
    """A cell as outcome.json has it, without the folders in `hidden`."""
    error = entry.get("error")
    return CellRun(
        number=int(entry["number"]),
        seconds=float(entry["seconds"]),
        timed_out=bool(entry["timed_out"]),
        starved=bool(entry.get("starved")),
        where=str(entry.get("where", "")),
        error=CellError(**told(error, hidden)) if error else None,
    )


def absent_modules(
    cells: tuple[CellRun, ...], observations: Mapping[str, Observation], submission: Submission
) -> tuple[str, ...]:
    """What the code imports and uses and is not here: packages, and modules that the student should have
    handed in. An error can be raised by anybody: what the source imports nowhere is not missing."""
    files = {PurePosixPath(name) for name in submission.files}
    tops = {path.parts[0] for path in files}
    own = {path.stem for path in files} | tops | {".".join(path.with_suffix("").parts) for path in files}
    errors = [cell.error for cell in cells] + [seen.error for seen in observations.values()]
    found = [
        error.missing_package
        for error in errors
        if error and _is_imported(error.missing_package, submission, tops)
    ]
    return tuple(dict.fromkeys(name for name in found if name not in own and name not in MISSING_OURS))


def _is_imported(module: str, submission: Submission, tops: Collection[str]) -> bool:
    """Whether the source imports a module, or one of a package of which something was handed in: src.cells
    beside src/layers.py."""
    top, dot, _ = module.partition(".")
    return top in tops if dot else module in submission.source.imports


def with_installed(packages: Sequence[str], submission: Submission) -> tuple[str, ...]:
    """The sheet's packages and those that the homework itself installs, under the names they are mostly
    imported by: gTTS as gtts. What somebody installs is no module of their own that was forgotten."""
    return (*packages, *dict.fromkeys(_installed(submission)))


def _installed(submission: Submission) -> Iterator[str]:
    for cell in submission.cells:
        for line in INSTALLS.finditer(cell.text):
            words = [re.split(r"[=<>~!\[]", word)[0] for word in line["what"].split()]
            yield from (word.lower().replace("-", "_") for word in words if word[:1].isalnum())
