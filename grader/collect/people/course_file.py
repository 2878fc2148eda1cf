"""course.toml and the roster beside it, read with errors that say file, key and what is allowed."""

from __future__ import annotations

import re
import tomllib
import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.collect.files.one_homework import is_one_homework
from grader.collect.files.whose import LEVELS, Handed, handed_in
from grader.collect.people.course import Course, LatePolicy
from grader.collect.people.course_keys import LATE, TOP, check_keys
from grader.collect.people.roster import (
    NAME,
    CourseText,
    moment_of,
    number_of,
    read_extensions,
    read_roster,
    text_of,
)
from grader.errors import UsageError

NOT_USED = "{} is not used: it may have come with the homework; give --course FILE if it is yours"


def load_course(source: Path, given: Path | None = None) -> Course:
    """The course of the homework in `source`: what was named, else the course.toml of the class. That lies in
    the folder of the class, or beside it or its zip. One that lies in a person's homework is that person's
    and does not count: `Course.notice` says so. Without one the Course is empty.

    Raises:
        UsageError: the file cannot be read or says something that is not allowed.
    """
    if given is not None:
        return _course(given, source)
    handed = handed_in(source)
    places = _places(source.resolve(), handed)
    found = next((place / NAME for place in places if _may_be_used(place / NAME, handed)), None)
    own = source.resolve() / NAME
    notice = NOT_USED.format(own) if own.is_file() and own != found else ""
    return replace(_course(found, source), notice=notice) if found else Course(notice=notice)


def _places(source: Path, handed: Handed) -> list[Path]:
    """Where the course.toml of a class may lie, the first that has one counts."""
    if handed.person is None:
        return [source, source.parent] if source.is_dir() else [source.parent]
    if not handed.certain:  # the highest: nobody can hand in what lies above the own folder
        return list(source.parents)[:LEVELS][::-1]
    if source.is_dir() and not is_one_homework(source):
        # it looks like a class among homework, or like one who handed in several: what the class around it
        # says goes first
        return [handed.place, source, source.parent]
    return [handed.place, handed.place.parent]


def _may_be_used(file: Path, handed: Handed) -> bool:
    """Whether there is such a file, and it is no link to what a person handed in."""
    real = file.resolve()
    return file.is_file() and not (real.parent != file.parent.resolve() and real.is_relative_to(handed.place))


def _course(path: Path, source: Path) -> Course:
    try:
        keys = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path} is not valid TOML: {problem}") from problem
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem
    data = CourseText(file=path.name, keys=keys)
    check_keys(keys, TOP, data.file)
    zone = _zone(data)
    listed = text_of(data.keys, "roster", data.file)
    if listed and _handed_in_with(path.parent / listed, path, source):
        raise UsageError(
            f"{data.file}: the roster {listed!r} lies in a folder that was handed in; put it beside"
            f" {data.file}"
        )
    inside = path.resolve().parent == source.resolve()
    deadline = _deadline(data, zone)
    roster = read_roster(data, path.parent, deadline, zone or UTC)
    return Course(
        roster=roster,
        extensions={} if roster else read_extensions(roster, data, deadline, zone or UTC),
        deadline=deadline,
        timezone=zone or UTC,
        late=_late(data),
        pattern=_pattern(data),
        own_files=tuple(file for file in (path.name, listed) if file) if inside else (),
        file=path,
    )


def _handed_in_with(roster: Path, course: Path, source: Path) -> bool:
    """Whether a roster lies in a folder of the class, where it is some student's, and not beside its
    course.toml."""
    place, folder = handed_in(source).place, roster.resolve().parent
    return folder.is_relative_to(place) and folder not in (place, course.resolve().parent)


def _zone(data: CourseText) -> tzinfo | None:
    name = text_of(data.keys, "timezone", data.file)
    deadline = data.keys.get("deadline")
    if not name:
        return deadline.tzinfo if isinstance(deadline, datetime) else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        way = 'one is "Europe/Berlin"'
        if not zoneinfo.available_timezones():  # Windows has none of its own
            way = "it has none at all: python -m pip install tzdata"
        raise UsageError(f"{data.file}: timezone {name!r} is not known on this computer; {way}") from problem


def _deadline(data: CourseText, zone: tzinfo | None) -> datetime | None:
    value = data.keys.get("deadline")
    if value is None:
        return None
    moment = moment_of(value)
    if moment is None and isinstance(value, str):
        raise UsageError(f"{data.file}: deadline {value!r} is no date; write 2025-01-31T23:59:00")
    if moment is None:
        raise UsageError(f"{data.file}: deadline is a date and time like 2025-01-31T23:59:00, not {value}")
    if moment.tzinfo is not None:
        return moment
    if zone is None:  # a guess would make homework late, or not, by hours
        raise UsageError(
            f'{data.file}: the deadline has no time zone; add timezone = "Europe/Berlin", or write it as'
            f" {moment}+01:00"
        )
    return moment.replace(tzinfo=zone)


def _late(data: CourseText) -> LatePolicy:
    table = data.keys.get("late", {})
    where = f"{data.file} [late]"
    if not isinstance(table, dict):
        raise UsageError(f"{data.file}: late is a table: [late] with {', '.join(LATE)}")
    check_keys(table, LATE, where)
    return LatePolicy(
        percent_per_day=number_of(table, "percent_per_day", 0, where, most=100),
        at_most_percent=number_of(table, "at_most_percent", 100, where, most=100),
        grace_minutes=number_of(table, "grace_minutes", 0, where),
    )


def _pattern(data: CourseText) -> re.Pattern[str] | None:
    text = text_of(data.keys, "pattern", data.file)
    if not text:
        return None
    try:
        pattern = re.compile(text)
    except re.error as problem:
        raise UsageError(f"{data.file}: pattern is no regular expression: {problem}") from problem
    if "student" not in pattern.groupindex:
        raise UsageError(f"{data.file}: pattern needs a named group student, as in '(?P<student>.+)_hw7'")
    return pattern
