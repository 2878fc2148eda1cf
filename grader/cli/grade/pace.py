"""How many notebooks at a time, and how long each is likely to take."""

from __future__ import annotations

import os
import statistics

from grader.assignment import Assignment
from grader.cli.places import cores
from grader.cli.progress import Pace
from grader.record import Gradebook

FEWEST_RECORDS = 3  # records whose median says more than a guess
# of one first run on two cores, both of which are in use: from short notebooks on a quiet machine to long
# ones on a busy one (docs/benchmarks.md, and the examples of tests/submissions)
THAT_TRAINS, THAT_CALCULATES = Pace(10, 40), Pace(3, 12)


def pace(assignment: Assignment, gradebook: Gradebook | None = None) -> Pace:
    """How long one submission took in earlier sessions; a guess from what its sheet asks when there are
    none."""
    known = [record.seconds for record in gradebook.records() if record.seconds > 0] if gradebook else []
    if len(known) >= FEWEST_RECORDS:
        return Pace(statistics.median(known), statistics.median(known))
    return THAT_TRAINS if assignment.trains else THAT_CALCULATES


def slots(memory_mb: int) -> int:
    """How many notebooks at a time: one per core, as far as the memory goes; few need half of their limit."""
    try:
        room = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (memory_mb << 19)
    except (AttributeError, ValueError, OSError):  # not on Windows
        room = 2
    return max(1, min(cores(), room))
