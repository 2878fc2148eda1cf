"""One submission: run it and judge it, as often as attempts.py says."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Seen
from grader.collect import OUR_FAULT
from grader.judge.runtimes import first_runtime, second_runtime
from grader.judge.verdicts import judge_all, needs_full_run, nothing_to_grade, our_fault
from grader.model import Outcome, Run, Submission
from grader.pipeline.attempts import Attempt, Step, in_words, next_step
from grader.record import run_folder, save_run
from grader.run import Plan, limits_of, run_submission

Runner = Callable[[Submission, Assignment, Plan, Path, Callable[[Mapping[str, Any]], None], threading.Event], Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run; what the command line was asked."""

    jobs: int = 1
    budgeted: bool = True
    runtime: str = ""  # "": chosen for each submission
    flag: str = ""  # what the instructor shall read in every report of this session


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one submission."""

    kind: str  # "started", "cell", "again" (a further run was queued: `text` says how), "graded" or "fault" (ours)
    student: str
    attempt: int = 1
    text: str = ""


class Stopped(Exception):
    """Somebody asked to stop while a notebook was running."""


Tell = Callable[[Event], None]


@dataclass(frozen=True, kw_only=True)
class Examiner:
    """Runs and judges submissions, each in a folder of its own below `out`; `grade DIR` and `grade check` share it."""

    assignment: Assignment
    out: Path
    key: bytes  # every question drawn follows from it
    settings: Settings = Settings()
    runner: Runner = run_submission
    tell: Tell = lambda event: None
    stop: threading.Event = field(default_factory=threading.Event)
    stamp: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))

    def next_step(self, submission: Submission, done: Sequence[Attempt] = ()) -> Step | None:
        """What is to run after these attempts; never None before the first."""
        first = first_runtime(self.settings.runtime, self.assignment, submission.source)
        return next_step(done, first, budgeted=self.settings.budgeted)

    def attempt(self, submission: Submission, step: Step) -> Attempt:
        """Run and judge once. A fault of ours becomes ERROR verdicts.

        Raises:
            Stopped: somebody asked to stop.
        """
        run = None
        try:
            if submission.problem.startswith(OUR_FAULT):
                fault = "; ".join(submission.flags)
                return Attempt(run=None, verdicts=our_fault(self.assignment, submission.problem), step=step, fault=fault)
            if submission.problem:
                return Attempt(run=None, verdicts=nothing_to_grade(self.assignment, submission), step=step)
            run = self._run(submission, step)
            seen = Seen(assignment=self.assignment, submission=submission, run=run)
            verdicts = judge_all(seen)
            full, runtime = step.budgeted and needs_full_run(seen, verdicts), second_runtime(seen, verdicts)
            return Attempt(run=run, verdicts=verdicts, step=step, wants_full_run=full, wants_runtime=runtime)
        except Stopped:
            raise
        except Exception as fault:
            note = "".join(traceback.format_exception(fault))[-4000:]
            verdicts = our_fault(self.assignment, "the grader itself failed: no points are lost", note)
            words = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
            return Attempt(run=run, verdicts=verdicts, step=step, fault=words)

    def attempts(self, submission: Submission) -> list[Attempt]:
        """The first attempt, and at once the further ones that are wanted.

        Raises:
            Stopped: somebody asked to stop.
        """
        done: list[Attempt] = []
        while step := self.next_step(submission, done):
            if done:
                self.tell(Event(kind="again", student=submission.student, text=in_words(step, done)))
            done.append(self.attempt(submission, step))
        return done

    def _run(self, submission: Submission, step: Step) -> Run:
        """One run, and another one when we could not run it at all: a machine may stumble once."""
        run = self._run_once(submission, step, f"{self.stamp}-{step.number}")
        if run.outcome is Outcome.UNAVAILABLE and not run.missing_packages:
            run = self._run_once(submission, step, f"{self.stamp}-{step.number}b")
        return run

    def _run_once(self, submission: Submission, step: Step, run_id: str) -> Run:
        if self.stop.is_set():
            raise Stopped
        plan = Plan(
            run_id=run_id,
            attempt=step.number,
            budgeted=step.budgeted,
            key=self.key,
            limits=limits_of(self.assignment),
            runtime=step.runtime.name,
            runtime_reason=step.runtime.reason,
        )

        def hear(event: Mapping[str, Any]) -> None:
            if event.get("event") == "cell":
                self.tell(Event(kind="cell", student=submission.student, attempt=step.number, text=str(event.get("number", ""))))

        self.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = run_folder(self.out, submission.student, run_id)
        self.tell(Event(kind="started", student=submission.student, attempt=step.number))
        run = self.runner(submission, self.assignment, plan, folder, hear, self.stop)
        if self.stop.is_set() and run.outcome is Outcome.UNAVAILABLE:
            raise Stopped
        save_run(folder, run)
        return run
