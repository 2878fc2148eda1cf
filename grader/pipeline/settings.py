"""How notebooks are run in a session, and who hears of it."""

from __future__ import annotations

import enum
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


class EventKind(enum.StrEnum):
    """What can happen to a submission."""

    STARTED = "started"
    CELL = "cell"  # one was begun
    STORED = "stored"  # an equal run is there
    AGAIN = "again"  # a further run was queued
    GRADED = "graded"
    FAULT = "fault"  # ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one submission."""

    kind: EventKind
    student: str
    attempt: int = 1
    text: str = ""  # for people
    in_full: bool = False  # of AGAIN: the further run trains as long as the student asked for


Tell = Callable[[Event], None]
Watch = Callable[[Wanted, Mapping[str, Any]], None]


def nobody_watches(wanted: Wanted, event: Mapping[str, Any]) -> None:
    """A `Watch` for when nobody is there."""
