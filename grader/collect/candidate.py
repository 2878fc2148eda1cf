"""A homework as found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.model import Person, ProblemKind, TimeSource

OUR_FAULT = "our problem: the grader failed while reading this homework, no points are lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A homework as found: nothing is parsed yet."""

    student: str  # unique in the class, safe as a file name
    members: tuple[str, ...] = ()  # of a group, when the roster says who is in it
    path: str  # relative to the graded folder, "/" separated
    root: Path  # the folder whose files the kernel may see
    files: tuple[str, ...] = ()  # relative to root
    chosen: str = ""  # the notebook or script that was asked for by name; "": the likeliest is chosen
    submitted: str | None = None  # ISO 8601 with zone; None when it is not known
    late: bool = False
    lateness_hours: float = 0.0
    time_source: TimeSource | None = None  # None: there is no deadline
    people: tuple[Person, ...] = ()  # who handed it in, as the platform and the roster write them
    problem: str = ""
    problem_kind: ProblemKind = ProblemKind.HOMEWORK  # whose problem that is
    notices: tuple[str, ...] = ()
    is_loose: bool = False  # a loose file: nothing but its name says that it is a person's
    is_plain_folder: bool = False  # a folder, of which the same is true: no platform, no roster, no git
