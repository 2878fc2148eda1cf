"""`make bench`: all benchmarks, one after the other, into docs/benchmarks.md. Everything that is compared runs side by side here.

python -m tests.benchmarks [--notebooks 40] [--real 12] [--eager 4] [--otter PYTHON]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from grader.cli.places import cores
from tests.benchmarks import first_cell, throughput, training
from tests.benchmarks.classes import ROOT
from tests.benchmarks.timing import cost_of

PAGE = ROOT / "docs" / "benchmarks.md"
SCRIPTS = ROOT / "tests" / "benchmarks"


def head() -> str:
    """What ran where."""
    names = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "nbconvert")
    found = {name: _version(name) for name in names}
    versions = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    return (
        "# Benchmarks\n\nMade by `make bench`. What is compared ran side by side, in one call; ratios carry over to other machines, "
        "seconds do not.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.release()} {platform.machine()}, {cores()} cores, "
        f"load at the start {os.getloadavg()[0]:.1f}; Python {platform.python_version()}, {versions}.\n"
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def judged_again() -> str:
    """(d): stored runs are judged again."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        sample, grade = Path(temporary) / "sample", Path(sys.executable).parent / "grade"
        cost_of([grade, "tests/submissions/sample_class", "--out", sample, "--quiet"], cwd=ROOT)
        return f"## (d) Judging again\n\n{_said('regrade.py', sample)}\n"


def host_memory() -> str:
    """(f): the host's memory for a small and a large class."""
    return f"## (f) Memory of the host\n\n{_said('host_memory.py')}\n"


def _said(script: str, *words: str | Path) -> str:
    command = [sys.executable, str(SCRIPTS / script), *(str(word) for word in words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout.strip()


def main() -> None:
    """Run all of it and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=40)
    parser.add_argument("--real", type=int, default=12)
    parser.add_argument("--eager", type=int, default=4)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--otter", type=Path, default=None)
    options = parser.parse_args()
    parts = [head()]
    for step in (
        lambda: throughput.measure(options.notebooks, options.otter),
        lambda: first_cell.measure(options.times),
        lambda: training.measure(options.real, options.eager),
        judged_again,
        host_memory,
    ):
        parts.append(step())
        print(parts[-1], flush=True)
    PAGE.write_text("\n".join(parts), "utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
