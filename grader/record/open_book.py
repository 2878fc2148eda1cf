"""The SQLite file of a gradebook: opened, read and changed, one whole transaction at a time."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.errors import GradebookError
from grader.record.home import GRADEBOOK_FILE, check_home, load_key, open_home
from grader.record.rows import explain
from grader.record.schema import migrate, migrations

PATIENCE = 10.0  # seconds to wait for another command that is writing


class OpenBook:
    """A plain rollback journal on purpose: one file to copy, and safe on network folders.

    Raises:
        GradebookError: the folder or the file in it cannot be used; one line that says why.
    """

    def __init__(self, folder: Path, *, create: bool = True, patience: float = PATIENCE) -> None:
        open_home(folder, create=create)
        self.folder = folder
        self._opened = (folder / GRADEBOOK_FILE).stat()
        self.key: bytes = load_key(folder)
        self._lock = threading.RLock()
        with self._explained():
            self._connection = sqlite3.connect(
                folder / GRADEBOOK_FILE, timeout=patience, isolation_level=None, check_same_thread=False
            )
        try:
            with self._explained():
                self._connection.execute("PRAGMA foreign_keys = ON")
                # the journal's removal, too, survives a power cut
                self._connection.execute("PRAGMA synchronous = EXTRA")
                migrate(self._connection, migrations(), name=str(folder / GRADEBOOK_FILE))
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; everything saved is on disk already."""
        with self._lock:
            self._connection.close()

    def check_home(self) -> None:
        """See that the folder is still the one that was opened, and that more can be written to it.

        Raises:
            GradebookError: it was deleted, moved or replaced, is full or may not be written.
        """
        check_home(self.folder, self._opened)

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock, self._explained():
            return self._connection.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled back already
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into one line for a person."""
        try:
            yield
        except (sqlite3.Error, UnicodeEncodeError) as problem:
            raise GradebookError(explain(self.folder / GRADEBOOK_FILE, problem)) from problem
