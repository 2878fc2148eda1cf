"""(c) Notebooks of real size (64,000 samples, three epochs), some of them without graphs: "passed" told
early, beside running in full.

    python -m tests.benchmarks.training [--notebooks 12] [--eager 4]

An eager notebook takes a quarter of an hour in full: that is what is saved.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.classes import REAL_SIZE, ROOT, a_class
from tests.benchmarks.timing import Cost, cost_of, table

GRADE = Path(sys.executable).parent / "grade"


def graded(folder: Path, out: Path, *options: str) -> tuple[Cost, dict[str, str]]:
    """(what it cost, student/check -> how it was judged)."""
    command = [
        GRADE,
        folder,
        "--out",
        out,
        "--assignment",
        "sum_sequence",
        "--seed",
        "1",
        "--quiet",
        *options,
    ]
    cost = cost_of(command, cwd=ROOT)
    data = json.loads((out / "results.json").read_text("utf-8"))
    found = {
        f"{s['student']}/{check['id']}": _in_words(s, check)
        for s in data["submissions"]
        for check in s["checks"]
    }
    return cost, found


def _in_words(submission: Mapping[str, Any], check: Mapping[str, Any]) -> str:
    """The status; where it is not the best, also how the run ended, since a slow machine may run into the
    limit."""
    return (
        check["status"]
        if check["status"] in ("PASSED", "NEEDS_REVIEW")
        else f"{check['status']} ({submission['outcome']})"
    )


def moved(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """What is another the second time, in words."""
    return [
        f"{name}: {found} and {after.get(name)}" for name, found in before.items() if found != after.get(name)
    ]


def measure(count: int, eager: int) -> str:
    """The section of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = a_class(Path(temporary) / "class", count, REAL_SIZE, eager=eager)
        early, told_early = graded(folder, Path(temporary) / "early")
        full, told_in_full = graded(folder, Path(temporary) / "full", "--no-budget")
    differing = moved(told_early, told_in_full)
    rows = [
        ("told early", f"{early.seconds / 60:.1f} min"),
        ("in full (`--no-budget`)", f"{full.seconds / 60:.1f} min"),
    ]
    same = "every verdict the same" if not differing else f"verdicts that differ: {', '.join(differing)}"
    return (
        f"## (c) {count} notebooks of real size, {eager} of them eager\n\n{table(('', 'time'), rows)}\n\n"
        f"Ratio of the times: {full.seconds / early.seconds:.1f}; {same}.\n"
    )


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=12)
    parser.add_argument("--eager", type=int, default=4)
    options = parser.parse_args()
    print(measure(options.notebooks, options.eager))


if __name__ == "__main__":
    main()
