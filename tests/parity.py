"""What a student reads before handing in and what the instructor's run says, over the whole corpus.

    python -m tests.parity --keep DIR [--homework H] [--only NAME...] [--minutes N]
                                    run what DIR has no result of, and begin nothing new after N minutes; the
                                    same line goes on where it stopped
    python -m tests.parity --keep DIR --told
                                    what DIR holds, without running anything

Each example is run twice, with questions of its own each time: as `grade check` does, then as `grade DIR`
does. The order is by hash, so that whatever was run is a fair sample of the whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.assignment import load_sheet
from grader.assignment.sheet import Assignment
from grader.cli.own_run import run_own
from grader.cli.own_work import read_own
from grader.collect import Course, find_candidates, prepare
from grader.errors import GraderError
from grader.grading.points import grade
from grader.model import CheckResult
from grader.pipeline import Examiner, Settings, best
from grader.run import Engine
from tests.corpus import HOMEWORKS, NOTEBOOK, Entry, all_submissions, write

ROOT = Path(__file__).resolve().parents[1]
CELL_MINUTES, WALL_MINUTES = 2, 5  # some of the examples never end
Statuses = dict[str, str]  # by the check's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """Both statuses of every public check of one example."""

    check: Statuses
    grade: Statuses
    seconds: float = 0

    def differences(self) -> list[str]:
        """A line for each check that is not the same."""
        return [
            f"{name}: check says {self.check.get(name, 'nothing')}, grade {self.grade.get(name, 'nothing')}"
            for name in sorted({*self.check, *self.grade})
            if self.check.get(name) != self.grade.get(name)
        ]


def by_hash(homeworks: Sequence[str] = HOMEWORKS) -> list[tuple[str, Entry]]:
    """Every example of these, in an order that has nothing to do with what they are."""
    pairs = [(homework, entry) for homework in homeworks for entry in all_submissions(homework)]
    return sorted(pairs, key=lambda pair: hashlib.sha256(f"{pair[0]} {pair[1].name}".encode()).digest())


def compare(homework: str, entry: Entry, engine: Engine) -> Parity:
    """Run one example both ways."""
    began = time.monotonic()
    with TemporaryDirectory() as place:
        home = write(entry.name, Path(place) / "class", homework)
        checked = _checked(homework, home, engine)
        graded = _graded(homework, home, Path(place), engine)
    return Parity(check=checked, grade=graded, seconds=round(time.monotonic() - began, 1))


def _checked(homework: str, home: Path, engine: Engine) -> Statuses:
    path = home / NOTEBOOK if (home / NOTEBOOK).is_file() else home
    try:
        own = read_own(path, name=homework, assignments=ROOT / "assignments", strict=True)
    except GraderError as problem:
        return {"refused": str(problem)}
    _hasten(own.assignment)
    return _statuses(run_own(own, runner=engine.run, patience=60 * CELL_MINUTES).record.grade.checks)


def _graded(homework: str, home: Path, place: Path, engine: Engine) -> Statuses:
    sheet = load_sheet(ROOT / "assignments" / homework)
    _hasten(sheet)
    (candidate,) = find_candidates(home.parent, place / "unpacked", Course())
    (place / "out").mkdir()
    examiner = Examiner(
        assignment=sheet,
        out=place / "out",
        key=b"a key for tests",
        runner=engine.run,
        settings=Settings(isolation=engine.level),
    )
    attempt = best(list(examiner.attempts(prepare(candidate, sheet))))
    assert not attempt.fault, f"{home.name}: {attempt.fault}"
    return _statuses(grade(attempt.verdicts, (), "digest").checks)


def _hasten(sheet: Assignment) -> None:
    sheet.budget = replace(sheet.budget, cell_minutes=CELL_MINUTES, wall_minutes=WALL_MINUTES)


def _statuses(checks: Sequence[CheckResult]) -> Statuses:
    return {check.id: check.status.value for check in checks if not check.hidden}


def _kept(keep: Path, homework: str, entry: Entry) -> Path:
    return keep / homework / f"{entry.name}.json"


def load(path: Path) -> Parity | None:
    """What was kept of one example; None where there is nothing yet."""
    return Parity(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def save(path: Path, found: Parity) -> None:
    """Keep it: whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def told(results: Mapping[str, Parity], of: int) -> Iterator[str]:
    """What came of it, the differences first."""
    for name, found in results.items():
        yield from (f"{name}: {line}" for line in found.differences())
    equal = sum(not found.differences() for found in results.values())
    yield f"{equal} of {len(results)} are equal; {of - len(results)} of {of} were not run yet"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not there yet, tell what is there; 1 when something differs."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.parity", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--keep", type=Path, required=True, help="a folder that keeps the results")
    parser.add_argument("--homework", choices=HOMEWORKS)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--told", action="store_true", help="run nothing")
    options = parser.parse_args(arguments)
    chosen = [
        (homework, entry)
        for homework, entry in by_hash((options.homework,) if options.homework else HOMEWORKS)
        if not options.only or entry.name in options.only
    ]
    if not options.told:
        _run(options.keep, chosen, time.monotonic() + 60 * options.minutes)
    there = {
        f"{homework} {entry.name}": load(_kept(options.keep, homework, entry)) for homework, entry in chosen
    }
    results = {name: found for name, found in there.items() if found is not None}
    print("\n".join(told(results, len(chosen))))
    return int(any(found.differences() for found in results.values()))


def _run(keep: Path, chosen: Sequence[tuple[str, Entry]], end: float) -> None:
    with Engine.best() as engine:
        for homework, entry in chosen:
            path = _kept(keep, homework, entry)
            if path.is_file():
                continue
            if time.monotonic() > end:
                return
            found = compare(homework, entry, engine)
            save(path, found)
            words = "; ".join(found.differences()) or "equal"
            print(f"{homework} {entry.name}: {words} ({found.seconds:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
