"""Several versions of a homework in one folder: the last one that was there on time counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader.collect.candidate import Candidate
from grader.collect.choice.choose import choose
from grader.collect.files.listing import KNOWN_TIME
from grader.collect.people.course import Course
from grader.collect.words import listed, plain
from grader.model import TimeSource
from grader.model.file_kinds import is_notebook


def version_on_time(candidate: Candidate, course: Course, names: Collection[str]) -> Candidate:
    """The homework as it was at the deadline, when all that came later are further notebooks, and one that
    was there before defines as many of the sheet's `names`. In any other case the homework as it is: what is
    late is late, and is named where not all is."""
    if not candidate.late or candidate.problem or candidate.time_source is not TimeSource.FILES:
        return candidate
    times = {file: _time(candidate.root / file, course) for file in candidate.files}
    known = {file: time for file, time in times.items() if time is not None}
    people = candidate.members or (candidate.student,)
    late = [file for file, time in known.items() if course.lateness(people, time)]
    before = tuple(file for file in candidate.files if file not in late)
    newest = max(known.values(), default=None)
    # an archive came later than what is in it
    if newest is None or candidate.submitted != newest.isoformat(timespec="seconds"):
        return candidate
    if not late or not before:
        return candidate
    told = listed([plain(file, 40) for file in late])
    if not _is_a_version(candidate, before, late, names):
        return replace(
            candidate,
            notices=(
                *candidate.notices,
                f"{told}: changed after the deadline; the other files were there on time",
            ),
        )
    last = max((known[file] for file in before if file in known), default=None)
    notice = f"{told}: handed in after the deadline, not looked at; the version on time counts"
    return replace(
        candidate,
        files=before,
        submitted=last.isoformat(timespec="seconds") if last else None,
        late=False,
        lateness_hours=0.0,
        notices=(*candidate.notices, notice),
    )


def _is_a_version(
    candidate: Candidate, before: Sequence[str], late: Sequence[str], names: Collection[str]
) -> bool:
    """Whether the files `before` are a homework without those that came late. Of a text or a module that was
    changed, what it said on time is gone."""
    if not all(is_notebook(file) for file in late):
        return False
    earlier, whole = (choose(candidate.root, files, names).reading for files in (before, candidate.files))
    return (
        earlier is not None
        and whole is not None
        and len(earlier.defined & set(names)) >= len(whole.defined & set(names))
    )


def _time(path: Path, course: Course) -> datetime | None:
    try:
        seconds = path.stat().st_mtime
        return datetime.fromtimestamp(seconds, tz=course.timezone) if seconds > KNOWN_TIME else None
    except (OSError, ValueError, OverflowError):
        return None
