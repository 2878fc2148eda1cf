"""Rows of people's words: decisions are only ever added, and the current grade of a student follows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from grader.grading.points import decided
from grader.model import Decision
from grader.record.records import Record
from grader.record.rows import text_of, value_of

About = tuple[str, str]  # a student, and the id of a check
NAMES = (
    "student",
    "check_id",
    "points",
    "reason",
    "person",
    "when",
    "digest",
    "withdrawn",
    "answer",
    "rubric",
    "repeats",
    "number",
)
COLUMNS = "student, check_id, points, reason, person, decided, digest, withdrawn, answer, rubric, repeats"


def insert_decision(connection: sqlite3.Connection, decision: Decision) -> int:
    """Add a decision; its number."""
    values = [getattr(decision, name) for name in NAMES[:-1]]
    places = ", ".join("?" * len(values))
    row = connection.execute(
        f"INSERT INTO decisions ({COLUMNS}) VALUES ({places}) RETURNING id", values
    ).fetchone()
    return int(row[0])


def latest_decision(connection: sqlite3.Connection, about: About) -> int:
    """The number of the latest decision about a student's check; 0 when there is none."""
    row = connection.execute(
        "SELECT max(id) FROM decisions WHERE student = ? AND check_id = ?", about
    ).fetchone()
    return int(row[0] or 0)


def read_decisions(connection: sqlite3.Connection, student: str | None, after: int = 0) -> list[Decision]:
    """The decisions about one student, or about all, with a number above `after`; oldest first."""
    if student is None:
        return read_where(connection, "id > ?", (after,))
    return read_where(connection, "id > ? AND student = ?", (after, student))


def read_where(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Decision]:
    """The decisions that fit a condition in SQL; oldest first."""
    rows = connection.execute(f"SELECT {COLUMNS}, id FROM decisions WHERE {where} ORDER BY id", values)
    found = (dict(zip(NAMES, row, strict=True)) for row in rows)
    return [Decision(**values | {"withdrawn": bool(values["withdrawn"])}) for values in found]


def bring_up_to_date(connection: sqlite3.Connection, student: str) -> None:
    """Let the current grade of a student say what people have decided by now."""
    row = connection.execute(
        "SELECT id, body FROM grades WHERE student = ? AND current = 1", (student,)
    ).fetchone()
    if row is None:
        return
    record = value_of(Record, row[1])
    grade = decided(record.grade, read_decisions(connection, student), record.digest)
    if grade != record.grade:
        values = (
            grade.points,
            grade.points_pending,
            grade.level.name,
            text_of(replace(record, grade=grade)),
            row[0],
        )
        connection.execute(
            "UPDATE grades SET points = ?, points_pending = ?, level = ?, body = ? WHERE id = ?", values
        )
