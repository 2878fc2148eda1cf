"""`grade check [NOTEBOOK]`: a student learns before the deadline what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import OWN_SHEETS_HELP, print_json


def check(
    path: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook or script, or the folder it is in.")] = Path(),
    assignment: Annotated[str, typer.Option(metavar="NAME", help="The sheet; recognised from the notebook when left out.")] = "",
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=OWN_SHEETS_HELP)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the results for a program, and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing: the exit code tells.")] = False,
) -> None:
    """Run the public checks on your own notebook."""
    from rich.console import Console

    from grader.cli.own_work import check_folder
    from grader.cli.progress import Clock, Progress
    from grader.report.neutral import visible
    from grader.report.results import results_text
    from grader.report.terminal import is_simple, student_report

    console = Console(quiet=quiet or json, highlight=False, markup=False, emoji=False)
    with Progress(console, Clock(1, 1)) as progress:
        checked = check_folder(path, name=assignment, assignments=assignments, strict=True, tell=progress)
    if json:
        print_json(results_text([checked.record], None, checked.assignment))
    tell = checked.assignment.before_deadline
    console.print(student_report(checked.record, checked.assignment, tell=tell, simple=is_simple(console)))
    console.print(visible(checked.source, newlines=False), soft_wrap=True)
    if checked.hidden:
        console.print(f"{checked.hidden} more checks run after the deadline.")
    raise typer.Exit(checked.exit_code)
