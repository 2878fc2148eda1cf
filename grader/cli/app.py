"""The command `grade`: which command is meant, and how everything ends: exit codes, one line for an error,
never a traceback.

This module and the heads of the commands import nothing but typer, so that `grade --help` answers at once.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from grader import __version__
from grader.cli.check import check
from grader.cli.ci import ci
from grader.cli.doctor import doctor
from grader.cli.export import export
from grader.cli.grade import grade
from grader.cli.lint import lint
from grader.cli.new import new
from grader.cli.regrade import regrade
from grader.cli.report import report
from grader.cli.review import review
from grader.cli.similar import similar
from grader.cli.template import template
from grader.cli.worker import worker
from grader.errors import GraderError, UsageError

DEFAULT = "DIR"  # the name under which the main command is listed: `grade DIR` is what people type
OURS, USAGE, INTERRUPTED = 1, 2, 130
ONE_WISH = 0.02  # seconds: `timeout` and terminals that close signal a process and its group in one breath
SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"  # and an empty line
# Before NumPy is loaded: judging works on small arrays beside running kernels, where a second thread costs
# more than it gives.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
USAGE_ERROR = typer.BadParameter.__mro__[1]  # the UsageError of the click that this typer brings along


class MainCommand(TyperCommand):
    """`grade DIR`: the folder stands where other commands have their name, so usage does not ask for it
    again."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows `grade DIR` in the usage line."""
        return ["[OPTIONS]"]


class Commands(TyperGroup):
    """All commands: where one did not end a Ctrl-C in order by itself, one line says that it ended."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say_stopped()
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(DEFAULT, cls=MainCommand)(grade)
app.command("check")(check)
app.command("review")(review)
app.command("regrade")(regrade)
app.command("report")(report)
app.command("export")(export)
app.command("new")(new)
app.command("doctor")(doctor)
app.command("template")(template)
app.command("lint")(lint)
app.command("ci")(ci)
app.command("similar")(similar)
app.command("worker")(worker)
COMMANDS = tuple(command.name or "" for command in app.registered_commands)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"grade {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    """Grade homework about recurrent networks."""


def main() -> NoReturn:
    """Run what was typed, and exit."""
    arguments = sys.argv[1:]
    for name in ("stdout", "stderr"):  # who closes one, as in `grade check >&-`, wants to read nothing
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        # an encoding may lack what a name, a message or a table holds
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for library in ONE_THREAD:
        os.environ.setdefault(library, "1")
    listen_for_the_end()
    try:
        code = _run(arguments)
    except KeyboardInterrupt:  # outside of any command: while modules are being imported
        _say_stopped()
        code = INTERRUPTED
    with contextlib.suppress(OSError):  # whoever read us has gone: the exit code still tells
        sys.stdout.flush()
    if code == INTERRUPTED:
        _end_now()
    sys.exit(code)


def listen_for_the_end() -> None:
    """Ctrl-C and `kill`: the first ends what runs in order, the second at once. Neither leaves a kernel
    behind."""
    calls: list[float] = []

    def end(number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if calls and now - calls[-1] < ONE_WISH:
            return
        calls.append(now)
        if len(calls) > 1:
            _say_stopped("at once")
            _end_now()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # a job in the background is not meant by Ctrl-C
            signal.signal(number, end)


def _say_stopped(how: str = "") -> None:
    """One line, also on a terminal that shows a progress bar."""
    with contextlib.suppress(OSError):  # nobody reads any more
        if sys.stdout.isatty():
            os.write(sys.stdout.fileno(), SHOW_CURSOR)
        words = " ".join(["grade: stopped", *how.split()])
        os.write(2, f"{words}; what is recorded stays, and the same command goes on\n".encode())


def _run(arguments: Sequence[str]) -> int:
    try:
        if not arguments:
            app(["--help"], standalone_mode=False, prog_name="grade")
            return USAGE
        return app(meant(arguments), standalone_mode=False, prog_name="grade") or 0
    except GraderError as problem:
        complain(str(problem))
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    except ModuleNotFoundError as problem:  # an installation that is not whole
        name = (problem.name or "").partition(".")[0]
        complain(f"{name} is not installed here: python -m pip install {name.replace('_', '-')}")
        return USAGE
    except OSError as problem:  # a disk that is full, a folder that cannot be written
        complain(f"{problem.filename or 'a file'}: {(problem.strerror or str(problem)).lower()}")
        return USAGE
    except Exception as problem:
        if isinstance(problem, USAGE_ERROR):
            complain(f"{problem.format_message()} (`grade --help` says more)")  # type: ignore[attr-defined]
            return USAGE
        complain(
            f"the grader itself failed: {type(problem).__name__}: {problem} (GRADER_DEBUG=1 shows where);"
            " what is recorded stays"
        )
        if os.environ.get("GRADER_DEBUG"):
            traceback.print_exc()
        return USAGE if arguments[:1] in (["check"], ["ci"]) else OURS


def meant(arguments: Sequence[str]) -> list[str]:
    """The arguments with the command that is meant in front: `grade homework/` is `grade DIR homework/`.

    Raises:
        UsageError: the first word is neither a command nor a path.
    """
    if not arguments or arguments[0] in (*COMMANDS, "--help", "--version"):
        return list(arguments)
    first = arguments[0]
    if first.startswith("-") or looks_like_a_path(first):
        return [DEFAULT, *arguments]
    if close := difflib.get_close_matches(first.lower(), COMMANDS, n=1, cutoff=0.5):
        raise UsageError(f"there is no folder {first!r} here: did you mean `grade {close[0]}`?")
    raise UsageError(
        f"there is no folder or zip {first!r} here, and no such command: `grade --help` lists them"
    )


def looks_like_a_path(word: str) -> bool:
    """True for what exists, and for what nobody would type as a command."""
    return Path(word).exists() or any(mark in word for mark in ("/", os.sep, "."))


def complain(text: str) -> None:
    """One line on stderr. It may quote a file's or a student's name, so it is made harmless."""
    from grader.report.neutral import visible

    print(f"grade: {visible(text, newlines=False)}", file=sys.stderr)


def _end_now() -> NoReturn:
    """End without waiting for threads, and take along whatever we started."""
    from grader.run.processes import end_below

    with contextlib.suppress(Exception):  # whatever is in the way, we end: the system takes the rest along
        end_below()
    os._exit(INTERRUPTED)
