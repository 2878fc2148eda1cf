"""`grade review [OUT]`: a local page where a person decides what no check can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.words import SHEETS_HELP

if TYPE_CHECKING:
    from grader.review import Desk, PagePass


def review(
    out: Annotated[
        Path | None,
        typer.Argument(metavar="OUT", help="The folder that `grade DIR` wrote; the only one below ./grades."),
    ] = None,
    person: Annotated[
        str, typer.Option(metavar="NAME", help="Who decides; else the name of your account.")
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="The port on 127.0.0.1; 0: any free one.")
    ] = 0,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser, too.")] = False,
    assignments: Annotated[Path | None, typer.Option(metavar="FOLDER", help=SHEETS_HELP)] = None,
) -> None:
    """Read written answers and decide, in a local page. Ctrl-C ends it, and brings the reports up to date."""
    import functools
    import getpass

    from grader.cli.places import graded_folder
    from grader.cli.sheets import sheet_of
    from grader.errors import UsageError
    from grader.pipeline import curves_of, make_reports
    from grader.record import Gradebook
    from grader.report.neutral import visible

    try:
        from grader.review import Desk, PagePass, listen, make_app, serve
    except ImportError as problem:
        raise UsageError("the page needs more packages: pip install 'rnn-grader[instructor]'") from problem

    with Gradebook(graded_folder(out, option="grade review "), create=False) as gradebook:
        assignment = sheet_of(gradebook, assignments, lambda line: typer.echo(visible(line, newlines=False)))
        desk = Desk(gradebook, assignment, visible(person or getpass.getuser(), newlines=False, limit=80))
        with listen(port) as opened:
            entrance = PagePass(port=opened.getsockname()[1])
            app = make_app(desk, entrance, functools.partial(curves_of, gradebook, assignment))
            serve(app, opened, lambda: _say_ready(desk, entrance, open_page=open_page))
        desk.look()  # the last decisions, and those that followed from them
        if desk.touched:
            paths = make_reports(gradebook, assignment, only=desk.touched)
            typer.echo(f"Reports: {paths.index}")


def _say_ready(desk: Desk, entrance: PagePass, *, open_page: bool) -> None:
    import webbrowser

    done, count = desk.look().progress()
    typer.echo(f"{count - done} of {count} answers wait for you. Open {entrance.link}", nl=True)
    typer.echo("Every decision is stored at once. Ctrl-C ends this and brings the reports up to date.")
    if open_page:
        webbrowser.open(entrance.link)
