"""`grade lint NAME`: what is wrong with a sheet, before a class finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import SHEETS_HELP


def lint(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The sheet: the name of its folder.")],
    quick: Annotated[
        bool, typer.Option("--quick", help="Only read it: seconds, and no TensorFlow is needed.")
    ] = False,
    submissions: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help=(
                "A folder for each right and wrong submission. Left out: submissions/NAME beside"
                " assignments/."
            ),
        ),
    ] = None,
    notebook: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The tutor's notebook. Left out: reference/NAME/solution.ipynb beside assignments/.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SUBMISSION", help="Run this one only, or reference, template (may be repeated)."
        ),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, metavar="N", help="How often each question is drawn.")] = 10,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Notebooks at a time; else what the machine can carry."),
    ] = None,
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the findings for a program, and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but findings.")] = False,
) -> None:
    """Find what is wrong with a sheet. It is read, and its solution, its template, and its right and wrong
    submissions are run."""
    from grader.cli.lint.work import LintWish, lint_sheet

    wish = LintWish(
        name=name,
        quick=quick,
        submissions=submissions,
        notebook=notebook,
        only=frozenset(only or ()),
        draws=draws,
        jobs=jobs,
        assignments=assignments,
        json=json,
        quiet=quiet,
    )
    raise typer.Exit(lint_sheet(wish))
