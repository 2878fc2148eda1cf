"""The host's line to a scheduler: who is there, and one task handed out. It comes back by itself when the
scheduler does."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any, Self

from distributed import Client, KilledWorker
from distributed.security import Security

from grader.cluster.errand import Deadly, HandedOut
from grader.cluster.worker import NAME, be_quiet, which_are_here, work
from grader.cluster.workers import SeenWorker
from grader.errors import KernelUnavailable
from grader.run.host.runners import OnEvent

LOOK_SECONDS = 1.0
CONNECT_SECONDS = 20.0
STALE_SECONDS = 30.0  # without a word from the scheduler, after which we ring it up anew
ASK_SECONDS = 10.0
FETCH_SECONDS = 600.0  # for a result over a slow line


class Link:
    """A connection to a scheduler. A context manager; its methods may be called from several threads."""

    def __init__(
        self, address: str, security: Security | None = None, look: Callable[[], None] = lambda: None
    ) -> None:
        """`look` is called after every look at the workers."""
        self.address, self.security, self.look = address, security, look
        self.line = 0  # counts connections
        self.topic = f"{NAME}-{uuid.uuid4().hex}"
        self.seen: dict[str, SeenWorker] = {}
        self.answered = time.monotonic()  # when the scheduler last did
        # the last sign of life of each worker, by the clock of the scheduler
        self._stamps: dict[str, float] = {}
        self._calls: dict[str, HandedOut] = {}
        self._client: Client | None = None
        self._comm: object = None
        self._closed = threading.Event()
        self._looker = threading.Thread(target=self._keep_looking, daemon=True, name="cluster")

    def __enter__(self) -> Self:
        """Raises KernelUnavailable: no scheduler answers."""
        be_quiet()
        try:
            self._connect()
            self._look()
        except Exception as problem:
            raise KernelUnavailable(f"no scheduler answers at {self.address}: {_words(problem)}") from problem
        self._looker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        if self._client is not None:
            with contextlib.suppress(Exception):  # the scheduler may have ended first
                self._client.close(timeout=2)

    @property
    def is_up(self) -> bool:
        """Whether the scheduler has answered lately."""
        return time.monotonic() - self.answered < STALE_SECONDS

    def call(self, order: bytes, workers: Collection[str], on_event: OnEvent) -> HandedOut:
        """Hand out an order to one of these workers.

        Raises:
            Exception: the line is down.
        """
        client, run = self._client, uuid.uuid4().hex
        if client is None:
            raise KernelUnavailable("the scheduler is gone")
        call = self._calls[run] = HandedOut(
            run=run, workers=tuple(workers), on_event=on_event, line=self.line
        )
        call.future = client.submit(
            work, order, self.topic, run,
            key=f"run-{run}", workers=list(workers), allow_other_workers=False, pure=False, retries=0,
        )  # fmt: skip
        call.future.add_done_callback(lambda _: call.done.set())
        return call

    def fetch(self, call: HandedOut) -> Any:
        """What a task gave, once it is done.

        Raises:
            Deadly: it ended every worker that tried.
            Exception: it was lost.
        """
        try:
            return call.future.result(timeout=FETCH_SECONDS)
        except KilledWorker as problem:
            raise Deadly("it ended one worker after the other") from problem

    def drop(self, call: HandedOut) -> None:
        """Nobody waits for it any more: whoever has it ends it, and what still comes back is thrown away."""
        self._calls.pop(call.run, None)
        with contextlib.suppress(Exception):  # the scheduler may have gone, and the future with it
            if call.future is not None:
                call.future.release()

    def busy(self) -> int:
        """How many runs are under way."""
        return sum(bool(call.begun) and not call.done.is_set() for call in list(self._calls.values()))

    def who_has(self, modules: Collection[str], workers: Collection[str]) -> list[str]:
        """Those of `workers` that can import all of `modules`."""
        client = self._client
        if client is None or not workers:
            return []
        # no answer: then nobody is known to have them, and who asked says so
        with contextlib.suppress(Exception):
            found = client.sync(
                client._run,
                which_are_here,
                list(modules),
                workers=list(workers),
                on_error="ignore",
                callback_timeout=ASK_SECONDS,
            )
            return [address for address, here in found.items() if set(here) >= set(modules)]
        return []

    def _connect(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions of libraries that we do not exchange objects of
            self._client = Client(
                self.address, timeout=CONNECT_SECONDS, set_as_default=False, security=self.security
            )
        self.line += 1
        self.answered = time.monotonic()

    def _look(self) -> None:
        client = self._client
        assert client is not None
        if client.scheduler_comm is not self._comm:  # new, or Dask has rung up the scheduler anew by itself
            client.subscribe_topic(self.topic, self._hear)
            self.line += self._comm is not None
            self._comm = client.scheduler_comm
        info = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=ASK_SECONDS)
        now = self.answered = time.monotonic()
        self.seen = {address: self._seen(address, told, now) for address, told in info["workers"].items()}

    def _seen(self, address: str, told: Mapping[str, Any], now: float) -> SeenWorker:
        said, stamp = told.get(NAME), told.get("last_seen", 0.0)
        known = self.seen.get(address)
        fresh = known is None or self._stamps.get(address) != stamp
        self._stamps[address] = stamp
        return SeenWorker(
            address=address,
            name=str(told.get("host") or address),
            slots=int(told.get("nthreads", 1)),
            said=said if isinstance(said, dict) else None,
            heard=now if fresh or known is None else known.heard,
        )

    def _keep_looking(self) -> None:
        while not self._closed.wait(LOOK_SECONDS):
            try:
                if self._client is None or self._client.status in ("closed", "closing"):
                    self._connect()
                self._look()
            except Exception:  # it is gone, or slow: who waits for it reads `answered`
                if not self.is_up and self._client is not None:
                    self._hang_up()
            with contextlib.suppress(Exception):  # a display that fails must not end the line
                self.look()

    def _hang_up(self) -> None:
        """Leave a connection on which nothing comes: closing it may take for ever."""
        client, self._client, self.seen = self._client, None, {}
        self.line += 1
        assert client is not None
        threading.Thread(target=lambda: client.close(timeout=1), daemon=True).start()

    def _hear(self, event: tuple[float, Any]) -> None:
        message = event[1] if isinstance(event, tuple) else event
        if not isinstance(message, dict) or (call := self._calls.get(message.get("run", ""))) is None:
            return
        if "begun" in message:
            call.begun.append(str(message["begun"]))
        elif isinstance(message.get("event"), dict):
            with contextlib.suppress(Exception):  # a display that fails must not end the line
                call.on_event(message["event"])


def _words(problem: Exception) -> str:
    return " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
