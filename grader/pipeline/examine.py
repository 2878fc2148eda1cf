"""One submission: run it, judge it, and decide between a shortened run and a full one."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Seen
from grader.collect import OUR_FAULT
from grader.judge.points import Verdicts, final, grade, only_confirmed
from grader.judge.verdicts import judge_all, needs_full_run, nothing_to_grade, our_fault
from grader.model import Outcome, Run, Submission
from grader.record import run_folder, save_run
from grader.run import Plan, limits_of, run_submission

Runner = Callable[[Submission, Assignment, Plan, Path, Callable[[Mapping[str, Any]], None], threading.Event], Run]
FIRST, FULL = 1, 2  # attempts: the first may be shortened by the budget, the second never is


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run; what the command line was asked."""

    jobs: int = 1
    budgeted: bool = True
    runtime: str = ""  # "": the sheet's
    flag: str = ""  # what the instructor shall read in every report of this session


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one submission."""

    kind: str  # "started", "cell", "again" (a full run was queued), "graded" or "fault" (ours)
    student: str
    attempt: int = FIRST
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run and what the judge concludes from it; `run` is None when there was nothing to run or we failed before."""

    run: Run | None
    verdicts: Verdicts
    wants_full_run: bool = False
    fault: str = ""  # ours


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

    def attempt(self, submission: Submission, number: int) -> Attempt:
        """Run and judge once. A fault of ours becomes ERROR verdicts.

        Raises:
            Stopped: somebody asked to stop.
        """
        run = None
        try:
            if submission.problem.startswith(OUR_FAULT):
                return Attempt(
                    run=None, verdicts=our_fault(self.assignment, submission.problem), fault="; ".join(submission.flags)
                )
            if submission.problem:
                return Attempt(run=None, verdicts=nothing_to_grade(self.assignment, submission))
            run = self._run(submission, number)
            seen = Seen(assignment=self.assignment, submission=submission, run=run)
            verdicts = judge_all(seen)
            return Attempt(run=run, verdicts=verdicts, wants_full_run=number == FIRST and needs_full_run(seen, verdicts))
        except Stopped:
            raise
        except Exception as fault:
            note = "".join(traceback.format_exception(fault))[-4000:]
            verdicts = our_fault(self.assignment, "the grader itself failed: no points are lost", note)
            return Attempt(run=run, verdicts=verdicts, fault=" ".join(f"{type(fault).__name__}: {fault}".split())[:300])

    def both(self, submission: Submission) -> Attempt:
        """The first attempt, and at once the full one when it is wanted.

        Raises:
            Stopped: somebody asked to stop.
        """
        first = self.attempt(submission, FIRST)
        if not first.wants_full_run:
            return replace(first, verdicts=final(first.verdicts))
        self.tell(Event(kind="again", student=submission.student))
        return better(first, self.attempt(submission, FULL))

    def _run(self, submission: Submission, number: int) -> Run:
        """One run, and another one when we could not run it at all: a machine may stumble once."""
        run = self._run_once(submission, number, f"{self.stamp}-{number}")
        if run.outcome is Outcome.UNAVAILABLE and not run.missing_packages:
            run = self._run_once(submission, number, f"{self.stamp}-{number}b")
        return run

    def _run_once(self, submission: Submission, number: int, run_id: str) -> Run:
        if self.stop.is_set():
            raise Stopped
        plan = Plan(
            run_id=run_id,
            attempt=number,
            budgeted=self.settings.budgeted and number == FIRST,
            key=self.key,
            limits=limits_of(self.assignment),
            runtime=self.settings.runtime or self.assignment.runtime,
            runtime_reason="asked for with --runtime" if self.settings.runtime else "",
        )

        def hear(event: Mapping[str, Any]) -> None:
            if event.get("event") == "cell":
                self.tell(Event(kind="cell", student=submission.student, attempt=number, text=str(event.get("number", ""))))

        self.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = run_folder(self.out, submission.student, run_id)
        self.tell(Event(kind="started", student=submission.student, attempt=number))
        run = self.runner(submission, self.assignment, plan, folder, hear, self.stop)
        if self.stop.is_set() and run.outcome is Outcome.UNAVAILABLE:
            raise Stopped
        save_run(folder, run)
        return run


def points_of(attempt: Attempt) -> float:
    """What the checks alone give for this attempt."""
    return grade(attempt.verdicts, (), "").points


def provisional(first: Attempt) -> Attempt:
    """What can be said while the full run is still to come: what the shortened run did not show stays open."""
    return replace(first, verdicts=only_confirmed(first.verdicts, None))


def better(first: Attempt, full: Attempt) -> Attempt:
    """Of a shortened and a full run the one with more points, the later of equals. One run supplies all verdicts."""
    if points_of(first) <= points_of(full):
        return replace(full, verdicts=final(full.verdicts))
    return replace(first, verdicts=final(only_confirmed(first.verdicts, full.verdicts)), fault=full.fault)
