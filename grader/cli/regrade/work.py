"""`grade regrade`: what is said and written."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader.assignment import load_sheet, sheet_digest
from grader.cli.places import cores, graded_folder
from grader.cli.sheets import line_of, sheet_folder_of
from grader.cli.words import console_of_a_class, print_json
from grader.errors import UsageError
from grader.model.quantities import counted
from grader.pipeline import make_reports
from grader.pipeline.regrade import apply, judge_again, to_write, undo
from grader.record import Gradebook, only_grader
from grader.record.moves import Move
from grader.report.moves import moves_data, moves_lines, moves_table
from grader.report.neutral import visible
from grader.report.shown import is_simple
from grader.report.words import some

DONE, OURS = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradeWish:
    """What was typed."""

    out: Path | None = None
    apply: bool = False
    undo: bool = False
    only: frozenset[str] = frozenset()
    assignments: Path | None = None
    jobs: int | None = None
    json: bool = False
    quiet: bool = False

    def command(self, *options: str) -> str:
        """What to type for the same class, with these options instead."""
        words = ["grade", "regrade", *([str(self.out)] if self.out else [])]
        words += ["--assignments", str(self.assignments)] if self.assignments else []
        return shlex.join([*words, *options])


def regrade_class(wish: RegradeWish) -> int:
    """Do all of it; the exit code: 0 done, 1 somebody could not be judged again because of us.

    Raises:
        GraderError: it cannot be done as typed.
    """
    if wish.apply and wish.undo:
        raise UsageError("--apply writes new grades and --undo takes them back: give one of them")
    if wish.undo and wish.only:
        raise UsageError("--undo takes back a whole --apply: leave --only out")
    console = console_of_a_class(quiet=wish.quiet or wish.json)
    with Gradebook(graded_folder(wish.out, option="grade regrade "), create=False) as gradebook:
        sheet = sheet_folder_of(gradebook, wish.assignments)
        if wish.assignments is None:
            console.print(visible(line_of(sheet), newlines=False))
        return (
            _undo(console, gradebook, sheet, wish) if wish.undo else _regrade(console, gradebook, sheet, wish)
        )


def _regrade(console: Console, gradebook: Gradebook, sheet: Path, wish: RegradeWish) -> int:
    moves = judge_again(gradebook, sheet, only=wish.only, jobs=wish.jobs or cores())
    new = to_write(gradebook, moves, sheet)
    session = _apply(gradebook, new, sheet) if wish.apply and new else None
    if session is not None:
        _report(console, gradebook, sheet, [move.student for move in new])
    if wish.json:
        data = moves_data(moves, load_sheet(sheet).name, sheet_digest(sheet), session)
        print_json(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    if any(move.moves for move in moves):
        console.print(moves_table(moves, simple=is_simple(console)))
    for line in (
        *moves_lines(moves, written=session is not None),
        *_runs_to_make(moves),
        _hint_for(wish, new, session),
    ):
        console.print(visible(line, newlines=False))
    return _troubles(moves, wish)


def _apply(gradebook: Gradebook, new: Sequence[Move], sheet: Path) -> int:
    with only_grader(gradebook.folder):  # what is being graded meanwhile would be overwritten
        return apply(gradebook, new, sheet)


def _runs_to_make(moves: Sequence[Move]) -> list[str]:
    """What to type for those who need a new run."""
    students = [move.student for move in moves if move.after is None]
    if not students:
        return []
    if len(students) == len(moves) > 1:
        return ["New runs: `grade DIR --rerun all`, DIR being the folder with the homework"]
    options = " ".join(f"--rerun {shlex.quote(student)}" for student in students)
    return [f"New runs: `grade DIR {options}`, DIR being the folder with the homework"]


def _hint_for(wish: RegradeWish, new: Sequence[Move], session: int | None) -> str:
    """The last line: what to type. `new` are those whom --apply writes."""
    only = [word for student in sorted(wish.only) for word in ("--only", student)]
    if session is not None:
        return f"Written; the old grades are kept: `{wish.command('--undo')}` goes back to them."
    command = wish.command(*only, "--apply")
    if any(move.changes or move.moves for move in new):
        return f"Nothing is written yet: `{command}` writes these grades, and keeps the old ones."
    if new:
        return (
            f"Nothing is written yet: `{command}` notes that these grades hold for the checks of today, too."
        )
    return "There is nothing to write."


def _troubles(moves: Sequence[Move], wish: RegradeWish) -> int:
    """Those whom we could not judge again are named, even where nothing else is printed."""
    ours = [move for move in moves if move.ours]
    if wish.quiet:
        for move in ours:
            print(visible(f"{move.student}: {move.lacks}", newlines=False), file=sys.stderr)
    return OURS if ours else DONE


def _undo(console: Console, gradebook: Gradebook, sheet: Path, wish: RegradeWish) -> int:
    students = undo(gradebook)
    if students:
        _report(console, gradebook, sheet, students)
    if wish.json:
        print_json(
            json.dumps({"schema": "grader/regrade/v1", "undone": students}, indent=1, ensure_ascii=False)
            + "\n"
        )
    if not students:
        console.print(f"There is nothing to take back: no grade here comes from `{wish.command('--apply')}`.")
        return DONE
    back = counted(len(students), "grade is", "grades are")
    console.print(visible(f"{back} as before the last --apply: {some(students)}", newlines=False))
    console.print(f"`{wish.command()}` shows again who would move.")
    return DONE


def _report(console: Console, gradebook: Gradebook, sheet: Path, students: Sequence[str]) -> None:
    """The reports, and the pages of those who now read something else."""
    paths = make_reports(gradebook, load_sheet(sheet), only=students)
    for problem in paths.problems:
        console.print(visible(problem, newlines=False))
