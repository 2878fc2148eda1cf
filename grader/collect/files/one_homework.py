"""Whether the loose files of a folder are one homework, or each somebody's."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from grader.collect.files.belongs import folders_run_by, imported_by
from grader.collect.files.disguised import ENDING, SCRIPT, notebook_name, script_name
from grader.collect.files.downloads import CANVAS, Known, Sender, of_file
from grader.collect.files.listing import entries, list_files
from grader.collect.files.unpack import ARCHIVES, is_archive
from grader.model.file_kinds import is_script

Entry = os.DirEntry[str]


def is_one_homework(folder: Path) -> bool:
    """Whether a folder is one person's homework and no class, as far as its files tell without a course's
    pattern of names.

    Raises:
        OSError: the folder cannot be read.
    """
    folders, files, _ = entries(folder)
    handed_in, senders = senders_of(files, None, {})
    return is_one(folder, handed_in, senders, folders)


def may_be_homework(name: str) -> bool:
    """Whether a loose file may be somebody's homework, by its name."""
    lower = name.lower()
    return lower.endswith((".ipynb", ".py", *ARCHIVES)) or ENDING.fullmatch(name) is not None


def senders_of(
    files: Sequence[Entry], pattern: re.Pattern[str] | None, known: Known
) -> tuple[list[str], dict[str, Sender | None]]:
    """The names of loose files that may be homework, and who sent each file."""
    handed_in = [
        file.name
        for file in files
        if may_be_homework(file.name)
        or notebook_name(Path(file.path).parent, file.name)
        or script_name(Path(file.path).parent, file.name)
    ]
    canvas = bool(handed_in) and all(CANVAS.fullmatch(name) for name in handed_in)
    return handed_in, {file.name: of_file(file.name, pattern, canvas=canvas, known=known) for file in files}


def is_one(base: Path, handed_in: list[str], senders: dict[str, Sender | None], folders: list[Entry]) -> bool:
    """The same of a folder whose loose files and their senders are known."""
    return _is_one_homework(base, handed_in, senders, folders) or _is_one_program(
        base, handed_in, senders, folders
    )


def may_be_notebook(name: str) -> bool:
    """Whether a file that may be homework is no script and no archive, by its name."""
    return not (is_script(name) or SCRIPT.fullmatch(name) or is_archive(name))


def _is_one_homework(
    base: Path, handed_in: list[str], senders: dict[str, Sender | None], folders: list[Entry]
) -> bool:
    """One loose notebook, and no folder with another that it does not run: the folder is one student's, and
    what else lies there belongs to it."""
    notebooks = [name for name in handed_in if may_be_notebook(name)]
    if len(notebooks) != 1 or senders[notebooks[0]] or any(map(is_archive, handed_in)):
        return False
    run = folders_run_by(base / notebooks[0])
    inside = [list_files(Path(folder.path)) for folder in folders if folder.name not in run]
    return all(listing.files and not listing.ending(".ipynb", *ARCHIVES) for listing in inside)


def _is_one_program(
    base: Path, handed_in: list[str], senders: dict[str, Sender | None], folders: list[Entry]
) -> bool:
    """Loose scripts alone, of which there is only one or some import others: the folder is one student's.
    Folders with code belong to it when the scripts import them."""
    if not handed_in or any(not is_script(name) or senders[name] for name in handed_in):
        return False
    imported = imported_by([base / name for name in handed_in])
    for folder in folders:
        inside = list_files(Path(folder.path))
        if inside.ending(".ipynb", *ARCHIVES) or (inside.ending(".py") and folder.name not in imported):
            return False
    return len(handed_in) == 1 or any(Path(name).stem in imported for name in handed_in)
