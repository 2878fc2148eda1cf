"""(a) A class of short notebooks: `grade` with the whole sheet, records and reports, beside programs that only execute.

    python -m tests.benchmarks.throughput [--notebooks 40] [--otter PYTHON]

PYTHON: an interpreter of an environment with otter-grader and tensorflow; without it otter is left out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.cli.places import cores
from tests.benchmarks.classes import ROOT, SHORT, a_class
from tests.benchmarks.timing import Cost, cost_of, table

BIN = Path(sys.executable).parent


def nbconvert(notebooks: list[Path], at_once: int, folder: Path) -> float:
    """Seconds to execute them all, so many at a time."""
    environment = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_NUM_INTRAOP_THREADS": "1"}
    environment |= {"TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def one(path: Path) -> Cost:
        command = [BIN / "jupyter", "nbconvert", "--execute", "--to", "notebook", "--output-dir", folder / path.parent.name, path]
        return cost_of(command, cwd=path.parent, environment=environment)

    import time

    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, notebooks))
    return time.perf_counter() - began


def otter(python: Path, notebooks: list[Path], folder: Path) -> float:
    """Seconds for `otter run` with one assertion, one by one."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    case = {"code": ">>> callable(LSTM_Cell)\nTrue", "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    (tests / "q1.py").write_text(f"test = {{'name': 'q1', 'points': 1, 'suites': [{suite!r}]}}\n")
    seconds = 0.0
    for path in notebooks:
        copy = folder / path.parent.name / path.name
        copy.parent.mkdir(parents=True)
        shutil.copy(path, copy)
        shutil.copytree(tests, copy.parent / "tests")
        seconds += cost_of([python.parent / "otter", "run", path.name], cwd=copy.parent).seconds
    return seconds


def graded(folder: Path, out: Path) -> tuple[Cost, float, float]:
    """(cost of `grade`, CPU seconds of cells and probes alone, seconds of writing the reports)."""
    cost = cost_of([BIN / "grade", folder, "--out", out, "--assignment", "sum_sequence", "--quiet"], cwd=ROOT)
    work = 0.0
    for path in out.glob("runs/*/*/outcome.json"):
        run = json.loads(path.read_text())
        work += sum(cell["seconds"] for cell in run["cells"]) + sum(o["seconds"] for o in run["observations"].values())
    reports = cost_of([BIN / "grade", "report", "--out", out], cwd=ROOT).seconds
    return cost, work, reports


def measure(count: int, otter_python: Path | None) -> str:
    """The section of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        place = Path(temporary)
        notebooks = sorted(a_class(place / "class", count, SHORT).glob("*/*.ipynb"))
        cost, work, reports = graded(place / "class", place / "out")
        one = nbconvert(notebooks, 1, place / "one")
        two = nbconvert(notebooks, 2, place / "two")
        rows = [
            ("`grade`: the whole sheet, records and reports", _per_minute(count, cost.seconds), f"{one / cost.seconds:.1f}"),
            ("`jupyter nbconvert --execute`, one by one", _per_minute(count, one), "1.0"),
            ("`jupyter nbconvert --execute`, two at a time", _per_minute(count, two), f"{one / two:.1f}"),
        ]
        if otter_python is not None:
            seconds = otter(otter_python, notebooks, place / "otter")
            rows.append(("`otter run`, one assertion, one by one", _per_minute(count, seconds), f"{one / seconds:.1f}"))
    floor = work / cores()
    return (
        f"## (a) {count} short notebooks\n\n{table(('', 'notebooks a minute', 'times nbconvert one by one'), rows)}\n\n"
        f"Floor: cells and probes alone take {work:.0f} s, on {cores()} cores {floor:.0f} s; `grade` took "
        f"{cost.seconds:.0f} s with reports and {cost.seconds - reports:.0f} s without: {floor / (cost.seconds - reports):.0%} of the floor.\n"
    )


def _per_minute(count: int, seconds: float) -> str:
    return f"{60 * count / seconds:.0f}"


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=40)
    parser.add_argument("--otter", type=Path, default=None)
    options = parser.parse_args()
    print(measure(options.notebooks, options.otter))


if __name__ == "__main__":
    main()
