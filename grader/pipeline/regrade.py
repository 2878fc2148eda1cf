"""Judge stored observations again: nothing runs, and no grade is written before somebody says so."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from grader import __version__
from grader.assignment import Assignment, in_force, load_sheet, sheet_digest
from grader.errors import GradebookError, UsageError
from grader.grading.points import alone
from grader.judge.verdicts import nothing_to_grade
from grader.judging import CHILDREN, RunJudge, Stopped
from grader.model import Basis, Decision, Fingerprint, Run, Status, Submission, Versions
from grader.model.moments import now
from grader.pipeline.attempts import Attempt, next_turn
from grader.pipeline.conclude import conclude
from grader.pipeline.judged import judged
from grader.record import Gradebook, Record, load_run, load_submission, make_record, run_path, submission_of
from grader.record.moves import Move
from grader.run import probe_digests, reading_digest

KIND = "regrade"
NEVER_RAN = "it has not been run yet"
NOT_STORED = "what is needed was not stored: an earlier version graded it, or its files are gone"
NOT_CONFIRMED = "its runs no longer show everything, and another one would have to"
READ_ANEW = "the sheet now looks for something else in the source or in the answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrade:
    """One graded submission, and what people decided about it."""

    out: Path
    record: Record
    decisions: tuple[Decision, ...] = ()


def judge_again(
    gradebook: Gradebook,
    sheet: Path,
    *,
    only: Collection[str] = (),
    jobs: int = 1,
    judge: RunJudge = CHILDREN,
) -> list[Move]:
    """What the sheet in the folder `sheet` makes of every stored submission, by student, up to `jobs` at a
    time.

    Raises:
        UsageError: there is no grade of somebody in `only`.
        AssignmentError: the sheet cannot be loaded.
    """
    stored = [
        StoredGrade(out=gradebook.folder, record=record, decisions=tuple(gradebook.decisions(record.student)))
        for record in gradebook.records()
        if not only or record.student in only
    ]
    if unknown := sorted(set(only) - {entry.record.student for entry in stored}):
        raise UsageError(f"{gradebook.folder} has no grade of {unknown[0]!r}")
    assignment = load_sheet(sheet)  # in this process first: a broken sheet is told here
    stop = threading.Event()
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="judging")
    try:
        return list(pool.map(lambda entry: move_of(assignment, entry, judge, stop), stored))
    finally:  # also at a Ctrl-C, which ends what is being judged at once
        stop.set()
        pool.shutdown(cancel_futures=True)


def move_of(assignment: Assignment, stored: StoredGrade, judge: RunJudge, stop: threading.Event) -> Move:
    """One submission judged again. A fault of ours leaves its grade alone and says so.

    Raises:
        Stopped: `stop` was set meanwhile; nothing else.
    """
    try:
        return _move(assignment, stored, judge, stop)
    except Stopped:
        raise
    except Exception as fault:
        return Move(
            before=stored.record, lacks=f"our problem: {type(fault).__name__}: {fault}"[:300], ours=True
        )


def _move(assignment: Assignment, stored: StoredGrade, judge: RunJudge, stop: threading.Event) -> Move:
    record = stored.record
    submission = submission_of(record)
    if submission.problem and not record.run_id and not submission.is_our_fault:
        return _compared(
            assignment,
            stored,
            submission,
            [Attempt(run=None, verdicts=nothing_to_grade(assignment, submission))],
        )
    if not record.run_id:
        return Move(before=record, lacks=NEVER_RAN)
    ids = record.runs or (record.run_id,)
    try:
        submission = load_submission(run_path(stored.out, record.student, ids[-1]))
        runs = [load_run(run_path(stored.out, record.student, run_id)) for run_id in ids]
    except Exception:
        return Move(before=record, lacks=NOT_STORED)
    if why := _asks_anew(assignment, submission, runs):
        return Move(before=record, lacks=why)
    try:
        done = [
            judged(judge, assignment, submission, run, run_path(stored.out, record.student, run.run_id), stop)
            for run in runs
        ]
    except GradebookError:
        return Move(before=record, lacks=NOT_STORED)
    if next_turn(done, done[0].turn.runtime, done[0].turn.extent) is not None:
        return Move(before=record, lacks=NOT_CONFIRMED)
    return _compared(assignment, stored, submission, done)


def _asks_anew(assignment: Assignment, submission: Submission, runs: Sequence[Run]) -> str:
    """Why these runs cannot answer what the sheet asks now; "" when they can."""
    for run in runs:
        if run.fingerprint is None:
            return NOT_STORED
        if run.fingerprint.reading != reading_digest(assignment):
            return READ_ANEW
        if changed := _other_questions(assignment, submission, run, run.fingerprint):
            return f"the sheet now asks something else: {', '.join(changed)}"
    return ""


def _other_questions(
    assignment: Assignment, submission: Submission, run: Run, known: Fingerprint
) -> list[str]:
    parameters = in_force(assignment, submission.source.parameters, run.numbers)
    return [
        name
        for name, digest in probe_digests(assignment, parameters).items()
        if known.probes.get(name) != digest
    ]


def _compared(
    assignment: Assignment, stored: StoredGrade, submission: Submission, done: Sequence[Attempt]
) -> Move:
    before = stored.record
    points_max = assignment.points_max
    penalty = before.grade.penalty * points_max / before.grade.points_max if before.grade.points_max else 0.0
    suggested = any(Basis.SUGGESTED in (check.basis, alone(check).basis) for check in before.grade.checks)
    found = conclude(submission, done, decisions=stored.decisions, penalty=penalty, suggested=suggested)
    errors = {check.id for check in before.grade.checks if check.status is Status.ERROR}
    for check in found.grade.checks:
        if check.status is Status.ERROR and check.id not in errors:
            return Move(
                before=before,
                lacks=f"our problem: “{check.title}” cannot be judged from what is stored",
                ours=True,
            )
    after = make_record(
        found.submission, found.run, found.grade, when=before.when, session=before.session, runs=found.runs
    )
    return Move(before=before, after=after)


def to_write(gradebook: Gradebook, moves: Sequence[Move], sheet: Path) -> list[Move]:
    """Those that say something else than the gradebook, or that it holds as judged by another version of the
    sheet."""
    digest = sheet_digest(sheet)
    old = {session.id for session in gradebook.sessions() if session.sheet_digest != digest}
    return [
        move for move in moves if move.after and (move.moves or move.changes or move.before.session in old)
    ]


def apply(gradebook: Gradebook, moves: Sequence[Move], sheet: Path) -> int:
    """Write these grades as a session of its own, all of them or none, and return the session's number.

    Raises:
        GradebookError: the gradebook cannot be written.
    """
    assignment = load_sheet(sheet).name
    versions = Versions(grader=__version__)
    number = gradebook.start_session(
        assignment=assignment, sheet_digest=sheet_digest(sheet), versions=versions, started=now(), kind=KIND
    )
    gradebook.save_all(
        replace(move.after, session=number, when=now()) for move in moves if move.after is not None
    )
    gradebook.finish_session(number, now())
    return number


def undo(gradebook: Gradebook) -> list[str]:
    """Go back to the grades before the last session of judging again that still counts for somebody; those it
    counted for.

    Raises:
        GradebookError: the gradebook cannot be written.
    """
    counting = {record.session for record in gradebook.records()}
    last = max(
        (session.id for session in gradebook.sessions() if session.kind == KIND and session.id in counting),
        default=None,
    )
    return gradebook.undo(last) if last is not None else []
