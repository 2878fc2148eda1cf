"""course.toml and the roster beside it, read with errors that say file, key and what is allowed."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.collect.course import Course, LatePolicy, RosterEntry
from grader.collect.find import is_one_homework
from grader.collect.whose import LEVELS, Handed, handed_in
from grader.errors import UsageError

NAME = "course.toml"
NOT_USED = "{} is not used: it may have come with the homework; say --course FILE if it is yours"
KEYS = ("deadline", "timezone", "pattern", "late", "student", "roster")
LATE_KEYS = ("percent_per_day", "at_most_percent", "grace_minutes")
STUDENT_KEYS = ("student", "name", "email", "group", "extension_hours")


def load_course(source: Path, given: Path | None = None) -> Course:
    """The course of the homework in `source`: what was named, else the course.toml of the class. That lies in the folder of the class, or
    beside it or its zip. One that lies in a person's homework is that person's and does not count: `Course.notice` says so. Without one
    the Course is empty.

    Raises:
        UsageError: the file cannot be read or says something that is not allowed.
    """
    if given is not None:
        return _course(given, source)
    handed = handed_in(source)
    places = _places(source.resolve(), handed)
    found = next((place / NAME for place in places if (place / NAME).is_file()), None)
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
        # it looks like a class among homework, or like one who handed in several: what the class around it says goes first
        return [handed.place, source, source.parent]
    return [handed.place, handed.place.parent]


def _course(path: Path, source: Path) -> Course:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path} is not valid TOML: {problem}") from problem
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem
    _known(data, KEYS, NAME)
    zone = _zone(data)
    roster = _text(data, "roster", NAME)
    if roster and _handed_in_with(path.parent / roster, path, source):
        raise UsageError(f"{NAME}: the roster {roster!r} lies in a folder that was handed in; put it beside {NAME}")
    inside = path.resolve().parent == source.resolve()
    return Course(
        roster=_roster(data, path.parent),
        deadline=_deadline(data, zone),
        timezone=zone or UTC,
        late=_late(data),
        pattern=_pattern(data),
        own_files=tuple(file for file in (path.name, roster) if file) if inside else (),
        file=path,
    )


def _handed_in_with(roster: Path, course: Path, source: Path) -> bool:
    """Whether a roster lies in a folder of the class, where it is some student's, and not beside its course.toml."""
    place, folder = handed_in(source).place, roster.resolve().parent
    return folder.is_relative_to(place) and folder not in (place, course.resolve().parent)


def _known(table: Iterable[str], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise UsageError(f"{where}: unknown key {key!r}; allowed are {', '.join(allowed)}")


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise UsageError(f"{where}: {key} is text in quotes, not {value!r}")
    return value.strip()


def _number(table: Mapping[str, Any], key: str, default: float, where: str, *, most: float = 100_000) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise UsageError(f"{where}: {key} is a number from 0 to {most:g}, not {value!r}")
    return float(value)


def _zone(data: Mapping[str, Any]) -> tzinfo | None:
    name = _text(data, "timezone", NAME)
    deadline = data.get("deadline")
    if not name:
        return deadline.tzinfo if isinstance(deadline, datetime) else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise UsageError(f'{NAME}: timezone {name!r} is not known on this computer; one is "Europe/Berlin"') from problem


def _deadline(data: Mapping[str, Any], zone: tzinfo | None) -> datetime | None:
    value = data.get("deadline")
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as problem:
            raise UsageError(f"{NAME}: deadline {value!r} is no date; write 2025-01-31T23:59:00") from problem
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))  # "until the 31st" means the whole day
    if not isinstance(value, datetime):
        raise UsageError(f"{NAME}: deadline is a date and time like 2025-01-31T23:59:00, not {value!r}")
    if value.tzinfo is not None:
        return value
    if zone is None:  # a guess would make homework late, or not, by hours
        raise UsageError(f'{NAME}: the deadline has no time zone; add timezone = "Europe/Berlin", or write it as {value}+01:00')
    return value.replace(tzinfo=zone)


def _late(data: Mapping[str, Any]) -> LatePolicy:
    table = data.get("late", {})
    where = f"{NAME} [late]"
    if not isinstance(table, dict):
        raise UsageError(f"{NAME}: late is a table: [late] with {', '.join(LATE_KEYS)}")
    _known(table, LATE_KEYS, where)
    return LatePolicy(
        percent_per_day=_number(table, "percent_per_day", 0, where, most=100),
        at_most_percent=_number(table, "at_most_percent", 100, where, most=100),
        grace_minutes=_number(table, "grace_minutes", 0, where),
    )


def _pattern(data: Mapping[str, Any]) -> re.Pattern[str] | None:
    text = _text(data, "pattern", NAME)
    if not text:
        return None
    try:
        pattern = re.compile(text)
    except re.error as problem:
        raise UsageError(f"{NAME}: pattern is no regular expression: {problem}") from problem
    if "student" not in pattern.groupindex:
        raise UsageError(f"{NAME}: pattern needs a named group student, as in '(?P<student>.+)_hw7'")
    return pattern


def _roster(data: Mapping[str, Any], folder: Path) -> dict[str, RosterEntry]:
    tables = data.get("student", [])
    file = _text(data, "roster", NAME)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{NAME}: students are tables: [[student]] with {', '.join(STUDENT_KEYS)}")
    if tables and file:
        raise UsageError(f"{NAME}: either [[student]] or roster, not both")
    if file:
        return _entries(_csv_rows(folder / file), file)
    return _entries([(f"student {n}", table) for n, table in enumerate(tables, 1)], NAME)


def _entries(rows: list[tuple[str, dict[str, Any]]], file: str) -> dict[str, RosterEntry]:
    roster: dict[str, RosterEntry] = {}
    for place, row in rows:
        where = f"{file}, {place}"
        _known(row, STUDENT_KEYS, where)
        student = _text(row, "student", where)
        if not student:
            raise UsageError(f"{where}: the key student is missing")
        if student in roster:
            raise UsageError(f"{where}: {student!r} is there twice")
        name, email, group = (_text(row, key, where) for key in ("name", "email", "group"))
        extension = _number(row, "extension_hours", 0, where)
        roster[student] = RosterEntry(name=name, email=email, group=group, extension_hours=extension)
    return roster


def _csv_rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a roster with their line numbers; columns separated by "," or ";", other columns ignored."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
        lines = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise UsageError(f"{NAME}: roster {path.name!r} cannot be read: it must be a UTF-8 CSV file beside {NAME}") from problem
    header = [column.strip().lower() for column in lines[0][1]] if lines else []
    if "student" not in header:
        raise UsageError(f"{path.name}: the first line names the columns; one is student (others: {', '.join(STUDENT_KEYS[1:])})")
    rows = []
    for line, row in lines[1:]:
        cells: dict[str, Any] = {key: cell.strip() for key, cell in zip(header, row, strict=False) if key in STUDENT_KEYS}
        if any(cells.values()):
            cells["extension_hours"] = _hours(cells.get("extension_hours") or "0", f"{path.name}, line {line}")
            rows.append((f"line {line}", cells))
    return rows


def _hours(text: str, where: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as problem:
        raise UsageError(f"{where}: extension_hours is a number, not {text!r}") from problem
