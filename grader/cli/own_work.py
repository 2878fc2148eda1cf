"""`grade check` and `grade ci`: run the public checks on one's own notebook, and tell no more than the sheet allows."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from grader.assignment import Assignment, load_all
from grader.cli.sheets import sheets_for_own_work
from grader.collect import Candidate, prepare, recognise
from grader.collect.choose import is_code
from grader.collect.listing import list_files
from grader.collect.names import safe_name
from grader.errors import UsageError
from grader.grading.points import grade
from grader.model import Status
from grader.model.runtime import KERAS2, RUNTIMES
from grader.pipeline import Attempt, Event, Examiner, Runner, best, lacking, noted
from grader.record import Record
from grader.record.records import make_record
from grader.report.story import as_told
from grader.run import Engine
from grader.run.scratch import scratch

MOST_BYTES = 200 * 2**20  # of a folder that is copied for the run; a download folder is not homework
ALL_PASS, FAILS, OURS = 0, 1, 2
LOST = (Status.FAILED, Status.PARTIAL, Status.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One's own homework and what may be told of it; `hidden` checks run only after the deadline."""

    assignment: Assignment
    record: Record
    notebook: str = ""  # relative to the folder
    hidden: int = 0
    source: str = ""  # which sheet it is, in a line

    @property
    def exit_code(self) -> int:
        """0 when all that can be checked here passes, 1 when something fails, 2 when we failed."""
        statuses = {check.status for check in self.record.grade.checks}
        if statuses & set(LOST):
            return FAILS
        return OURS if Status.ERROR in statuses else ALL_PASS


def check_folder(
    path: Path,
    *,
    name: str = "",
    assignments: Path | None = None,
    strict: bool,
    tell: Callable[[Event], None] = lambda event: None,
    runner: Runner | None = None,
) -> Checked:
    """Run and judge the notebook at `path`, or the one in the folder `path`; `strict`: several that fit are an error.

    Raises:
        GraderError: there is no notebook, several fit, or no sheet is found.
    """
    folder = (path.parent if path.is_file() else path).resolve()
    if not path.exists():
        raise UsageError(f"{path} does not exist: say your notebook, or the folder it is in")
    source = sheets_for_own_work(assignments, path)
    sheets = _sheets(source.folder, name)
    candidate = _candidate(path, folder, sheets, strict=strict)
    assignment = next(iter(sheets.values())) if len(sheets) == 1 else recognise([candidate], sheets)
    submission = prepare(candidate, assignment)
    with scratch() as out, contextlib.ExitStack() as stack:
        run = runner or stack.enter_context(Engine.best()).run
        examiner = Examiner(assignment=assignment, out=out, key=secrets.token_bytes(32), runner=run, tell=tell)
        done = examiner.attempts(submission)
    attempt = best(done)
    submission = noted(submission, done, attempt)
    submission = replace(submission, notices=(*submission.notices, *_lacking(done)))
    public = tuple((check, verdict) for check, verdict in attempt.verdicts if not check.hidden)
    result = grade(public, (), submission.digest)
    record = make_record(submission, attempt.run, result, when=datetime.now(UTC).isoformat(timespec="seconds"), session=0)
    record = as_told(record, assignment.before_deadline)  # nothing else reaches a student's screen, file or CI log
    return Checked(
        assignment=assignment,
        record=record,
        notebook=submission.notebook_file,
        hidden=len(attempt.verdicts) - len(public),
        source=source.line(next(name for name, sheet in sheets.items() if sheet is assignment)),
    )


def _lacking(done: Sequence[Attempt]) -> list[str]:
    """What one can do when the notebook needs a Keras that is not installed."""
    name = lacking(done)
    cure = "pip install tf-keras" if name == KERAS2 else "pip install tensorflow"
    return [f"your notebook seems to be written for {RUNTIMES[name]}, which does not run here: {cure}"] if name else []


def _sheets(folder: Path, name: str) -> Mapping[str, Assignment]:
    sheets = load_all(folder)
    if name and name not in sheets:
        raise UsageError(f"there is no sheet called {name!r}; there is: {', '.join(sheets)}")
    return {name: sheets[name]} if name else sheets


def _candidate(path: Path, folder: Path, sheets: Mapping[str, Assignment], *, strict: bool) -> Candidate:
    if path.is_file():
        if not is_code(path.name):
            raise UsageError(f"{path} is neither a notebook nor a script: its name does not end in .ipynb or .py")
        return replace(_with_files(folder, path.name), chosen=path.name)
    code = list(filter(is_code, list_files(folder).files))
    notebooks = [name for name in code if name.lower().endswith(".ipynb")]
    if strict and not code:
        raise UsageError(f"there is no notebook and no script in {path}: say `grade check NOTEBOOK`")
    if strict and len(notebooks) > 1:
        fitting = [name for name in notebooks if _fits(_with_files(folder, name), sheets)]
        if len(fitting) != 1:
            some = ", ".join((fitting or notebooks)[:6])
            raise UsageError(f"{'several notebooks fit' if fitting else 'no notebook fits the sheet'}: say which of {some}")
        notebooks = fitting
    return _with_files(folder, notebooks[0]) if len(notebooks) == 1 else _with_files(folder)


def _fits(candidate: Candidate, sheets: Mapping[str, Assignment]) -> bool:
    try:
        recognise([candidate], sheets)
    except UsageError:
        return False
    return True


def _with_files(folder: Path, notebook: str = "") -> Candidate:
    """The homework in `folder`: all files, or with `notebook`, which may be a script, no other notebook; of a huge folder only what
    is code."""
    listing = list_files(folder)
    files = [name for name in listing.files if not notebook or name == notebook or not name.lower().endswith(".ipynb")]
    notices = list(listing.notices)
    if sum((folder / name).stat().st_size for name in files) > MOST_BYTES:
        files = list(filter(is_code, files))
        notices.append(f"the folder holds more than {MOST_BYTES >> 20} MB: only notebooks and Python files were taken")
    return Candidate(
        student=safe_name(Path(notebook).stem if notebook else folder.name),
        path=notebook or folder.name,
        root=folder,
        files=tuple(files),
        notices=tuple(notices),
        problem="" if files else "there are no files",
    )
