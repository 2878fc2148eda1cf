"""Who judges a run: processes with limits, used again while they do well, or this very process."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from grader.assignment import Assignment, sheet_digest
from grader.errors import GradebookError, JudgeFailed
from grader.judge.guarded import UNJUDGED_MESSAGE
from grader.judging.child import Child, Died, OverLimit, Stopped
from grader.judging.conclusion import Conclusion, conclude, whole
from grader.judging.kept import keep, kept, key_of
from grader.judging.limits import JudgeLimits
from grader.judging.unjudged import judge_digest, note, noted
from grader.model import Run, Submission
from grader.model.verdict import needs_review
from grader.record.codec import from_json

__all__ = ["CHILDREN", "HERE", "Children", "Here", "RunJudge", "Stopped"]


MOST_CHILDREN = 64  # beyond what `--jobs` asks for on one machine


class RunJudge(Protocol):
    """Judges the run that is stored in a folder."""

    def __call__(
        self, assignment: Assignment, submission: Submission, run: Run, folder: Path, stop: threading.Event
    ) -> Conclusion:
        """What it makes of the run.

        Raises:
            Stopped: `stop` was set meanwhile.
            GradebookError: what is stored is damaged or gone.
            JudgeFailed: the judge itself failed.
        """

    def ready(self, assignment: Assignment) -> None:
        """Said while a notebook runs: it will soon be judged."""


class Here:
    """In this process and without limits: for what is trusted, such as tests that make up their runs."""

    def __call__(
        self, assignment: Assignment, submission: Submission, run: Run, folder: Path, stop: threading.Event
    ) -> Conclusion:
        """Judge at once."""
        return conclude(assignment, submission, whole(run, folder), folder)

    def ready(self, assignment: Assignment) -> None:
        """Nothing to prepare."""


class Children:
    """In processes of their own, as many as judge at the same time. A sheet without a folder cannot be loaded
    again: it is judged here."""

    def __init__(
        self,
        limits: JudgeLimits | None = None,
        most: int = MOST_CHILDREN,
        spent: Callable[[str, float], None] = lambda folder, seconds: None,
    ) -> None:
        """`most`: how many may judge at the same time, however many runs come in. `spent` hears the CPU
        seconds of each judging and the folder it was of, "" for the start of a process."""
        self.spent = spent
        self.limits = limits or JudgeLimits()
        self._room = threading.BoundedSemaphore(most)
        self._idle: list[Child] = []
        self._lock = threading.Lock()

    def __call__(
        self, assignment: Assignment, submission: Submission, run: Run, folder: Path, stop: threading.Event
    ) -> Conclusion:
        """Judge what is stored, in full; where that cannot be done within the limits, what rests on no
        answer."""
        if assignment.folder is None:
            return HERE(assignment, submission, run, folder, stop)
        sheet = sheet_digest(assignment.folder)
        judge = judge_digest(sheet, self.limits)
        job = {
            "sheet": str(assignment.folder),
            "digest": sheet,
            "folder": str(folder.absolute()),
            "unread": False,
        }
        if why := noted(folder, judge):
            return self._unread(assignment, job, why, stop)
        key = key_of(folder, assignment.folder, sheet, self.limits)
        if (known := kept(folder, key)) is not None:
            return known
        try:
            found = self._asked(job, stop)
        except (OverLimit, Died) as problem:
            note(folder, judge, str(problem))
            return self._unread(assignment, job, str(problem), stop)
        keep(folder, key, found)
        return found

    def ready(self, assignment: Assignment) -> None:
        """Have a process that waits."""
        if assignment.folder is not None:
            with self._lock:
                if not self._idle:
                    self._idle.append(Child(self.limits))

    def close(self) -> None:
        """End all that wait."""
        with self._lock:
            for child in self._idle:
                child.end()
            self._idle.clear()

    def _unread(
        self, assignment: Assignment, job: Mapping[str, Any], why: str, stop: threading.Event
    ) -> Conclusion:
        flag = f"the answers could not be judged, so a person decides what rests on them: {why}"
        try:
            found = self._asked({**job, "unread": True}, stop)
        except (OverLimit, Died):  # something else than the answers
            found = Conclusion(
                verdicts={
                    check.id: needs_review(UNJUDGED_MESSAGE, staff_note=why) for check in assignment.checks
                }
            )
        return Conclusion(verdicts=found.verdicts, told=found.told, flags=(*found.flags, flag))

    def _asked(self, job: Mapping[str, Any], stop: threading.Event) -> Conclusion:
        """The conclusion that a child comes to; one that ended by itself, which somebody else may have
        killed, is replaced once."""
        try:
            return _conclusion(self._answer(job, stop))
        except Died:
            return _conclusion(self._answer(job, stop))

    def _answer(self, job: Mapping[str, Any], stop: threading.Event) -> Mapping[str, Any]:
        with self._room:
            return self._answer_of(self._take(), job, stop)

    def _answer_of(self, child: Child, job: Mapping[str, Any], stop: threading.Event) -> Mapping[str, Any]:
        fit = False
        try:
            is_new = not child.used_before
            answer = child.ask(job, stop)
            self.spent(str(job["folder"]), child.cpu_seconds() - child.used_before)
            if is_new:
                self.spent("", child.used_before)
            fit = child.is_fit()
            return answer
        finally:
            if fit:
                with self._lock:
                    self._idle.append(child)
            else:
                child.end()

    def _take(self) -> Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_fit():
                    return child
                child.end()
        return Child(self.limits)


def _conclusion(answer: Mapping[str, Any]) -> Conclusion:
    """The conclusion in an answer.

    Raises:
        OverLimit, GradebookError, JudgeFailed: there is none.
    """
    if "conclusion" in answer:
        return from_json(Conclusion, answer["conclusion"])
    if "over" in answer:
        raise OverLimit(f"judging needed more {answer['over']} than it may have")
    if "damaged" in answer:
        raise GradebookError(f"what is stored of the run is damaged: {answer['damaged']}")
    raise JudgeFailed(f"{answer.get('fault', 'the judge gave no answer')}\n{answer.get('note', '')}")


HERE: RunJudge = Here()
CHILDREN = Children()
atexit.register(CHILDREN.close)
