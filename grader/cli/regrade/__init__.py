"""`grade regrade [OUT]`: judge stored runs again by the checks of today; nothing is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import SHEETS_HELP


def regrade(
    out: Annotated[
        Path | None,
        typer.Argument(metavar="OUT", help="The folder that `grade DIR` wrote; the only one below ./grades."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the new grades; the old ones are kept.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the grades before the last --apply.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(metavar="STUDENT", help="This student only (may be repeated).")
    ] = None,
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes at a time; else one per core.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print who would move for a program, and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but troubles.")] = False,
) -> None:
    """Judge stored runs again: who would move, and why. Writes only with --apply."""
    from grader.cli.regrade.work import RegradeWish, regrade_class

    wish = RegradeWish(
        out=out,
        apply=apply,
        undo=undo,
        only=frozenset(only or ()),
        assignments=assignments,
        jobs=jobs,
        json=json,
        quiet=quiet,
    )
    raise typer.Exit(regrade_class(wish))
