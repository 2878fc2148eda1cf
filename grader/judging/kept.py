"""Conclusions that are kept beside their runs: whoever judges a run again, while neither its files nor the
judge nor the sheet have changed, reads what was concluded.

Only the host writes them: neither a notebook nor a worker on another machine can leave one. What we failed at
is not kept.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import platform
from pathlib import Path

import numpy as np

from grader.assignment import verdicts_digest
from grader.errors import GradebookError
from grader.judging.conclusion import Conclusion
from grader.judging.limits import JudgeLimits
from grader.judging.unjudged import FILE as UNJUDGED
from grader.judging.unjudged import judge_digest
from grader.model import Status
from grader.record.codec import from_json, to_json
from grader.record.files import write_atomically
from grader.record.folders import MEASURED_FILE

FILE = "judged.json"
BY_JUDGES = {
    FILE,
    UNJUDGED,
    MEASURED_FILE,
}  # what judging leaves beside a run, and the run does not depend on


def key_of(folder: Path, sheet: Path, digest: str, limits: JudgeLimits) -> str:
    """All that the conclusion about the run in this folder depends on; `digest`: of the sheet as it is now.

    Raises:
        GradebookError: a file of the run cannot be read.
    """
    judge = judge_digest(_of_verdicts(sheet, digest), limits), platform.python_version(), np.__version__
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in BY_JUDGES)
    try:
        stored = [(path.relative_to(folder).as_posix(), _digest(path)) for path in files]
    except OSError as problem:
        raise GradebookError(f"{folder} cannot be read: {problem.strerror}") from problem
    return hashlib.sha256(repr((judge, stored)).encode()).hexdigest()


@functools.lru_cache(maxsize=4)
def _of_verdicts(sheet: Path, digest: str) -> str:
    return verdicts_digest(sheet)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(folder: Path, key: str, found: Conclusion) -> None:
    """Write down what was concluded. It can be deleted: nothing rests on it."""
    if any(verdict.status is Status.ERROR for verdict in found.verdicts.values()):
        return
    with contextlib.suppress(GradebookError):  # it will be judged again
        text = json.dumps({"key": key, "conclusion": to_json(found)})
        write_atomically(folder / FILE, text, durable=False)


def kept(folder: Path, key: str) -> Conclusion | None:
    """What was concluded from all that the key names; None when nothing was, or it cannot be read."""
    try:
        stored = json.loads((folder / FILE).read_text("utf-8"))
        return from_json(Conclusion, stored["conclusion"]) if stored["key"] == key else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError, GradebookError):
        return None
