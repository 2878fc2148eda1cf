"""`grade similar [DIR]`: whose work is alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import COURSE_HELP, SHEETS_HELP


def similar(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="The homework, or the folder that `grade DIR` wrote; the only one below ./grades.",
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What everybody was given; else made from the tutor's notebook."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page with the pairs side by side.")
    ] = None,
    assignment: Annotated[
        str, typer.Option(metavar="NAME", help="The sheet; recognised from the notebooks when left out.")
    ] = "",
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
    course: Annotated[Path | None, typer.Option(metavar="FILE", help=COURSE_HELP)] = None,
) -> None:
    """Show pairs of people whose code is alike, side by side. It informs, and changes no points."""
    from grader.cli.similar.work import SimilarWish, compare_class

    wish = SimilarWish(
        path=path, template=template, to=to, assignment=assignment, assignments=assignments, course=course
    )
    raise typer.Exit(compare_class(wish))
