"""The runner: an expendable process that runs one notebook after the other. Reads a job, drives the kernel,
asks the probes, writes what happened.

usage: python -I -m grader.run.runner.main

Each line of its standard input is the folder of a run; it ends when standard input does, whatever it is
doing. It prints one JSON line per event for the host's progress display, {"event": "done"} after each job. It
judges nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from grader.errors import GraderError, KernelUnavailable
from grader.model import Outcome
from grader.run.job import START, TOLD_TO_END, Folder, Job
from grader.run.journal import Journal
from grader.run.processes import end_below
from grader.run.runner import outputs
from grader.run.runner.execution import Execution, plain_cell, say
from grader.run.runner.kernel_end import Why
from grader.run.scratch import scratch

OWN_MEMORY = 3 << 30  # bytes of address space: an endless output must not hurt the machine


async def run(job: Job, folder: Folder, private: Path, journal: Journal) -> dict[str, Any]:
    """Run the job, in as many kernels as it needs: the content of outcome.json."""
    execution = Execution(job, folder, private, journal)
    await execution.play()
    with contextlib.suppress(KernelUnavailable):  # a fresh start is a favour: what was answered before stays
        while execution.worth_another():
            await execution.play()
    outcome, reason = execution.outcome()
    where = next((end.where for end in execution.ends if end.why is Why.OURS), "")
    journal.doing("the outputs")
    outputs.save(execution.notebook, folder.executed, job.limits.outputs_mb << 20)
    return {
        "outcome": outcome,
        "reason": reason,
        "lost_at": where if outcome is Outcome.UNAVAILABLE else "",
        "cells": [plain_cell(execution.cells[number]) for number in sorted(execution.cells)],
        "observations": execution.observations,
        "cuts": execution.cuts,
        "notices": [*execution.notices, *execution.hurried.values()],
        "versions": execution.versions,
        "memory_mb": round(execution.peak_mb, 1),
        "cpu_seconds": round(execution.cpu_seconds, 3),
        "spent": {what: round(seconds, 3) for what, seconds in execution.spent.items()},
        "seconds": round(time.monotonic() - execution.began, 3),
    }


def limit_self() -> None:
    """A soft limit on our own address space; the kernel lifts it for itself."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # the watcher of memory limits us then
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (OWN_MEMORY if hard < 0 else min(OWN_MEMORY, hard), hard))


def listen(jobs: queue.SimpleQueue[str]) -> None:
    """Collect the folders that the host names; leave at once, and take the kernel along, when it has
    ended."""

    def wait() -> None:
        for line in sys.stdin.buffer:  # a path, as the host's system spells it
            jobs.put(os.fsdecode(line.rstrip(b"\n")))
        end_below()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def do(folder: Folder, *, is_first: bool = False) -> None:
    """Run the job in a folder and write outcome.json; where no kernel could be had, it says so."""
    began = time.process_time()
    job = Job.from_json(folder.job.read_text("utf-8"))
    with scratch(sockets=True) as private, contextlib.closing(Journal(folder.journal)) as journal:
        try:
            # sockets of ZeroMQ wait in a loop of this kind; Windows takes another one by itself
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as loop:
                result = loop.run(run(job, folder, private, journal))
        except GraderError as problem:
            result = {"outcome": Outcome.UNAVAILABLE, "reason": str(problem)}
        finally:
            end_below()
    if "spent" in result:
        result["spent"] |= {"runner": round(time.process_time() - began, 3)} | (
            {START: round(began, 3)} if is_first else {}
        )
    waiting = folder.outcome.with_suffix(".new")
    waiting.write_text(json.dumps(result), "utf-8")
    waiting.replace(folder.outcome)
    folder.journal.unlink()


def main() -> None:
    """Do one job after the other, until the host ends us or itself."""
    jobs: queue.SimpleQueue[str] = queue.SimpleQueue()
    limit_self()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TOLD_TO_END))
    listen(jobs)
    is_first = True
    while True:
        do(Folder(path=Path(jobs.get())), is_first=is_first)
        is_first = False
        say(event="done")


if __name__ == "__main__":
    main()
