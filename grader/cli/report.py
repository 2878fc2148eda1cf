"""`grade report [STUDENT]`: make the reports again from the gradebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Only this student's page.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="The folder that `grade DIR` wrote.")] = None,
    assignments: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the sheets are; else looked for upward.")
    ] = None,
) -> None:
    """Make the reports again from the gradebook; nothing is run or judged."""
    from grader.cli.places import graded_folder, sheet_of
    from grader.errors import UsageError
    from grader.pipeline import make_reports
    from grader.record import Gradebook
    from grader.report.neutral import visible

    folder = graded_folder(out)
    with Gradebook(folder, create=False) as gradebook:
        if student and gradebook.record_of(student) is None:
            raise UsageError(f"{folder} has no grade of {student!r}")
        paths = make_reports(gradebook, sheet_of(gradebook, assignments), only={student} if student else None)
    for problem in paths.problems:
        typer.echo(visible(problem, newlines=False))
    typer.echo(f"Reports: {paths.feedback.get(student, paths.index)}")
