"""A figure that is not there because what should draw it needs a package that is not here: nobody can tell
what it would show."""

from __future__ import annotations

from grader.assignment import Seen
from grader.judge.identify.training_cells import cells_that_call
from grader.judge.unreached import left_open
from grader.model import Verdict

# pyplot's, and those of libraries that draw in its place
DRAWS = {"plt", "pyplot", "plot", "lineplot", "figure", "Figure", "subplots", "Chart", "show", "savefig"}


def or_left_out(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on a figure that is not there; where a cell that draws stopped for want of a package, or of
    an answer that somebody should type, the one that leaves it open."""
    return _left_out(seen) or verdict


def _left_out(seen: Seen) -> Verdict | None:
    for cell in seen.run.cells:
        verdict = left_open(cell.error, seen.run)
        if verdict is not None and cell.number in cells_that_call(seen, DRAWS):
            return verdict
    return None
