"""How much memory the host needs for a class of 40 and for one of 400: the most that `grade DIR` held,
reports included.

    python tests/benchmarks/host_memory.py                  both, each in a process of its own
    python tests/benchmarks/host_memory.py --people 40      this one only

Notebooks only pretend to run, and answer with as many numbers as one run of the sum_sequence sheet. Everybody
fails in the shortened run, so that the whole class waits for its full runs. It takes 5 MB of temporary disk
for each person.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from test_cli_fakes import FakeRunner, a_class, a_sheet

from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.model import Run

CLASSES = (40, 400)
NUMBERS = 300_000  # float32 numbers of one run's answers, as many again in its questions


class Large(FakeRunner):
    """A runner that only pretends, with observations of a real size."""

    def play(self, run: Run, *script: Any) -> Run:
        """As many numbers as a real run shows."""
        run = super().play(run, *script)
        seen = run.observations["answer"]
        numbers = np.zeros(NUMBERS, dtype="<f4")
        large = replace(seen, answer={**seen.answer, "numbers": numbers}, question={"numbers": numbers})
        return replace(run, observations={"answer": large})


def peak_mb(people: int) -> float:
    """Grade so many people in this process, and say what it held at most."""
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
        folder = Path(name)
        a_class(folder / "class", **{f"student{n:03}": ("wrong", "right") for n in range(people)})
        wish = GradeWish(
            source=folder / "class",
            out=folder / "out",
            assignments=a_sheet(folder / "sheets"),
            no_isolation=True,
            jobs=2,
            quiet=True,
        )
        code = grade_class(wish, Large())
    if code:
        raise SystemExit(f"grading ended with {code}")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Measure each class in a fresh process, and print one line for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, metavar="N")
    options = parser.parse_args()
    if options.people:
        print(f"{peak_mb(options.people):.0f}")
        return
    found = {}
    for people in CLASSES:
        command = [sys.executable, __file__, "--people", str(people)]
        found[people] = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    told = ", ".join(f"{peak} MB for {people} people" for people, peak in found.items())
    print(f"host memory: {told}; {platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
