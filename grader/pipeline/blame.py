"""Whose fault it is that a process of ours ended while it ran a notebook.

Once, it is ours: the machine may be short of something, another program may have ended it. When it falls
again at the very same place, and a notebook of one line runs well directly afterwards, then what was handed
in brings it down, and it is graded with what it answered before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grader.model import CellSource, Outcome, Run, Submission

CANARY = Submission(student="canary", digest="canary", cells=(CellSource(number=1, text="x = 1"),))


def blamed(first: Run, second: Run, canary: Callable[[], Run]) -> Run:
    """The second run, as the notebook's own doing where it is. `canary` runs a harmless notebook: only asked
    where it decides."""
    if second.outcome is not Outcome.UNAVAILABLE or not second.lost_at or first.lost_at != second.lost_at:
        return second
    if canary().outcome is not Outcome.COMPLETED:
        return second
    reason = f"{second.lost_at} ended the process that runs notebooks, twice"
    return replace(second, outcome=Outcome.DIED, reason=reason)
