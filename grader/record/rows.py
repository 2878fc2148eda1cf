"""Rows of gradebook.sqlite, and its troubles in plain words."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from grader.record.codec import from_json, to_json
from grader.record.records import Record


def insert_grade(connection: sqlite3.Connection, record: Record, replaces: int | None) -> None:
    """Add a record as the current grade; `replaces` is the number of the grade that was current before."""
    grade = record.grade
    row = {
        "student": record.student,
        "session": record.session,
        "saved": record.when,
        "current": 1,
        "replaces": replaces,
        "digest": record.digest,
        "run_id": record.run_id,
        "outcome": record.outcome,
        "points": float(grade.points),
        "points_max": float(grade.points_max),
        "points_pending": float(grade.points_pending),
        "level": grade.level.name,
        "body": text_of(record),
    }
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO grades ({', '.join(row)}) VALUES ({places})", row)


def go_back(connection: sqlite3.Connection, grade: int, session: int) -> bool:
    """Make the grade before `session` current again; False when the student had none."""
    earlier = connection.execute("SELECT replaces FROM grades WHERE id = ?", (grade,)).fetchone()[0]
    while earlier is not None:
        of_session, before = connection.execute(
            "SELECT session, replaces FROM grades WHERE id = ?", (earlier,)
        ).fetchone()
        if of_session != session:
            connection.execute("UPDATE grades SET current = 0 WHERE id = ?", (grade,))
            connection.execute("UPDATE grades SET current = 1 WHERE id = ?", (earlier,))
            return True
        earlier = before
    return False


READONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
WHY = {
    sqlite3.SQLITE_BUSY: (
        " is in use: another grade command is writing; wait for it, or end it, then try again"
    ),
    sqlite3.SQLITE_LOCKED: (
        " is in use: another grade command is writing; wait for it, or end it, then try again"
    ),
    **dict.fromkeys(READONLY, " cannot be written: check who owns it and its folder"),
    sqlite3.SQLITE_FULL: " cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: " cannot be read or written: the disk failed, or its folder was deleted",
    sqlite3.SQLITE_NOTADB: (
        " is not a gradebook, or it is damaged: restore a copy, or choose another folder with --out"
    ),
    sqlite3.SQLITE_CORRUPT: (
        " is not a gradebook, or it is damaged: restore a copy, or choose another folder with --out"
    ),
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: (
        ": this session of grading is unknown; it was started in another gradebook"
    ),
}


def explain(path: Path, problem: Exception) -> str:
    """What SQLite complains about, and the hint, in one line."""
    code = getattr(problem, "sqlite_errorcode", 0)  # not of what Python's module complains about itself
    return f"{path}{WHY.get(code) or WHY.get(code & 0xFF) or f' cannot be used: {problem}'}"


def text_of(value: Any) -> str:
    """One of our values as JSON: ASCII only, so that broken text from file names survives as escapes."""
    return json.dumps(to_json(value), allow_nan=False)


def value_of(kind: Any, text: str) -> Any:
    """The value of type `kind` that `text_of` wrote."""
    return from_json(kind, json.loads(text))
