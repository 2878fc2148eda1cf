"""One's own homework for `grade check` and `grade ci`: which notebook, which sheet, and what reading says.
Nothing here runs it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import HANDOUT, Assignment, load_all
from grader.cli.sheets import sheets_for_own_work
from grader.collect import Candidate, prepare, recognise
from grader.collect.choice.choose import choose
from grader.collect.files.listing import list_files
from grader.collect.people.names import safe_name
from grader.errors import UsageError
from grader.model import Submission
from grader.model.file_kinds import is_code, is_notebook

MOST_BYTES = 200 * 2**20  # of a folder that is copied for the run; a download folder is not homework
MOST_TRIED = 12  # notebooks of which the one that fits is looked for: each is read with all beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """One's own homework as it was read, and the sheet it is checked by."""

    assignment: Assignment
    submission: Submission
    source: str  # which sheet it is, in a line
    folder: Path  # that its files are relative to

    @property
    def is_file(self) -> bool:
        """Whether what was handed in is one file, also where it cannot be read."""
        return (self.folder / self.submission.path).is_file()


def read_own(path: Path, *, name: str = "", assignments: Path | None = None, strict: bool) -> OwnWork:
    """Read the notebook at `path`, or the one in the folder `path`; `strict`: several that fit are an error.

    Raises:
        GraderError: there is no notebook, several fit, or no sheet is found.
    """
    folder = (path.parent if path.is_file() else path).resolve()
    if not path.exists():
        raise UsageError(f"{path} does not exist: {_meant_by(path)}")
    source = sheets_for_own_work(assignments, path)
    sheets = _sheets(source.folder, name)
    handed_out = source.folder.parent if source.folder.name == HANDOUT else folder
    candidate = _candidate(path, folder, sheets, strict=strict, handed_out=handed_out)
    assignment = next(iter(sheets.values())) if len(sheets) == 1 else _recognised(candidate, sheets)
    line = source.line(next(name for name, sheet in sheets.items() if sheet is assignment))
    return OwnWork(
        assignment=assignment, submission=prepare(candidate, assignment), source=line, folder=folder
    )


def _sheets(folder: Path, name: str) -> Mapping[str, Assignment]:
    sheets = load_all(folder)
    if name and name not in sheets:
        raise UsageError(f"there is no sheet called {name!r}; there is: {', '.join(sheets)}")
    return {name: sheets[name]} if name else sheets


def _recognised(candidate: Candidate, sheets: Mapping[str, Assignment]) -> Assignment:
    """The sheet of this homework. What cannot be read no sheet's name would help."""
    choice = choose(candidate.root, candidate.files, (), candidate.chosen)
    if choice.problem:
        raise UsageError(choice.problem)
    return recognise([candidate], sheets)


def _meant_by(path: Path) -> str:
    """The way on where there is no such file: a name like it, or any."""
    beside = [name for name in list_files(path.parent).files if is_code(name)] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, beside, n=1)
    return (
        f"did you mean {path.with_name(close[0])}?" if close else "name your notebook, or the folder it is in"
    )


def _candidate(
    path: Path, folder: Path, sheets: Mapping[str, Assignment], *, strict: bool, handed_out: Path
) -> Candidate:
    """`handed_out`: the folder that the sheet came in."""
    if path.is_file():
        if not is_code(path.name):
            raise UsageError(
                f"{path} is neither a notebook nor a script: its name does not end in .ipynb or .py"
            )
        return _chosen(folder, path.name)
    code = list(filter(is_code, list_files(folder).files))
    notebooks = [name for name in code if is_notebook(name)]
    if strict and not code:
        above = folder.is_relative_to(handed_out) and folder != handed_out
        way = "give its path: `grade check NOTEBOOK`"
        if above and any(map(is_code, list_files(handed_out).files)):
            way = f"your homework seems to lie in {os.path.relpath(handed_out)}: go there, or {way}"
        raise UsageError(f"there is no notebook and no script in {path}: {way}")
    if strict and len(notebooks) > MOST_TRIED:
        raise UsageError(
            f"{len(notebooks)} notebooks lie in {path} and below: name yours: `grade check NOTEBOOK`"
        )
    if strict and len(notebooks) > 1:
        fitting = [name for name in notebooks if _fits(_with_files(folder, name), sheets)]
        if len(fitting) != 1:
            some = ", ".join((fitting or notebooks)[:6])
            raise UsageError(
                f"{'several notebooks fit' if fitting else 'no notebook fits the sheet'}: name one of {some}"
            )
        notebooks = fitting
    return _chosen(folder, notebooks[0]) if len(notebooks) == 1 else _with_files(folder)


def _chosen(folder: Path, name: str) -> Candidate:
    """This notebook or script, with all that lies beside it, other notebooks included: it may run them."""
    return replace(_with_files(folder), student=safe_name(Path(name).stem), path=name, chosen=name)


def _fits(candidate: Candidate, sheets: Mapping[str, Assignment]) -> bool:
    try:
        recognise([candidate], sheets)
    except UsageError:
        return False
    return True


def _with_files(folder: Path, notebook: str = "") -> Candidate:
    """The homework in `folder`: all files, or with `notebook`, which may be a script, no other notebook; of a
    huge folder only what is code."""
    listing = list_files(folder)
    files = [name for name in listing.files if not notebook or name == notebook or not is_notebook(name)]
    notices = list(listing.notices)
    if sum((folder / name).stat().st_size for name in files) > MOST_BYTES:
        files = list(filter(is_code, files))
        notices.append(
            f"the folder holds more than {MOST_BYTES >> 20} MB: only notebooks and Python files were taken"
        )
    return Candidate(
        student=safe_name(Path(notebook).stem if notebook else folder.name),
        path=notebook or folder.name,
        root=folder,
        files=tuple(files),
        notices=tuple(notices),
        problem="" if files else "there are no files",
    )
