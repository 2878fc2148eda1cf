"""The host's side of a cluster: a runner of the pipeline that has every run made by some worker, and takes in
what comes back.

A run that a worker loses is tried elsewhere, at most twice. What comes back from a worker that was given up
is never looked at: a run is written from the one call that was waited for.
"""

from __future__ import annotations

import time

from grader.cluster.errand import Errand, Tries
from grader.cluster.link import Link
from grader.cluster.order import order_bytes
from grader.cluster.workers import Workers
from grader.errors import KernelUnavailable
from grader.model import Outcome, Run
from grader.run import Wanted
from grader.run.host.draw import draw
from grader.run.host.own_files import copy_files
from grader.run.host.read_back import read_back
from grader.run.scratch import scratch

LONELY_SECONDS = 300.0  # without any worker, or any scheduler, after which the class ends


class Cluster:
    """Runs submissions on the workers of a scheduler. A context manager; its methods may be called from
    several threads."""

    def __init__(self, link: Link, workers: Workers, *, lonely: float = LONELY_SECONDS) -> None:
        self.link, self.workers, self.lonely = link, workers, lonely
        self._tries: dict[tuple[str, str, int], Tries] = {}
        self._alone_since: float | None = None

    @property
    def level(self) -> str:
        """Of isolation that every run has, at least."""
        return self.workers.terms.level

    def slots(self) -> int:
        """How many submissions to have under way: one for each slot of a worker, and some that are prepared
        or judged meanwhile."""
        slots = self.workers.slots()
        return slots + max(2, slots // 4) if slots else 1

    def words(self) -> str:
        """ "3 workers, 5 of 6 slots busy"."""
        return self.workers.words(self.link.busy())

    def check(self) -> None:
        """See that there is anybody to work.

        Raises:
            KernelUnavailable: there is not, and has not been for long.
        """
        if self.workers.fit():
            self._alone_since = None
        if self._alone_since is not None and time.monotonic() - self._alone_since > self.lonely:
            why = (
                f"no worker that may be used is left at {self.link.address}"
                if self.link.is_up
                else f"no scheduler answers at {self.link.address}"
            )
            raise KernelUnavailable(f"{why}: `grade worker {self.link.address}` starts one")

    def run(self, wanted: Wanted) -> Run:
        """Run one submission once: a Runner of the pipeline.

        Raises:
            KernelUnavailable: there has been no worker for long.
        """
        where, stop = wanted.where, wanted.stop
        key = (wanted.submission.student, wanted.submission.digest, wanted.plan.attempt)
        tries = self._tries.setdefault(key, Tries())
        with scratch() as private:
            workspace = private / "files"
            job, short = draw(wanted)
            copy_files(wanted.submission, workspace, short.overrides, short.replaced)
            where.job.write_text(job.to_json(), "utf-8")
            order = order_bytes(job, where, workspace, self.workers.terms)
        errand = Errand(
            line=self.link, workers=self.workers, order=order, job=job, where=where,
            on_event=wanted.on_event, stop=stop, tries=tries, nobody=self._nobody,
        )  # fmt: skip
        went = errand.go()
        run = read_back(wanted, went, short)
        if (better := self._who_may_do_better(run, tries)) and not stop.is_set():
            tries.out_of_time = tries.out_of_time or run.outcome is Outcome.TIMED_OUT
            went = errand.go(or_else=went, only=better)
            run = read_back(wanted, went, short)
        if run.outcome is not Outcome.UNAVAILABLE:
            self._tries.pop(key, None)
        return run

    def _who_may_do_better(self, run: Run, tries: Tries) -> list[str]:
        """Other workers where this run may go better: with a package that was lacking, or with more speed. A
        run that is out of time again has its outcome, as on one machine."""
        others = [address for address in self.workers.fit(tries.used) if address not in tries.used]
        if run.missing_packages:
            return self.link.who_has(run.missing_packages, others)
        return others if run.outcome is Outcome.TIMED_OUT and not tries.out_of_time else []

    def _nobody(self) -> None:
        """Note that there is no worker; raises KernelUnavailable when that has lasted too long."""
        self._alone_since = self._alone_since or time.monotonic()
        self.check()
