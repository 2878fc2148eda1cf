"""One judging process, as the host sees it: a job goes in, an answer comes out within its limits, or the
process is ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

import psutil

from grader.judging.limits import JudgeLimits
from grader.run.interpreter import interpreter
from grader.run.processes import OF_A_USER

START_SECONDS = 120.0
TICK_SECONDS = 0.1  # between two looks at what it uses
MOST_IDLE_MB = 400  # a process that has grown beyond is not used again
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}


class Stopped(Exception):
    """Somebody asked to stop while a notebook was running or being judged."""


class OverLimit(Exception):
    """Judging took more than it may; the message says of what."""


class Died(Exception):
    """The process ended by itself."""


class Child:
    """One process of grader.judging.worker. It ends when we do."""

    def __init__(self, limits: JudgeLimits) -> None:
        self.limits = limits
        own = {name: os.environ[name] for name in OF_A_USER if name in os.environ}
        self.process = subprocess.Popen(
            interpreter("-m", "grader.judging.worker", str(limits.memory_mb)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=own | ONE_THREAD,
            cwd=os.path.abspath(os.sep),
            start_new_session=True,  # a Ctrl-C in the terminal is for the host, which ends us
        )
        self._is_ready = False
        self.used_before = 0.0  # CPU seconds, when it was last asked
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=_read, args=(self.process.stdout, self._lines), daemon=True).start()

    def ask(self, job: Mapping[str, Any], stop: threading.Event) -> dict[str, Any]:
        """The answer to a job.

        Raises:
            Stopped: `stop` was set.
            OverLimit: it took more than the limits.
            Died: the process ended.
        """
        if not self._is_ready:  # its start is no part of what judging takes
            began = time.monotonic()
            self._next(stop, lambda: self._look_at_start(time.monotonic() - began))
            self._is_ready = True
        self._say(json.dumps(job).encode() + b"\n")
        began, used = time.monotonic(), self.cpu_seconds()
        self.used_before = used
        return self._next(stop, lambda: self._hold_to_limits(time.monotonic() - began, used))

    def _next(self, stop: threading.Event, look: Callable[[], None]) -> dict[str, Any]:
        """Its next line; while there is none, `look` may raise."""
        while True:
            with contextlib.suppress(queue.Empty):  # no line yet: we look, and wait on
                line = self._lines.get(timeout=TICK_SECONDS)
                if not line:
                    raise Died(f"the judging process ended with {self.process.wait()}")
                return dict(json.loads(line))
            if stop.is_set():
                raise Stopped
            look()

    def _look_at_start(self, seconds: float) -> None:
        if seconds > START_SECONDS:
            raise Died(f"the judging process did not start within {START_SECONDS:.0f} seconds")

    def is_fit(self) -> bool:
        """Whether it can be used again."""
        return self.process.poll() is None and self._memory_mb() < MOST_IDLE_MB

    def end(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):  # it has ended: nobody reads what is left
            if self.process.stdin:
                self.process.stdin.close()

    def _hold_to_limits(self, wall: float, used_before: float) -> None:
        if self.cpu_seconds() - used_before > self.limits.cpu_seconds or wall > self.limits.wall_seconds:
            raise OverLimit(f"judging took longer than {self.limits.cpu_seconds:.0f} seconds")
        if self._memory_mb() > self.limits.memory_mb + MOST_IDLE_MB:
            raise OverLimit(f"judging needed more than {self.limits.memory_mb} MB of memory")

    def _say(self, line: bytes) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except OSError as problem:
            raise Died("the judging process had ended") from problem

    def cpu_seconds(self) -> float:
        """What it has computed so far."""
        with contextlib.suppress(psutil.Error):  # it has ended: its end is told by whoever reads its line
            times = psutil.Process(self.process.pid).cpu_times()
            return float(times.user + times.system)
        return 0.0

    def _memory_mb(self) -> float:
        with contextlib.suppress(psutil.Error):  # it has ended: it has no memory any more
            return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)
        return 0.0


def _read(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Each line, and an empty one at the end."""
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(b"")
