"""The runner: one expendable process for one notebook. Reads a job, drives the kernel, asks the probes, writes what happened.

usage: python -I -m grader.run.runner RUN_FOLDER

It prints one JSON line per event for the host's progress display. It judges nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil

from grader.errors import GraderError
from grader.model import CellRun, Outcome
from grader.run import wire
from grader.run.job import Folder, Job, Request
from grader.run.kernel import Kernel, make_kernel
from grader.run.notebook import Driven, drive

WATCH_SECONDS = 0.25
OWN_MEMORY = 3 << 30  # bytes of address space: an endless output must not hurt the machine


class Session:
    """One run: the kernel, what was observed, and what ended it."""

    def __init__(self, job: Job, folder: Folder, kernel: Kernel) -> None:
        self.job, self.folder, self.kernel = job, folder, kernel
        self.observations: dict[str, dict[str, Any]] = {}
        self.cuts: list[str] = []
        self.versions: dict[str, str] = {}
        self.peak_mb = 0.0
        self.out_of_memory = False
        self.stuck = False

    async def watch_memory(self) -> None:
        """Kill the kernel when it grows beyond its limit."""
        while True:
            used = self.kernel.memory_mb()
            self.peak_mb = max(self.peak_mb, used)
            if used > self.job.limits.memory_mb:
                self.out_of_memory = True
                self.kernel.kill_processes()
                return
            await asyncio.sleep(WATCH_SECONDS)

    async def greet(self) -> None:
        """Learn the kernel's versions."""
        reply = wire.tidy(await wire.send(self.kernel, {"probe": ""}, b"", 30.0))
        self.versions = reply.get("versions", {})

    async def after_cell(self, cell: CellRun) -> None:
        """Ask every early probe whose names have just come to exist."""
        say(event="cell", number=cell.number, seconds=round(cell.seconds, 2), error=cell.error is not None)
        for request in self.job.requests:
            if request.early and self.observations.get(request.name, {"status": "missing"})["status"] == "missing":
                await self.ask(request, after_cell=cell.number)

    async def at_end(self) -> None:
        """Ask every probe again; the last answer counts."""
        for request in self.job.requests:
            await self.ask(request, after_cell=None)

    async def ask(self, request: Request, *, after_cell: int | None) -> None:
        """Ask one probe and keep its answer, unless it answered before about the very same objects."""
        if self.stuck:
            return
        before = self.observations.get(request.name)
        unless_same = before is not None and before["status"] == "answered"
        noted, frame = await wire.ask(self.kernel, request, self.folder, self.job.spellings, unless_same=unless_same)
        self.cuts = noted.get("cuts", self.cuts)
        if noted["status"] in ("unchanged", "dead"):
            self.stuck = noted["status"] == "dead"
            return
        if frame is not None:
            (self.folder.answers / f"{request.name}.frame").write_bytes(frame)
        self.observations[request.name] = noted | {"after_cell": after_cell}
        self.stuck = noted["stuck"]


def say(**event: Any) -> None:
    """One event for the host."""
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(event), flush=True)


def outcome_of(session: Session, driven: Driven, limits_wall: float) -> tuple[Outcome, str]:
    """How the run ended, with one sentence for anything but COMPLETED."""
    last = driven.cells[-1].number if driven.cells else 0
    if session.out_of_memory:
        return Outcome.OUT_OF_MEMORY, f"cell {last} needed more than {session.job.limits.memory_mb} MB of memory"
    if driven.ended == "dead":
        return Outcome.DIED, f"the kernel ended while cell {last} was running (os._exit, exit() or a crash)"
    if driven.ended == "wall":
        return Outcome.TIMED_OUT, f"the notebook ran longer than {limits_wall / 60:.0f} minutes; it was stopped after cell {last}"
    timed_out = [cell.number for cell in driven.cells if cell.timed_out]
    if timed_out:
        return Outcome.TIMED_OUT, f"cell {timed_out[0]} ran longer than {session.job.limits.cell_seconds / 60:.3g} minutes"
    raised = [cell for cell in driven.cells if cell.error]
    if raised and raised[0].error:
        return Outcome.RAISED, f"cell {raised[0].number} raised {raised[0].error.name}"
    return Outcome.COMPLETED, ""


async def run(job: Job, folder: Folder, private: Path) -> dict[str, Any]:
    """Run the job in a fresh kernel: the content of outcome.json."""
    began = time.monotonic()
    kernel = make_kernel(job, private)
    session = Session(job, folder, kernel)
    await kernel.start()
    say(event="started")
    watcher = asyncio.create_task(session.watch_memory())
    try:
        await session.greet()
        driven = await drive(kernel, job.cells, job.limits, session.after_cell)
        if not driven.ended and not session.out_of_memory:
            await session.at_end()
    finally:
        watcher.cancel()
        await kernel.kill()
    outcome, reason = outcome_of(session, driven, job.limits.wall_seconds)
    nbformat.write(driven.executed, folder.executed)
    return {
        "outcome": outcome,
        "reason": reason,
        "cells": [_plain(cell) for cell in driven.cells],
        "observations": session.observations,
        "cuts": session.cuts,
        "versions": session.versions,
        "memory_mb": round(session.peak_mb, 1),
        "seconds": round(time.monotonic() - began, 3),
    }


def _plain(cell: CellRun) -> dict[str, Any]:
    error = cell.error
    return {
        "number": cell.number,
        "seconds": round(cell.seconds, 3),
        "timed_out": cell.timed_out,
        "error": {"name": error.name, "message": error.message, "traceback": error.traceback} if error else None,
    }


def limit_self() -> None:
    """A soft limit on our own address space; the kernel lifts it for itself."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (OWN_MEMORY if hard < 0 else min(OWN_MEMORY, hard), hard))


def end_children() -> None:
    """Whatever way we end: no kernel and nothing it started stays behind."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()


def main() -> int:
    """0 when outcome.json was written, 3 when no kernel could be had."""
    folder = Folder(path=Path(sys.argv[1]))
    job = Job.from_json(folder.job.read_text())
    limit_self()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(4))
    with tempfile.TemporaryDirectory(prefix="gr-") as private:
        os.chmod(private, 0o700)
        try:
            result = asyncio.run(run(job, folder, Path(private)))
        except GraderError as problem:
            result = {"outcome": Outcome.UNAVAILABLE, "reason": str(problem)}
        finally:
            end_children()
    waiting = folder.outcome.with_suffix(".new")
    waiting.write_text(json.dumps(result))
    waiting.replace(folder.outcome)
    return 3 if result["outcome"] == Outcome.UNAVAILABLE else 0


if __name__ == "__main__":
    sys.exit(main())
