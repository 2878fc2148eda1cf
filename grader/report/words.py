"""The words of every report: statuses, levels, outcomes and points, said once and kindly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from grader.model import CheckResult, Grade, Level, Status
from grader.model.quantities import counted
from grader.model.verdict import MISSING_FILE, NO_ANSWER, OWN_MACHINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a status looks: a word, a symbol that needs no colour, an ASCII one, a colour of rich and a class
    of CSS."""

    word: str
    symbol: str
    ascii: str
    colour: str
    css: str


SIGNS = {
    Status.PASSED: Sign(word="passed", symbol="✓", ascii="+", colour="green", css="passed"),
    Status.PARTIAL: Sign(word="partly", symbol="◐", ascii="~", colour="yellow", css="partial"),
    Status.FAILED: Sign(word="not yet", symbol="✗", ascii="x", colour="red", css="failed"),
    Status.SKIPPED: Sign(word="not reached", symbol="○", ascii="-", colour="bright_black", css="skipped"),
    Status.NEEDS_REVIEW: Sign(word="to be read", symbol="…", ascii="?", colour="blue", css="pending"),
    Status.INCONCLUSIVE: Sign(word="open", symbol="…", ascii="?", colour="blue", css="pending"),
    Status.ERROR: Sign(word="our problem", symbol="!", ascii="!", colour="magenta", css="ours"),
}
LACKS_FILE = Sign(word="needs a missing file", symbol="…", ascii="?", colour="yellow", css="pending")
NOTHING_FOUND = Sign(word="no answer found", symbol="…", ascii="?", colour="yellow", css="pending")
NOT_HERE = Sign(word="not checked here", symbol="?", ascii="?", colour="yellow", css="pending")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def sign_of(check: CheckResult) -> Sign:
    """How one check looks."""
    if lacks_file(check):
        return LACKS_FILE
    if unanswered(check):
        return NOTHING_FOUND
    return NOT_HERE if lacks_package(check) else SIGNS[check.status]


def lacks_file(check: CheckResult) -> bool:
    """Whether a file of the student's own is missing, without which nobody can tell."""
    return check.status is Status.NEEDS_REVIEW and check.waits_for == MISSING_FILE


def lacks_package(check: CheckResult) -> bool:
    """Whether whoever checks their own homework has to install something first."""
    return check.status is Status.ERROR and check.waits_for == OWN_MACHINE


def pending_text(check: CheckResult) -> str:
    """What a student is told about points that nobody has given or taken yet; "" when they are decided."""
    match check.status:
        case Status.NEEDS_REVIEW if unanswered(check):
            return "No answer was found here. Its points stay open until a person has looked for one."
        case Status.NEEDS_REVIEW if lacks_file(check):
            return (
                "This needs a file that was not handed in. Until a person has it, its points are open, not"
                " lost."
            )
        case Status.NEEDS_REVIEW:
            return "A person will read this. Until then its points are open, not lost."
        case Status.INCONCLUSIVE:
            return "This run could not decide it, so it will be run again. Its points are open, not lost."
        case Status.ERROR if lacks_package(check):
            return "This machine lacks a package for it. Once that is installed it is checked, too."
        case Status.ERROR:
            return (
                "This is our problem, not yours: no points are lost. They stay open until we have fixed it."
            )
        case _:
            return ""


def unanswered(check: CheckResult) -> bool:
    """Whether it is a written question to which nothing was found."""
    return check.status is Status.NEEDS_REVIEW and check.waits_for == NO_ANSWER


def open_text(checks: Iterable[CheckResult]) -> str:
    """Why points are still open, for the whole homework in one breath; "" when none are."""
    checks = list(checks)
    statuses = [check.status for check in checks]
    empty = sum(map(unanswered, checks))
    lacking = sum(map(lacks_package, checks))
    without = sum(map(lacks_file, checks))
    read, ours = statuses.count(Status.NEEDS_REVIEW) - empty - without, statuses.count(Status.ERROR) - lacking
    sentences = []
    if read:
        sentences.append(f"A person will read {counted(read, 'part', 'parts')} of your homework.")
    if again := statuses.count(Status.INCONCLUSIVE):
        sentences.append(f"{counted(again, 'check')} will be run again.")
    if lacking:
        sentences.append(f"{counted(lacking, 'check')} could not be run because a package is missing.")
    if ours:
        sentences.append(f"{counted(ours, 'check')} could not be judged: that is our problem, not yours.")
    if sentences:
        sentences.append("You lose no points by this.")
    if without:
        sentences.append(
            f"{counted(without, 'check')} {'needs' if without == 1 else 'need'} a file of yours that was not"
            " handed in."
        )
    if empty:
        sentences.append(
            f"For {counted(empty, 'question')} no answer was found: a person looks once more, and where there"
            " is none there are no points."
        )
    return " ".join(sentences)


def moment_text(moment: str) -> str:
    """ "2026-01-16T21:40:00+01:00" as "16 January 2026, 21:40 (UTC+01:00)"; what is no such moment stays
    as it is."""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    zone = f" ({when.tzname()})" if when.tzinfo else ""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}, {when:%H:%M}{zone}"


def points_text(points: float) -> str:
    """A number of points without needless zeros: 4, 2.5, 0.33."""
    return f"{round(points, 2) + 0.0:g}"  # + 0.0: never "-0"


def level_text(level: Level) -> str:
    """A level as a word."""
    return {Level.NOT_PASSED: "not passed", Level.PASSED: "passed", Level.OUTSTANDING: "outstanding"}[level]


def levels_text(grade: Grade) -> str:
    """The certain level, and what pending points could make of it."""
    possible = f", {level_text(grade.level_possible)} possible" if grade.level_possible > grade.level else ""
    return level_text(grade.level) + possible


def some(names: Iterable[str], most: int = 6, *, quoted: bool = False) -> str:
    """The first names, and how many more there are; a name may hold a comma itself: "Doe, Jane". `quoted`:
    each in quotation marks."""
    listed = list(names)
    rest = len(listed) - most
    between = "; " if not quoted and any("," in name for name in listed[:most]) else ", "
    shown = [f"“{name}”" if quoted else name for name in listed[:most]]
    return between.join(shown) + (f" and {rest} more" if rest > 0 else "")
