"""`grade DIR --dry-run`: what would be graded."""

from __future__ import annotations

import contextlib
from pathlib import Path

from rich.console import Console

from grader.cli.grade.ending import GRADED
from grader.cli.grade.opening import opening, sources
from grader.cli.grade.pace import pace, slots
from grader.cli.grade.wish import GradeWish, students_again, students_with_errors
from grader.collect import prepare
from grader.pipeline import (
    Roll,
    sort_out,
)
from grader.record import Gradebook
from grader.record.called import as_written
from grader.report.neutral import visible


def dry_run(console: Console, roll: Roll, out: Path, wish: GradeWish) -> int:
    """Say what would be graded."""
    known = Gradebook(out, create=False) if (out / "gradebook.sqlite").is_file() else None
    with known or contextlib.nullcontext():
        todo = sort_out(roll, known, students_again(wish, roll), errors=students_with_errors(wish, known))
        jobs = wish.jobs or slots(roll.assignment.budget.memory_mb)
        console.print(opening(todo, pace(roll.assignment, known), jobs))
    for line in sources(roll):
        console.print(visible(line, newlines=False))
    names = as_written(roll.candidates)
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
        console.print(visible(f"{names[candidate.student]}: {'; '.join(parts)}", newlines=False))
    console.print(f"Nothing was run. Grades would go to {out}.")
    return GRADED
