"""`make bench`: all benchmarks, one after the other, into docs/benchmarks.md. Everything that is compared
runs side by side here.

python -m tests.benchmarks [--only classes] [--notebooks 40] [--real 12] [--eager 4] [--peers PYTHON]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from grader.cli.app import ONE_THREAD
from grader.cli.places import cores
from tests.benchmarks import first_cell, noise, own_work, throughput, training
from tests.benchmarks.classes import ROOT
from tests.benchmarks.timing import cost_of

PAGE = ROOT / "docs" / "benchmarks.md"


HEAD = """# Benchmarks

Made by `make bench`. What is compared ran side by side, in one call; ratios carry over to other machines, \
seconds do not.
`make bench BENCH="--only proof"` measures one section again and leaves the others as they are.
"""


def measured_on() -> str:
    """What ran where: the last line of a section."""
    names = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "nbconvert")
    found = {name: _version(name) for name in names}
    versions = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.release()} {platform.machine()},"
        f" {cores()} cores, load before it {os.getloadavg()[0]:.1f}; Python {platform.python_version()},"
        f" {versions}."
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
        return f"## (d) Judging again\n\n{_said('regrade', sample)}\n"


def a_proof(count: int) -> str:
    """(g): in a process of its own, in which NumPy has one thread, as the grader's."""
    return _said("proof", "--notebooks", count)


def _said(script: str, *words: str | Path | int) -> str:
    command = [sys.executable, "-m", f"tests.benchmarks.{script}", *(str(word) for word in words)]
    environment = os.environ | dict.fromkeys(ONE_THREAD, "1")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout.strip()


def sections_of(page: str) -> dict[str, str]:
    """The sections of the page by their letter."""
    parts = re.split(r"^(?=## \()", page, flags=re.MULTILINE)[1:]
    return {part[len("## (")]: part.rstrip() + "\n" for part in parts}


def main() -> None:
    """Run all of it, or what `--only` names, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--only",
        action="append",
        choices=("classes", "kernels", "training", "judging", "growth", "proof", "cluster", "check", "noise"),
    )
    parser.add_argument("--notebooks", type=int, default=40)
    parser.add_argument("--real", type=int, default=12)
    parser.add_argument("--eager", type=int, default=4)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--peers", type=Path, default=None)
    options = parser.parse_args()
    steps: dict[str, Callable[[], str]] = {
        "classes": lambda: throughput.measure(options.notebooks, options.peers),
        "kernels": lambda: first_cell.measure(options.times),
        "training": lambda: training.measure(options.real, options.eager),
        "judging": judged_again,
        "growth": lambda: _said("growth"),
        "proof": lambda: a_proof(min(options.times, 5)),
        "cluster": lambda: _said("cluster"),
        "check": own_work.measure,
        "noise": lambda: noise.measure(2 * options.real),
    }
    for name in options.only or steps:
        where = measured_on()
        measured = sections_of(f"{steps[name]().rstrip()}\n\n{where}\n")
        print(*measured.values(), flush=True)
        known = sections_of(PAGE.read_text("utf-8")) if PAGE.exists() else {}
        PAGE.write_text("\n".join([HEAD, *(text for _, text in sorted((known | measured).items()))]), "utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
