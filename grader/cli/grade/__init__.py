"""`grade DIR`: what can be typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.words import COURSE_HELP, SHEETS_HELP

Source = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        help="A folder with one folder or notebook per student, a zip, or a platform's download.",
    ),
]


def grade(
    source: Source,
    assignment: Annotated[
        str, typer.Option(metavar="NAME", help="The sheet; recognised from the notebooks when left out.")
    ] = "",
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
    course: Annotated[Path | None, typer.Option(metavar="FILE", help=COURSE_HELP)] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where grades and reports go: ./grades/NAME.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be graded; run and write nothing.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Grade N submissions, spread over the class.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="STUDENT", help="Grade this student only (may be repeated).")
    ] = None,
    rerun: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STUDENT|errors|all", help="Run again although nothing changed (may be repeated)."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Notebooks at a time; else what the machine can carry."),
    ] = None,
    cluster: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Run the notebooks on the workers of this Dask scheduler; local:4 starts four here.",
        ),
    ] = "",
    tls: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The cluster's ca.pem, cert.pem and key.pem; else what Dask's configuration says.",
        ),
    ] = None,
    no_tls: Annotated[
        bool,
        typer.Option("--no-tls", help="Use a cluster without encryption, in a network that is yours alone."),
    ] = False,
    take: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STUDENT:NAME=THEIRS",
            help="Take THEIRS for NAME of the sheet, kept from now on (may be repeated).",
        ),
    ] = None,
    runtime: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="keras3 or keras2 for everybody; else each notebook gets the one it needs."
        ),
    ] = "",
    no_budget: Annotated[
        bool, typer.Option("--no-budget", help="Run every notebook in full at once, however long it trains.")
    ] = False,
    no_isolation: Annotated[
        bool,
        typer.Option(
            "--no-isolation", help="Let the notebooks run with your own rights: on a machine you can spare."
        ),
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="For tests: draw all questions from N; stands in the report."),
    ] = None,
    written: Annotated[
        str,
        typer.Option(
            metavar="suggested", help="Give written answers the points that the rubric suggests, marked so."
        ),
    ] = "",
    profile: Annotated[
        bool,
        typer.Option(
            "--profile",
            help="Say what every second of processor time went into; more in OUT/profile.json.",
        ),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the content of results.json and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but troubles.")] = False,
) -> None:
    """Grade a class: a folder, a zip or a platform's download."""
    from grader.cli.grade.wish import GradeWish
    from grader.cli.grade.work import grade_class

    wish = GradeWish(
        source=source,
        assignment=assignment,
        assignments=assignments,
        course=course,
        out=out,
        dry_run=dry_run,
        sample=sample,
        only=frozenset(only or ()),
        rerun=frozenset(rerun or ()),
        take=tuple(take or ()),
        jobs=jobs,
        cluster=cluster,
        tls=tls,
        no_tls=no_tls,
        runtime=runtime,
        budgeted=not no_budget,
        no_isolation=no_isolation,
        seed=seed,
        written=written,
        profile=profile,
        json=json,
        quiet=quiet,
    )
    raise typer.Exit(grade_class(wish))
