"""How work ends when somebody asks us to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

LOOK_SECONDS = 0.2

Result = TypeVar("Result")


class Stopped(Exception):
    """Somebody asked to stop while a notebook was running or being judged."""


def unless(stop: threading.Event, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises. It must be free to be left: when somebody asks to stop, nobody waits for it any longer.

    Raises:
        Stopped: somebody asked to stop.
    """
    future: Future[Result] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as problem:
            future.set_exception(problem)

    threading.Thread(target=do, name="judge", daemon=True).start()
    while not stop.is_set():
        try:
            return future.result(timeout=LOOK_SECONDS)
        except TimeoutError:
            if future.done():
                return future.result()
    raise Stopped
