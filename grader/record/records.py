"""What the gradebook gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.model import (
    Answer,
    CellRun,
    ChosenBy,
    Grade,
    Limits,
    Outcome,
    Person,
    ProblemKind,
    Repair,
    Run,
    Submission,
    TimeSource,
    Versions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One time that somebody graded: what was graded by which sheet, with what, and when."""

    id: int
    assignment: str
    sheet_digest: str
    versions: Versions
    started: str  # ISO 8601, UTC
    finished: str | None = None  # None: still at it, or ended by force
    kind: str = "grade"  # or "regrade": nothing was run, stored observations were judged again


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One graded submission as stored. Nothing ran when `outcome` is None: see `problem`."""

    student: str
    members: tuple[str, ...] = ()
    path: str = ""
    files: tuple[str, ...] = ()
    digest: str = ""
    receipt: Mapping[str, str] = field(default_factory=dict)
    submitted: str | None = None
    late: bool = False
    time_source: TimeSource | None = None
    people: tuple[Person, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notices: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    problem: str = ""
    problem_kind: ProblemKind | None = None
    answers: tuple[Answer, ...] = ()
    searched: tuple[str, ...] = ()
    prints: tuple[int, ...] = ()
    stored: tuple[str, ...] = ()

    run_id: str = ""
    attempt: int = 0  # 0: nothing ran
    outcome: Outcome | None = None
    reason: str = ""
    runtime: str = ""
    runtime_reason: str = ""
    runtime_by: ChosenBy = ChosenBy.SHEET
    isolation: str = ""
    limits: Limits = field(default_factory=Limits)
    versions: Versions = field(default_factory=Versions)
    overrides: Mapping[str, float | int] = field(default_factory=dict)
    replaced: Mapping[str, float | int] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    cells: tuple[CellRun, ...] = ()
    seconds: float = 0.0
    memory_mb: float = 0.0
    missing_packages: tuple[str, ...] = ()
    # every run that was judged for this grade, in order; `run_id` is the one that counts
    runs: tuple[str, ...] = ()

    grade: Grade
    when: str  # the moment of saving: ISO 8601, UTC
    session: int


SUBMISSION_FACTS = (
    *(
        "student",
        "members",
        "path",
        "files",
        "digest",
        "receipt",
        "submitted",
        "late",
        "repairs",
        "notices",
        "flags",
        "problem",
    ),
    *("problem_kind", "time_source", "people"),
    *("answers", "searched", "prints", "stored"),
)
RUN_FACTS = (
    *(
        "run_id",
        "attempt",
        "outcome",
        "reason",
        "runtime",
        "runtime_reason",
        "runtime_by",
        "isolation",
        "limits",
        "versions",
        "overrides",
        "replaced",
    ),
    *("cuts", "cells", "seconds", "memory_mb", "missing_packages"),
)


def make_record(
    submission: Submission,
    run: Run | None,
    grade: Grade,
    *,
    when: str,
    session: int,
    runs: Sequence[str] = (),
) -> Record:
    """Put together what is kept of a submission, its run and its grade."""
    facts = {name: getattr(submission, name) for name in SUBMISSION_FACTS}
    if run is not None:
        facts |= {name: getattr(run, name) for name in RUN_FACTS}
    return Record(**facts, grade=grade, when=when, session=session, runs=tuple(runs))


def submission_of(record: Record) -> Submission:
    """What a record knows of the submission: without its cells and its source, which lie with its runs."""
    return Submission(**{name: getattr(record, name) for name in SUBMISSION_FACTS})
