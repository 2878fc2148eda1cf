"""What the commands' help says in more than one place. Imports nothing, so that `grade --help` answers at once."""

_SHEETS = "The sheets, which are programs: FOLDER/<name>/sheet.py. Left out: "
SHEETS_HELP = _SHEETS + "assignments/ where you stand or above, or where the grades are; never from among homework."
OWN_SHEETS_HELP = _SHEETS + (
    ".grader/ of the repository in which you stand, if your notebook lies in it, too; else assignments/ where you stand or above, "
    "never from among homework."
)
COURSE_HELP = "The course's roster, deadline and late policy. Left out: course.toml in the folder of the class, or beside it."
