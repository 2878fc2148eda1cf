"""Notebooks under another ending: what browsers, mail programs and editors make of "homework.ipynb"."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.collect.decode import LARGEST_NOTEBOOK

ENDING = re.compile(
    r"(?P<name>.+\.ipynb)(?:[ ._-]*(?:json|txt|text|download|crdownload|part|py|bak|\(?\d+\)?|_))",
    re.IGNORECASE,
)
PERHAPS = (".json", ".txt", ".text", "")  # notebooks also stand in files that say nothing of a notebook
HEAD, TAIL = 200_000, 20_000  # bytes in which the keys of a notebook stand


def notebook_name(root: Path, file: str) -> str:
    """What a file would be called if its name said that it is a notebook; "" when it is none, or says so
    already."""
    path = PurePosixPath(file)
    found = ENDING.fullmatch(path.name)
    if not found and path.suffix.lower() not in PERHAPS:
        return ""
    if not _holds_a_notebook(root / file):
        return ""
    name = found["name"] if found else f"{path.stem}.ipynb"
    return path.with_name(name).as_posix()


def disguised(root: Path, files: Sequence[str]) -> dict[str, str]:
    """The files that hold a notebook although their names do not end with .ipynb, and what they are read
    as."""
    found: dict[str, str] = {}
    for file in files:
        name = notebook_name(root, file)
        if name and name not in files and name not in found.values():
            found[file] = name
    return found


def is_packed(path: Path) -> bool:
    """Whether what is called a notebook is a zip."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04" and zipfile.is_zipfile(path)
    except OSError:
        return False


def _holds_a_notebook(path: Path) -> bool:
    """Whether the keys of a notebook stand in a file. It may be damaged otherwise: then its reader says
    so."""
    try:
        size = path.stat().st_size
        if not 0 < size <= LARGEST_NOTEBOOK:
            return False
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(max(0, size - TAIL))
            text = (head + file.read(TAIL)).replace(b"\0", b"")
    except OSError:
        return False
    return (
        text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{")
        and b'"cells"' in text
        and b'"nbformat' in text
    )
