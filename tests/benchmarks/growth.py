"""(f) How the host grows with a class of 40, 400 and 4,000 people: the CPU seconds of each, and the most
memory that `grade DIR` held, reports included.

    python -m tests.benchmarks.growth                       all, each in a process of its own
    python -m tests.benchmarks.growth --people 40           this one only

Notebooks only pretend to run, so that what is left is the host: collecting, judging of one check, records and
pages. Everybody fails in the shortened run, and the whole class waits for its full runs. It takes 1 MB of
temporary disk for each person.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from test_cli_fakes import FakeRunner, a_class, a_sheet

from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.model import Run
from tests.benchmarks.classes import ROOT
from tests.benchmarks.timing import table

CLASSES = (40, 400, 4000)
NUMBERS = 60_000  # float32 numbers of one run's answers, as many again in its questions


class Large(FakeRunner):
    """A runner that only pretends, with observations of a real size."""

    def play(self, run: Run, *script: Any) -> Run:
        """As many numbers as a real run shows."""
        run = super().play(run, *script)
        seen = run.observations["answer"]
        numbers = np.zeros(NUMBERS, dtype="<f4")
        large = replace(seen, answer={**seen.answer, "numbers": numbers}, question={"numbers": numbers})
        return replace(run, observations={"answer": large})


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What a class took of the host."""

    people: int
    cpu_seconds: float  # of its process and of all that it started
    peak_mb: float  # that it held at most


def graded(people: int) -> Growth:
    """Grade so many people in this process."""
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as name:
        folder = Path(name)
        a_class(folder / "class", **{f"student{n:04}": ("wrong", "right") for n in range(people)})
        wish = GradeWish(
            source=folder / "class",
            out=folder / "out",
            assignments=a_sheet(folder / "sheets"),
            no_isolation=True,
            jobs=2,
            quiet=True,
        )
        before = _cpu_seconds()
        code = grade_class(wish, Large())
        spent = _cpu_seconds() - before
    if code:
        raise SystemExit(f"grading ended with {code}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Growth(people=people, cpu_seconds=spent, peak_mb=peak)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def in_its_own_process(people: int) -> Growth:
    """The same in a fresh process: memory that was given back is still counted as held."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--people", str(people)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return Growth(**json.loads(done.stdout.splitlines()[-1]))


def measure() -> str:
    """The section of docs/benchmarks.md."""
    rows = [
        (f"{one.people:,}", f"{1000 * one.cpu_seconds / one.people:.0f} ms", f"{one.peak_mb:.0f} MB")
        for one in map(in_its_own_process, CLASSES)
    ]
    return (
        "## (f) Growth of the host\n\n"
        f"{table(('people', 'CPU of the host for each', 'memory at most'), rows)}\n\n"
        "Two runs of everybody, which only pretend to run; one check is judged.\n"
    )


def main() -> None:
    """Print the section, or what one class took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, metavar="N")
    options = parser.parse_args()
    print(json.dumps(asdict(graded(options.people))) if options.people else measure())


if __name__ == "__main__":
    main()
