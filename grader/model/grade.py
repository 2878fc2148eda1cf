"""Points and level of one submission."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from grader.model.verdict import ITS_SHEET, Basis, Evidence, Mistake, Status


class Level(enum.IntEnum):
    """How good the homework is as a whole; ordered."""

    NOT_PASSED = 0
    PASSED = 1
    OUTSTANDING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One line of a report: a check, its verdict, and the points that follow."""

    id: str
    task: str
    title: str
    hidden: bool
    status: Status
    points: float  # decided points; 0 while pending
    points_auto: float | None  # what the checks alone gave; None while pending
    points_max: float
    decided_by: str  # "checks" or the person who decided
    message: str
    hint: str
    basis: Basis
    waits_for: str
    level: Level | None  # the level this check is needed for
    evidence: tuple[Evidence, ...] = ()
    mistake: Mistake | None = None
    staff_note: str = ""
    undiagnosed: bool = False  # a mistake should have been named, and no known one explains it
    answer: str = ""  # key of the written answer that it is about, and
    rubric: str = ""  # digest of the rubric it was read with; both "" for checks of code
    reason: str = ""  # of the person who decided, in their words
    repeats: str = ""  # the student about whose equal answer a person decided
    overruled: CheckResult | None = None  # what the checks alone say, when a person decided

    @property
    def pending(self) -> bool:
        """Neither given nor taken yet."""
        return self.status in (Status.NEEDS_REVIEW, Status.INCONCLUSIVE, Status.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's word about one check of one submission; survives every rerun. It holds for `digest` and,
    when the check is about a written answer, wherever that very answer stands.

    A withdrawn one says that the checks' own result counts again; its points mean nothing.
    """

    student: str
    check_id: str
    points: float
    reason: str
    person: str
    when: str  # ISO 8601, UTC
    digest: str
    answer: str = ""  # key of the written answer that was judged (grader/judge/checks/written/keys.py)
    rubric: str = ""  # digest of the rubric that was shown
    repeats: str = ""  # the student about whose equal answer the person really decided
    withdrawn: bool = False
    number: int = field(default=0, compare=False)  # its place in the gradebook; 0: not written yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """All that is decided about one submission, and what is still open."""

    points: float  # decided, after the penalty
    points_max: float
    points_pending: float
    penalty: float  # points taken off for lateness, already subtracted
    level: Level  # what is certain
    level_possible: Level  # what pending points could make it
    checks: tuple[CheckResult, ...]

    @property
    def runs_again(self) -> bool:
        """Whether a further run is still to come: what was not shown so far may be shown by it."""
        return any(check.status is Status.INCONCLUSIVE for check in self.checks)

    @property
    def is_of_another_sheet(self) -> bool:
        """Whether it looks like the homework of another sheet, so that nothing was judged."""
        return bool(self.checks) and all(check.waits_for == ITS_SHEET for check in self.checks)

    @property
    def points_suggested(self) -> float:
        """Among the decided points, those that a rubric suggested and no person has confirmed."""
        return sum(check.points for check in self.checks if check.basis is Basis.SUGGESTED)
