"""How long an answer is waited for. A question's seconds are those of a core: where others hold the cores, it
gets the time that they took."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

STARVED = 0.3  # of a core; who had more of it for all of a limit has computed for minutes
# a cell that did not end before gets a tenth of the limit, half a minute at least: what it does before it
# hangs is needed below
UNENDING_SHARE, UNENDING_SECONDS = 0.1, 30.0
STRETCHED = 5  # times as long at most: who only sleeps on a busy machine must come to an end, too


def machine_is_busy() -> bool:
    """Whether more wants to compute than there are cores, as the last minute tells."""
    return bool(psutil.getloadavg()[0] > (os.cpu_count() or 1))


def was_starved(used: float, passed: float, busy: Callable[[], bool] = machine_is_busy) -> bool:
    """Whether what used so many seconds of processor time in as many on the clock may have waited for others
    most of the time."""
    return used < STARVED * passed and busy()


def unending_seconds(limit: float) -> float:
    """Seconds for a cell that did not end in an earlier run, where others have `limit`."""
    return min(limit, max(UNENDING_SHARE * limit, UNENDING_SECONDS))


@dataclass(slots=True, kw_only=True)
class Patience:
    """What is left of the time for one answer, of which at most `seconds` of processor time are used.

    `most`: seconds on the clock that there are in any case, as of a run whose own time ends.
    """

    seconds: float
    most: float
    used: Callable[[], float]  # processor time of whoever answers, so far
    busy: Callable[[], bool] = machine_is_busy
    clock: Callable[[], float] = time.monotonic
    _began: float = field(init=False)
    _used_before: float = field(init=False)

    def __post_init__(self) -> None:
        self._began, self._used_before = self.clock(), self.used()

    def left(self) -> float:
        """Seconds to wait before asking again; 0 or less when it is over."""
        passed = self.clock() - self._began
        if passed < self.seconds:
            return min(self.seconds, self.most) - passed
        starved = self.used() - self._used_before < self.seconds and self.busy()
        return min(self.most, STRETCHED * self.seconds) - passed if starved else 0.0
