"""`grade ci`: the public checks in a CI job. It ends with 0 once results are written; `grade ci --verdict`
fails the job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.words import OWN_SHEETS_HELP

if TYPE_CHECKING:
    from grader.cli.own_run import Checked
    from grader.cli.own_work import OwnWork
    from grader.record import Record

RESULTS = Path(".grader-results.json")  # hidden, so that it never counts as a part of the homework


def ci(
    path: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The student's checkout, or the notebook in it.")
    ] = Path(),
    assignment: Annotated[
        str, typer.Option(metavar="NAME", help="The sheet; recognised from the notebook when left out.")
    ] = "",
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=OWN_SHEETS_HELP)] = None,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the results go, for programs and for --verdict.")
    ] = RESULTS,
    verdict: Annotated[
        bool, typer.Option("--verdict", help="Run nothing; fail if the results written before say so.")
    ] = False,
    draw: Annotated[
        Path | None,
        typer.Option(metavar="NEW", help="Of three jobs the first: draw the questions, and run nothing."),
    ] = None,
    answer: Annotated[
        Path | None,
        typer.Option(metavar="DRAWN", help="The second: run the notebook, without sheet and key."),
    ] = None,
    judge: Annotated[
        Path | None, typer.Option(metavar="ANSWERED", help="The third: judge what it answered.")
    ] = None,
) -> None:
    """Run the public checks in a CI job. It leaves a summary, annotations, and the result for a classroom's
    reporter."""
    if verdict:
        raise typer.Exit(_verdict(results))
    if answer is not None:
        from grader.cli.ci.apart import answer_questions

        typer.echo(answer_questions(answer))
        return
    from grader.cli.own_work import read_own
    from grader.report.ci import plain

    own = read_own(path, name=assignment, assignments=assignments, strict=False)
    if draw is not None:
        from grader.cli.ci.apart import draw_questions

        typer.echo(plain(draw_questions(own, draw)))
        return
    _tell(_checked(own, judge), results)


def _checked(own: OwnWork, answered: Path | None) -> Checked:
    """What the checks say of it; of what an earlier job answered, where there is one."""
    from grader.cli.ci.apart import judge_answers
    from grader.cli.own_run import run_own
    from grader.errors import UsageError
    from grader.report.ci import missing_summary

    try:
        return judge_answers(own, answered) if answered is not None else run_own(own)
    except UsageError as problem:
        _append("GITHUB_STEP_SUMMARY", missing_summary(own.assignment, str(problem)))
        raise


def _tell(checked: Checked, results: Path) -> None:
    """To programs in files, to people in the job's summary, its annotations and its log."""
    from grader.report import ci as show
    from grader.report.results import results_text

    record = checked.record
    results.write_text(results_text([record], None, checked.assignment), "utf-8")
    _append("GITHUB_STEP_SUMMARY", show.summary(record, checked.assignment))
    _append("GITHUB_OUTPUT", f"result={show.reporter_output(record)}\n")
    _for_classroom50(record)
    place = from_the_root(checked.folder / checked.notebook) if checked.notebook else ""
    for line in (
        show.plain(checked.source),
        *show.log_lines(record),
        *(show.commands(record, place) if "GITHUB_ACTIONS" in os.environ else ()),
    ):
        typer.echo(line)


def from_the_root(path: Path) -> str:
    """A file as annotations name it: from the root of the checkout, wherever in there the homework lies, and
    wherever in the job's workspace the checkout."""
    path = path.resolve()
    # of a submodule `.git` is a file, and the job is one of the repository around it
    checkout = next((p for p in path.parents if (p / ".git").is_dir()), None) or next(
        (p for p in path.parents if (p / ".git").exists()), None
    )
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or checkout or path.parent).resolve()
    root = checkout if checkout is not None and checkout.is_relative_to(workspace) else workspace
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _for_classroom50(record: Record) -> None:
    """In a job of Classroom 50: the result.json that it takes."""
    import json

    from grader.report.classroom50 import classroom50_result, wants_result

    if wants_result(os.environ):
        Path("result.json").write_text(
            json.dumps(classroom50_result(record, os.environ), indent=1) + "\n", "utf-8"
        )


def _append(variable: str, text: str) -> None:
    """Add to the file that GitHub names in an environment variable; outside of GitHub there is none."""
    if name := os.environ.get(variable):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)


def _verdict(results: Path) -> int:
    """1 when something fails without which nobody passes, 2 when there are no results or we failed, else
    0."""
    import json

    from grader.errors import UsageError
    from grader.model.verdict import OF_THE_STUDENT
    from grader.report.ci import verdict_line

    try:
        data: dict[str, Any] = json.loads(results.read_text("utf-8"))
        checks = [check for submission in data["submissions"] for check in submission["checks"]]
        statuses = [check["status"] for check in checks]
        lacking = sum(check.get("waits_for") in OF_THE_STUDENT for check in checks)
        red = any(submission["level_possible"] == "NOT_PASSED" for submission in data["submissions"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(
            f"there are no results in {results}: run `grade ci` before `grade ci --verdict`"
        ) from problem
    failing = sum(status in ("FAILED", "PARTIAL", "SKIPPED") for status in statuses)
    ours, passing = statuses.count("ERROR"), statuses.count("PASSED")
    waiting = len(statuses) - passing - failing - ours - lacking
    typer.echo(verdict_line(passing, failing, waiting, ours, red=red, of_the_student=lacking))
    return 1 if red else 2 if ours else 0
