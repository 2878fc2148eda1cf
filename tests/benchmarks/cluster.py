"""(h) Runs on other machines: what handing out costs, how much faster more workers are, and what grows. Runs
are made up and sleep.

    python -m tests.benchmarks.cluster [--runs 40] [--seconds 1] [--load 2500000]

Workers have one slot each, on loopback: their network is as fast as memory. Growth is simulated with the
costs that were measured.
"""

from __future__ import annotations

import argparse
import heapq
import os
import tempfile
import time
from pathlib import Path

from tests.benchmarks.timing import table
from tests.cluster_farm import Class, Farm, wait_for

COURSES = ((400, 4), (4_000, 16), (10_000, 40), (100_000, 200))  # submissions, workers
# of one core for each submission: prepared, judged, recorded (speed.md, pages at the end left out)
HOST_SECONDS = 0.35
RUN_SECONDS = 5.0  # of a short notebook on one core


def graded(workers: int, runs: int, seconds: float, load: int) -> float:
    """Seconds of a class of made-up runs, its end included."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        farm = Farm(Path(temporary))
        try:
            farm.scheduler()
            for _ in range(workers):
                farm.worker()
            what = f"also = 1  # sleep {seconds} load {load}"
            home = Class(Path(temporary), {f"s{n:05}": ("right", what) for n in range(runs)})
            with farm.cluster(workers=workers) as cluster:
                began = time.monotonic()
                summary = home.grade(cluster)
                took = time.monotonic() - began
            assert (len(summary.graded), summary.faults) == (runs, {}), summary
            return took
        finally:
            farm.close()


def recovered() -> float:
    """Seconds between the end of a worker by force and the begin of its run elsewhere."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        farm = Farm(Path(temporary))
        try:
            farm.scheduler()
            for _ in range(2):
                farm.worker()
            home = Class(Path(temporary), {"ada": ("right", f"also = 1  # once {temporary}/k kill")})
            with farm.cluster(workers=2) as cluster:
                began = time.monotonic()
                home.grade(cluster)
                whole = time.monotonic() - began
            wait_for(lambda: len(farm.begun()) == 2)
            return whole
        finally:
            farm.close()


def simulated(submissions: int, workers: int, cores: int, overhead: float) -> tuple[float, float]:
    """(seconds, how busy the host is): each run takes a worker, then its judging takes a core of the host;
    both first in, first out."""
    free, judges, end = [0.0] * workers, [0.0] * cores, 0.0
    for _ in range(submissions):
        done = heapq.heappop(free) + RUN_SECONDS + overhead
        heapq.heappush(free, done)
        judged = max(done, heapq.heappop(judges)) + HOST_SECONDS
        heapq.heappush(judges, judged)
        end = max(end, judged)
    return end, submissions * HOST_SECONDS / cores / end


def section(runs: int, seconds: float, load: int) -> str:
    """The section of docs/benchmarks.md."""
    many = 10 * runs
    overhead = graded(1, many, 0.0, 0) / many
    bulk = graded(1, many, 0.0, load) / many
    times = {workers: graded(workers, runs, seconds, load) for workers in (1, 2, 4)}
    rows = [[str(w), f"{t:.1f} s", f"{times[1] / t:.2f}"] for w, t in times.items()]
    cores = os.cpu_count() or 1
    grown = [(n, w, *simulated(n, w, cores, bulk)) for n, w in COURSES]
    growth = [[f"{n:,}", str(w), f"{t / 60:.0f} min", f"{busy:.0%}"] for n, w, t, busy in grown]
    return "\n".join(
        [
            f"## (h) Many machines: {runs} runs that sleep {seconds:g} s, {load / 1e6:.1f} MB back from each",
            "",
            table(["workers", "time", "times one worker"], rows),
            "",
            (
                f"One slot, {many} runs that do nothing: {1000 * overhead:.1f} ms a run, all steps of the"
                f" host included; {1000 * bulk:.1f} ms with {load / 1e6:.1f} MB each. A worker ended by"
                f" force: {recovered():.1f} s for its whole run, made elsewhere."
            ),
            "",
            (
                f"Simulated, {RUN_SECONDS:g} s a run, {HOST_SECONDS:g} s of the host's {cores} cores a"
                " submission:"
            ),
            "",
            table(["submissions", "workers of one core", "time", "host busy"], growth),
            "",
        ]
    )


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--load", type=int, default=2_500_000)
    wish = parser.parse_args()
    print(section(wish.runs, wish.seconds, wish.load))


if __name__ == "__main__":
    main()
