"""How each check went for the class: who earned it, whether it tells strong homework from weak, and which
mistakes are common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.assignment import Assignment
from grader.model import CheckResult, Status
from grader.record import Record

FEWEST_RESULTS = 5  # with fewer results a correlation says nothing
WEAK = 0.2  # below it a check hardly tells who is strong (Ebel & Frisbie 1991)
MOST_MISTAKES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatistics:
    """One check over the class. Shares are 0 to 1; None where too little is decided."""

    id: str
    title: str
    decided: int  # results that are neither open nor our fault
    pass_rate: float | None
    mean_share: float | None  # of its points
    discrimination: float | None  # correlation of its points with those of all other checks: -1 to 1
    mistakes: tuple[tuple[str, int], ...]  # the commonest named mistakes

    @property
    def warning(self) -> str:
        """What a low discrimination means, in words; "" when there is nothing to say."""
        if self.discrimination is None or self.discrimination >= WEAK:
            return ""
        return (
            "weak homework passes more often"
            if self.discrimination <= -WEAK
            else "hardly tells strong from weak"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonMistake:
    """A mistake that was found in several homeworks, each counted once."""

    id: str
    words: str  # completes "it behaves like ..."
    students: tuple[str, ...]


def check_statistics(records: Sequence[Record], assignment: Assignment) -> list[CheckStatistics]:
    """One entry for each check of the sheet, in its order."""
    return [_statistics(check.id, check.title, records) for check in assignment.checks]


def common_mistakes(records: Sequence[Record]) -> list[CommonMistake]:
    """The commonest named mistakes of the class, at most ten."""
    students: dict[str, dict[str, None]] = {}
    words: dict[str, str] = {}
    for record in records:
        for check in record.grade.checks:
            if check.mistake:
                students.setdefault(check.mistake.id, {})[record.student] = None
                words[check.mistake.id] = check.mistake.words
    found = [
        CommonMistake(id=name, words=words[name], students=tuple(mine)) for name, mine in students.items()
    ]
    return sorted(found, key=lambda mistake: (-len(mistake.students), mistake.id))[:MOST_MISTAKES]


def _statistics(check_id: str, title: str, records: Sequence[Record]) -> CheckStatistics:
    found = [(check, record) for record in records for check in record.grade.checks if check.id == check_id]
    done = [(check, record) for check, record in found if not check.pending]
    shares = [check.points / check.points_max for check, _ in done if check.points_max]
    passed = sum(check.status is Status.PASSED for check, _ in done)
    named = Counter(check.mistake.id for check, _ in found if check.mistake)
    return CheckStatistics(
        id=check_id,
        title=title,
        decided=len(done),
        pass_rate=passed / len(done) if done else None,
        mean_share=math.fsum(shares) / len(shares) if shares else None,
        discrimination=correlation(
            [check.points for check, _ in done], [_rest(check, record) for check, record in done]
        ),
        mistakes=tuple(named.most_common(3)),
    )


def _rest(check: CheckResult, record: Record) -> float:
    """The points of all other checks: with its own points a check would agree with itself."""
    return math.fsum(
        other.points for other in record.grade.checks if other.id != check.id and not other.pending
    )


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's correlation; None for fewer than five pairs, or where one side never changes."""
    if len(first) < FEWEST_RESULTS:
        return None
    a, b = math.fsum(first) / len(first), math.fsum(second) / len(second)
    together = math.fsum((x - a) * (y - b) for x, y in zip(first, second, strict=True))
    spread = math.sqrt(math.fsum((x - a) ** 2 for x in first) * math.fsum((y - b) ** 2 for y in second))
    return max(-1.0, min(1.0, together / spread)) if spread > 1e-12 else None
