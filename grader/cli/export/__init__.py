"""`grade export FORMAT`: what can be typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import SHEETS_HELP

FORMATS = ("canvas", "moodle", "gradescope", "brightspace", "classroom50", "junit", "csv", "json", "jplag")


def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(FORMATS)}.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The folder that `grade DIR` wrote.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the files go: OUT/export/FORMAT.")
    ] = None,
    fill: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The platform's own table, which is filled: Moodle, Canvas, Brightspace."
        ),
    ] = None,
    item: Annotated[
        str,
        typer.Option(metavar="TITLE", help="What the platform calls this homework; else the sheet's title."),
    ] = "",
    provisional: Annotated[
        bool,
        typer.Option(
            "--provisional",
            help="Export although points are open; the last lines and the files' comments say so.",
        ),
    ] = False,
    autograder: Annotated[
        bool,
        typer.Option(
            "--autograder", help="gradescope: write the autograder.zip that runs the public checks there."
        ),
    ] = False,
    results: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Read a results.json, as `grade ci` writes it, instead of a gradebook."
        ),
    ] = None,
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
) -> None:
    """Write marks as other systems take them. These are learning platforms, classrooms and test reports."""
    from grader.cli.export.work import ExportWish, hand_back

    wish = ExportWish(
        form=form,
        out=out,
        to=to,
        fill=fill,
        item=item,
        provisional=provisional,
        autograder=autograder,
        results=results,
        assignments=assignments,
    )
    raise typer.Exit(hand_back(wish))
