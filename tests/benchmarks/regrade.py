"""How long it takes to judge a class again: stored runs are copied until there are 300, then `grade regrade`
is timed.

    python tests/benchmarks/regrade.py OUT
    python tests/benchmarks/regrade.py OUT --submissions 30

OUT is what `grade DIR` wrote, with this version of the grader.

It takes 5 MB of temporary disk for each submission. First every conclusion is gone, as after a change of a
check; then once more, as `--apply` judges after the preview. One number of points is changed, so that
everybody moves.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.judging import kept
from grader.record import Gradebook, Record, run_path

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "assignments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One call of the command."""

    seconds: float
    cpu_seconds: float  # of all processes together
    peak_mb: float  # of the largest process
    moved: int


def copied(out: Path, target: Path, count: int) -> None:
    """A gradebook with `count` submissions: the ones in `out` over and over, each with its runs in folders of
    its own."""
    with Gradebook(out, create=False) as known, Gradebook(target) as gradebook:
        last = known.last_session()
        records = [record for record in known.records() if record.run_id]
        if last is None or not records:
            raise SystemExit(f"there are no runs in {out}: grade a class with it first")
        session = gradebook.start_session(
            assignment=last.assignment,
            sheet_digest=last.sheet_digest,
            versions=last.versions,
            started=last.started,
        )
        chosen = [replace(records[n % len(records)], session=session) for n in range(count)]
        gradebook.save_all(
            _copied(out, target, record, f"{record.student}_{n:03}") for n, record in enumerate(chosen)
        )


def _copied(out: Path, target: Path, record: Record, student: str) -> Record:
    for run_id in record.runs or (record.run_id,):
        shutil.copytree(
            run_path(out, record.student, run_id),
            run_path(target, student, run_id),
            ignore=shutil.ignore_patterns(kept.FILE),
        )
    return replace(record, student=student)


def changed_sheet(folder: Path, name: str) -> Path:
    """The folder of sheets with one in which the first check is worth more."""
    shutil.copytree(SHEETS / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    sheet = folder / name / "sheet.py"
    sheet.write_text(sheet.read_text("utf-8").replace("points=1,", "points=1.5,", 1), "utf-8")
    return folder


def timed(out: Path, sheets: Path, jobs: Sequence[str] = ()) -> Timing:
    """One call of `grade regrade`, as somebody would type it."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "grader",
        "regrade",
        str(out),
        "--assignments",
        str(sheets),
        "--json",
        *jobs,
    ]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Timing(
        seconds=seconds,
        cpu_seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        peak_mb=after.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
        moved=len(json.loads(done.stdout)["moves"]),
    )


def main() -> None:
    """Copy, time, and print one line for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--submissions", type=int, default=300, metavar="N")
    parser.add_argument("--jobs", default="", metavar="N", help="processes; else one per core")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-regrade-") as folder:
        target, sheets = Path(folder) / "out", Path(folder) / "assignments"
        copied(options.out, target, options.submissions)
        with Gradebook(target) as gradebook:
            name = gradebook.sessions()[-1].assignment
        changed, jobs = changed_sheet(sheets, name), ["--jobs", options.jobs] if options.jobs else []
        found, again = timed(target, changed, jobs), timed(target, changed, jobs)
    print(
        f"{options.submissions} submissions judged again in {found.seconds:.1f} s ({found.cpu_seconds:.1f} s"
        f" of CPU, largest process {found.peak_mb:.0f} MB, {found.moved} would move); once more, with every"
        f" conclusion kept, in {again.seconds:.1f} s ({again.cpu_seconds:.1f} s of CPU);"
        f" {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f},"
        f" Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
