"""`grade DIR`: a whole class, from the first line to the table at the end."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from grader.cli.grade.account import an_account
from grader.cli.grade.dry_run import dry_run
from grader.cli.grade.ending import close
from grader.cli.grade.means import ClusterCall, Means, elsewhere
from grader.cli.grade.opening import isolation_line, kept_lines, opening, sources
from grader.cli.grade.pace import pace, slots
from grader.cli.grade.wish import GradeWish, refuse_what_cannot_be, students_again, students_with_errors
from grader.cli.places import folder_for
from grader.cli.progress import Clock, Progress
from grader.cli.sheets import sheets_to_grade
from grader.cli.words import console_of_a_class
from grader.collect.choice.choose import contract_names
from grader.errors import GraderError, UsageError
from grader.pipeline import (
    Examiner,
    LiveSession,
    Roll,
    RunWanted,
    Settings,
    collect,
    sort_out,
)
from grader.record import Gradebook, only_grader
from grader.record.called import as_written
from grader.record.takes import keep_takes, said_takes
from grader.report.neutral import visible
from grader.run import Engine, best_offer, offer
from grader.run.scratch import scratch

SEEDED = "all questions were drawn from --seed {}: good for tests, not for marks"
NO_ISOLATION = (
    "notebooks cannot be isolated on this machine: they would run with your rights and could read or delete"
    " your files. `grade doctor` says what is missing; on a machine you can spare, or with notebooks you"
    " trust, give --no-isolation"
)


def grade_class(wish: GradeWish, runner: RunWanted | None = None) -> int:
    """Do all of it; the exit code: 0 everybody has a grade, 1 somebody has none because of us, 130 stopped.

    Raises:
        GraderError: it cannot be done as typed.
    """
    refuse_what_cannot_be(wish)
    console = console_of_a_class(quiet=wish.quiet or wish.json)
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
            return dry_run(console, roll, out, wish)
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
    console: Console, roll: Roll, wish: GradeWish, stack: contextlib.ExitStack, hide: Sequence[Path]
) -> Means:
    """What runs the notebooks: this machine, or those of a cluster."""
    if wish.cluster:
        if wish.jobs:
            raise UsageError(
                "--jobs is for this machine; each worker has its own: `grade worker ADDRESS --slots N`"
            )
        call = ClusterCall(
            address=wish.cluster, keys=wish.tls, no_tls=wish.no_tls, no_isolation=wish.no_isolation
        )
        return elsewhere(
            stack, call, roll.assignment, lambda line: console.print(visible(line, newlines=False)), hide
        )
    engine = stack.enter_context(_engine(wish, hide=hide))
    stack.callback(lambda: console.print("\n".join(engine.notices)) if engine.notices else None)
    return Means(
        runner=engine.run, level=engine.level, notes=(isolation_line(engine.offer),), spent=engine.spent
    )


def _engine(wish: GradeWish, hide: Sequence[Path]) -> Engine:
    """At the best level there is, or at none when that was asked for.

    Raises:
        UsageError: there is no isolation here, and nobody said that none is wanted.
    """
    found = offer("none") if wish.no_isolation else best_offer()
    if found.level == "none" and not wish.no_isolation:
        raise UsageError(NO_ISOLATION)
    return Engine(found, hide=hide)


def _grade(console: Console, roll: Roll, gradebook: Gradebook, wish: GradeWish, means: Means) -> int:
    """Grade whom it concerns, and close."""
    jobs = means.slots() if means.slots else wish.jobs or slots(roll.assignment.budget.memory_mb)
    each = pace(roll.assignment, gradebook)
    said = said_takes(
        wish.take, {candidate.student for candidate in roll.candidates}, contract_names(roll.assignment)
    )
    takes = keep_takes(gradebook.folder, said)
    todo = sort_out(
        roll,
        gradebook,
        students_again(wish, roll) | frozenset(said),
        errors=students_with_errors(wish, gradebook),
        suggested=bool(wish.written),
    )
    for line in (opening(todo, each, jobs), *sources(roll), *means.notes, *kept_lines(todo)):
        console.print(visible(line, newlines=False))
    settings = Settings(
        jobs=jobs,
        budgeted=wish.budgeted,
        runtime=wish.runtime,
        isolation=means.level,
        suggested=bool(wish.written),
        takes=takes,
    )
    examiner = _examiner(gradebook, roll, means, settings, wish.seed)
    limit = 60 * roll.assignment.budget.cell_minutes
    clock = Clock(len(todo.work), means.slots or jobs, each.middle, cell_seconds=limit)
    with Progress(console, clock, means.crew, as_written(roll.candidates)) as progress:
        summary = LiveSession(todo, gradebook, replace(examiner, tell=progress)).run()
    if summary.trouble:
        raise GraderError(
            f"{summary.trouble}. No more can be graded; once that is fixed, the same command goes on"
        )
    return close(console, todo, gradebook, summary, wish)


def _examiner(
    gradebook: Gradebook, roll: Roll, means: Means, settings: Settings, seed: int | None
) -> Examiner:
    """Who runs and judges. With a seed anybody can draw the questions, and every report says so."""
    key = gradebook.key
    if seed is not None:
        key = hashlib.sha256(f"grade --seed {seed}".encode()).digest()
        settings = replace(settings, flag=SEEDED.format(seed))
    return Examiner(
        assignment=roll.assignment,
        out=gradebook.folder,
        key=key,
        settings=settings,
        runner=means.runner,
        judge=means.judge,
        slots=means.slots,
        check_runner=means.check,
        around=means.around,
    )
