"""What a run is to be: of whose work, how, where its files go, who hears of it and what ends it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from grader.assignment import Assignment
from grader.model import ChosenBy, Extent, Limits, Submission
from grader.run.host.runners import OnEvent
from grader.run.job import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one attempt runs. What is not FULL can show only that work passes, or that something fails which no
    training decides."""

    run_id: str
    attempt: int
    extent: Extent
    key: bytes  # of the gradebook: every drawn number follows from it
    limits: Limits
    runtime: str = "keras3"
    runtime_reason: str = ""
    runtime_by: ChosenBy = ChosenBy.SHEET
    corrected: bool = False  # what is no number to train with has one in its place
    # numbers of cells that trained nothing and did not end within all of their time in an earlier run: they
    # are stopped early, and the rest goes on as if they had used it up again
    unending: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One run that is wanted. Its folder holds all that is left of it; `on_event` hears of it while it
    runs; once `stop` is set it ends."""

    submission: Submission
    assignment: Assignment
    plan: Plan
    folder: Path
    on_event: OnEvent = lambda event: None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def where(self) -> Folder:
        """Its folder, with the names of the files in it."""
        return Folder(path=self.folder)


def limits_of(assignment: Assignment) -> Limits:
    """The limits that a sheet's budget sets."""
    budget = assignment.budget
    return Limits(
        cell_seconds=budget.cell_minutes * 60,
        wall_seconds=budget.wall_minutes * 60,
        memory_mb=budget.memory_mb,
    )
