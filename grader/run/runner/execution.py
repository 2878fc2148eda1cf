"""One notebook as it is run: its kernels, one after the other, what was observed, and what ended each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from grader.model import CellRun, CellSource, Outcome
from grader.model.quantities import lasting
from grader.run.job import QUESTION, Folder, Job, Request
from grader.run.journal import Journal
from grader.run.runner import wire
from grader.run.runner.kernel import Kernel, make_kernel
from grader.run.runner.kernel_end import LOST, KernelEnd, Why, outcome_of
from grader.run.runner.notebook import drive, new_notebook
from grader.run.runner.patience import unending_seconds, was_starved

WATCH_SECONDS = 0.25
MOST_RESTARTS = 2
A_QUESTION = "a question about your code"
NEARLY_FULL = 0.9  # of the memory limit: a kernel that dies there died of it


class Execution:
    """One run: its kernels, one after the other, what was observed, and what ended each."""

    def __init__(self, job: Job, folder: Folder, private: Path, journal: Journal) -> None:
        self.job, self.folder, self.private, self.journal = job, folder, private, journal
        self.notebook = new_notebook(job.cells)
        self.cells: dict[int, CellRun] = {}
        self.observations: dict[str, dict[str, Any]] = {}
        self.cuts: list[str] = []
        self.notices: list[str] = []
        self.hurried: dict[int, str] = {}  # cells that did not end before -> what is said of that
        self.spared_seconds = 0.0  # that they would have waited
        self.versions: dict[str, str] = {}
        self.peak_mb = 0.0
        self.cpu_seconds = 0.0  # of cells and questions
        self.spent: dict[str, float] = {}  # CPU seconds of all kernels, by what they went into
        self._spent_before = 0.0  # of this kernel, when they were last looked at
        self.ends: list[KernelEnd] = []  # of each kernel
        self.left_out: set[int] = set()  # numbers of cells that ended a kernel
        self.not_asked: set[str] = set()  # probes that ended one
        self.asking = ""  # the probe under way
        self.kept_bytes: dict[str, int] = {}  # of answers, by probe
        self.began = time.monotonic()
        self.kernel: Kernel
        self.stuck = self.too_big = self.nothing_left = self.late = False

    @property
    def seconds_left(self) -> float:
        """Of the wall limit."""
        return self.job.limits.wall_seconds - self.spared_seconds - (time.monotonic() - self.began)

    @property
    def question_seconds_left(self) -> float:
        """Until the last question must be answered."""
        return self.job.limits.whole_seconds - self.spared_seconds - (time.monotonic() - self.began)

    async def play(self) -> None:
        """Run the notebook and ask the probes in a fresh kernel; notes why it ended."""
        place = self.private / str(len(self.ends))
        place.mkdir(mode=0o700)
        self.kernel = make_kernel(self.job, place)
        self.stuck = self.too_big = self.nothing_left = False
        await self.kernel.start()
        say(event="started", without=self.ends[-1].where if self.ends else "")
        watcher = asyncio.create_task(self.watch_memory())
        before = 0.0
        try:
            await self.greet()
            self._spent_before = 0.0
            before = self.note_spent("start of the kernel")
            cells = tuple(cell for cell in self.job.cells if cell.number not in self.left_out)
            why, last = await drive(
                self.kernel,
                self.notebook,
                cells,
                self.job.limits,
                self.seconds_for,
                self.before_cell,
                self.after_cell,
            )
            last = self.in_its_time(last) if last is not None else None
            if why is Why.DONE:
                await self.at_end()
                why, last = await self.why_after_questions(), None
        finally:
            watcher.cancel()
            self.cpu_seconds += max(0.0, self.note_spent("cells") - before)
            await self.kernel.kill()
        self.note(why, last)

    async def why_after_questions(self) -> Why:
        """Why this kernel ends after all cells ran."""
        if not await self.kernel.manager.is_alive():
            return Why.DEAD
        return Why.STUCK if self.stuck else Why.LATE if self.late else Why.DONE

    def note(self, why: Why, last: CellRun | None) -> None:
        """Keep why this kernel ended, and whose doing it was."""
        if last is not None:
            self.cells[last.number] = last
        why = self.why_dead() if why is Why.DEAD else why
        where = last.place if last is not None else self.asking and A_QUESTION
        self.ends.append(KernelEnd(why=why, where=where))
        if why in LOST:
            if last is not None:
                self.left_out.add(last.number)
            elif self.asking:
                self.not_asked.add(self.asking)

    def why_dead(self) -> Why:
        """Whose doing it is that the process is gone."""
        full = self.peak_mb > NEARLY_FULL * self.job.limits.memory_mb
        if self.too_big or full or self.nothing_left or self.kernel.ran_out_of_memory():
            return Why.MEMORY
        return Why.OURS if self.kernel.abandoned() else Why.DEAD

    def note_spent(self, what: str) -> float:
        """Put to account what the kernel has computed since the last look: all its CPU seconds so far."""
        now = self.kernel.cpu_seconds()
        self.spent[what] = self.spent.get(what, 0.0) + max(0.0, now - self._spent_before)
        self._spent_before = max(now, self._spent_before)
        return now

    def worth_another(self) -> bool:
        """Whether a fresh kernel, without what ended the last one, could still answer something in the time
        that is left."""
        if self.ends[-1].why not in LOST or len(self.ends) > MOST_RESTARTS:
            return False
        again = sum(cell.seconds for number, cell in self.cells.items() if number not in self.left_out)
        return (
            any(self.still_open(request) for request in self.job.requests) and again < self.seconds_left / 2
        )

    def still_open(self, request: Request) -> bool:
        """Whether a probe has no answer and may be asked."""
        return (
            request.name not in self.not_asked
            and self.observations.get(request.name, {}).get("status") != "answered"
        )

    async def watch_memory(self) -> None:
        """Kill the kernel when it grows beyond its limit."""
        while True:
            used = self.kernel.memory_mb()
            self.peak_mb = max(self.peak_mb, used)
            self.nothing_left = self.kernel.at_its_limits()
            if used > self.job.limits.memory_mb:
                self.too_big = True
                self.kernel.kill_processes()
                return
            await asyncio.sleep(WATCH_SECONDS)

    async def greet(self) -> None:
        """Say what the cells will be, and learn the kernel's versions."""
        reply = wire.tidy(
            await wire.send(self.kernel, {"probe": ""}, wire.greeting(self.job.cells, self.job.model), 30.0)
        )
        self.versions = reply.get("versions", {})
        self.journal.versions(self.versions)

    def before_cell(self, cell: CellSource) -> None:
        """Note what is handled now."""
        self.journal.doing(cell.place)
        say(event="begins", number=cell.number, place=cell.place)

    def seconds_for(self, cell: CellSource) -> float:
        """How long a cell may run that begins now."""
        limit = self.job.limits.cell_seconds
        own = unending_seconds(limit) if cell.number in self.job.unending else limit
        return min(own, self.seconds_left)

    def in_its_time(self, cell: CellRun) -> CellRun:
        """A cell that has just run. One that was stopped says whether it had a processor; one that did not
        end before, either, has used up all of its time once more."""
        if not cell.timed_out:
            return cell
        used = self.kernel.cpu_seconds() - self._spent_before
        limit = self.job.limits.cell_seconds
        if cell.number in self.job.unending and cell.seconds < limit:
            self.spared_seconds += max(0.0, min(limit - cell.seconds, self.seconds_left))
            self.hurried[cell.number] = (
                f"{cell.place} was stopped after {lasting(unending_seconds(limit))}: an earlier run has shown"
                f" that it does not end within {lasting(limit)}"
            )
        return replace(cell, starved=was_starved(used, cell.seconds))

    async def after_cell(self, cell: CellRun) -> bool:
        """Ask every early probe whose names have just come to exist; False when the kernel can no longer be
        used."""
        cell = self.in_its_time(cell)
        self.note_spent("cells")
        self.cells[cell.number] = cell
        self.journal.cell(plain_cell(cell))
        say(event="cell", number=cell.number, seconds=round(cell.seconds, 2), error=cell.error is not None)
        for request in self.job.requests:
            if (
                request.early
                and self.observations.get(request.name, {"status": "missing"})["status"] == "missing"
            ):
                await self.ask(request, after_cell=cell.number)
        return not self.stuck

    async def at_end(self) -> None:
        """Ask every probe again, the last answer counts; after a kernel was lost, only those without an
        answer."""
        say(event="questions")
        for request in self.job.requests:
            if not self.ends or self.still_open(request):
                await self.ask(request, after_cell=None)

    async def ask(self, request: Request, *, after_cell: int | None) -> None:
        """Ask one probe and keep its answer, unless it answered before about the very same objects."""
        if self.stuck or self.late or request.name in self.not_asked:
            return
        if (left := self.question_seconds_left) <= 0:
            self.late = True
            return
        self.asking = request.name
        self.journal.doing(f"the question {request.name}")
        before = self.observations.get(request.name)
        unless_same = before is not None and before["status"] == "answered"
        hurried = replace(request, seconds=min(request.seconds, left))
        say(event="asks", place=A_QUESTION, seconds=hurried.seconds)
        noted, frame = await wire.ask(
            self.kernel,
            hurried,
            self.folder,
            self.job,
            unless_same=unless_same,
            at_end=after_cell is None,
            most=left,
        )
        say(event="asked")
        self.note_spent(f"{QUESTION}{request.name}")
        self.cuts = noted.get("cuts", self.cuts)
        self.notices = noted.get("notices", self.notices)
        if noted["status"] in ("unchanged", "dead"):
            self.stuck = noted["status"] == "dead"
        elif noted["status"] == "timed out" and hurried.seconds < request.seconds:
            self.late = True  # it would have had more time of its own: the run's was over
        else:
            self.keep(request.name, noted | {"after_cell": after_cell}, frame)
            self.stuck = noted["stuck"]
        if not self.stuck:
            self.asking = ""

    def keep(self, name: str, noted: dict[str, Any], frame: bytes | None) -> None:
        """Keep what a probe gave, and its frame while all of them together are small enough."""
        others = sum(size for other, size in self.kept_bytes.items() if other != name)
        if frame is not None and others + len(frame) > self.job.limits.answers_mb << 20:
            noted, frame = noted | wire.refused(self.job.limits.answers_mb), None
        if frame is not None:
            self.kept_bytes[name] = len(frame)
            (self.folder.answers / f"{name}.frame").write_bytes(frame)
        self.observations[name] = noted
        self.journal.observation(name, noted)
        say(event="observed", name=name)

    def outcome(self) -> tuple[Outcome, str]:
        """How the run ended, with one sentence for anything but COMPLETED."""
        return outcome_of(self.ends, [self.cells[number] for number in sorted(self.cells)], self.job)


def say(**event: Any) -> None:
    """One event for the host."""
    with contextlib.suppress(BrokenPipeError):  # the host has gone: what counts is in the run's folder
        print(json.dumps(event), flush=True)


def plain_cell(cell: CellRun) -> dict[str, Any]:
    """A cell that ran, as JSON."""
    error = cell.error
    return {
        "number": cell.number,
        "seconds": round(cell.seconds, 3),
        "timed_out": cell.timed_out,
        "starved": cell.starved,
        "where": cell.where,
        "error": asdict(error) if error else None,
    }
