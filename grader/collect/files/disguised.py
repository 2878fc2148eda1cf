"""Notebooks and scripts under another ending: what browsers, mail programs and editors make of
"homework.ipynb"."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from grader.collect.reading.decode import LARGEST_NOTEBOOK
from grader.collect.reading.syntax import PROGRAM, parse
from grader.model.file_kinds import is_script

ENDING = re.compile(
    r"(?P<name>.+\.ipynb)(?:[ ._-]*(?:json|txt|text|download|crdownload|part|py|bak|\(?\d+\)?|_|~))",
    re.IGNORECASE,
)
# whatever else was put behind it: only what the file holds can say that it is a notebook all the same
_BEHIND = r"\(?(?!(?:ipynb|py)$)\w{1,11}\)?"
NOTEBOOK = re.compile(rf"(?P<name>.+\.ipynb)[ ._-]*(?:{_BEHIND}|py|~)", re.IGNORECASE)
SCRIPT = re.compile(rf"(?P<name>.+\.py)[ ._-]+{_BEHIND}", re.IGNORECASE)
PRINTOUT = re.compile(r".+\.ipynb[ ._-]*(?:html?|pdf|docx)", re.IGNORECASE)
WINDOWS_SCRIPT = ".pyw"  # what Python on Windows runs without a console
TEXTS = (".txt", ".text")
LONGEST_PROGRAM = 1_000_000  # bytes
FIRST = 1_000  # bytes, in which a text begins
BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n"  # what may stand before it
HEAD, TAIL = 200_000, 20_000  # bytes in which the keys of a notebook stand


def notebook_name(root: Path, file: str) -> str:
    """What a file would be called if its name said that it is a notebook; "" when it is none, or says so
    already."""
    path = PurePosixPath(file)
    if path.suffix.lower() == ".ipynb" or not _holds_a_notebook(root / file):
        return ""
    found = NOTEBOOK.fullmatch(path.name)
    name = found["name"] if found else f"{path.stem}.ipynb"
    return path.with_name(name).as_posix()


def script_name(root: Path, file: str) -> str:
    """The same of a Python file: "hw.py" for "hw.py.txt" or "hw.pyw", when there is a program in it."""
    path = PurePosixPath(file)
    found = SCRIPT.fullmatch(path.name)
    name = found["name"] if found else ""
    if path.suffix.lower() == WINDOWS_SCRIPT:
        name = f"{path.stem}.py"
    return path.with_name(name).as_posix() if name and _holds_a_program(root / file) else ""


def program_in_text(root: Path, file: str) -> str:
    """What a text file with a Python program in it is to be called; "" for all others. "notes.txt" may hold
    a few lines for a person, so it is not run by itself."""
    path = PurePosixPath(file)
    is_text = path.suffix.lower() in TEXTS and not SCRIPT.fullmatch(path.name)
    return path.with_suffix(".py").as_posix() if is_text and _holds_a_program(root / file) else ""


def stands_for_homework(root: Path, file: str) -> bool:
    """Whether somebody handed in this file in the place of a notebook or a program: a printout of one, or a
    program in a text file."""
    return PRINTOUT.fullmatch(file) is not None or bool(program_in_text(root, file))


def disguised(root: Path, files: Sequence[str]) -> dict[str, str]:
    """The files that hold a notebook, or without one a program, although their names do not end so, and what
    they are read as."""
    return _called(root, files, notebook_name) or _called(root, files, script_name)


def _called(root: Path, files: Sequence[str], name_of: Callable[[Path, str], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        name = name_of(root, file)
        if name and name not in files and name not in found.values():
            found[file] = name
    return found


def said_of(names: Mapping[str, str]) -> str:
    """What is said of files that are read as something else than their names say."""
    if all(file.lower().endswith(WINDOWS_SCRIPT) for file in names):
        return "it is run as any other Python file"
    if all(is_script(name) for name in names.values()):
        return "it is read as a Python file; the name of one ends with .py"
    return "it is read as a notebook; a notebook's name ends with .ipynb"


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
            if not file.read(FIRST).replace(b"\0", b"").lstrip(BEFORE).startswith(b"{"):
                return False
            file.seek(0)
            head = file.read(HEAD)
            file.seek(max(0, size - TAIL))
            text = (head + file.read(TAIL)).replace(b"\0", b"")
    except OSError:
        return False
    return b'"cells"' in text and b'"nbformat' in text


def _holds_a_program(path: Path) -> bool:
    """Whether it is Python that imports or defines something: prose is none."""
    try:
        if not 0 < path.stat().st_size <= LONGEST_PROGRAM:
            return False
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return False
    tree = parse(text).tree
    return tree is not None and any(isinstance(statement, PROGRAM) for statement in tree.body)
