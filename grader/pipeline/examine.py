"""One submission: run it and judge it, as often as attempts.py says."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.collect.files.digest import digest_of
from grader.errors import GraderError
from grader.judge.runtimes import first_runtime
from grader.judge.verdicts import nothing_to_grade, our_fault
from grader.judging import CHILDREN, RunJudge, Stopped
from grader.model import Extent, Fingerprint, Outcome, Run, Submission
from grader.pipeline.attempts import Attempt, Made, Repeats, Turn, again, next_turn
from grader.pipeline.blame import CANARY, blamed
from grader.pipeline.judged import judged
from grader.pipeline.settings import Event, EventKind, RunWanted, Settings, Tell, Watch, nobody_watches
from grader.pipeline.stored import find_run
from grader.record import load_run, run_folder, run_path, save_run, save_submission
from grader.run import Plan, Wanted, fingerprint, limits_of, run_submission
from grader.run.scratch import scratch


class Changed(GraderError):
    """The files of a homework are not those that were read: somebody changed or deleted them while they
    ran."""


@dataclass(frozen=True, kw_only=True)
class Examiner:
    """Runs and judges submissions, each in a folder of its own below `out`; `grade DIR` and `grade check`
    share it."""

    assignment: Assignment
    out: Path
    key: bytes  # every question drawn follows from it
    settings: Settings = Settings()
    runner: RunWanted = run_submission
    judge: RunJudge = CHILDREN
    tell: Tell = lambda event: None
    watch: Watch = nobody_watches  # hears every event of a runner, while it runs
    # how many homeworks to have under way just now; None: settings.jobs
    slots: Callable[[], int] | None = None
    # raises GraderError when the runner can run nobody any more
    check_runner: Callable[[], None] = lambda: None
    # what happens for a student, in the thread that does it
    around: Callable[[str], AbstractContextManager[object]] = nullcontext
    stop: threading.Event = field(default_factory=threading.Event)
    stamp: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f"))

    def next_turn(self, submission: Submission, done: Sequence[Attempt] = ()) -> Turn | None:
        """What is to run after these attempts; never None before the first."""
        first = first_runtime(self.settings.runtime, self.assignment, submission.source)
        return next_turn(done, first, Extent.SHORT if self.settings.budgeted else Extent.FULL)

    def attempt(
        self, submission: Submission, turn: Turn, repeats: Repeats | None = None, *, anew: bool = False
    ) -> Attempt:
        """Run and judge once. A fault of ours becomes ERROR verdicts. A stored run that would go the same way
        is used again, unless `anew`; a run that could not be made is made again as long as there are
        `repeats`.

        Raises:
            Stopped: somebody asked to stop.
            Changed: the files are not those that `submission` was read from.
        """
        run = None
        try:
            if submission.is_our_fault:
                fault = "; ".join(submission.flags)
                return Attempt(
                    run=None, verdicts=our_fault(self.assignment, submission.problem), turn=turn, fault=fault
                )
            if submission.problem:
                return Attempt(run=None, verdicts=nothing_to_grade(self.assignment, submission), turn=turn)
            run = self._run(submission, turn, repeats or Repeats(), anew)
            return self._judged(submission, run)
        except (Stopped, Changed):
            raise
        except Exception as fault:
            return self._fault(run, turn, fault)

    def again(self, submission: Submission, made: Made) -> Attempt:
        """An attempt that was made before, from what is stored of it. What left nothing, or is gone, is a
        fault of ours.

        Raises:
            Stopped: somebody asked to stop.
        """
        if not made.run_id:
            verdicts = our_fault(self.assignment, "the grader itself failed: no points are lost", made.fault)
            return Attempt(run=None, verdicts=verdicts, turn=made.turn, fault=made.fault)
        try:
            return self._judged(submission, load_run(run_path(self.out, submission.student, made.run_id)))
        except Stopped:
            raise
        except Exception as fault:
            return self._fault(None, made.turn, fault)

    def _judged(self, submission: Submission, run: Run) -> Attempt:
        folder = run_path(self.out, submission.student, run.run_id)
        return judged(self.judge, self.assignment, submission, run, folder, self.stop)

    def _fault(self, run: Run | None, turn: Turn, fault: Exception) -> Attempt:
        note = "".join(traceback.format_exception(fault))[-4000:]
        verdicts = our_fault(self.assignment, "the grader itself failed: no points are lost", note)
        words = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
        return Attempt(run=run, verdicts=verdicts, turn=turn, fault=words)

    def attempts(self, submission: Submission) -> list[Attempt]:
        """The first attempt, and at once the further ones that are wanted.

        Raises:
            Stopped: somebody asked to stop.
        """
        done, repeats = list[Attempt](), Repeats()
        while turn := self.next_turn(submission, done):
            if done:
                self.tell(again(submission.student, turn, done))
            done.append(self.attempt(submission, turn, repeats))
        return done

    def _run(self, submission: Submission, turn: Turn, repeats: Repeats, anew: bool) -> Run:
        """One run, stored or made, and another one when we could not run it at all: a machine may stumble
        once."""
        if self.stop.is_set():
            raise Stopped
        plan = self.plan(turn)
        mark = fingerprint(submission, self.assignment, plan, self.settings.isolation)
        if not anew and (stored := find_run(self.out, submission.student, mark)) is not None:
            save_submission(run_folder(self.out, submission.student, stored.run_id), submission)
            self.tell(Event(kind=EventKind.STORED, student=submission.student, attempt=turn.number))
            return stored
        run = None
        try:
            run = self._run_once(submission, plan, mark)
        except Changed:
            raise
        except (OSError, GraderError):  # it left nothing: a folder is gone, a server does not start
            if not repeats.left:
                raise
        if (run is None or _could_not_run(run)) and repeats.take():
            run = self._second(submission, plan, mark, run)
        assert run is not None  # it was raised then
        return run

    def _second(self, submission: Submission, plan: Plan, mark: Fingerprint, first: Run | None) -> Run:
        """The run made once more. Where our own process ended twice at one place, and not elsewhere, the
        notebook ended it."""
        second = self._run_once(submission, replace(plan, run_id=f"{plan.run_id}b"), mark)
        run = blamed(first, second, lambda: self._canary(plan)) if first is not None else second
        if run is not second:
            save_run(run_folder(self.out, submission.student, run.run_id), run)
        return run

    def _canary(self, plan: Plan) -> Run:
        """A run of one harmless line, here and now, of which nothing is kept."""
        with scratch() as folder:
            return self.runner(
                Wanted(
                    submission=CANARY, assignment=self.assignment, plan=plan, folder=folder, stop=self.stop
                )
            )

    def plan(self, turn: Turn) -> Plan:
        """How a turn runs."""
        limits = limits_of(self.assignment)
        if self.settings.patience and turn.extent is not Extent.FULL:
            limits = replace(limits, cell_seconds=min(limits.cell_seconds, self.settings.patience))
        return Plan(
            run_id=f"{self.stamp}-{turn.number}",
            attempt=turn.number,
            extent=turn.extent,
            key=self.key,
            limits=limits,
            runtime=turn.runtime.name,
            runtime_reason=turn.runtime.reason,
            runtime_by=turn.runtime.by,
            corrected=turn.corrected,
            unending=turn.unending,
        )

    def _tell(self, submission: Submission, plan: Plan, kind: EventKind, text: str = "") -> None:
        self.tell(Event(kind=kind, student=submission.student, attempt=plan.attempt, text=text))

    def _run_once(self, submission: Submission, plan: Plan, mark: Fingerprint) -> Run:
        if self.stop.is_set():
            raise Stopped

        def hear(event: Mapping[str, Any]) -> None:
            self.watch(wanted, event)
            if event.get("event") == "cell":
                self._tell(submission, plan, EventKind.CELL, str(event.get("number", "")))

        folder = run_folder(self.out, submission.student, plan.run_id)
        wanted = Wanted(
            submission=submission,
            assignment=self.assignment,
            plan=plan,
            folder=folder,
            on_event=hear,
            stop=self.stop,
        )
        save_submission(folder, submission)
        self._tell(submission, plan, EventKind.STARTED)
        self.judge.ready(self.assignment)
        run = self.runner(wanted)
        if self.stop.is_set() and run.outcome is Outcome.UNAVAILABLE:
            raise Stopped
        if submission.root is not None and digest_of(submission.root, submission.files) != submission.digest:
            raise Changed(
                f"the files of {submission.student} changed while they ran: the same command runs them as"
                " they are now"
            )
        run = replace(run, fingerprint=replace(mark, isolation=run.isolation))
        save_run(folder, run)
        return run


def _could_not_run(run: Run) -> bool:
    """Whether it may go better a second time; a package that is missing stays missing."""
    return run.outcome is Outcome.UNAVAILABLE and not run.missing_packages
