"""When something was handed in, by the best witness there is; never by the clock of a download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from grader.collect.files.draft import Draft
from grader.collect.people.course import Course
from grader.collect.people.git_times import commit_times
from grader.model import TimeSource

AHEAD = timedelta(hours=1)  # a clock that is so far ahead of ours is a wrong one, and says nothing
ONE_CLOCK = timedelta(minutes=10)  # a download, a checkout or an unpacking of a class takes no longer
DAY = 24.0  # hours


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """When a homework was handed in, and who says so."""

    source: TimeSource
    when: datetime | None = None  # None: nobody knows, or only whether it was late
    late: bool = False  # as the platform marks it

    def lateness(self, course: Course, students: Iterable[str]) -> float:
        """Hours after the deadline. A mark tells no hours: it counts as one started day, where no extension
        explains it."""
        students = tuple(students)
        if self.when is not None:
            return course.lateness(students, self.when)
        return DAY if self.late and course.deadline and not course.extension(students) else 0.0


def times_of(drafts: Sequence[Draft], course: Course) -> list[HandedIn]:
    """When each of a class's homeworks was handed in."""
    commits = commit_times(draft.git for draft in drafts if draft.git)
    found = [_from_platform_or_commit(draft, commits, course) for draft in drafts]
    files = {number: _of_files(draft, course) for number, draft in enumerate(drafts) if found[number] is None}
    known = {number: when for number, when in files.items() if when is not None}
    clock = _one_clock(list(known.values()), len(drafts), course)
    unknown = HandedIn(source=TimeSource.UNKNOWN)
    of_files = {
        n: HandedIn(source=TimeSource.FILES, when=when) for n, when in known.items() if when not in clock
    }
    return [told or of_files.get(number, unknown) for number, told in enumerate(found)]


def by_roster(handed_in: HandedIn, course: Course, students: Iterable[str]) -> HandedIn:
    """What the roster says about these students goes before everything else."""
    said = [course.roster[student].submitted for student in students if student in course.roster]
    moments = [datetime.fromisoformat(text) for text in said if text]
    return (
        replace(handed_in, source=TimeSource.ROSTER, when=max(moments), late=False) if moments else handed_in
    )


def _from_platform_or_commit(
    draft: Draft, commits: Mapping[Path, datetime], course: Course
) -> HandedIn | None:
    """What a platform or a commit says; None where neither does."""
    sender = draft.sender
    if sender.when is not None:
        zone = sender.when.tzinfo or course.timezone
        return HandedIn(source=TimeSource.PLATFORM, when=sender.when.replace(tzinfo=zone))
    if sender.late is not None:
        return HandedIn(source=TimeSource.MARK, late=sender.late)
    if draft.git is not None:
        when = commits.get(draft.git)
        zoned = when.astimezone(course.timezone) if when and not _is_to_come(when) else None
        return HandedIn(source=TimeSource.COMMIT if zoned else TimeSource.UNKNOWN, when=zoned)
    return None


def _of_files(draft: Draft, course: Course) -> datetime | None:
    if not draft.listing.newest:
        return None
    try:
        when = datetime.fromtimestamp(draft.listing.newest, tz=course.timezone)
    except (ValueError, OverflowError, OSError):
        return None
    return None if _is_to_come(when) else when


def _is_to_come(when: datetime) -> bool:
    return when > datetime.now(UTC) + AHEAD


def _one_clock(times: list[datetime], people: int, course: Course) -> set[datetime]:
    """The times that are those of a download: of most of the class within minutes, after the deadline. People
    hand in over days, and what lies before the deadline makes nobody late."""
    if course.deadline is None:
        return set()
    times = sorted(times)
    best: list[datetime] = []
    for start, first in enumerate(times):
        together = [time for time in times[start:] if time - first <= ONE_CLOCK]
        best = max(best, together, key=len)
    is_download = 2 * len(best) > people and best[-1] > course.deadline
    return {time for time in times if time >= best[0]} if is_download else set()
