"""The gradebook's tables, built up by numbered .sql files; `user_version` says how many have been applied."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from importlib import resources

from grader.errors import GradebookError

APPLICATION_ID = 0x47524445  # "GRDE": marks the file as ours for `file` and for us


def migrations() -> list[str]:
    """The texts of 001_*.sql, 002_*.sql, ... in order."""
    folder = resources.files("grader.record")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in names]


def migrate(connection: sqlite3.Connection, scripts: Sequence[str], *, name: str) -> None:
    """Bring the database to version `len(scripts)`; each step whole or not at all. `connection` is in
    autocommit mode.

    Raises:
        GradebookError: the file is another program's, or a newer version of ours wrote it.
    """
    version = _version(connection)
    if _number(connection, "application_id") != APPLICATION_ID and (version or _has_tables(connection)):
        raise GradebookError(f"{name} is not a gradebook: another program wrote it; choose another folder")
    if version > len(scripts):
        raise GradebookError(
            f"{name} was written by a newer version of grader: update it, or choose another folder"
        )
    while (version := _version(connection)) < len(scripts):
        _apply(connection, scripts[version], version)


def _apply(connection: sqlite3.Connection, script: str, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) == version:  # else another process was faster
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """Statement by statement: `executescript` would commit the transaction that they belong to."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _version(connection: sqlite3.Connection) -> int:
    return _number(connection, "user_version")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
