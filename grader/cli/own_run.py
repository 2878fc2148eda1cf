"""Run one's own homework and judge the public checks, for `grade check` and `grade ci`; no more is told than
the sheet allows."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment
from grader.cli.lacking import lacking_command
from grader.cli.own_work import OwnWork, read_own
from grader.collect.files.digest import digests_of
from grader.collect.prepare import with_receipt
from grader.errors import GraderError, UsageError
from grader.grading.points import before_handing_in
from grader.keras.generations import GENERATIONS
from grader.model import CellRun, Extent, Status
from grader.model.moments import now
from grader.model.verdict import NOT_EARNED, OF_THE_STUDENT, skipped
from grader.pipeline import (
    Attempt,
    Event,
    Examiner,
    Preview,
    RunWanted,
    Settings,
    again,
    conclude,
    lacking,
    nobody_watches,
)
from grader.record import Record
from grader.record.records import make_record
from grader.report.story import as_told, later_checks, with_causes
from grader.run import Engine, copy_files
from grader.run.scratch import check_scratch, scratch

ALL_PASS, FAILS, OURS = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One's own homework and what may be told of it; hidden checks run only after the deadline."""

    assignment: Assignment
    record: Record
    notebook: str = ""  # relative to the folder
    folder: Path = Path()
    source: str = ""  # which sheet it is, in a line

    @property
    def hidden(self) -> int:
        """How many checks run only after handing in."""
        return later_checks(self.assignment)[0]

    @property
    def exit_code(self) -> int:
        """0 when all that can be checked here passes, 1 when something fails, 2 when we failed."""
        checks = self.record.grade.checks
        statuses = {check.status for check in checks}
        if statuses & NOT_EARNED or any(check.waits_for in OF_THE_STUDENT for check in checks):
            return FAILS
        return OURS if Status.ERROR in statuses else ALL_PASS


def check_folder(
    path: Path,
    *,
    name: str = "",
    assignments: Path | None = None,
    strict: bool,
    tell: Callable[[Event], None] = lambda event: None,
    runner: RunWanted | None = None,
) -> Checked:
    """Read and run at once.

    Raises:
        GraderError: there is no notebook, several fit, no sheet is found, or something is not installed.
    """
    return run_own(
        read_own(path, name=name, assignments=assignments, strict=strict), tell=tell, runner=runner
    )


def run_own(
    own: OwnWork,
    *,
    tell: Callable[[Event], None] = lambda event: None,
    preview: Preview | None = None,
    patience: float = 0,
    runner: RunWanted | None = None,
) -> Checked:
    """Run it as often as its grade would need, and judge it.

    Raises:
        UsageError: something that it needs is not installed here; the message is the command that installs
        it.
        GraderError: it failed because temporary files cannot be written.
    """
    if runner is None and not own.submission.problem and (missing := lacking_command(own)):
        raise UsageError(missing)
    with scratch() as out, contextlib.ExitStack() as stack:
        examiner = Examiner(
            assignment=own.assignment,
            out=out,
            key=secrets.token_bytes(32),
            runner=runner or stack.enter_context(Engine.best()).run,
            settings=Settings(patience=patience),
            tell=tell,
            watch=preview.watch if preview else nobody_watches,
        )
        done = own_attempts(examiner, _set_aside(own, out / "as_read"))
        if any(attempt.fault for attempt in done):
            _see_that_there_is_room()
    return concluded(own, done)


def _see_that_there_is_room() -> None:
    """See that it was not a full disk: that is the student's to mend, no check waits for us.

    Raises:
        GraderError: temporary files cannot be written.
    """
    try:
        check_scratch()
    except GraderError as trouble:
        raise GraderError(f"{trouble}. Make room there, and type the same command again") from trouble


def _set_aside(own: OwnWork, folder: Path) -> OwnWork:
    """The same homework, in a copy: what an editor or `grade check > told.txt` writes beside it while it runs
    is of no concern."""
    submission = own.submission
    if submission.root is None:
        return own
    copy_files(submission, folder, {})
    copied = with_receipt(submission, digests_of(folder, submission.files))
    return replace(own, submission=replace(copied, root=folder))


def concluded(own: OwnWork, done: Sequence[Attempt], *, tell: str = "") -> Checked:
    """What these runs come to, in as many words as the sheet allows before the deadline; `tell`: others."""
    found = conclude(own.submission, done, public=True)
    submission = replace(found.submission, notices=(*found.submission.notices, *_lacking(done)))
    record = make_record(submission, found.run, found.grade, when=now(), session=0)
    record = with_causes(record, own.assignment)
    if not tell:
        record = replace(record, grade=before_handing_in(record.grade))
    return Checked(
        assignment=own.assignment,
        # nothing else reaches a student's screen, file or CI log
        record=as_told(record, tell or own.assignment.before_deadline),
        notebook=submission.notebook_file or (submission.path if own.is_file else ""),
        folder=own.folder,
        source=own.source,
    )


def own_attempts(examiner: Examiner, own: OwnWork) -> list[Attempt]:
    """As many runs as a grade would need; but what ran out of our patience would only run out of it again."""
    done = list[Attempt]()
    while turn := examiner.next_turn(own.submission, done):
        if done and (stopped := _out_of_patience(done[-1])):
            done[-1] = _left_there(done[-1], stopped)
            break
        if done:
            examiner.tell(again(own.submission.student, turn, done))
        done.append(examiner.attempt(own.submission, turn))
    return done


def _out_of_patience(attempt: Attempt) -> CellRun | None:
    """The cell of a shortened run that was stopped; None when each came to its end."""
    cells = attempt.run.cells if attempt.run is not None else ()
    stopped = next((cell for cell in cells if cell.timed_out), None)
    return stopped if attempt.turn.extent is not Extent.FULL else None


def _left_there(attempt: Attempt, stopped: CellRun) -> Attempt:
    """This attempt as the last one: what a longer run would have shown was not reached, and no person will
    tell before it is."""
    missed = skipped(f"not reached: {stopped.place} was stopped before its end")
    verdicts = tuple(
        (check, replace(missed, basis=check.basis) if verdict.status is Status.INCONCLUSIVE else verdict)
        for check, verdict in attempt.verdicts
    )
    return replace(attempt, verdicts=verdicts, wants=None, wants_runtime=None)


def _lacking(done: Sequence[Attempt]) -> list[str]:
    """What one can do when the notebook needs a Keras that is not installed."""
    name = lacking(done)
    if not name:
        return []
    wanted = GENERATIONS[name]
    return [
        f"your notebook seems to be written for {wanted.words}, which does not run here: pip install"
        f" {wanted.package}"
    ]
