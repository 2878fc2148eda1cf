"""A Dask worker that carries out orders: what `grade worker` starts, and what `dask worker --preload
grader.cluster.worker` becomes."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dask
from distributed import Worker, WorkerPlugin, get_worker
from distributed.security import Security

from grader.cluster.hands import Hands
from grader.cluster.order import OrderEnd, other_bytes
from grader.errors import KernelUnavailable
from grader.run import Engine
from grader.run.scratch import scratch

NAME = "grader"  # of the plugin, and of what a worker says of itself
OVER = ("cancelled", "released", "forgotten", "error")  # states of a task that nobody waits for
OWN_PAGES = "127.0.0.1:0"  # where nobody else looks
AGAIN_SECONDS = 2.0  # between two tries to reach the scheduler

Say = Callable[[str], None]


class Grading(WorkerPlugin):  # type: ignore[misc]  # Dask has no types
    """The grader in a Dask worker: no student's code ever runs in this process."""

    name = NAME

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.stops: dict[str, threading.Event] = {}  # by the key of the task

    def setup(self, worker: Worker) -> None:
        """Remember whose hands these are."""
        self.worker = worker

    def teardown(self, worker: Worker) -> None:
        """End what runs: nobody will hear of it."""
        for stop in list(self.stops.values()):
            stop.set()

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        """End a run that was called off."""
        if finish in OVER and (stop := self.stops.get(str(key))) is not None:
            stop.set()

    def do(self, order: bytes, topic: str, run: str, key: str) -> bytes:
        """Carry out an order, and let the host hear how it goes."""

        def hear(event: Mapping[str, Any]) -> None:
            self.worker.log_event(topic, {"run": run, "event": dict(event)})

        self.worker.log_event(topic, {"run": run, "begun": self.worker.address})
        stop = self.stops[key] = threading.Event()
        try:
            return self.hands.do(order, hear, stop)
        finally:
            del self.stops[key]


def work(order: bytes, topic: str, run: str) -> bytes:
    """What a task does: carry out an order with what this worker has."""
    worker = get_worker()
    plugin = worker.plugins.get(NAME)
    if not isinstance(plugin, Grading):
        return other_bytes(OrderEnd.REFUSED, "it was not started by `grade worker`")
    return plugin.do(order, topic, run, str(worker.get_current_task()))


async def which_are_here(modules: Sequence[str]) -> list[str]:
    """Which of these can be imported by a worker."""
    return [name for name in modules if importlib.util.find_spec(name) is not None]


def be_quiet() -> None:
    """Dask tells its own story in dozens of lines, makes profiles that nobody reads, and serves pages without
    encryption."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set(
        {
            "distributed.worker.profile.enabled": False,
            "distributed.admin.system-monitor.gil.enabled": False,
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
        }
    )


async def stay(address: str, hands: Hands, *, slots: int, security: Security | None, say: Say) -> None:
    """Serve a scheduler, for ever: when it is gone, the next one at this address."""
    told = ""
    while True:
        try:
            with scratch() as folder:
                worker = Worker(
                    address,
                    nthreads=slots,
                    memory_limit=0,  # of this process, which never holds a student's
                    security=security,
                    plugins=(Grading(hands),),
                    local_directory=str(folder),
                    startup_information={NAME: lambda _: hands.describe()},
                    dashboard=False,
                    dashboard_address=OWN_PAGES,
                    death_timeout=AGAIN_SECONDS * 5,
                )
                async with worker:
                    say(f"at work for {address}: {slots} at a time, isolation {hands.engine.level}")
                    await worker.finished()
                why = f"the scheduler at {address} is gone"
        except Exception as problem:  # Dask wraps whatever ended its start in a RuntimeError
            cause = problem.__cause__ or problem
            why = f"no scheduler answers at {address} ({type(cause).__name__})"
        if why != told:
            say(f"{why}; waiting for it")
            told = why
        await asyncio.sleep(AGAIN_SECONDS)


def serve(address: str, engine: Engine, *, slots: int, security: Security | None, say: Say) -> None:
    """Work for a scheduler until somebody ends us. The fork server starts meanwhile."""
    be_quiet()
    threading.Thread(target=_warm, args=(engine,), daemon=True).start()
    asyncio.run(stay(address, Hands(engine=engine), slots=slots, security=security, say=say))


def _warm(engine: Engine) -> None:
    # it is tried again with the first run, and told there
    with contextlib.suppress(KernelUnavailable, OSError):
        engine.warm_up()


async def dask_setup(worker: Worker) -> None:
    """For `dask worker --preload grader.cluster.worker`: make any Dask worker one of ours."""
    engine = Engine.best()
    hands = Hands(engine=engine)
    worker.startup_information[NAME] = lambda _: hands.describe()
    await worker.plugin_add(plugin=Grading(hands), name=NAME)
    threading.Thread(target=_warm, args=(engine,), daemon=True).start()
