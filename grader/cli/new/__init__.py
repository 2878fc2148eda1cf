"""`grade new NAME`: a sheet to start from, in the course's own repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="What the sheet is called: small letters, digits and underscores."
        ),
    ],
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="What students read above it. Left out: the name.")
    ] = "",
    into: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The course's repository. Left out: where you stand.")
    ] = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but troubles.")] = False,
) -> None:
    """Start a sheet of your own. It comes with rubric, solution, a right and a wrong submission, and a test;
    nothing is written over."""
    from grader.cli.new.skeleton import skeleton, write_skeleton
    from grader.cli.sheets import shown

    files = skeleton(name, title)
    write_skeleton(files, into)
    if quiet:
        return
    for path in files:
        typer.echo(shown(into / path))
    course = "" if into.resolve() == Path.cwd() else f" (in {shown(into)})"
    typer.echo(
        f"It works as it is{course}: `grade lint {name}`, `grade submissions/{name}`, `pytest"
        f" tests/test_{name}.py`."
    )
    typer.echo("Now make it yours, and ask `grade lint` after each change.")
