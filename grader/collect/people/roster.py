"""Who takes part, from course.toml and the table that it names, with errors that say file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from grader.collect.people.canvas_roster import canvas_roster
from grader.collect.people.course_keys import COLUMNS, STUDENT, check_keys
from grader.collect.people.moodle_roster import moodle_roster
from grader.errors import UsageError
from grader.record.canvas_list import people_alone
from grader.record.directory import Directory, DownloadName, RosterEntry
from grader.record.tables import Table, read_table

NAME = "course.toml"
MOST_HOURS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseText:
    """What a course's file says by its keys, and what the file is called, which need not be course.toml."""

    file: str
    keys: Mapping[str, Any]


RosterRows = list[tuple[str, Mapping[str, Any]]]  # where each stands, for messages


def text_of(table: Mapping[str, Any], key: str, where: str) -> str:
    """The text of a key; "" where it is not there.

    Raises:
        UsageError: it is something else.
    """
    value = table.get(key, "")
    if not isinstance(value, str):
        raise UsageError(f"{where}: {key} is text in quotes, not {value!r}")
    return value.strip()


def number_of(
    table: Mapping[str, Any], key: str, default: float, where: str, *, most: float = MOST_HOURS
) -> float:
    """The number of a key.

    Raises:
        UsageError: it is none, or out of range.
    """
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise UsageError(f"{where}: {key} is a number from 0 to {most:g}, not {value!r}")
    return float(value)


def moment_of(value: Any) -> datetime | None:
    """A moment as TOML or text gives it; a date means all of that day. None for anything else."""
    if isinstance(value, str):
        try:
            value = (
                date.fromisoformat(value)
                if re.fullmatch(r"\d{4}-\d\d-\d\d", value)
                else datetime.fromisoformat(value)
            )
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    return value if isinstance(value, datetime) else None


def read_roster(
    data: CourseText, folder: Path, deadline: datetime | None, zone: tzinfo
) -> dict[str, RosterEntry]:
    """The roster of a course: [[student]] or a table, with the groups and extensions that stand beside it.

    Raises:
        UsageError: something in it is not allowed.
    """
    tables = data.keys.get("student", [])
    file = text_of(data.keys, "roster", data.file)
    columns = _columns(data)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{data.file}: students are tables: [[student]] with {', '.join(STUDENT)}")
    if tables and file:
        raise UsageError(f"{data.file}: either [[student]] or roster, not both")
    if file:
        table = read_table(folder / file)
        theirs = None if columns else moodle_roster(table, zone) or canvas_roster(table)
        roster = theirs or _entries(_rows(people_alone(table), file, columns, data.file), file, zone)
    else:
        roster = _entries([(f"student {n}", table) for n, table in enumerate(tables, 1)], data.file, zone)
    _add_groups(roster, data)
    more = read_extensions(roster, data, deadline, zone)
    for who in roster.keys() & more.keys():
        roster[who] = replace(roster[who], extension_hours=more[who])
    return roster


def _entries(rows: RosterRows, file: str, zone: tzinfo) -> dict[str, RosterEntry]:
    roster: dict[str, RosterEntry] = {}
    for place, row in rows:
        where = f"{file}, {place}"
        check_keys(row, STUDENT, where)
        student = text_of(row, "student", where)
        if not student:
            raise UsageError(f"{where}: the key student is missing")
        if student in roster:
            raise UsageError(f"{where}: {student!r} is there twice")
        roster[student] = RosterEntry(
            # where nobody has a name of their own, it is the name, as it is written, that they go by
            name=text_of(row, "name", where) or (student if " " in student else ""),
            email=text_of(row, "email", where),
            group=text_of(row, "group", where),
            extension_hours=number_of(row, "extension_hours", 0, where),
            submitted=_submitted(row, where, zone),
        )
    return roster


def _submitted(row: Mapping[str, Any], where: str, zone: tzinfo) -> str:
    value = row.get("submitted") or ""
    moment = moment_of(value)
    if value and moment is None:
        raise UsageError(f"{where}: submitted is a date and time like 2025-01-31T18:20:00, not {value!r}")
    return moment.replace(tzinfo=moment.tzinfo or zone).isoformat() if moment else ""


def _columns(data: CourseText) -> dict[str, list[str]]:
    """Key -> the columns that hold it, in lower case."""
    table = data.keys.get("columns", {})
    if not isinstance(table, dict):
        raise UsageError(f"{data.file}: columns is a table: [columns] with {', '.join(COLUMNS)}")
    check_keys(table, COLUMNS, f"{data.file} [columns]")
    found: dict[str, list[str]] = {}
    for key, value in table.items():
        names = value if isinstance(value, list) and key == "name" else [value]
        if not names or not all(isinstance(name, str) and name.strip() for name in names):
            raise UsageError(f"{data.file} [columns]: {key} is the name of a column, not {value!r}")
        found[key] = [name.strip().lower() for name in names]
    return found


def _rows(table: Table, file: str, columns: Mapping[str, list[str]], course: str) -> RosterRows:
    """The rows of a roster by our keys; other columns are ignored."""
    header = [name.lower() for name in table.header]
    for key, names in columns.items():
        if missing := [name for name in names if name not in header]:
            raise UsageError(
                f"{course} [columns]: {file} has no column {missing[0]!r} for {key}; it has"
                f" {', '.join(table.header)}"
            )
    where = {key: columns.get(key, [key]) for key in STUDENT}
    if where["student"][0] not in header:
        others = (
            f"(others: {', '.join(list(STUDENT)[1:])}); [columns] in {course} says which is called otherwise"
        )
        raise UsageError(f"{file}: the first line names the columns; one is student {others}")
    return list(_filled(table, header, where, file))


def _filled(
    table: Table, header: list[str], where: Mapping[str, list[str]], file: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in table.rows[1:]:
        by_column = dict(zip(header, (cell.strip() for cell in row.cells), strict=False))
        cells: dict[str, Any] = {
            key: " ".join(filter(None, (by_column.get(name, "") for name in names)))
            for key, names in where.items()
            if any(name in header for name in names)
        }
        if any(cells.values()):
            cells["extension_hours"] = _hours(cells.get("extension_hours") or "0", f"{file}, line {row.line}")
            yield f"line {row.line}", cells


def _hours(text: str, where: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as problem:
        raise UsageError(f"{where}: extension_hours is a number, not {text!r}") from problem


def _add_groups(roster: dict[str, RosterEntry], data: CourseText) -> None:
    groups = data.keys.get("groups", {})
    if not isinstance(groups, dict):
        raise UsageError(
            f'{data.file}: groups is a table: [groups] with lines like "Group A" = ["anna", "ben"]'
        )
    named = bool(roster)
    for group, members in groups.items():
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            raise UsageError(
                f'{data.file} [groups]: {group!r} is a list of students like ["anna", "ben"], not {members!r}'
            )
        for name in members:
            student = on_roster(roster, name, f"{data.file} [groups]") if named else name
            entry = roster.get(student, RosterEntry())
            if entry.group not in ("", group):
                raise UsageError(f"{data.file} [groups]: {student!r} is in {entry.group!r} and in {group!r}")
            roster[student] = replace(entry, group=group)


def read_extensions(
    roster: Mapping[str, RosterEntry], data: CourseText, deadline: datetime | None, zone: tzinfo
) -> dict[str, float]:
    """Student -> hours, as [extensions] says; where there is a roster, all of them are on it.

    Raises:
        UsageError: it says something that is not allowed.
    """
    extensions, where = data.keys.get("extensions", {}), f"{data.file} [extensions]"
    if not isinstance(extensions, dict):
        raise UsageError(f"{data.file}: extensions is a table: [extensions] with lines like anna = 48")
    found: dict[str, float] = {}
    for student, value in extensions.items():
        who = on_roster(roster, student, where) if roster else student
        moment = moment_of(value)
        if moment is not None and deadline is None:
            raise UsageError(f"{where}: {student} has a new deadline, and there is no deadline")
        if moment is not None and deadline is not None:
            over = moment.replace(tzinfo=moment.tzinfo or zone) - deadline
            extensions = {**extensions, student: max(0.0, over.total_seconds() / 3600)}
        if isinstance(value, str) and moment is None:
            raise UsageError(
                f"{where}: {student} = hours, or a new deadline like 2026-02-03T12:00, not {value!r}"
            )
        found[who] = number_of(extensions, student, 0, where)
    return found


def on_roster(roster: Mapping[str, RosterEntry], name: str, where: str) -> str:
    """Who of the roster is called so there, by id, name in any order, number or address.

    Raises:
        UsageError: nobody is, or several are.
    """
    if name in roster:
        return name
    directory = Directory(roster)
    if found := directory.student(DownloadName(name=name, ident=name, emails=(name,))):
        return found
    close = directory.alike(name) or get_close_matches(name, roster)
    meant = f": did you mean {' or '.join(map(repr, close[:3]))}?" if close else ""
    raise UsageError(f"{where}: {name!r} is not on the roster{meant}")
