"""Verdicts while a notebook is still running: each as soon as what it asks is answered, for the eye of
whoever waits.

The last word is that of the run when it has ended. What fails with parameters that we set must recur under
the student's own, so it is not said before, unless they make no difference.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from grader.assignment import Assignment, Check, Probe, Seen
from grader.judge.verdicts import judge_all
from grader.model import Basis, Reply, Run, Status, Verdict
from grader.pipeline.settings import Watch, nobody_watches
from grader.probes.claims import all_held
from grader.run import Wanted, run_so_far

Say = Callable[[Check, Verdict], None]
GONE_BY = (Status.PASSED, Status.FAILED, Status.PARTIAL)  # what is worth a line before the end
UNANSWERED = (Reply.MISSING,)


class Preview:
    """Hears a runner's events and says verdicts, from a thread of its own. A context manager: on leaving it
    is silent."""

    def __init__(self, assignment: Assignment, say: Say, also: Watch = nobody_watches) -> None:
        """`also` hears the runner's events, too."""
        self.assignment, self.say, self.also = assignment, say, also
        self.said: dict[str, Status] = {}  # by check
        self._work: queue.SimpleQueue[Wanted | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._judge_what_comes, daemon=True)
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._work.put(None)
        self._thread.join(timeout=5)  # it only judges what is told in full a moment later

    def watch(self, wanted: Wanted, event: Mapping[str, Any]) -> None:
        """Take note of an event of the runner."""
        self.also(wanted, event)
        if event.get("event") == "observed":
            self._work.put(wanted)

    def _judge_what_comes(self) -> None:
        while (work := self._work.get()) is not None:
            while not self._work.empty():  # only the newest state is worth a look
                newer = self._work.get()
                if newer is None:
                    return
                work = newer
            with contextlib.suppress(Exception):  # a look ahead may fail; the judge itself comes later
                for check, verdict in self._verdicts(work):
                    if self._over.is_set():
                        return
                    self.said[check.id] = verdict.status
                    self.say(check, verdict)

    def _verdicts(self, wanted: Wanted) -> Iterator[tuple[Check, Verdict]]:
        run = run_so_far(wanted)
        run = replace(run, observations=all_held(self.assignment, run.observations))
        ready = list(_ready(self.assignment, run))
        if not any(check.id not in self.said for check in ready):
            return
        seen = Seen(assignment=replace(self.assignment, checks=ready), submission=wanted.submission, run=run)
        for check, verdict in judge_all(seen):
            if check.id not in self.said and _may_be_said(
                check, verdict, short=seen.budgeted, answered=_is_answered(check, run)
            ):
                yield check, verdict


def _ready(assignment: Assignment, run: Run) -> Iterator[Check]:
    """The public checks whose questions are all answered, or can be answered no more, and those they need."""
    found: set[str] = set()
    for check in assignment.checks:
        if (
            not check.hidden
            and check.asks
            and all(_is_settled(probe, run) for probe in _decisive(check))
            and found.issuperset(check.needs)
        ):
            found.add(check.id)
            yield check


def _decisive(check: Check) -> tuple[Probe, ...]:
    """The probes that its verdict may rest on. What is used where a name is missing, so that something else
    is judged in its place, is not waited for: a missing name is settled at the end alone."""
    return check.asks if check.instead is not None else (*check.asks, *check.uses)


def _is_settled(probe: Probe, run: Run) -> bool:
    seen = run.observations.get(probe.name)
    return seen is not None and seen.status not in UNANSWERED


def _is_answered(check: Check, run: Run) -> bool:
    """Whether all that a check asks was answered, rather than raised or late."""
    return all(run.observations[probe.name].is_answered for probe in check.asks)


def _may_be_said(check: Check, verdict: Verdict, *, short: bool, answered: bool) -> bool:
    if verdict.status not in GONE_BY:
        return False
    # which check is to say what was raised is known at the end
    if verdict.status is not Status.PASSED and not answered:
        return False
    sure = verdict.certain or check.basis_of(verdict) is Basis.READ
    return verdict.status is Status.PASSED or not short or sure
