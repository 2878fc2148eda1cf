"""Why each kernel of a run ended, and what that makes of the run, in one sentence."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from grader.model import CellRun, Outcome
from grader.model.quantities import lasting
from grader.run.job import Job


class Why(enum.StrEnum):
    """Why a kernel ended."""

    DONE = "done"  # all cells ran, all questions were asked
    WALL = "wall"  # no time left for cells
    LATE = "late"  # no time left for questions
    STUCK = "stuck"  # what ran could not be interrupted
    DEAD = "dead"  # the process is gone
    MEMORY = "memory"  # it is gone, and had used up its memory
    OURS = "ours"  # it is gone with whoever watches over it


LOST = frozenset({Why.STUCK, Why.DEAD, Why.MEMORY})  # what the notebook did to its kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelEnd:
    """The end of one kernel; `where`: the cell or the question that was handled, in words."""

    why: Why
    where: str = ""


def outcome_of(ends: Sequence[KernelEnd], cells: Sequence[CellRun], job: Job) -> tuple[Outcome, str]:
    """How a run ended that took these kernels, with one sentence for anything but COMPLETED."""
    first = next((end for end in ends if end.why is not Why.DONE), KernelEnd(why=Why.DONE))
    salvaged = "; the rest was run without it in a fresh start" if len(ends) > 1 else ""
    place, late = first.where or "a cell", [cell for cell in cells if cell.timed_out]
    match first.why:
        case Why.OURS:
            return Outcome.UNAVAILABLE, "the process that watches over the notebook was lost"
        case Why.MEMORY:
            needed = f"{place} needed more than {job.limits.memory_mb} MB of memory"
            return Outcome.OUT_OF_MEMORY, needed + salvaged
        case Why.DEAD:
            died = f"the kernel ended while {place} was running (os._exit, exit() or a crash)"
            return Outcome.DIED, died + salvaged
        case Why.WALL:
            last = f"; it was stopped after {cells[-1].place}" if cells else ""
            minutes = f"{job.limits.wall_seconds / 60:.0f} minutes"
            return Outcome.TIMED_OUT, f"{job.form} ran longer than {minutes}{last}"
        case _ if late:
            longest = lasting(job.limits.cell_seconds)
            return Outcome.TIMED_OUT, f"{late[0].place} ran longer than {longest}{salvaged}"
        case Why.LATE:
            minutes = f"{job.limits.whole_seconds / 60:.3g} minutes"
            return Outcome.TIMED_OUT, f"the questions about the code were not answered within {minutes}"
        case Why.STUCK:
            return Outcome.TIMED_OUT, f"{first.where} could not be ended{salvaged}"
        case Why.DONE:
            return _of_errors(cells)


def _of_errors(cells: Sequence[CellRun]) -> tuple[Outcome, str]:
    for cell in cells:
        if cell.error:
            return Outcome.RAISED, f"{cell.place} raised {cell.error.name}"
    return Outcome.COMPLETED, ""
