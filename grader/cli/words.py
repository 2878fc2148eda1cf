"""What the commands say in more than one place. Imports nothing heavy, so that `grade --help` answers at
once."""

import json
import re
import sys

_SHEETS = "The sheets, which are programs: FOLDER/<name>/sheet.py. Left out: "
SHEETS_HELP = (
    _SHEETS + "assignments/ where you stand or above, or where the grades are; never from among homework."
)
OWN_SHEETS_HELP = (
    _SHEETS
    + ".grader/ of the repository in which you stand, if your notebook lies in it, too; else assignments/"
    " where you stand or above, never from among homework."
)
COURSE_HELP = (
    "The course's roster, deadline and late policy. Left out: course.toml in the folder of the class, or"
    " beside it."
)


def print_json(text: str) -> None:
    """Print a text in JSON; what the encoding of the output lacks is escaped, which says the same."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
    sys.stdout.write(text)
