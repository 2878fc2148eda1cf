"""One submission: run it, judge it, and decide between a shortened run and a full one."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Seen
from grader.collect import OUR_FAULT
from grader.judge.points import Verdicts, final, grade, only_confirmed
from grader.judge.verdicts import judge_all, needs_full_run, nothing_to_grade, our_fault
from grader.model import Fingerprint, Outcome, Run, Submission
from grader.pipeline.stored import find_run, load_whole
from grader.record import run_folder, save_run, save_submission
from grader.run import Plan, fingerprint, limits_of, run_submission

Runner = Callable[[Submission, Assignment, Plan, Path, Callable[[Mapping[str, Any]], None], threading.Event], Run]
FIRST, FULL = 1, 2  # attempts: the first may be shortened by the budget, the second never is


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run; what the command line was asked."""

    jobs: int = 1
    budgeted: bool = True
    runtime: str = ""  # "": the sheet's
    isolation: str = "none"  # the level that runs will have
    flag: str = ""  # what the instructor shall read in every report of this session


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one submission."""

    kind: str  # "started", "cell", "stored" (an equal run is there), "again" (a full run was queued), "graded" or "fault" (ours)
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
    runs: tuple[str, ...] = ()  # the ids of all runs that were judged, in order


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

    def attempt(self, submission: Submission, number: int, *, anew: bool = False) -> Attempt:
        """Run and judge once. A fault of ours becomes ERROR verdicts. A stored run that would go the same way is used again,
        unless `anew`.

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
            run = self._run(submission, number, anew)
            return judged(self.assignment, submission, run)
        except Stopped:
            raise
        except Exception as fault:
            return self._fault(run, fault)

    def again(self, submission: Submission, run_id: str) -> Attempt:
        """An attempt that was made before, from what is stored of it."""
        try:
            return judged(self.assignment, submission, load_whole(self.out, submission.student, run_id))
        except Exception as fault:
            return self._fault(None, fault)

    def _fault(self, run: Run | None, fault: Exception) -> Attempt:
        note = "".join(traceback.format_exception(fault))[-4000:]
        return Attempt(
            run=run,
            verdicts=our_fault(self.assignment, "the grader itself failed: no points are lost", note),
            fault=" ".join(f"{type(fault).__name__}: {fault}".split())[:300],
            runs=(run.run_id,) if run is not None else (),
        )

    def both(self, submission: Submission) -> Attempt:
        """The first attempt, and at once the full one when it is wanted.

        Raises:
            Stopped: somebody asked to stop.
        """
        first = self.attempt(submission, FIRST)
        if not first.wants_full_run:
            return best([first])
        self.tell(Event(kind="again", student=submission.student))
        return best([first, self.attempt(submission, FULL)])

    def _run(self, submission: Submission, number: int, anew: bool) -> Run:
        """One run, stored or made, and another one when we could not run it at all: a machine may stumble once."""
        if self.stop.is_set():
            raise Stopped
        plan = self._plan(number)
        wanted = fingerprint(submission, self.assignment, plan, self.settings.isolation)
        if not anew and (stored := find_run(self.out, submission.student, wanted)) is not None:
            save_submission(run_folder(self.out, submission.student, stored.run_id), submission)
            self.tell(Event(kind="stored", student=submission.student, attempt=number))
            return stored
        run = self._run_once(submission, plan, wanted)
        if run.outcome is Outcome.UNAVAILABLE and not run.missing_packages:
            run = self._run_once(submission, replace(plan, run_id=f"{plan.run_id}b"), wanted)
        return run

    def _plan(self, number: int) -> Plan:
        return Plan(
            run_id=f"{self.stamp}-{number}",
            attempt=number,
            budgeted=self.settings.budgeted and number == FIRST,
            key=self.key,
            limits=limits_of(self.assignment),
            runtime=self.settings.runtime or self.assignment.runtime,
            runtime_reason="asked for with --runtime" if self.settings.runtime else "",
        )

    def _run_once(self, submission: Submission, plan: Plan, wanted: Fingerprint) -> Run:
        if self.stop.is_set():
            raise Stopped
        number = plan.attempt

        def hear(event: Mapping[str, Any]) -> None:
            if event.get("event") == "cell":
                self.tell(Event(kind="cell", student=submission.student, attempt=number, text=str(event.get("number", ""))))

        self.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = run_folder(self.out, submission.student, plan.run_id)
        save_submission(folder, submission)
        self.tell(Event(kind="started", student=submission.student, attempt=number))
        run = self.runner(submission, self.assignment, plan, folder, hear, self.stop)
        if self.stop.is_set() and run.outcome is Outcome.UNAVAILABLE:
            raise Stopped
        run = replace(run, fingerprint=replace(wanted, isolation=run.isolation))
        save_run(folder, run)
        return run


def judged(assignment: Assignment, submission: Submission, run: Run) -> Attempt:
    """What the judge concludes from a run, just made or stored."""
    seen = Seen(assignment=assignment, submission=submission, run=run)
    verdicts = judge_all(seen)
    wants_full_run = run.attempt == FIRST and needs_full_run(seen, verdicts)
    return Attempt(run=run, verdicts=verdicts, wants_full_run=wants_full_run, runs=(run.run_id,))


def points_of(attempt: Attempt) -> float:
    """What the checks alone give for this attempt."""
    return grade(attempt.verdicts, (), "").points


def provisional(first: Attempt) -> Attempt:
    """What can be said while the full run is still to come: what the shortened run did not show stays open."""
    return replace(first, verdicts=only_confirmed(first.verdicts, None))


def best(done: Sequence[Attempt]) -> Attempt:
    """The attempt that counts, with its verdicts as the last word: of a shortened and a full run the one with more points, the
    later of equals. One run supplies all verdicts."""
    if len(done) == 1:
        return replace(done[0], verdicts=final(done[0].verdicts))
    first, full = done
    runs = first.runs + full.runs
    if points_of(first) <= points_of(full):
        return replace(full, verdicts=final(full.verdicts), runs=runs)
    return replace(first, verdicts=final(only_confirmed(first.verdicts, full.verdicts)), fault=full.fault, runs=runs)


def flags(done: Sequence[Attempt]) -> tuple[str, ...]:
    """What the instructor should know when the shortened run counts although the notebook ran in full, too."""
    first, last = points_of(done[0]), points_of(done[-1])
    if first <= last:
        return ()
    return (f"run twice: {first:g} points in the shortened run, {last:g} in the full one; the first counts",)
