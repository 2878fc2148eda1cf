"""(j) The same homework on a quiet machine and while other programs compete for every core: noise may cost
time and must not move a verdict.

    python -m tests.benchmarks.noise [--submissions 24]

The noise is two endless loops a core, niced by 10.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.cli.places import cores
from tests import corpus
from tests.benchmarks.timing import table
from tests.benchmarks.training import graded, moved

HOMEWORK = "sum_sequence"
LOOPS = 2  # a core
LOOP = "import os\nos.nice(10)\nwhile True: pass"


@contextlib.contextmanager
def noise() -> Iterator[None]:
    """Loops that nothing waits for."""
    loops = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(LOOPS * cores())]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def a_sample(folder: Path, count: int) -> Path:
    """Examples of the corpus, right and wrong, drawn by the hash of their names; none that never ends."""
    names = [entry.name for entry in corpus.all_submissions(HOMEWORK) if entry.kind in ("right", "wrong")]
    drawn = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:count]
    for name in drawn:
        corpus.write(name, folder / name, HOMEWORK)
    return folder


def points_in(out: Path) -> dict[str, float]:
    """What everybody has."""
    data = json.loads((out / "results.json").read_text("utf-8"))
    return {submission["student"]: submission["points"] for submission in data["submissions"]}


def measure(count: int) -> str:
    """The section of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        place = Path(temporary)
        folder = a_sample(place / "class", count)
        load = os.getloadavg()[0]
        quiet, in_quiet = graded(folder, place / "quiet")
        with noise():
            noisy, in_noise = graded(folder, place / "noisy")
        points, under_noise = points_in(place / "quiet"), points_in(place / "noisy")
    differing = [*moved(in_quiet, in_noise), *moved(points, under_noise)]
    rows = [
        (f"quiet (load {load:.1f})", f"{quiet.seconds:.0f} s"),
        (f"beside {LOOPS * cores()} niced loops on {cores()} cores", f"{noisy.seconds:.0f} s"),
    ]
    same = "all the same" if not differing else f"not the same: {'; '.join(differing)}"
    return (
        f"## (j) Under noise: {count} examples of the corpus\n\n{table(('', 'time'), rows)}\n\n"
        f"Ratio of the times: {noisy.seconds / quiet.seconds:.1f}; {len(in_quiet)} verdicts and"
        f" {len(points)} sums of points, {same}.\n"
    )


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=24)
    print(measure(parser.parse_args().submissions))


if __name__ == "__main__":
    main()
