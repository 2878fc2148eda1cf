"""`grade template NAME DIR`: the repository that students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import SHEETS_HELP


def template(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The sheet: the name of its folder.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the repository is written.")],
    notebook: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The tutor's notebook. Left out: reference/NAME/solution.ipynb beside assignments/.",
        ),
    ] = None,
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
    no_wheel: Annotated[
        bool, typer.Option("--no-wheel", help="Leave out the grader itself: to look at the rest.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over an earlier hand-out.")] = False,
) -> None:
    """Write the repository that students get. It holds the notebook with gaps, README, workflow, public
    checks and the grader."""
    from grader.assignment import load_sheet
    from grader.cli.handout import handout, tutors_files, write_handout
    from grader.cli.sheets import line_of, sheets_of_course
    from grader.cli.wheel import make_wheel
    from grader.report.story import later_text

    sheet = sheets_of_course(assignments, name)
    assignment = load_sheet(sheet)
    tutors = tutors_files(sheet, notebook)
    write_handout(handout(assignment, tutors, None if no_wheel else make_wheel()), folder, force=force)
    typer.echo(line_of(sheet))
    typer.echo(f"{folder} is ready: look at it, then push it as the template of your students' repositories.")
    if later := later_text(assignment):
        typer.echo(f"Hidden checks are left out. {later}")
