"""Names, groups and times: from drafts to the candidates of a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from grader.collect.candidate import Candidate
from grader.collect.course import Course, Directory
from grader.collect.draft import Draft
from grader.collect.names import unique_names


def enrol(drafts: Sequence[Draft], course: Course) -> list[Candidate]:
    """One candidate per draft, named as in the roster where it names them, sorted by name."""
    directory = Directory(course)
    drafts = sorted(drafts, key=lambda draft: (draft.path.casefold(), draft.path))
    known = [_in_roster(draft, directory) for draft in drafts]
    wanted = [(name, "") if name else (draft.sender.name, draft.sender.ident) for name, draft in zip(known, drafts, strict=True)]
    names = unique_names(wanted)
    groups = [_group_of(name, course, directory) for name in known]
    crowd = Counter(group for group in groups if group)
    candidates = [
        _candidate(draft, name, roster_name, group if crowd[group] == 1 else "", course, directory, crowded=crowd[group] > 1)
        for draft, name, roster_name, group in zip(drafts, names, known, groups, strict=True)
    ]
    return sorted(candidates, key=lambda candidate: (candidate.student.casefold(), candidate.student))


def _in_roster(draft: Draft, directory: Directory) -> str:
    """The student or group of the roster that this homework is from; "" when it names neither."""
    sender = draft.sender
    return directory.student(sender.name, sender.ident) or directory.group(sender.name) or ""


def _group_of(name: str, course: Course, directory: Directory) -> str:
    entry = course.roster.get(name)
    return entry.group if entry else name if directory.members(name) else ""


def _candidate(
    draft: Draft, student: str, roster_name: str, group: str, course: Course, directory: Directory, *, crowded: bool
) -> Candidate:
    members = directory.members(group)
    notices = list(draft.notices)
    if crowded:
        notices.append("more than one homework of this group was found: each is graded by itself")
    time = _time(draft, course)
    if course.deadline and time is None:
        notices.append("the files do not say when they were handed in: nothing is counted as late")
    hours = course.lateness(members or (roster_name,), time) if time else 0.0
    late = hours > 0 or (draft.sender.late and course.deadline is None)
    if draft.sender.late:
        notices.append("the learning platform marks this homework as late")
    return Candidate(
        student=student,
        members=members,
        path=_text(draft.path),
        root=draft.root,
        files=draft.listing.files,
        submitted=time.isoformat(timespec="seconds") if time else None,
        late=late,
        lateness_hours=hours,
        problem=draft.problem,
        problem_kind=draft.problem_kind,
        notices=tuple(notices),
    )


def _time(draft: Draft, course: Course) -> datetime | None:
    if draft.checkout or not draft.listing.newest:  # git sets all times to the moment of the download
        return None
    try:
        return datetime.fromtimestamp(draft.listing.newest, tz=course.timezone)
    except (ValueError, OverflowError, OSError):
        return None


def _text(path: str) -> str:
    """A path as text that every database and report can hold."""
    return path.encode("utf-8", "replace").decode("utf-8")
