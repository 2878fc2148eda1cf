"""(a) A class of short notebooks: `grade` with the whole sheet, records and reports, beside programs that
only execute.

    python -m tests.benchmarks.throughput [--notebooks 40] [--peers PYTHON]

PYTHON: an interpreter of an environment with otter-grader, nbgrader and tensorflow; without it these two are
left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from grader.cli.grade.account import NOBODY_KNOWS
from grader.cli.places import cores
from tests.benchmarks.classes import ROOT, SHORT, a_class
from tests.benchmarks.peers import nbconvert, nbgrader, otter
from tests.benchmarks.timing import Cost, cost_of, table

BIN = Path(sys.executable).parent
FEW = 6  # notebooks that are run one at a time
LEAST = 0.005  # of the whole: less is not shown
SOME = 10  # notebooks that the other autograders get: all take the same


def graded(folder: Path, out: Path, *, jobs: int | None = None) -> Cost:
    """What `grade` costs; as many at a time as it chooses itself, or `jobs`."""
    options = [] if jobs is None else ["--jobs", str(jobs)]
    return cost_of(
        [
            BIN / "grade",
            folder,
            "--out",
            out,
            "--assignment",
            "sum_sequence",
            "--quiet",
            "--profile",
            *options,
        ],
        cwd=ROOT,
    )


def account_of(out: Path) -> str:
    """What `grade --profile` wrote down, as a table: the mean of a submission, the most first."""
    found = json.loads((out / "profile.json").read_text())
    mean: dict[str, float] = found["mean"]
    whole = found["total"] / len(found["submissions"])
    rows = [
        (what, f"{seconds:.2f} s", f"{seconds / whole:.0%}")
        for what, seconds in mean.items()
        if seconds >= LEAST * whole or what == NOBODY_KNOWS
    ]
    return table((f"{whole:.2f} s of CPU a submission", "", ""), rows)


def runs_in(out: Path) -> list[dict[str, Any]]:
    """What was told of every run below `out`."""
    return [json.loads(path.read_text()) for path in sorted(out.glob("runs/*/*/outcome.json"))]


def work_in(out: Path) -> tuple[float, float, float]:
    """(seconds of cells, seconds of probes, CPU seconds of both) of a run, in the mean. The first two are by
    the clock: on a kernel with one thread that has a core for itself, as when one notebook runs at a time,
    these are CPU seconds, too."""
    runs = runs_in(out)
    cells = sum(cell["seconds"] for run in runs for cell in run["cells"])
    probes = sum(seen["seconds"] for run in runs for seen in run["observations"].values())
    return cells / len(runs), probes / len(runs), sum(run["cpu_seconds"] for run in runs) / len(runs)


def measure(count: int, peers: Path | None) -> str:
    """The section of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        place = Path(temporary)
        notebooks = sorted(a_class(place / "class", count, SHORT).glob("*/*.ipynb"))
        graded(a_class(place / "alone", FEW, SHORT), place / "floor", jobs=1)
        cells, probes, _ = work_in(place / "floor")
        cost = graded(place / "class", place / "out")
        *_, cpu = work_in(place / "out")
        account = account_of(place / "out")
        reports = cost_of([BIN / "grade", "report", "--out", place / "out"], cwd=ROOT).seconds
        one = nbconvert(notebooks, 1, place / "one")
        two = nbconvert(notebooks, 2, place / "two")
        rows = [
            (
                "`grade`: the whole sheet, records and reports",
                _per_minute(count, cost.seconds),
                f"{one / cost.seconds:.1f}",
            ),
            ("`jupyter nbconvert --execute`, one by one", _per_minute(count, one), "1.0"),
            ("`jupyter nbconvert --execute`, two at a time", _per_minute(count, two), f"{one / two:.1f}"),
        ]
        if peers is not None:
            some = notebooks[:SOME]
            for name, of_peer in (("otter run", otter), ("nbgrader autograde", nbgrader)):
                seconds = of_peer(peers, some, place / of_peer.__name__) * count / len(some)
                told = f"`{name}`, one assertion, one by one ({len(some)} of them)"
                rows.append((told, _per_minute(count, seconds), f"{one / seconds:.1f}"))
    floor, grading = count * cpu / cores(), cost.seconds - reports
    only_cells, with_questions = one / (count * cells / cores()), one / (count * (cells + probes) / cores())
    return (
        f"## (a) {count} short"
        f" notebooks\n\n{table(('', 'notebooks a minute', 'times nbconvert one by one'), rows)}\n\nFloor:"
        f" cells and questions of one notebook take {cpu:.2f} s of CPU, all of them {floor:.0f} s on"
        f" {cores()} cores. `grade` took {cost.seconds:.0f} s, of which {reports:.0f} s went into the"
        f" reports: without them it reaches {floor / grading:.0%} of the speed that the floor allows.\n\nWith"
        f" one notebook at a time its cells take {cells:.2f} s and the questions {probes:.2f} s (mean of"
        f" {FEW}). So a program that only runs the cells in warm kernels, and does nothing else, could be"
        f" {only_cells:.1f} times as fast as nbconvert here; one that asks the questions, too, but judges"
        f" nothing, {with_questions:.1f} times.\n\n"
        f"Where the processor time of `grade` went (`--profile`):\n\n"
        f"{account}\n"
    )


def _per_minute(count: int, seconds: float) -> str:
    return f"{60 * count / seconds:.0f}"


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=40)
    parser.add_argument("--peers", type=Path, default=None)
    options = parser.parse_args()
    print(measure(options.notebooks, options.peers))


if __name__ == "__main__":
    main()
