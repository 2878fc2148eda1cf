"""The runner processes of one session: each drives one notebook at a time, and is used again while it does
well."""

from __future__ import annotations

import contextlib
import enum
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Self

import psutil

from grader.run.interpreter import interpreter
from grader.run.job import TOLD_TO_END
from grader.run.processes import OF_A_USER, end_below
from grader.run.scratch import nameless_file

OnEvent = Callable[[Mapping[str, Any]], None]
MOST_MB = 600  # a runner that has grown beyond is not used again
MAX_EVENT = 10_000  # characters of one line from a runner
LOG_TAIL = 20_000
END_SECONDS = 15.0
ENDS_IN_ORDER = os.name == "posix"  # elsewhere being told to end is the end: its kernel would stay behind
BY_SOMEBODY = (TOLD_TO_END, -15, -9)  # also SIGTERM before it listens, and SIGKILL


class Ending(enum.Enum):
    """How a runner and its job parted."""

    DONE = enum.auto()  # outcome.json is written
    STOPPED = enum.auto()  # we were told to stop
    # it was still busy at the deadline, which lies beyond every limit that it keeps itself
    LATE = enum.auto()
    FELL = enum.auto()  # it ended by itself: an error of ours, which what it was handling has brought out
    # somebody ended it, the machine short of memory perhaps: never the notebook, which cannot see it
    KILLED = enum.auto()


class Runner:
    """One process of grader.run.runner.main. It ends when we do, or close its standard input."""

    def __init__(self) -> None:
        self.log = nameless_file()
        own = {name: os.environ[name] for name in OF_A_USER if name in os.environ}
        self.process = subprocess.Popen(
            interpreter("-m", "grader.run.runner.main"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=own, start_new_session=True,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue(maxsize=1000)
        threading.Thread(target=_read_lines, args=(self.process.stdout, self._lines), daemon=True).start()

    def run(self, folder: Path, seconds: float, on_event: OnEvent, stop: threading.Event) -> Ending:
        """Have it run the job in a folder, to its end, to the deadline or to `stop`; its lines become
        events."""
        deadline = time.monotonic() + seconds
        try:
            self._say(os.fsencode(folder) + b"\n")
            while self.process.poll() is None or not self._lines.empty():
                if stop.is_set() or time.monotonic() > deadline:
                    return Ending.STOPPED if stop.is_set() else Ending.LATE
                event = self._event()
                if event.get("event") == "done":
                    return Ending.DONE
                if event:
                    on_event(event)
        except OSError:  # it has ended: its exit code says how
            self.process.wait()
        return Ending.KILLED if self.process.returncode in BY_SOMEBODY else Ending.FELL

    def _event(self) -> dict[str, Any]:
        """What it tells next; {} while it tells nothing."""
        # no line yet, or none of ours: what runs in it may write to where we read
        with contextlib.suppress(queue.Empty, ValueError):
            event = json.loads(self._lines.get(timeout=0.1))
            return event if isinstance(event, dict) else {}
        return {}

    def is_small(self) -> bool:
        """Whether it may be used again."""
        with contextlib.suppress(psutil.Error):  # it has ended: it is not used again
            return bool(psutil.Process(self.process.pid).memory_info().rss < MOST_MB << 20)
        return False

    def end(self) -> None:
        """End it, and whatever it started."""
        if self.process.poll() is None:
            if not ENDS_IN_ORDER:
                end_below(self.process.pid)
            self.process.terminate()
            try:
                self.process.wait(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                end_below(self.process.pid)
                self.process.kill()
                self.process.wait()
        with contextlib.suppress(OSError):  # it has ended: nobody reads what is left
            if self.process.stdin:
                self.process.stdin.close()

    def last_words(self) -> bytes:
        """The end of what it wrote to its log."""
        self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - LOG_TAIL))
        return self.log.read()

    def _say(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()


class Runners:
    """Runners that wait for work. A context manager; its methods may be called from several threads."""

    def __init__(self) -> None:
        self._idle: list[Runner] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            for runner in self._idle:
                runner.end()
                runner.log.close()
            self._idle.clear()

    def run(self, folder: Path, seconds: float, on_event: OnEvent, stop: threading.Event) -> Ending:
        """Run the job in a folder; the runner's log, when it did not go well, is runner.log in there."""
        runner = self._take()
        ending = Ending.STOPPED
        try:
            ending = runner.run(folder, seconds, on_event, stop)
            return ending
        finally:
            if ending is Ending.DONE and runner.is_small():
                with self._lock:
                    self._idle.append(runner)
            else:
                runner.end()
                # the folder may be gone, which may be why it did not go well
                with contextlib.suppress(OSError):
                    (folder / "runner.log").write_bytes(runner.last_words())
                runner.log.close()

    def _take(self) -> Runner:
        with self._lock:
            while self._idle:
                runner = self._idle.pop()
                if runner.process.poll() is None:
                    return runner
                runner.end()
                runner.log.close()
        return Runner()


def _read_lines(stream: IO[bytes], lines: queue.Queue[str]) -> None:
    for line in iter(lambda: stream.readline(MAX_EVENT), b""):
        lines.put(line.decode(errors="replace"))
    stream.close()
