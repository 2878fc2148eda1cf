"""Names and files inside OUT: nothing written half, nothing written elsewhere."""

from __future__ import annotations

import contextlib
import os
import tempfile
import unicodedata
from pathlib import Path

from grader.errors import GradebookError

LONGEST_FILE_NAME = 200  # bytes: file systems take 255, and we add endings such as ".html"


def safe_name(name: str, *, what: str = "student") -> str:
    """`name`, if it is one plain component of a path: it comes from a folder or file that a student named.

    Raises:
        GradebookError: it is empty, a dot name, too long, or holds a separator, a control character or broken
        text.
    """
    reason = _why_unsafe(name)
    if reason:
        raise GradebookError(
            f"the {what} {name[:40]!r} cannot be a folder's name: {reason}; rename it or use a roster"
        )
    return name


def _why_unsafe(name: str) -> str:
    if not name or name != name.strip():
        return "it is empty or begins or ends with a space"
    if name.startswith("."):
        return "it begins with a dot"
    if any(mark in name for mark in "/\\"):
        return "it holds a slash"
    if any(unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in name):
        return "it holds a character that cannot be printed"
    if len(name.encode()) > LONGEST_FILE_NAME:
        return f"it is longer than {LONGEST_FILE_NAME} bytes"
    return ""


def ensure_folder(root: Path, *parts: str) -> Path:
    """The folder `root`/`parts`, made private (0700) where it is new. `root` exists.

    Raises:
        GradebookError: a part is no safe name, the folder cannot be made, or a link leads out of `root`.
    """
    folder = root
    for part in parts:
        folder = folder / safe_name(part, what="name")
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise GradebookError(f"{folder} cannot be made: {_plain(problem)}") from problem
    if not folder.resolve().is_relative_to(root.resolve()):
        raise GradebookError(f"{folder} leads out of {root} by a link: remove the link")
    return folder


def write_atomically(path: Path, content: str | bytes, *, durable: bool = True) -> Path:
    """Write the whole file or nothing: to a temporary neighbour (0600), flushed, then renamed. Text is
    written as UTF-8.

    `durable=False` spares the flush to disk, for reports that can be made again.

    Raises:
        GradebookError: the file cannot be written.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):  # the first problem is the one to tell
                os.unlink(temporary)
            raise
        if durable:
            flush_folder(path.parent)
    except OSError as problem:
        raise GradebookError(f"{path} cannot be written: {_plain(problem)}") from problem
    return path


def flush_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut, where the system can."""
    if os.name != "posix":  # Windows cannot open folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(problem: OSError) -> str:
    words = (problem.strerror or str(problem)).lower()
    if isinstance(problem, PermissionError) and os.name == "nt":  # a table that Excel shows, most often
        words += "; if another program has it open, close it there"
    return words
