"""One run until some worker has made it: handed out, watched, tried elsewhere where a worker loses it, and
given up after three tries."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.cluster.order import OrderEnd, WorkerReply, read_reply, take_in
from grader.cluster.parcel import BrokenParcel
from grader.cluster.workers import Workers
from grader.model import Outcome
from grader.run.host.carry_out import SLACK_SECONDS, Went
from grader.run.host.runners import OnEvent
from grader.run.job import Folder, Job

MOST_TRIES = 3  # of one run: elsewhere at most twice
TICK_SECONDS = 0.25
TRAVEL_SECONDS = 1200.0  # for an order and its answer over a slow line


@dataclass(slots=True, kw_only=True, eq=False)
class HandedOut:
    """One task that was handed out."""

    run: str
    workers: tuple[str, ...]  # that may take it
    on_event: OnEvent
    line: int = 0  # over which connection it was sent
    sent: float = field(default_factory=time.monotonic)
    # the workers that have begun it, repetitions by Dask among them
    begun: list[str] = field(default_factory=list)
    future: Any = None
    done: threading.Event = field(default_factory=threading.Event)


class Transport(Protocol):
    """What an errand needs of a link."""

    line: int

    def call(self, order: bytes, workers: Collection[str], on_event: OnEvent) -> HandedOut:
        """Hand out an order to one of these workers."""

    def fetch(self, call: HandedOut) -> Any:
        """What a task gave, once it is done."""

    def drop(self, call: HandedOut) -> None:
        """Nobody waits for it any more."""


class Lost(Exception):
    """A worker has lost a run, or could not make it."""


class Deadly(Lost):
    """It has ended as many workers as it may."""


class Anew(Exception):
    """It has to be handed out anew, and that counts as no try: the scheduler was restarted, nobody had
    begun."""


@dataclass(slots=True, kw_only=True)
class Tries:
    """What was tried for one attempt at one submission, in one session."""

    used: list[str] = field(default_factory=list)  # addresses
    why: list[str] = field(default_factory=list)
    out_of_time: bool = False  # it was made once more because it ran out of time

    @property
    def are_over(self) -> bool:
        """Whether it is given up."""
        return len(self.used) >= MOST_TRIES


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A run on its way."""

    line: Transport
    workers: Workers
    order: bytes
    job: Job
    where: Folder
    on_event: OnEvent
    stop: threading.Event
    tries: Tries
    nobody: Callable[[], None]  # called while there is no worker; raises when that has lasted too long

    def go(self, or_else: Went | None = None, only: Collection[str] | None = None) -> Went:
        """Have it made. What no worker makes is UNAVAILABLE, or what it was before: `or_else`. `only`: these
        may make it.

        Raises:
            KernelUnavailable: there has been no worker for long.
        """
        while not self.stop.is_set() and not self.tries.are_over:
            workers = self.workers.fit(self.tries.used, only)
            if not workers:
                if or_else is not None:
                    return or_else
                self.nobody()
                self.stop.wait(TICK_SECONDS)
                continue
            try:
                return self._once(workers)
            except Anew:  # handed out anew: that is no try
                continue
            except Lost as problem:
                self.tries.why.append(str(problem))
        return or_else if or_else is not None else self._given_up()

    def _once(self, workers: Collection[str]) -> Went:
        """Raises Lost (counted in `tries`), Anew."""
        try:
            call = self.line.call(self.order, workers, self.on_event)
        except Exception as problem:
            self.stop.wait(TICK_SECONDS)
            raise Anew from problem
        try:
            self._watch(call, call.done)
            return self._taken(call, read_reply(self._fetched(call)))
        except Lost as problem:
            for address in (
                ["unknown"] * MOST_TRIES if isinstance(problem, Deadly) else call.begun or ["unknown"]
            ):
                self.tries.used.append(address)
                self.workers.rest(address)
            raise
        finally:
            self.line.drop(call)

    def _watch(self, call: HandedOut, until: threading.Event) -> None:
        """Wait while there is a worker that may still do it. Raises Lost, Anew."""
        while not until.wait(TICK_SECONDS):
            if self.stop.is_set() or call.line != self.line.line:
                raise Anew
            if len(self.tries.used) + len(call.begun) > MOST_TRIES:
                raise Lost("one worker after the other is lost")
            if call.begun and self._is_lost(call):
                raise Lost("the worker is lost")
            if call.begun and time.monotonic() - call.sent > self._longest():
                raise Lost("the worker does not come to an end")
            if not call.begun and self._is_stuck(call):
                raise Anew

    def _is_lost(self, call: HandedOut) -> bool:
        """Whether a worker says nothing any more. One whose connection has ended is Dask's to replace, which
        counts how often it did: what ends a worker at once may do so before we hear that it was begun."""
        if self.workers.is_known(call.begun[-1]):
            return not self.workers.is_alive(call.begun[-1])
        return not any(map(self.workers.is_alive, call.workers))

    def _is_stuck(self, call: HandedOut) -> bool:
        """Whether it may wait at a worker that is gone."""
        waited = time.monotonic() - call.sent > self.workers.silent
        return waited and not all(map(self.workers.is_alive, call.workers))

    def _longest(self) -> float:
        return self.job.limits.whole_seconds + 2 * SLACK_SECONDS + TRAVEL_SECONDS

    def _fetched(self, call: HandedOut) -> Any:
        """What came back; a worker can still be lost while it brings it."""
        coming, has_come = Future[Any](), threading.Event()
        coming.add_done_callback(lambda _: has_come.set())
        threading.Thread(target=_fetch_into, args=(coming, self.line, call), daemon=True).start()
        self._watch(call, has_come)
        try:
            return coming.result()
        except Deadly:
            raise
        except CancelledError as problem:  # Dask's own is one: its scheduler has forgotten the task
            raise Anew from problem
        except Exception as problem:
            if call.line != self.line.line:
                raise Anew from problem
            raise Lost(f"its answer did not come ({type(problem).__name__})") from problem

    def _taken(self, call: HandedOut, reply: WorkerReply) -> Went:
        match reply.answered:
            case OrderEnd.RAN:
                try:
                    went = take_in(reply, self.job, self.where)
                except BrokenParcel as problem:
                    raise Lost(str(problem)) from problem
                self.tries.used.extend(call.begun or ["unknown"])
                self.tries.why.append(str(went.result.get("reason", "")))
                return went
            case OrderEnd.REFUSED:
                for address in call.begun[-1:]:
                    self.workers.refuse(address, reply.why)
                raise Anew
            case OrderEnd.FAILED:
                raise Lost(reply.why)

    def _given_up(self) -> Went:
        tried = "; ".join(dict.fromkeys(filter(None, self.tries.why))) or "it was stopped"
        result = {"outcome": Outcome.UNAVAILABLE, "reason": f"no worker could make this run: {tried}"}
        self.where.outcome.write_text(json.dumps(result), "utf-8")
        return Went(result=result, level=self.workers.terms.level, workspace="")


def _fetch_into(coming: Future[Any], line: Transport, call: HandedOut) -> None:
    try:
        coming.set_result(line.fetch(call))
    except BaseException as problem:
        coming.set_exception(problem)
