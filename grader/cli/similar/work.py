"""`grade similar`: whose code is compared, what is said and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from grader.assignment import Assignment
from grader.cli.places import graded_folder
from grader.cli.sheets import sheet_of, sheets_to_grade
from grader.cli.sources import code_of_class, template_of
from grader.collect import prepare
from grader.errors import UsageError
from grader.model.quantities import counted
from grader.pipeline import collect
from grader.record import Gradebook, write_atomically
from grader.record.called import Named, as_written
from grader.record.prints import Pair, alike, prints_of
from grader.report.neutral import visible
from grader.report.similar_page import MOST_PAIRS, says, similar_page
from grader.report.words import some
from grader.run.scratch import scratch

PAGE = "similar.html"
MOST_LINES = 20  # pairs that are named in the terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarWish:
    """What was typed."""

    path: Path | None = None
    template: Path | None = None
    to: Path | None = None
    assignment: str = ""
    assignments: Path | None = None
    course: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedWork:
    """Whose code was read, and from where."""

    assignment: Assignment
    code: Mapping[str, str]  # by who wrote it, as they write themselves
    without: tuple[str, ...]  # of whom there is no code
    page: Path


def compared_work(
    sheet: Assignment, ones: Sequence[Named], code: Mapping[str, str], page: Path
) -> ComparedWork:
    """What is compared; `code` by student."""
    written = as_written(ones)
    return ComparedWork(
        assignment=sheet,
        code={written[student]: text for student, text in code.items()},
        without=tuple(name for student, name in written.items() if student not in code),
        page=page,
    )


def compare_class(wish: SimilarWish) -> int:
    """Do all of it; the exit code.

    Raises:
        GraderError: it cannot be done as typed.
    """
    graded = wish.path is None or (wish.path / "gradebook.sqlite").is_file()
    found = _from_gradebook(wish) if graded else _from_homework(wish)
    if len(found.code) < 2:
        raise UsageError(
            f"there is code of {counted(len(found.code), 'person', 'people')} here: nothing to compare"
        )
    template = template_of(found.assignment, wish.assignments, wish.template)
    pairs = alike(
        {name: prints_of(text) for name, text in found.code.items()}, prints_of(template) if template else ()
    )
    page = similar_page(found.assignment.title, found.code, pairs, template)
    target = wish.to or found.page
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, page, durable=False)
    _say(found, pairs, template)
    typer.echo(f"Side by side: {target}")
    return 0


def _from_gradebook(wish: SimilarWish) -> ComparedWork:
    folder = graded_folder(wish.path, "grade similar ")
    with Gradebook(folder, create=False) as gradebook:
        sheet = sheet_of(gradebook, wish.assignments, lambda line: typer.echo(visible(line, newlines=False)))
        records = gradebook.records()
    return compared_work(sheet, records, code_of_class(folder, records), folder / PAGE)


def _from_homework(wish: SimilarWish) -> ComparedWork:
    assert wish.path is not None
    if not wish.path.exists():
        raise UsageError(
            f"{wish.path} does not exist: give the folder with the homework, or the one that `grade DIR`"
            " wrote"
        )
    with scratch() as workspace:
        sheets = sheets_to_grade(wish.assignments, wish.path).folder
        roll = collect(wish.path, workspace, sheets, name=wish.assignment, course_file=wish.course)
        read = [prepare(candidate, roll.assignment) for candidate in roll.candidates]
    code = {one.student: one.source.text for one in read if one.source.text.strip()}
    return compared_work(roll.assignment, read, code, Path(PAGE))


def _say(found: ComparedWork, pairs: list[Pair], template: str) -> None:
    typer.echo(
        f"{counted(len(found.code), 'program')}"
        f" compared{'' if template else '; no template is known, --template FILE subtracts it'}"
    )
    if found.without:
        typer.echo(visible(f"Without code: {some(found.without)}", newlines=False))
    for pair in pairs[:MOST_LINES]:
        typer.echo(visible(f"{pair.first} and {pair.second}: {says(pair, found.code)}", newlines=False))
    if len(pairs) > MOST_LINES:
        typer.echo(f"and {len(pairs) - MOST_LINES} more pairs; the page shows {min(len(pairs), MOST_PAIRS)}")
    if not pairs:
        typer.echo("Nobody shares more than people who worked alone do.")
