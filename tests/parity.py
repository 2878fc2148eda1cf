"""What a student reads before handing in and what the instructor's run says, over the whole corpus.

    python -m tests.parity --keep DIR [--homework H] [--only NAME...] [--minutes N] [--apart]
                                    run what DIR has no result of, and begin nothing new after N minutes; the
                                    same line goes on where it stopped
    python -m tests.parity --keep DIR --replay RUNS...
                                    the same of what `golden_verdicts --keep RUNS` ran, without kernels
    python -m tests.parity --keep DIR --told
                                    what DIR holds, without running anything

Each example is read and judged twice, as `grade check` and as `grade DIR` do it; it runs once where a run of
the one would stand for the other's, which its fingerprint decides (files, cells, budget, questions, limits),
and otherwise twice; with --apart always twice, with questions of its own each time. The homeworks take turns,
each in an order by hash, so that whatever was run is a fair sample of each.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.assignment import load_sheet
from grader.assignment.sheet import Assignment
from grader.cli.own_run import concluded, own_attempts
from grader.cli.own_work import OwnWork, read_own
from grader.collect import Course, find_candidates, prepare
from grader.errors import GraderError
from grader.grading.points import grade
from grader.model import CheckResult, Run, Status
from grader.pipeline import Event, Examiner, Settings, best
from grader.record import load_run, run_path, stored_runs
from grader.run import Engine, Wanted, load_observations
from tests.corpus import HOMEWORKS, NOTEBOOK, Entry, all_submissions, write

ROOT = Path(__file__).resolve().parents[1]
CELL_MINUTES, WALL_MINUTES = 2, 5  # some of the examples never end
Statuses = dict[str, str]  # by the check's id
REFUSED = "refused"  # in place of a check's id: why `grade check` does not begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """Both statuses of every public check of one example."""

    check: Statuses
    grade: Statuses
    seconds: float = 0
    runs: int = 0  # that were made for the two
    replayed: bool = False  # whether they had been made before

    def differences(self) -> list[str]:
        """A line for each check that is not the same. Where `grade check` refuses to begin, since there is
        nothing to run, that is what it means when `grade DIR` reaches no check."""
        if REFUSED in self.check and set(self.grade.values()) <= {Status.SKIPPED.value}:
            return []
        return [
            f"{name}: check says {self.check.get(name, 'nothing')}, grade {self.grade.get(name, 'nothing')}"
            for name in sorted({*self.check, *self.grade})
            if self.check.get(name) != self.grade.get(name)
        ]


class NotKept(Exception):
    """There is no such run to replay."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Gives runs that were kept, in place of an engine: what is read and judged is of today, what the kernel
    said is of then. `places`: folders of a homework with runs/ in them."""

    places: Sequence[Path]
    level: str = "namespaces"

    def run(self, wanted: Wanted) -> Run:
        """The run of this submission and attempt.

        Raises:
            NotKept: there is none of these files.
        """
        student = wanted.submission.student
        kept = (run_path(one, student, run_id) for one in self.places for run_id in stored_runs(one, student))
        for folder in kept:
            run = load_run(folder)
            same = run.fingerprint is not None and run.fingerprint.submission == wanted.submission.digest
            if same and run.attempt == wanted.plan.attempt:
                left_out = shutil.ignore_patterns("submission.json", "run.json", "measured.json")
                shutil.copytree(folder, wanted.folder, dirs_exist_ok=True, ignore=left_out)
                return replace(run, run_id=wanted.plan.run_id, observations=load_observations(wanted.folder))
        raise NotKept(student)


def by_hash(homeworks: Sequence[str] = HOMEWORKS) -> list[tuple[str, Entry]]:
    """Every example of these, in an order that has nothing to do with what they are."""
    ranked = [
        (rank, homework, entry)
        for homework in homeworks
        for rank, entry in enumerate(sorted(all_submissions(homework), key=_hashed))
    ]
    return [(homework, entry) for _, homework, entry in sorted(ranked, key=lambda one: one[:2])]


def _hashed(entry: Entry) -> bytes:
    return hashlib.sha256(entry.name.encode()).digest()


def compare(
    homework: str,
    home: Path,
    engine: Engine | Replay,
    *,
    apart: bool = False,
    sheets: Path = ROOT / "assignments",
    limited: Callable[[], Assignment] | None = None,
) -> Parity:
    """One example both ways; `home` is the only folder of its class, and what runs is kept beside that.
    `limited`: the sheet with other limits than the corpus has."""
    began, started = time.monotonic(), list[Event]()
    sheet = limited() if limited else _with_limits(load_sheet(sheets / homework))
    examiner = _examiner(sheet, home.parent.parent / "out", engine, started)
    graded, student = _graded(home, examiner)
    if apart:
        examiner = replace(examiner, key=secrets.token_bytes(32), stamp="apart")
    path = home / NOTEBOOK if (home / NOTEBOOK).is_file() else home
    try:
        own = read_own(path, name=homework, assignments=sheets, strict=True)
        checked = _checked(own, examiner, student)
    except GraderError as problem:
        checked = {REFUSED: str(problem)}
    seconds = round(time.monotonic() - began, 1)
    runs = sum(event.kind == "started" for event in started)
    return Parity(
        check=checked, grade=graded, seconds=seconds, runs=runs, replayed=isinstance(engine, Replay)
    )


def _with_limits(sheet: Assignment) -> Assignment:
    sheet.budget = replace(sheet.budget, cell_minutes=CELL_MINUTES, wall_minutes=WALL_MINUTES)
    return sheet


def _examiner(sheet: Assignment, out: Path, engine: Engine | Replay, told: list[Event]) -> Examiner:
    out.mkdir()
    settings = Settings(isolation=engine.level)
    return Examiner(
        assignment=sheet,
        out=out,
        key=b"a key for tests",
        runner=engine.run,
        settings=settings,
        tell=told.append,
        stamp="both",
    )


def _checked(own: OwnWork, examiner: Examiner, student: str) -> Statuses:
    sheet = examiner.assignment
    own = replace(own, assignment=sheet, submission=replace(own.submission, student=student))
    examiner = replace(examiner, settings=replace(examiner.settings, patience=60 * sheet.budget.cell_minutes))
    return _statuses(concluded(own, own_attempts(examiner, own)).record.grade.checks)


def _graded(home: Path, examiner: Examiner) -> tuple[Statuses, str]:
    (candidate,) = find_candidates(home.parent, home.parent.parent / "unpacked", Course())
    submission = prepare(candidate, examiner.assignment)
    attempt = best(list(examiner.attempts(submission)))
    if NotKept.__name__ in attempt.fault:
        raise NotKept(submission.student)
    assert not attempt.fault, f"{home.name}: {attempt.fault}"
    return _statuses(grade(attempt.verdicts, (), "digest").checks), submission.student


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
    if replayed := sum(found.replayed for found in results.values()):
        yield f"{replayed} of {len(results)} replay a run that was kept"
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
    parser.add_argument("--apart", action="store_true", help="run each of the two, whatever they share")
    parser.add_argument("--replay", type=Path, nargs="+", default=[], metavar="RUNS")
    parser.add_argument("--told", action="store_true", help="run nothing")
    options = parser.parse_args(arguments)
    chosen = [
        (homework, entry)
        for homework, entry in by_hash((options.homework,) if options.homework else HOMEWORKS)
        if not options.only or entry.name in options.only
    ]
    if not options.told:
        _run(options, chosen, time.monotonic() + 60 * options.minutes)
    there = {
        f"{homework} {entry.name}": load(_kept(options.keep, homework, entry)) for homework, entry in chosen
    }
    results = {name: found for name, found in there.items() if found is not None}
    print("\n".join(told(results, len(chosen))))
    return int(any(found.differences() for found in results.values()))


def _run(options: argparse.Namespace, chosen: Sequence[tuple[str, Entry]], end: float) -> None:
    with contextlib.nullcontext() if options.replay else Engine.best() as engine:
        for homework, entry in chosen:
            path = _kept(options.keep, homework, entry)
            if path.is_file():
                continue
            if time.monotonic() > end:
                return
            runs = engine or Replay([place / homework for place in options.replay])
            try:
                with TemporaryDirectory() as place:
                    home = write(entry.name, Path(place) / "class", homework)
                    found = compare(homework, home, runs, apart=options.apart)
            except NotKept:
                continue
            save(path, found)
            words = "; ".join(found.differences()) or "equal"
            print(f"{homework} {entry.name}: {words} ({found.runs} runs, {found.seconds:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
