"""Judging one check, so that a fault of ours costs nobody a point."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from grader.assignment import Seen
from grader.model import (
    Verdict,
)
from grader.model.verdict import error, needs_review

NO_SHEET = (str(Path(__file__).parents[1]), sys.prefix, sys.base_prefix, "<")  # ours, libraries, Python's own
V = TypeVar("V", bound=Verdict | None)
UNJUDGED_MESSAGE = (
    "what the notebook answered could not be judged: a person will look at it, no points are lost"
)


def judged(judge: Callable[[Seen], V], seen: Seen) -> V | Verdict:
    """What `judge` says; where it fails, that is ours: ERROR, or a look by a person where memory ran out."""
    try:
        return judge(seen)
    except MemoryError:
        return needs_review(UNJUDGED_MESSAGE, staff_note="judging it needs more memory than it may have")
    except (Exception, SystemExit) as problem:  # our own fault, whatever it is: the point stays open
        note = f"{type(problem).__name__}: {problem}{_in_a_sheet(problem)}\n{traceback.format_exc(limit=-4)}"
        return error("this could not be judged: our problem, no points are lost", staff_note=note)


def _in_a_sheet(problem: BaseException) -> str:
    """Which line of a sheet it came through, " (sheet.py, line 30)"; "" where that is all ours."""
    frames = traceback.extract_tb(problem.__traceback__)
    sheet = next((one for one in reversed(frames) if not one.filename.startswith(NO_SHEET)), None)
    return f" ({Path(sheet.filename).name}, line {sheet.lineno})" if sheet else ""
