"""Runs that could not be judged: noted beside them, so that the next start does not try the same again.

The note holds for this judge and this sheet: a mended one may try once more.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import astuple
from pathlib import Path

from grader.judging.limits import JudgeLimits
from grader.record.files import write_atomically

FILE = "unjudged.json"
LONGEST_REASON = 300


def note(folder: Path, judge: str, why: str) -> None:
    """Write down that this judge could not judge the run in this folder.

    Raises:
        GradebookError: it cannot be written.
    """
    write_atomically(folder / FILE, json.dumps({"judge": judge, "why": why}))


def noted(folder: Path, judge: str) -> str:
    """Why this judge could not judge the run; "" when it has not tried, or has done it."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        return str(found["why"])[:LONGEST_REASON] if found["judge"] == judge else ""
    except (OSError, ValueError, TypeError, KeyError):
        return ""


def judge_digest(sheet: str, limits: JudgeLimits) -> str:
    """What decides how judging goes: our own code, the sheet's and the limits."""
    return hashlib.sha256(repr((_own_code(), sheet, astuple(limits))).encode()).hexdigest()


@functools.cache
def _own_code() -> str:
    home = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
