"""What the commands say in more than one place. Imports nothing heavy, so that `grade --help` answers at
once."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_SHEETS = "The sheets, which are programs: FOLDER/<name>/sheet.py. Left out: "
SHEETS_HELP = (
    _SHEETS + "assignments/ where you stand or above, or where the grades are; never from among homework."
)
OWN_SHEETS_HELP = (
    _SHEETS
    + ".grader/ of the repository in which you stand, if your notebook lies in it, too; else assignments/"
    " where you stand or above, never from among homework."
)
LOG_WIDTH = 120  # columns: a class's table fits without breaking words
COURSE_HELP = (
    "The course's roster, deadline and late policy. Left out: course.toml in the folder of the class, or"
    " beside it."
)


def log_width() -> int | None:
    """How wide tables are where no terminal says it: in a log, which wraps nothing; None where one does."""
    return None if sys.stdout.isatty() or os.environ.get("COLUMNS") else LOG_WIDTH


def console_of_a_class(*, quiet: bool) -> Console:
    """Where a command tells of a class: what students wrote is printed as it is, as wide as a log."""
    from rich.console import Console

    return Console(quiet=quiet, highlight=False, markup=False, emoji=False, soft_wrap=True, width=log_width())


def print_json(text: str) -> None:
    """Print a text in JSON. What a terminal would obey, what hides or reorders the text beside it, and what
    the encoding of the output lacks is escaped, which says the same."""
    from grader.report.neutral import CONTROLS, REORDERING

    text = REORDERING.sub(_escaped, CONTROLS.sub(_escaped, text))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", _escaped, text)
    sys.stdout.write(text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
