"""`grade DIR`: a whole class, from the first line to the table at the end."""

from __future__ import annotations

import contextlib
import hashlib
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from grader.cli.grade.account import an_account
from grader.cli.grade.means import Call, Means, elsewhere
from grader.cli.grade.opening import isolation_line, kept_lines, opening, sources
from grader.cli.places import cores, folder_for
from grader.cli.progress import GUESS_SECONDS, Clock, Progress
from grader.cli.sheets import sheets_to_grade
from grader.cli.words import print_json
from grader.collect import prepare
from grader.collect.choose import contract_names
from grader.errors import GraderError, UsageError
from grader.keras.generations import GENERATIONS
from grader.model import Status
from grader.pipeline import (
    Examiner,
    Roll,
    Runner,
    Session,
    Settings,
    Summary,
    Todo,
    collect,
    make_reports,
    sort_out,
)
from grader.record import Gradebook, Record, only_grader
from grader.record.takes import keep_takes, said_takes
from grader.report import Paths
from grader.report.look.first import look_here_first
from grader.report.neutral import visible
from grader.report.shown import is_simple
from grader.report.terminal import class_table, look_lines, summary_lines
from grader.run import Engine, best_offer, offer
from grader.run.scratch import scratch

GRADED, OURS, INTERRUPTED = 0, 1, 130
SEEDED = "all questions were drawn from --seed {}: good for tests, not for marks"
ENOUGH = 3  # records whose median says more than a guess
NO_ISOLATION = (
    "notebooks cannot be isolated on this machine: they would run with your rights and could read or delete"
    " your files. `grade doctor` says what is missing; on a machine you can spare, or with notebooks you"
    " trust, give --no-isolation"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed."""

    source: Path
    assignment: str = ""
    assignments: Path | None = None
    course: Path | None = None
    out: Path | None = None
    dry_run: bool = False
    sample: int | None = None
    only: frozenset[str] = frozenset()
    rerun: frozenset[str] = frozenset()
    take: tuple[str, ...] = ()  # "anna:model=lstm2": what is meant by a name of the sheet
    jobs: int | None = None
    cluster: str = ""  # the address of a scheduler, or "local:4"
    tls: Path | None = None  # the keys for it
    no_tls: bool = False
    runtime: str = ""
    budgeted: bool = True
    no_isolation: bool = False
    seed: int | None = None
    written: str = ""  # "suggested": the rubric's suggestions count until a person decides
    profile: bool = False
    json: bool = False
    quiet: bool = False


def grade_class(wish: Wish, runner: Runner | None = None) -> int:
    """Do all of it; the exit code: 0 everybody has a grade, 1 somebody has none because of us, 130 stopped.

    Raises:
        GraderError: it cannot be done as typed.
    """
    if not wish.source.exists():
        raise UsageError(f"{wish.source} does not exist: give the folder or the zip with the homework")
    if wish.runtime and wish.runtime not in GENERATIONS:
        raise UsageError(f"there is no runtime {wish.runtime!r}: give {' or '.join(GENERATIONS)}")
    if wish.written not in ("", "suggested"):
        raise UsageError(
            f"--written {wish.written}: give --written suggested, or leave it out and a person decides"
        )
    console = Console(
        quiet=wish.quiet or wish.json, highlight=False, markup=False, emoji=False, soft_wrap=True
    )
    with scratch() as workspace:
        sheets = sheets_to_grade(wish.assignments, wish.source, wish.out).folder
        roll = collect(
            wish.source,
            workspace,
            sheets,
            name=wish.assignment,
            only=wish.only,
            sample=wish.sample,
            course_file=wish.course,
        )
        out = folder_for(wish.out, roll.assignment.name, wish.source)
        if wish.dry_run:
            return _dry_run(console, roll, out, wish)
        with contextlib.ExitStack() as stack:
            account = stack.enter_context(an_account(console, out)) if wish.profile else None
            means = (
                Means(runner=runner)
                if runner is not None
                else _means(console, roll, wish, stack, (wish.source, out, sheets))
            )
            means = account.watch(means) if account else means
            gradebook = stack.enter_context(Gradebook(out))
            stack.enter_context(only_grader(out))
            return _grade(console, roll, gradebook, wish, means)


def _means(
    console: Console, roll: Roll, wish: Wish, stack: contextlib.ExitStack, hide: Sequence[Path]
) -> Means:
    """What runs the notebooks: this machine, or those of a cluster."""
    if wish.cluster:
        if wish.jobs:
            raise UsageError(
                "--jobs is for this machine; each worker has its own: `grade worker ADDRESS --slots N`"
            )
        call = Call(address=wish.cluster, keys=wish.tls, no_tls=wish.no_tls, no_isolation=wish.no_isolation)
        return elsewhere(
            stack, call, roll.assignment, lambda line: console.print(visible(line, newlines=False)), hide
        )
    engine = stack.enter_context(_engine(wish, hide=hide))
    stack.callback(lambda: console.print("\n".join(engine.notices)) if engine.notices else None)
    return Means(
        runner=engine.run, level=engine.level, notes=(isolation_line(engine.offer),), spent=engine.spent
    )


def _engine(wish: Wish, hide: Sequence[Path]) -> Engine:
    """At the best level there is, or at none when that was asked for.

    Raises:
        UsageError: there is no isolation here, and nobody said that none is wanted.
    """
    found = offer("none") if wish.no_isolation else best_offer()
    if found.level == "none" and not wish.no_isolation:
        raise UsageError(NO_ISOLATION)
    return Engine(found, hide=hide)


def _grade(console: Console, roll: Roll, gradebook: Gradebook, wish: Wish, means: Means) -> int:
    jobs = means.slots() if means.slots else wish.jobs or slots(roll.assignment.budget.memory_mb)
    guess = seconds_each(gradebook)
    said = said_takes(
        wish.take, {candidate.student for candidate in roll.candidates}, contract_names(roll.assignment)
    )
    takes = keep_takes(gradebook.folder, said)
    todo = sort_out(
        roll,
        gradebook,
        _rerun(wish, roll) | frozenset(said),
        errors=_errors(wish, gradebook),
        suggested=bool(wish.written),
    )
    for line in (opening(todo, guess / jobs), *sources(roll), *means.notes, *kept_lines(todo)):
        console.print(visible(line, newlines=False))
    seeded = wish.seed is not None
    examiner = Examiner(
        assignment=roll.assignment,
        out=gradebook.folder,
        key=hashlib.sha256(f"grade --seed {wish.seed}".encode()).digest() if seeded else gradebook.key,
        settings=Settings(
            jobs=jobs,
            budgeted=wish.budgeted,
            runtime=wish.runtime,
            isolation=means.level,
            suggested=bool(wish.written),
            takes=takes,
            flag=SEEDED.format(wish.seed) if seeded else "",
        ),
        runner=means.runner,
        judge=means.judge,
        slots=means.slots,
        check_runner=means.check,
        around=means.around,
    )
    with Progress(console, Clock(len(todo.work), means.slots or jobs, guess), means.crew) as progress:
        summary = Session(todo, gradebook, replace(examiner, tell=progress)).run()
    if summary.trouble:
        raise GraderError(
            f"{summary.trouble}. No more can be graded; once that is mended, the same command goes on"
        )
    return _close(console, todo, gradebook, summary, wish)


def _rerun(wish: Wish, roll: Roll) -> frozenset[str]:
    """Whom to grade again although nothing changed: students, or "all"."""
    known = {candidate.student for candidate in roll.candidates}
    if unknown := sorted(wish.rerun - known - {"all", "errors"}):
        raise UsageError(f"--rerun {unknown[0]}: nobody here is called so; give a student, errors or all")
    return wish.rerun - {"errors"}


def _errors(wish: Wish, gradebook: Gradebook | None) -> frozenset[str]:
    """Those with an error of ours, when they are to be graded again."""
    return _with_errors(gradebook.records()) if gradebook and "errors" in wish.rerun else frozenset()


def _with_errors(records: Sequence[Record]) -> frozenset[str]:
    return frozenset(
        r.student for r in records if any(check.status is Status.ERROR for check in r.grade.checks)
    )


def seconds_each(gradebook: Gradebook | None) -> float:
    """How long one submission took in earlier sessions; a guess when there are none."""
    known = [record.seconds for record in gradebook.records() if record.seconds > 0] if gradebook else []
    return statistics.median(known) if len(known) >= ENOUGH else GUESS_SECONDS


def slots(memory_mb: int) -> int:
    """How many notebooks at a time: one per core, as far as the memory goes; few need half of their limit."""
    try:
        room = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (memory_mb << 19)
    except (AttributeError, ValueError, OSError):  # not on Windows
        room = 2
    return max(1, min(cores(), room))


def _close(console: Console, todo: Todo, gradebook: Gradebook, summary: Summary, wish: Wish) -> int:
    """The reports, the table, what to look at first, and where everything is."""
    paths = make_reports(gradebook, todo.roll.assignment, only=summary.graded)
    names = {candidate.student for candidate in todo.roll.candidates}
    records = [record for record in gradebook.records() if record.student in names]
    if wish.json:
        print_json(paths.results.read_text("utf-8"))
    _show(console, records, todo, paths)
    if summary.interrupted:
        done = len(todo.roll.candidates) - len(summary.unfinished)
        say_to = (
            console if not console.quiet else Console(stderr=True, highlight=False, markup=False, emoji=False)
        )
        say_to.print(
            f"Stopped: {done} of {len(todo.roll.candidates)} are graded and kept. The same command goes on"
            " with the rest."
        )
        return INTERRUPTED
    return OURS if summary.faults or summary.unfinished or _with_errors(records) else GRADED


def _show(console: Console, records: Sequence[Record], todo: Todo, paths: Paths) -> None:
    simple, missing = is_simple(console), todo.roll.missing
    console.print(class_table(records, simple=simple, width=console.width))
    for line in look_lines(
        look_here_first(records, todo.roll.assignment, missing=missing, nobodys=todo.roll.nobodys)
    ):
        console.print(line)
    for line in summary_lines(records, missing=missing):
        console.print(line)
    for problem in paths.problems:
        console.print(visible(problem, newlines=False))
    console.print(
        f"Reports: {paths.index}  (also grades.csv, results.json, and a page for each student in feedback/)"
    )


def _dry_run(console: Console, roll: Roll, out: Path, wish: Wish) -> int:
    """Say what would be graded."""
    known = Gradebook(out, create=False) if (out / "gradebook.sqlite").is_file() else None
    with known or contextlib.nullcontext():
        todo = sort_out(roll, known, _rerun(wish, roll), errors=_errors(wish, known))
        console.print(
            opening(todo, seconds_each(known) / (wish.jobs or slots(roll.assignment.budget.memory_mb)))
        )
    for line in sources(roll):
        console.print(visible(line, newlines=False))
    for candidate in roll.candidates:
        submission = prepare(candidate, roll.assignment)
        kept = (
            "changed after the deadline, the version graded on time is kept"
            if candidate.student in todo.too_late
            else ""
        )
        kept = kept or ("unchanged, kept" if candidate.student in todo.kept else "")
        parts = [
            kept or submission.problem or submission.notebook_file,
            *submission.notices,
            *(repair.text for repair in submission.repairs),
            *submission.flags,
        ]
        console.print(visible(f"{candidate.student}: {'; '.join(parts)}", newlines=False))
    console.print(f"Nothing was run. Grades would go to {out}.")
    return GRADED
