"""How many notebooks at a time, and how long each is likely to take."""

from __future__ import annotations

import os
import statistics

from grader.cli.places import cores
from grader.cli.progress import GUESS_SECONDS
from grader.record import Gradebook

ENOUGH = 3  # records whose median says more than a guess


def seconds_each(gradebook: Gradebook | None) -> float:
    """How long one submission took in earlier sessions; a guess when there are none."""
    known = [record.seconds for record in gradebook.records() if record.seconds > 0] if gradebook else []
    return statistics.median(known) if len(known) >= ENOUGH else GUESS_SECONDS


def slots(memory_mb: int) -> int:
    """How many notebooks at a time: one per core, as far as the memory goes; few need half of their limit."""
    try:
        room = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (memory_mb << 19)
    except (AttributeError, ValueError, OSError):  # not on Windows
        room = 2
    return max(1, min(cores(), room))
