"""One's own notebook while it runs: each verdict on its line as soon as it is known, and honestly what takes
how long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from rich.console import Console

from grader.assignment import Check
from grader.cli.progress import FULL_FACTOR, Pace, duration
from grader.grading.points import grade
from grader.model import CheckResult, Status, Verdict
from grader.model.quantities import lasting
from grader.pipeline import Event, EventKind
from grader.record import Record
from grader.report.neutral import visible
from grader.report.shown import is_simple, verdict_line
from grader.report.story import told_check
from grader.run import Wanted

GUESS_SECONDS = 25.0  # of a first run, starting TensorFlow included, where nothing else runs
MOST_BUSY = 4.0  # so many times longer is said at most: the load may end any moment
WORTH_A_WORD = 5.0  # seconds after which a running cell is named on a terminal
# seconds: where nothing can be written over, a running cell gets a line so often
FIRST_LINE, FURTHER_LINES = 30.0, 60.0
TICK = 0.5


class Live(AbstractContextManager["Live"]):
    """Hears what happens to one's own notebook. Its methods may be called from several threads."""

    def __init__(
        self,
        console: Console,
        tell: str,
        *,
        form: str = "notebook",
        busy: float = 1.0,
        patience: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`patience`: seconds after which a cell that trains little is stopped; 0: the sheet's limit."""
        self.console, self.tell, self.form, self.now = console, tell, form, now
        self.patience = patience
        self.simple = is_simple(console)
        self.said: dict[str, Status] = {}  # by check
        self.began = now()  # this run
        self.pace = Pace(GUESS_SECONDS, GUESS_SECONDS * min(busy, MOST_BUSY))
        self.expected = self.pace.most
        self.place, self.since, self.limit = "", now(), 0.0  # the cell or question that runs
        self.limit_of = ""
        self.told_at = 0.0  # seconds of it, when it last had a line
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._status = (
            console.status("", spinner="line") if console.is_terminal and not console.quiet else None
        )

    def __enter__(self) -> Live:
        self.began = self.now()
        stops = (
            f"; a cell that takes longer than {lasting(self.patience)} is stopped" if self.patience else ""
        )
        self.console.print(f"\nRunning your {self.form}, {self.pace.text(1)}{stops}", soft_wrap=True)
        if self._status:
            self._status.start()
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._ticker.join()
        if self._status:
            self._status.stop()

    def hear(self, event: Event) -> None:
        """A further run begins."""
        if event.kind is EventKind.AGAIN:
            took = self.now() - self.began
            self.began = self.now()
            self.expected = took * (FULL_FACTOR if event.in_full else 1.0)
            self.place = ""
            why = "what does not hold yet must not be due to our smaller numbers"
            self.console.print(f"Running it again {event.text}, about {duration(self.expected)}: {why}")

    def watch(self, wanted: Wanted, event: Mapping[str, Any]) -> None:
        """An event of the runner."""
        match event.get("event"):
            case "started":
                self._start_again(str(event.get("without", "")))
            case "begins":
                self._begin(
                    wanted.submission.place(int(event.get("number", 0))), wanted.plan.limits.cell_seconds
                )
            case "asks":
                self._begin(str(event.get("place", "")), float(event.get("seconds", 0.0)), of=" of computing")
            case "cell" | "asked":
                self.place = ""

    def _begin(self, place: str, limit: float, *, of: str = "") -> None:
        """Something runs from now on, for so many seconds at most; `of` what, where not of the clock."""
        self.since, self.told_at, self.limit, self.limit_of = self.now(), 0.0, limit, of
        self.place = place

    def _start_again(self, without: str) -> None:
        """A kernel starts; where another one was lost, it is said at what."""
        self.place = ""
        if without:
            line = f"From the start once more, without {without}, at which the kernel was lost"
            self.console.print(visible(line, newlines=False), soft_wrap=True)

    def say(self, check: Check, verdict: Verdict) -> None:
        """A verdict that is known before the end."""
        self._line(told_check(grade([(check, verdict)], (), "").checks[0], self.tell))

    def finish(self, record: Record) -> None:
        """The verdicts that had no line yet, and those that became others."""
        for check in record.grade.checks:
            if self.said.get(check.id) is not check.status:
                self._line(check)

    def _line(self, check: CheckResult) -> None:
        self.said[check.id] = check.status
        self.console.print(verdict_line(check, simple=self.simple), soft_wrap=not self.console.is_terminal)

    def _tick(self) -> None:
        while not self._over.wait(TICK):
            words = self.words()
            if self._status:
                self._status.update(words)
            elif words and self._is_due():
                self.console.print(f"  {words}", soft_wrap=True)

    def words(self) -> str:
        """What goes on: the cell that takes long, and when it is stopped; else the time that is left."""
        running = self.now() - self.since
        if self.place and running >= WORTH_A_WORD:
            busy = ", which takes longer while the machine is busy" if running > self.limit else ""
            return (
                f"{self.place} has been running for {running:.0f} s; it is stopped after"
                f" {lasting(self.limit)}{self.limit_of}{busy if self.limit_of else ''}"
            )
        left = self.expected - (self.now() - self.began)
        return f"about {duration(left)} left" if left > 0 else "longer than expected; each cell has a limit"

    def _is_due(self) -> bool:
        """Whether a log should hear again of the cell that is running."""
        running = self.now() - self.since
        if not self.place or running < (self.told_at + FURTHER_LINES if self.told_at else FIRST_LINE):
            return False
        self.told_at = running
        return True
