"""The verdicts of the whole corpus as golden files: what a change of the house must not change.

    python -m tests.golden_verdicts [--homework H] [--only NAME...] [--keep DIR]
                                                                    grade with real kernels, compare
    python -m tests.golden_verdicts --write ...                     ... and write what is new or differs
    python -m tests.golden_verdicts --judge DIR                     judge what --keep stored: by the code of
                                                                    today, whoever ran it, without kernels

`tests/golden/<homework>.json` holds, for every example submission and check: status, points, mistake and
message. Questions and the kernel's seed follow from one key, so that two gradings of one submission differ
only where a notebook's own clock or memory speaks; numbers within messages are therefore left out of the
comparison ("#"), and everything else counts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.assignment import load_sheet
from grader.assignment.sheet import Assignment
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.judging import HERE
from grader.model import Grade, Run, Submission
from grader.pipeline import Attempt, Examiner, Settings, best
from grader.pipeline.attempts import Made, Turn
from grader.record import load_run, run_path, stored_runs
from grader.run import Engine
from tests import corpus

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).resolve().parent / "golden"
KEY = b"a key for tests"
STAMP = "golden"
NUMBER = re.compile(r"\d[\d,.]*")

Line = dict[str, str | float]
Verdicts = dict[str, Line]  # by the check's id


def sheet_of(homework: str) -> Assignment:
    """The homework's sheet, with less patience: some of the examples never end."""
    sheet = load_sheet(ROOT / "assignments" / homework)
    sheet.budget = replace(sheet.budget, cell_minutes=2, wall_minutes=5)
    return sheet


def examine(
    homework: str, entry: corpus.Entry, folder: Path, engine: Engine | None
) -> tuple[Run | None, Grade]:
    """(the run that counts or None, the grade) of one example, as `grade DIR` would give it. Runs are kept
    below `folder`; those that are there already are judged as they are, and without an engine nothing can
    run."""
    home = folder / "class" / homework / entry.name
    corpus.write(entry.name, home, homework)
    return examine_files(homework, home, folder, engine)


def examine_files(homework: str, home: Path, folder: Path, engine: Engine | None) -> tuple[Run | None, Grade]:
    """The same of the one homework whose folder lies in `home`."""
    sheet = sheet_of(homework)
    (candidate,) = find_candidates(home, folder / "unpacked", Course())
    out = folder / homework
    out.mkdir(parents=True, exist_ok=True)
    submission = prepare(candidate, sheet)
    if engine is None:
        done = list(_judged_again(Examiner(assignment=sheet, out=out, key=KEY, judge=HERE), submission))
    else:
        settings = Settings(isolation=engine.level)
        examiner = Examiner(
            assignment=sheet, out=out, key=KEY, stamp=STAMP, settings=settings, runner=engine.run
        )
        done = examiner.attempts(submission)
    attempt: Attempt = best(done)
    assert not attempt.fault, f"{home.name}: {attempt.fault}"
    return attempt.run, grade(attempt.verdicts, (), "digest")


def _judged_again(examiner: Examiner, submission: Submission) -> Iterator[Attempt]:
    """What is stored of a submission, judged by the code of today, whatever made it: only the last of what
    was made twice counts."""
    stored = sorted(stored_runs(examiner.out, submission.student))
    last = {load_run(run_path(examiner.out, submission.student, run_id)).attempt: run_id for run_id in stored}
    for _, run_id in sorted(last.items()):
        yield examiner.again(submission, Made(turn=Turn(), run_id=run_id))
    if not stored:
        yield examiner.attempt(submission, Turn())  # nothing in it can be run


def lines_of(result: Grade) -> Verdicts:
    """What is compared of a grade."""
    return {
        check.id: {
            "status": check.status.value,
            "points": check.points,
            "mistake": check.mistake.id if check.mistake else "",
            "message": check.message,
        }
        for check in result.checks
    }


def known(homework: str) -> dict[str, Verdicts]:
    """The golden verdicts by the name of the example."""
    path = GOLDEN / f"{homework}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def differences(homework: str, name: str, result: Grade) -> list[str]:
    """In words, where a grade is no longer what it was; a check that was not there before is a difference,
    too."""
    before, now = known(homework).get(name), lines_of(result)
    if before is None:
        return [f"{name}: has no golden verdicts yet"]
    return [
        line
        for check in sorted({*before, *now})
        for line in _of_check(name, check, before.get(check), now.get(check))
    ]


def _of_check(name: str, check: str, before: Line | None, now: Line | None) -> Iterator[str]:
    if before is None or now is None:
        yield f"{name}: {check}: {'is new' if before is None else 'is gone'}"
        return
    for key, value in before.items():
        if _plain(value) != _plain(now[key]):
            yield f"{name}: {check}: {key} was {value!r}, is {now[key]!r}"


def _plain(value: str | float) -> str | float:
    return NUMBER.sub("#", value) if isinstance(value, str) else value


def write(homework: str, verdicts: Mapping[str, Verdicts]) -> None:
    """Put these into the golden file, the others stay."""
    GOLDEN.mkdir(exist_ok=True)
    names = [entry.name for entry in corpus.all_submissions(homework)]
    merged = known(homework) | dict(verdicts)
    text = json.dumps({name: merged[name] for name in names if name in merged}, indent=1, ensure_ascii=False)
    (GOLDEN / f"{homework}.json").write_text(text + "\n", encoding="utf-8")


def _chosen(options: argparse.Namespace) -> Iterator[tuple[str, corpus.Entry]]:
    for homework in [options.homework] if options.homework else corpus.HOMEWORKS:
        for entry in corpus.all_submissions(homework):
            if not options.only or entry.name in options.only:
                yield homework, entry


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade or judge, compare, and write if asked; 1 when something differs."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.golden_verdicts", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--homework", choices=corpus.HOMEWORKS)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the runs")
    parser.add_argument("--judge", type=Path, help="such a folder: nothing runs")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    compared = differing = 0
    with tempfile.TemporaryDirectory() as place:
        folder = options.judge or options.keep or Path(place)
        engine = None if options.judge else Engine.best()
        try:
            for homework, entry in _chosen(options):
                _, result = examine(homework, entry, folder, engine)
                found = differences(homework, entry.name, result)
                compared, differing = compared + 1, differing + bool(found)
                print("\n".join([f"{homework} {entry.name}: {result.points:g}", *found]), flush=True)
                if options.write and (found or entry.name not in known(homework)):
                    write(homework, {entry.name: lines_of(result)})
        finally:
            if engine:
                engine.__exit__()
    print(f"{compared} compared, {differing} differ")
    return int(differing > 0 and not options.write)


if __name__ == "__main__":
    sys.exit(main())
