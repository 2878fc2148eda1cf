"""Behind `grade ci --draw`, `--answer` and `--judge`: one run in three jobs. See docs/three_jobs.md."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from grader.cli.own_run import Checked, concluded
from grader.cli.own_work import OwnWork
from grader.errors import UsageError
from grader.pipeline import Examiner, RunWanted, Settings
from grader.pipeline.attempts import Repeats
from grader.run import Engine, Wanted, run_submission
from grader.run.host.apart import draw_apart, read_answers
from grader.run.scratch import scratch

KEY = "GRADER_KEY"


def draw_questions(own: OwnWork, folder: Path) -> str:
    """The first job: questions, code and files into `folder`; what to say about it."""
    examiner = _examiner(own, folder)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    turn = examiner.next_turn(own.submission)
    if own.submission.problem or turn is None:
        return f"Nothing can be run: {own.submission.problem}. The third job says so."
    draw_apart(
        Wanted(
            submission=own.submission,
            assignment=own.assignment,
            plan=examiner.plan(turn),
            folder=folder,
        )
    )
    return f"Questions are drawn; {folder} goes to the second job."


def answer_questions(folder: Path) -> str:
    """The second job, the only one in which the notebook runs; what to say about it."""
    if KEY in os.environ:
        raise UsageError(f"{KEY} is set here: a notebook must not run where the key is")
    if not (folder / "job.json").is_file():
        return f"{folder} holds no job: nothing is run."
    with Engine.best() as engine:
        engine.answer(folder, threading.Event())
    return f"The notebook has run; {folder} goes to the third job."


def judge_answers(own: OwnWork, folder: Path) -> Checked:
    """The third job: the questions drawn again, and the answers in `folder` judged. One whole run is one
    attempt."""
    with scratch() as out:
        examiner = _examiner(own, out, read_answers(folder))
        turn = examiner.next_turn(own.submission)
        assert turn is not None  # never before the first
        attempt = examiner.attempt(own.submission, turn, Repeats(left=0))
    return concluded(own, [attempt], tell="mistake")


def _examiner(own: OwnWork, out: Path, runner: RunWanted = run_submission) -> Examiner:
    text = os.environ.get(KEY, "")
    if len(text) < 16:
        raise UsageError(
            f"set {KEY} to a secret of at least 16 characters: what is asked is drawn from it, and drawn"
            " again to judge"
        )
    return Examiner(
        assignment=own.assignment,
        out=out,
        key=hashlib.sha256(text.encode()).digest(),
        runner=runner,
        settings=Settings(budgeted=False),
    )
