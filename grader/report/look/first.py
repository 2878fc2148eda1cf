"""Look here first: what a person should see before anything else, found once and shown by the terminal and
the class page."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assignment import Assignment
from grader.model.quantities import counted
from grader.record import Record
from grader.report.copies import copies
from grader.report.look.item import Concern, LookItem, to_see
from grader.report.look.people import flags, identical, times, unlisted, unnamed
from grader.report.look.runs import (
    ended_early,
    errors,
    of_another_sheet,
    packages,
    repairs,
    runtimes,
    unreadable,
)
from grader.report.look.verdicts import gaps, most_fail, suggested, undiagnosed
from grader.report.words import some

MOST_LINES = 10  # lines of one kind


def look_here_first(
    records: Sequence[Record],
    assignment: Assignment,
    *,
    missing: Sequence[str] = (),
    nobodys: Sequence[str] = (),
) -> tuple[LookItem, ...]:
    """All that a person should see first, the most urgent first. `missing`: people on the roster who handed
    in nothing; `nobodys`: loose files, and folders, that belong to no homework."""
    found = [
        *errors(records),
        *of_another_sheet(records),
        *packages(records, assignment),
        *unreadable(records),
        *most_fail(records),
        *undiagnosed(records),
        *ended_early(records),
        *runtimes(records, assignment),
        *repairs(records),
        *identical(records),
        *(to_see(Concern.ALIKE, copy.text, copy.students) for copy in copies(records, assignment)),
        *suggested(records),
        *flags(records),
        *gaps(records),
        *times(records),
        *unnamed(records),
        *unlisted(records),
    ]
    items = [
        item for kind in Concern for item in _shortened(kind, [item for item in found if item.kind is kind])
    ]
    if missing:
        people = counted(len(missing), "person on the roster has", "people on the roster have")
        items.append(to_see(Concern.MISSING, f"{people} no submission", missing))
    if nobodys:
        items.append(
            to_see(
                Concern.NOBODYS,
                f"{_of_nobody(nobodys)} not looked at: {some(nobodys, 10)}",
                (),
            )
        )
    return tuple(items)


def _of_nobody(nobodys: Sequence[str]) -> str:
    """ "1 loose file and 2 folders of the course"; folders end with "/"."""
    folders = sum(name.endswith("/") for name in nobodys)
    files = len(nobodys) - folders
    loose = counted(files, "loose file") if files else ""
    beside = counted(folders, "folder of the course", "folders of the course") if folders else ""
    return " and ".join(filter(None, (loose, beside)))


def _shortened(kind: Concern, items: Sequence[LookItem]) -> list[LookItem]:
    """At most ten of a kind: nobody, least of all a student with a hundred flags, fills the first screen."""
    rest = items[MOST_LINES - 1 :] if len(items) > MOST_LINES else []
    if not rest:
        return list(items)
    students = [student for item in rest for student in item.students]
    return [
        *items[: MOST_LINES - 1],
        to_see(kind, f"and {len(rest)} more of this kind: see the pages of those it concerns", students),
    ]
