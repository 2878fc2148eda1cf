"""The six steps, one file after the other: collect (roll.py) → run → judge (examine.py) → grade → record →
report (session.py).

Two seams: `runner` runs a notebook (tests pass a fake), `tell` hears what happens (the command line shows
it).
"""

from grader.pipeline.attempts import Attempt, Turn, again, best, lacking, noted
from grader.pipeline.conclude import Concluded, conclude
from grader.pipeline.examine import Examiner
from grader.pipeline.preview import Preview
from grader.pipeline.reports import curves_of, make_reports
from grader.pipeline.roll import Roll, Todo, collect, sort_out
from grader.pipeline.session import LiveSession, Summary
from grader.pipeline.settings import Event, EventKind, RunWanted, Settings, Watch, nobody_watches

__all__ = [
    "Attempt",
    "Concluded",
    "Event",
    "EventKind",
    "Examiner",
    "LiveSession",
    "Preview",
    "Roll",
    "RunWanted",
    "Settings",
    "Summary",
    "Todo",
    "Turn",
    "Watch",
    "again",
    "best",
    "collect",
    "conclude",
    "curves_of",
    "lacking",
    "make_reports",
    "nobody_watches",
    "noted",
    "sort_out",
]
