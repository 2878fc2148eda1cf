"""What is going on while notebooks run: a live line on a terminal, plain lines elsewhere, and the time that
is left."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from grader.model.quantities import counted, lasting
from grader.pipeline import Event, EventKind
from grader.report.neutral import visible

# where nothing can be written over: so many people have a line each, and a larger class so many
LOG_LINES = 25
QUIET_SECONDS = 300.0  # after which a log says how far a larger class is, whatever happened
SILENT_SECONDS = 60.0  # after which the log of a smaller one says what is running
TICK = 1.0
WORTH_A_WORD = 30.0  # seconds by which a run must be late to be named
FULL_FACTOR = 3.0  # a full run against a first one, as long as none has been measured


def duration(seconds: float) -> str:
    """ "40 s", "8 min", "1 h 20 min": as exact as a guess is."""
    if seconds < 55:
        return f"{max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, tens = minutes // 60, minutes % 60 // 10 * 10
    return f"{hours} h {tens} min" if tens else f"{hours} h"


def between(least: float, most: float) -> str:
    """ "40 s", "3 to 10 min", "40 s to 2 min"."""
    low, high = duration(least), duration(most)
    if low == high:
        return high
    same = low.split()[1:] == high.split()[1:]  # "8 min" and "10 min"
    return f"{low.split()[0] if same else low} to {high}"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one first run: at `least` and at `most`, which are one where runs were measured."""

    least: float
    most: float

    def text(self, runs: float) -> str:
        """How long so many, one after the other, are likely to take."""
        return f"about {between(runs * self.least, runs * self.most)}"

    @property
    def middle(self) -> float:
        """The likeliest one."""
        return math.sqrt(self.least * self.most)


class Clock:
    """Counts runs and tells how long the rest will take. `total` first runs, `jobs` at a time, `guess`
    seconds each. `cell_seconds`: after which a cell is stopped; 0: nobody says."""

    def __init__(
        self,
        total: int,
        jobs: int | Callable[[], int],
        guess: float,
        now: Callable[[], float] = time.monotonic,
        cell_seconds: float = 0.0,
    ) -> None:
        """`jobs` may be asked again and again: workers elsewhere come and go."""
        self.total, self.guess, self.now, self.cell_seconds = total, guess, now, cell_seconds
        self.jobs = jobs if callable(jobs) else lambda: jobs
        self.done = 0
        self.first_runs = 0  # finished
        self.queued: set[str] = set()  # students of whom a further run is to come or running
        self.running: dict[str, float] = {}  # student -> since when
        # of finished first runs, and of full ones
        self.seconds: dict[bool, list[float]] = {False: [], True: []}

    def hear(self, event: Event) -> None:
        """Take note of one event."""
        if event.kind is EventKind.STARTED:
            self.running[event.student] = self.now()
        elif event.kind in (EventKind.AGAIN, EventKind.GRADED):
            full = event.student in self.queued
            if (since := self.running.pop(event.student, None)) is not None:
                self.seconds[full].append(self.now() - since)
            self.first_runs += not full
            (self.queued.add if event.kind is EventKind.AGAIN else self.queued.discard)(event.student)
            self.done += event.kind is EventKind.GRADED

    def left(self) -> float:
        """Seconds until the end, as far as one can tell. A run that is late is likely to take as long again
        as it is late."""
        first, full = self._expected()
        running = [
            (self.now() - since, full if student in self.queued else first)
            for student, since in list(self.running.items())
        ]
        spent = sum(min(seconds, expected) for seconds, expected in running)
        due = max(0.0, (self.total - self.first_runs) * first + len(self.queued) * full - spent)
        late = max((seconds - expected for seconds, expected in running), default=0.0)
        return max(due / max(1, self.jobs()), late)

    def _expected(self) -> tuple[float, float]:
        """The seconds of a first run and of a full one."""
        first = _mean(self.seconds[False], self.guess)
        return first, _mean(self.seconds[True], first * FULL_FACTOR)

    def text(self) -> str:
        """ "2 further runs to come, about 4 min left"; and who keeps everybody waiting."""
        more = f"{counted(len(self.queued), 'further run')} to come, " if self.queued else ""
        return f"{more}about {duration(self.left())} left{self._late()}"

    def _late(self) -> str:
        """The run that takes much longer than the others, and what ends it; "" when none does."""
        first, full = self._expected()
        late = [
            (self.now() - since, student)
            for student, since in list(self.running.items())
            if self.now() - since > max(2 * (full if student in self.queued else first), WORTH_A_WORD)
        ]
        if not late:
            return ""
        seconds, student = max(late)
        limit = f", and a cell is stopped after {lasting(self.cell_seconds)}" if self.cell_seconds else ""
        return (
            f" ({visible(student, newlines=False, limit=40)} has been running for {duration(seconds)}{limit})"
        )


def _mean(values: list[float], default: float) -> float:
    return sum(values) / len(values) if values else default


class Note(ProgressColumn):
    """What stands behind the bar, made anew each time it is drawn."""

    def __init__(self, text: Callable[[], str]) -> None:
        super().__init__()
        self.text = text

    def render(self, task: Task) -> Text:
        """The text as it is now."""
        return Text(self.text())


class Progress(AbstractContextManager["Progress"]):
    """Hears events from all slots and shows them on `console`."""

    def __init__(
        self,
        console: Console,
        clock: Clock,
        crew: Callable[[], str] = lambda: "",
        written: Mapping[str, str] | None = None,
    ) -> None:
        """`crew` says in words who works elsewhere; "" when nobody does. `written`: what people are called,
        by their ids."""
        self.console, self.clock, self.crew, self.written = console, clock, crew, written or {}
        self.lock = threading.Lock()
        self.cells: dict[str, str] = {}
        self.told_done, self.told_at = 0, clock.now()  # by the last line of a log
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self.bar = Bar(
            TextColumn("{task.completed:.0f} of {task.total:.0f} graded", markup=False),
            BarColumn(bar_width=24),
            Note(self._note),
            console=console,
            transient=True,
            disable=not console.is_terminal or console.quiet,
        )
        self.troubles = Console(stderr=True, emoji=False) if console.quiet else console
        self.task = self.bar.add_task("", total=clock.total)

    def __enter__(self) -> Progress:
        self.bar.start()
        if self.bar.disable and not self.console.quiet:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._ticker.is_alive():
            self._ticker.join()
        self.bar.stop()

    def _tick(self) -> None:
        while not self._over.wait(TICK):
            if line := self.after_silence():
                self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def after_silence(self) -> str:
        """The line of a log in which nothing has happened for long; "" while something does."""
        with self.lock:
            now = self.clock.now()
            if now - self.told_at < (SILENT_SECONDS if self.clock.total <= LOG_LINES else QUIET_SECONDS):
                return ""
            self.told_at = now
            return f"{self.clock.done} of {self.clock.total} graded; {self._note()}"

    def __call__(self, event: Event) -> None:
        """Show one event; called from any thread."""
        event = replace(event, student=self.written.get(event.student, event.student))
        with self.lock:
            self.clock.hear(event)
            if event.kind in (EventKind.STARTED, EventKind.CELL):
                self.cells[event.student] = f" (cell {event.text})" if event.text else ""
            else:
                self.cells.pop(event.student, None)
            line = self._line(event)
        # not under our lock: rich has one of its own, which its drawing thread holds while it asks for the
        # note
        if line:
            console = self.troubles if event.kind is EventKind.FAULT else self.console
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        self.bar.update(self.task, completed=self.clock.done)

    def _note(self) -> str:
        running = ", ".join(
            f"{visible(student, newlines=False, limit=20)}{cell}"
            for student, cell in list(self.cells.items())[:3]
        )
        return f"{self._left()}{': ' if running else ''}{running}"

    def say(self, line: str) -> None:
        """One line between the others."""
        self.console.print(visible(line, newlines=False), markup=False, highlight=False, soft_wrap=True)

    def _left(self) -> str:
        crew = self.crew()
        return f"{self.clock.text()}, {crew}" if crew else self.clock.text()

    def _line(self, event: Event) -> str:
        """What a log says of an event; a terminal has the bar, and only what went wrong as a line."""
        student = visible(event.student, newlines=False, limit=60)
        if event.kind is EventKind.FAULT:
            return (
                f"{student}: our problem, no points are lost:"
                f" {visible(event.text, newlines=False, limit=300)}"
            )
        return self._logged(event, student) if self.bar.disable else ""

    def _logged(self, event: Event, student: str) -> str:
        """The line of a log: everybody's, or of a large class how far it is."""
        left = f"; {self._left()}" if self.clock.done < self.clock.total else ""
        if self.clock.total > LOG_LINES:
            return f"{self.clock.done} of {self.clock.total} graded{left}" if self._is_due(event) else ""
        self.told_at = self.clock.now()
        if event.kind is EventKind.STORED:
            return f"{student}: an equal run is stored and stands"
        if event.kind is EventKind.AGAIN:
            return f"{student}: will run again {event.text}"
        if event.kind is EventKind.GRADED:
            return f"{self.clock.done} of {self.clock.total}: {student}, {event.text}{left}"
        return ""

    def _is_due(self, event: Event) -> bool:
        """Whether a log should hear again how far a large class is."""
        done, now = self.clock.done, self.clock.now()
        further = event.kind is EventKind.GRADED and (
            done == self.clock.total or (done - self.told_done) * LOG_LINES >= self.clock.total
        )
        if not further and now - self.told_at < QUIET_SECONDS:
            return False
        self.told_done, self.told_at = done, now
        return True
