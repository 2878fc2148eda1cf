"""(b) and (e): from the order of a kernel to the end of its first cell, and memory of a kernel; cold and
warm.

python -m tests.benchmarks.first_cell [--times 10]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from grader.model import CellSource, Limits
from grader.run.host.carry_out import OWN_ROOT_FOLDER, environment
from grader.run.host.engine import Engine
from grader.run.host.levels import best_offer
from grader.run.job import Job
from grader.run.runner.cold_kernel import ColdKernel
from grader.run.runner.forked_kernel import ForkedKernel
from grader.run.runner.kernel import Kernel
from grader.run.runner.kernel_end import Why
from grader.run.runner.notebook import drive, new_notebook
from grader.run.scratch import scratch
from tests.benchmarks.timing import table

CELL = CellSource(number=1, text="import tensorflow as tf\ntf.constant(1)")
LIMITS = Limits(cell_seconds=60, wall_seconds=90)


async def once(make: Callable[[Path], Kernel]) -> tuple[float, float]:
    """(seconds to the end of the first cell, MB that belong to the kernel alone)."""
    with scratch() as private:
        kernel, notebook = make(private), new_notebook((CELL,))
        began = time.perf_counter()
        await kernel.start()

        async def go_on(_: object) -> bool:
            return True

        ended, _ = await drive(kernel, notebook, (CELL,), LIMITS, lambda cell: 60.0, lambda cell: None, go_on)
        seconds = time.perf_counter() - began
        assert ended is Why.DONE
        own = unshared_mb(kernel.manager.provisioner.pid)
        await kernel.kill()
    return seconds, own


def unshared_mb(pid: int) -> float:
    """Memory that no other process shares, of a process and all below it."""
    top = psutil.Process(pid)
    return sum(process.memory_full_info().uss for process in [top, *top.children(recursive=True)]) / 2**20


def a_job(**changes: object) -> Job:
    """One cell, no questions."""
    facts = {
        "cells": (CELL,),
        "requests": (),
        "limits": LIMITS,
        "workspace": "/tmp",
        "environment": environment("/tmp", "keras3"),
    }
    return Job(**(facts | changes))  # type: ignore[arg-type]


def measure(times: int) -> str:
    """The section of docs/benchmarks.md."""
    offer = best_offer()
    with Engine(offer) as engine, scratch() as files:
        files.chmod(0o755)
        assert engine.zygotes is not None
        engine.zygotes.get("keras3")

        def warm(private: Path) -> Kernel:
            place = engine._place("keras3", LIMITS)
            home = OWN_ROOT_FOLDER if offer.level == "namespaces" else str(files)
            job = a_job(
                workspace=home,
                files=str(files),
                server=place.server,
                box=place.box,
                environment=environment(home, "keras3"),
            )
            return ForkedKernel(job, private)

        rows, medians = [], {}
        for name, make in (
            ("cold, not isolated", lambda private: ColdKernel(a_job(), private)),
            (f"warm, {offer.level}", warm),
        ):
            found = [asyncio.run(once(make)) for _ in range(times)]
            medians[name] = statistics.median(seconds for seconds, _ in found)
            rows.append(
                (name, f"{medians[name]:.2f} s", f"{statistics.median(mb for _, mb in found):.0f} MB")
            )
    head = (
        "kernel",
        "first cell (`import tensorflow; tf.constant(1)`), median",
        "memory of its own (USS), median",
    )
    cold, fast = medians.values()
    return (
        f"## (b) and (e) Cold and warm kernels, {times} of each\n\n{table(head, rows)}\n\nRatio of the times:"
        f" {cold / fast:.1f}.\n"
    )


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    print(measure(parser.parse_args().times))


if __name__ == "__main__":
    main()
