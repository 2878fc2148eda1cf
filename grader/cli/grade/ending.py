"""How `grade DIR` ends: the reports, the table, what to look at first, and where everything is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from grader.cli.grade.wish import GradeWish, with_errors
from grader.cli.words import print_json
from grader.pipeline import (
    Summary,
    Todo,
    make_reports,
)
from grader.record import Gradebook, Record
from grader.record.called import as_written
from grader.report import Paths
from grader.report.look.first import look_here_first
from grader.report.neutral import visible
from grader.report.shown import is_simple
from grader.report.terminal import class_table, look_lines, summary_lines

GRADED, OURS, INTERRUPTED = 0, 1, 130


def close(console: Console, todo: Todo, gradebook: Gradebook, summary: Summary, wish: GradeWish) -> int:
    """Write and show what came out; the exit code."""
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
    return OURS if summary.faults or summary.unfinished or with_errors(records) else GRADED


def _show(console: Console, records: Sequence[Record], todo: Todo, paths: Paths) -> None:
    simple, missing = is_simple(console), todo.roll.missing
    if records:  # stopped before the first: no table of headings alone
        console.print(class_table(records, simple=simple, width=console.width))
    for line in look_lines(
        look_here_first(records, todo.roll.assignment, missing=missing, nobodys=todo.roll.nobodys),
        as_written(records),
    ):
        console.print(line)
    for line in summary_lines(records):
        console.print(line)
    for problem in paths.problems:
        console.print(visible(problem, newlines=False))
    console.print(
        f"Reports: {paths.index}  (also grades.csv, results.json, and a page for each student in feedback/)"
    )
