"""How notebooks are run in a session, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.model import Run
from grader.run import Wanted

RunWanted = Callable[[Wanted], Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run; what the command line was asked."""

    jobs: int = 1
    budgeted: bool = True
    runtime: str = ""  # "": chosen for each submission
    isolation: str = "none"  # the level that runs will have
    suggested: bool = False  # what a rubric suggests for written answers counts until a person decides
    # student -> name of the sheet -> theirs, as was said
    takes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    flag: str = ""  # what the instructor shall read in every report of this session
    # seconds of one cell in a run that trains less than the student asked for; 0: the sheet's
    patience: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one submission."""

    # "started", "cell", "stored" (an equal run is there), "again" (a further run was queued: `text` says
    # how),
    kind: str
    # "graded" or "fault" (ours)
    student: str
    attempt: int = 1
    text: str = ""


Tell = Callable[[Event], None]
Watch = Callable[[Wanted, Mapping[str, Any]], None]


def nobody_watches(wanted: Wanted, event: Mapping[str, Any]) -> None:
    """A `Watch` for when nobody is there."""
