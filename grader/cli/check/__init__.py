"""`grade check [NOTEBOOK]`: a student learns before the deadline what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.words import OWN_SHEETS_HELP, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from grader.cli.own_run import Checked
    from grader.cli.own_work import OwnWork

PATIENCE = 60.0  # seconds: a cell that takes longer, in a run that trains little, is a loop that does not end


def check(
    path: Annotated[
        Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook or script, or the folder it is in.")
    ] = Path(),
    quick: Annotated[
        bool, typer.Option("--quick", help="Only read it: seconds, and no TensorFlow is needed.")
    ] = False,
    patience: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=1,
            help="Stop a cell that runs longer where it trains little. Left out: 60, more on a busy machine.",
        ),
    ] = None,
    assignment: Annotated[
        str, typer.Option(metavar="NAME", help="The sheet; recognised from the notebook when left out.")
    ] = "",
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=OWN_SHEETS_HELP)] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the results for a program, and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing: the exit code tells.")] = False,
) -> None:
    """Run the public checks on your own notebook."""
    from rich.console import Console

    console = Console(quiet=quiet or json, highlight=False, markup=False, emoji=False)
    if path.exists():
        console.print("Reading your homework (cells are counted from the top, text cells included)")
    # after the first line: on a busy machine this alone takes a second
    from grader.cli.own_work import read_own
    from grader.cli.places import busy

    own = read_own(path, name=assignment, assignments=assignments, strict=True)
    fine = _tell_what_is_read(console, own)
    if quick:
        if not own.submission.problem:  # else there is nothing to run
            console.print("\nNothing was run: `grade check` without --quick does.")
        raise typer.Exit(2 if own.submission.is_our_fault else 0 if fine else 1)
    checked = _run(console, own, patience or round(PATIENCE * busy(), -1))
    if json:
        from grader.report.results import results_text

        print_json(results_text([checked.record], None, checked.assignment))
    raise typer.Exit(checked.exit_code)


def _tell_what_is_read(console: Console, own: OwnWork) -> bool:
    """Print what reading says; whether nothing in it is to be mended."""
    from rich.text import Text

    from grader.cli.lacking import not_here, other_packages
    from grader.model import Status
    from grader.report.neutral import visible
    from grader.report.own_work import read_line
    from grader.report.reading import ReadLine, read_lines
    from grader.report.shown import is_simple

    console.print(Text(visible(own.assignment.title, newlines=False), style="bold"))
    console.print(visible(own.source, newlines=False), soft_wrap=True)
    console.print(
        visible(own.submission.notebook_file or own.submission.path, newlines=False), soft_wrap=True
    )
    packages = (
        ReadLine(status=Status.NEEDS_REVIEW, text=not_here(package)) for package in other_packages(own)
    )
    lines = [*read_lines(own.submission, own.assignment), *packages]
    for line in lines:
        console.print(read_line(line, simple=is_simple(console)), soft_wrap=True)
    return all(line.status is not Status.FAILED for line in lines)


def _run(console: Console, own: OwnWork, patience: float) -> Checked:
    """Run it, each verdict on its line, then what fails in full, and what to do first."""
    from dataclasses import replace

    from grader.cli.check.live import Live
    from grader.cli.lacking import as_on_own_machine, lacking_command
    from grader.cli.own_run import run_own
    from grader.cli.places import busy
    from grader.errors import UsageError
    from grader.pipeline import Preview
    from grader.report.own_work import ending, student_report
    from grader.report.shown import is_simple

    if own.submission.problem:  # which is said already: there is nothing to run
        return run_own(own)
    if missing := lacking_command(own):
        raise UsageError(missing)
    tell = own.assignment.before_deadline
    with (
        Live(console, tell, form=own.submission.form, busy=busy(), patience=patience) as live,
        Preview(own.assignment, live.say, also=live.watch) as preview,
    ):
        checked = run_own(own, tell=live.hear, preview=preview, patience=patience)
    checked = replace(checked, record=as_on_own_machine(checked.record))
    live.finish(checked.record)
    simple = is_simple(console)
    console.print(
        student_report(checked.record, checked.assignment, tell=tell, simple=simple, after_lines=True)
    )
    for line in ending(checked.record, checked.assignment):
        console.print(line, soft_wrap=True)
    return checked
