"""One course: who takes part, until when, and what lateness costs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from grader.collect.candidate import Candidate
from grader.model import Person
from grader.record.directory import RosterEntry, squash


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """What lateness costs: so many percent of the points per started day, never more than
    `at_most_percent`."""

    percent_per_day: float = 0.0
    at_most_percent: float = 100.0
    grace_minutes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What course.toml says; without one, nobody is missing and nothing is late."""

    roster: Mapping[str, RosterEntry] = field(default_factory=dict)  # by student id
    extensions: Mapping[str, float] = field(default_factory=dict)  # hours by name, where there is no roster
    deadline: datetime | None = None  # with its zone
    timezone: tzinfo = UTC
    late: LatePolicy = LatePolicy()
    # finds the student (a named group) in the name of a folder or file
    pattern: re.Pattern[str] | None = None
    own_files: tuple[str, ...] = ()  # the instructor's files in the graded folder: never part of a homework
    file: Path | None = None  # the course.toml that says all this
    notice: str = ""  # about one that was found and does not count

    def lateness(self, students: Iterable[str], submitted: datetime) -> float:
        """Hours after the deadline and the longest extension of these students; 0 within the minutes of
        grace."""
        if self.deadline is None:
            return 0.0
        over = submitted - self.deadline - timedelta(hours=self.extension(students))
        return 0.0 if over <= timedelta(minutes=self.late.grace_minutes) else over.total_seconds() / 3600

    def until(self, students: Iterable[str]) -> datetime | None:
        """The last moment at which these students are on time; None without a deadline."""
        more = timedelta(hours=self.extension(students), minutes=self.late.grace_minutes)
        return self.deadline + more if self.deadline is not None else None

    def extension(self, students: Iterable[str]) -> float:
        """The hours of the longest extension that one of these students has."""
        return max(map(self._extension_of, students), default=0.0)

    def _extension_of(self, student: str) -> float:
        if student in self.roster:
            return self.roster[student].extension_hours
        mine = squash(student)
        return next((hours for name, hours in self.extensions.items() if squash(name) == mine), 0.0)

    def penalty(self, points_max: float, lateness_hours: float) -> float:
        """The points that lateness costs, counted in started days."""
        if lateness_hours <= 0:
            return 0.0
        percent = min(self.late.at_most_percent, self.late.percent_per_day * math.ceil(lateness_hours / 24))
        return points_max * percent / 100

    def missing(self, candidates: Iterable[Candidate]) -> tuple[str, ...]:
        """The students of the roster, or with an extension, who handed in nothing, in its order."""
        there = {
            squash(name)
            for one in candidates
            # what a candidate is called has been cut to what can be a file's name
            for name in (one.student, *one.members, *(person.student for person in one.people))
        }
        return tuple(student for student in (*self.roster, *self.extensions) if squash(student) not in there)

    def people(self, students: Iterable[str]) -> list[Person]:
        """These students, as the roster writes them."""
        entries = ((student, self.roster.get(student, RosterEntry())) for student in students)
        return [
            Person(student=student, name=entry.name, email=entry.email, ident=entry.ident)
            for student, entry in entries
        ]
