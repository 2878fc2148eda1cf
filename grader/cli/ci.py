"""`grade ci`: the public checks in a CI job. It ends with 0 once results are written; `grade ci --verdict` fails the job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from grader.cli.words import OWN_SHEETS_HELP

RESULTS = Path(".grader-results.json")  # hidden, so that it never counts as a part of the homework


def ci(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="The student's checkout, or the notebook in it.")] = Path(),
    assignment: Annotated[str, typer.Option(metavar="NAME", help="The sheet; recognised from the notebook when left out.")] = "",
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=OWN_SHEETS_HELP)] = None,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the results go, for programs and for --verdict.")
    ] = RESULTS,
    verdict: Annotated[bool, typer.Option("--verdict", help="Run nothing; fail if the results written before say so.")] = False,
) -> None:
    """Run the public checks in a CI job: summary, annotations, and the result for a classroom's reporter."""
    if verdict:
        raise typer.Exit(_verdict(results))
    from grader.cli.own_run import check_folder
    from grader.report import ci as show
    from grader.report.results import results_text

    checked = check_folder(path, name=assignment, assignments=assignments, strict=False)
    record = checked.record
    results.write_text(results_text([record], None, checked.assignment), "utf-8")
    _append("GITHUB_STEP_SUMMARY", show.summary(record, checked.assignment, hidden=checked.hidden))
    _append("GITHUB_OUTPUT", f"result={show.reporter_output(record)}\n")
    for line in (
        show.plain(checked.source),
        *show.log_lines(record),
        *(show.commands(record, checked.notebook) if "GITHUB_ACTIONS" in os.environ else ()),
    ):
        typer.echo(line)


def _append(variable: str, text: str) -> None:
    """Add to the file that GitHub names in an environment variable; outside of GitHub there is none."""
    if name := os.environ.get(variable):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)


def _verdict(results: Path) -> int:
    """0 when all that can be checked passes, 1 when something fails, 2 when there are no results or we failed."""
    import json

    from grader.errors import UsageError

    try:
        data: dict[str, Any] = json.loads(results.read_text("utf-8"))
        statuses = [check["status"] for submission in data["submissions"] for check in submission["checks"]]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"there are no results in {results}: run `grade ci` before `grade ci --verdict`") from problem
    failing = sum(status in ("FAILED", "PARTIAL", "SKIPPED") for status in statuses)
    ours = statuses.count("ERROR")
    passing, waiting = statuses.count("PASSED"), len(statuses) - statuses.count("PASSED") - failing - ours
    typer.echo(f"{passing} pass, {failing} fail, {waiting} wait for a person" + (f", {ours} failed by our fault" if ours else ""))
    return 1 if failing else 2 if ours else 0
