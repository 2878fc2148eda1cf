"""What course.toml may say, key by key: the reader, the page docs/course.md and the schema for editors are
made from this."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseKey:
    """One key: what it holds, what it means, and how it is written."""

    holds: str
    means: str
    example: str
    schema: Mapping[str, Any]


TEXT: Mapping[str, Any] = {"type": "string"}
HOURS: Mapping[str, Any] = {"type": "number", "minimum": 0, "maximum": 100_000}
PERCENT: Mapping[str, Any] = {"type": "number", "minimum": 0, "maximum": 100}
MOMENT: Mapping[str, Any] = {
    "type": "string",
    "description": "a date and time of TOML, or the same in quotes",
}

TOP: Mapping[str, CourseKey] = {
    "deadline": CourseKey(
        holds="a date and time, or a date, which means all of that day",
        means="What comes later is late. Without one nothing is.",
        example="deadline = 2026-01-31T23:59:00",
        schema=MOMENT,
    ),
    "timezone": CourseKey(
        holds="a name of the time zone database",
        means="The zone of a deadline that names none, and of times that platforms write without one.",
        example='timezone = "Europe/Berlin"',
        schema=TEXT,
    ),
    "pattern": CourseKey(
        holds="a regular expression with a group `student`, and perhaps one `file`",
        means="Finds whose a folder or file is in its name, where no platform named it.",
        example="pattern = '(?P<student>.+)_hw7'",
        schema=TEXT,
    ),
    "roster": CourseKey(
        holds=(
            "a CSV file beside course.toml, with a line of column names; Moodle's grading worksheet and"
            " Canvas's gradebook serve as they are"
        ),
        means=(
            "Who takes part. Its columns are the keys of `[[student]]`; `[columns]` says where they are"
            " called otherwise."
        ),
        example='roster = "roster.csv"',
        schema=TEXT,
    ),
    "late": CourseKey(
        holds="a table",
        means="What lateness costs.",
        example="[late]",
        schema={"type": "object"},
    ),
    "columns": CourseKey(
        holds="a table",
        means="What the columns of the roster are called in your file.",
        example="[columns]",
        schema={"type": "object"},
    ),
    "groups": CourseKey(
        holds="a table: the name of a group, and the students in it",
        means="Groups, where the roster has no column for them.",
        example='[groups]\n"Group A" = ["jdoe", "mrossi"]',
        schema={"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
    ),
    "extensions": CourseKey(
        holds="a table: a student, and hours or a new deadline",
        means="More time for some, by any of their names. A group has the longest of its members.",
        example="[extensions]\njdoe = 48\nmrossi = 2026-02-03T12:00:00",
        schema={"type": "object", "additionalProperties": {"anyOf": [HOURS, MOMENT]}},
    ),
    "student": CourseKey(
        holds="tables, one for each person",
        means="Who takes part, written here instead of in a roster.",
        example="[[student]]",
        schema={"type": "array"},
    ),
}

LATE: Mapping[str, CourseKey] = {
    "percent_per_day": CourseKey(
        holds="0 to 100",
        means="Taken off for each started day, in percent of all points.",
        example="percent_per_day = 10",
        schema=PERCENT,
    ),
    "at_most_percent": CourseKey(
        holds="0 to 100",
        means="Never more than this. Without it: 100.",
        example="at_most_percent = 50",
        schema=PERCENT,
    ),
    "grace_minutes": CourseKey(
        holds="minutes",
        means="What comes within these after the deadline is on time.",
        example="grace_minutes = 15",
        schema=HOURS,
    ),
}

STUDENT: Mapping[str, CourseKey] = {
    "student": CourseKey(
        holds="text, once in the course",
        means="What the person is called everywhere: a login, a number. The only key that must be there.",
        example='student = "jdoe"',
        schema=TEXT,
    ),
    "name": CourseKey(
        holds="the full name",
        means=(
            "As `Jane Doe` or `Doe, Jane`. With it homework is found under the name, and marks go back to it."
        ),
        example='name = "Jane Doe"',
        schema=TEXT,
    ),
    "email": CourseKey(
        holds="an address",
        means="Homework is found under it and under what stands before the @.",
        example='email = "jane.doe@uni.edu"',
        schema=TEXT,
    ),
    "group": CourseKey(
        holds="the name of a group",
        means="Who hands in together.",
        example='group = "Group A"',
        schema=TEXT,
    ),
    "extension_hours": CourseKey(
        holds="hours",
        means="So much later is still on time.",
        example="extension_hours = 48",
        schema=HOURS,
    ),
    "submitted": CourseKey(
        holds="a date and time",
        means="When this person handed in, where you know better than any platform. It goes before all else.",
        example='submitted = "2026-01-31T18:20:00"',
        schema=MOMENT,
    ),
}

COLUMNS: Mapping[str, CourseKey] = {
    key: CourseKey(
        holds="the name of a column"
        + (", or a list of several that are joined by spaces" if key == "name" else ""),
        means=f"The column that holds `{key}`.",
        example=f'{key} = ["First name", "Last name"]' if key == "name" else f'{key} = "{title}"',
        schema={"anyOf": [TEXT, {"type": "array", "items": TEXT}]} if key == "name" else TEXT,
    )
    for key, title in {
        "student": "Username",
        "name": "Name",
        "email": "Email address",
        "group": "Group",
        "extension_hours": "Extension",
        "submitted": "Handed in",
    }.items()
}


def check_keys(table: Iterable[str], allowed: Mapping[str, CourseKey], where: str) -> None:
    """See that a table holds no other keys.

    Raises:
        UsageError: it does; the line says which was probably meant.
    """
    for key in table:
        if key not in allowed:
            close = difflib.get_close_matches(key.lower(), allowed, n=1, cutoff=0.6)
            meant = f": did you mean {close[0]}?" if close else ""
            raise UsageError(f"{where}: unknown key {key!r}{meant}; allowed are {', '.join(allowed)}")


def schema() -> dict[str, Any]:
    """course.toml as JSON Schema, for editors that check TOML."""
    tables = {"late": LATE, "columns": COLUMNS}
    properties: dict[str, Any] = {name: _described(key) for name, key in TOP.items()}
    for name, keys in tables.items():
        properties[name] |= _object(keys)
    properties["student"] |= {"items": {**_object(STUDENT), "required": ["student"]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "course.toml: who takes part, until when, and what lateness costs",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _object(keys: Mapping[str, CourseKey]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _described(key) for name, key in keys.items()},
        "additionalProperties": False,
    }


def _described(key: CourseKey) -> dict[str, Any]:
    return {**key.schema, "description": key.means}
