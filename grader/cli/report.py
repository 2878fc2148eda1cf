"""`grade report [STUDENT]`: make the reports again from the gradebook, and tell how one grade came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.words import SHEETS_HELP

if TYPE_CHECKING:
    from grader.record import Gradebook


def report(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Only this student's page.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The folder that `grade DIR` wrote.")
    ] = None,
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
) -> None:
    """Make the reports again from the gradebook. Of one student it also tells how the grade came about;
    nothing is run or judged."""
    from grader.cli.places import graded_folder
    from grader.cli.sheets import sheet_of
    from grader.pipeline import make_reports
    from grader.record import Gradebook
    from grader.report.neutral import visible

    folder = graded_folder(out)
    with Gradebook(folder, create=False) as gradebook:
        student = gradebook.student_called(student) if student else ""
        sheet = sheet_of(gradebook, assignments, lambda line: typer.echo(visible(line, newlines=False)))
        paths = make_reports(gradebook, sheet, only={student} if student else None)
        for line in (*(_story(gradebook, student) if student else ()), *paths.problems):
            typer.echo(
                visible(line, newlines=False)
                if not line.startswith("  ")
                else "  " + visible(line, newlines=False)
            )
    pages = [paths.staff[student], paths.feedback[student]] if student in paths.feedback else [paths.index]
    typer.echo(f"Reports: {', '.join(map(str, pages))}")


def _story(gradebook: Gradebook, student: str) -> list[str]:
    import contextlib

    from grader.errors import GradebookError
    from grader.record import load_run, run_path
    from grader.report.history import check_lines, history_lines

    history, runs = gradebook.history(student), {}
    for run_id in {run_id for record in history for run_id in (*record.runs, record.run_id) if run_id}:
        with contextlib.suppress(GradebookError):  # a run's folder may be deleted: the story says so
            runs[run_id] = load_run(run_path(gradebook.folder, student, run_id))
    sessions = {session.id: session for session in gradebook.sessions()}
    told = history_lines(history, gradebook.decisions(student), sessions, runs)
    return [*told, "", *check_lines(history[-1])]
