"""staff/<student>.html: everything that is known about one submission, for those who decide."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.assignment import Assignment
from grader.model import Decision, Status
from grader.record import Record, Session
from grader.record.called import as_written
from grader.report.class_page import time_text
from grader.report.html import render
from grader.report.places import place_views
from grader.report.story import outcome_text
from grader.report.student_page import curve_pictures
from grader.report.words import SIGNS, moment_text, points_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Whose page is next to one."""

    student: str
    called: str


Neighbours = tuple[Neighbour | None, Neighbour | None]  # before and after; None at an end of the class


def neighbours_of(records: Sequence[Record]) -> dict[str, Neighbours]:
    """Who stands before and after whom in the class, by id."""
    written = as_written(records)
    ones = [
        Neighbour(student=student, called=written[student]) for student in sorted(written, key=str.casefold)
    ]
    beside = zip([None, *ones], ones, [*ones[1:], None], strict=False)
    return {one.student: (before, after) for before, one, after in beside}


def staff_page(
    record: Record,
    assignment: Assignment,
    *,
    session: Session | None,
    decisions: Sequence[Decision] = (),
    history: Sequence[Record] = (),
    curves: Mapping[str, Sequence[float]] | None = None,
    executed: Mapping[str, Any] | None = None,
    neighbours: Neighbours = (None, None),
) -> str:
    """The page as HTML; `history` are the records that this one replaced, oldest first, `executed` is the
    untrusted executed notebook.

    Raises:
        jinja2.TemplateError: a fault of our template.
    """
    return render(
        "staff.html",
        staff=True,
        title=assignment.title,
        record=record,
        grade=record.grade,
        checks=[
            (check, SIGNS[check.status], _doubt(check.status, check.basis.value))
            for check in record.grade.checks
        ],
        facts=fact_rows(record, assignment, session),
        cells=[(cell, time_text(cell.seconds)) for cell in record.cells],
        decisions=decisions,
        history=[earlier for earlier in history if earlier != record],
        signs=SIGNS,
        places=place_views(record.grade.checks, executed),
        curves=curve_pictures(curves or {}),
        before=neighbours[0],
        after=neighbours[1],
    )


def _doubt(status: Status, basis: str) -> str:
    """What to keep in mind about a verdict, by what it rests on."""
    if basis == "reported" and status is Status.PASSED:
        return "the notebook's own word"
    if basis == "suggested":
        return "no person has confirmed it"
    return ""


def fact_rows(record: Record, assignment: Assignment, session: Session | None) -> list[tuple[str, str]]:
    """How the submission was run, and what exactly it was."""
    limits = dataclasses.asdict(record.limits)
    rows = [
        ("outcome", " – ".join(part for part in (outcome_text(record), record.reason) if part)),
        ("problem", record.problem),
        ("isolation", record.isolation),
        ("runtime", _runtime(record, assignment)),
        (
            "versions",
            ", ".join(
                f"{name} {value}" for name, value in dataclasses.asdict(record.versions).items() if value
            ),
        ),
        (
            "time and memory",
            f"{time_text(record.seconds)}, {record.memory_mb:.0f} MB" if record.run_id else "",
        ),
        ("limits", ", ".join(f"{name} {value:g}" for name, value in limits.items()) if record.run_id else ""),
        ("overrides", ", ".join(f"{name} = {value:g}" for name, value in record.overrides.items())),
        ("replaced", ", ".join(f"{name} = {value:g}" for name, value in record.replaced.items())),
        ("cuts", "; ".join(record.cuts)),
        ("missing packages", ", ".join(record.missing_packages)),
        ("run", f"{record.run_id}, attempt {record.attempt}" if record.run_id else ""),
        ("path", record.path),
        ("files", ", ".join(record.files)),
        ("digest", record.digest),
        ("handed in", moment_text(record.submitted or "") + (", late" if record.late else "")),
        ("penalty", points_text(record.grade.penalty) if record.grade.penalty else ""),
        ("graded", moment_text(record.when)),
        ("sheet", session.sheet_digest if session else ""),
    ]
    return [(name, value) for name, value in rows if value]


def _runtime(record: Record, assignment: Assignment) -> str:
    if record.runtime in ("", assignment.runtime) and not record.runtime_reason:
        return record.runtime
    instead = f" instead of {assignment.runtime}" if record.runtime != assignment.runtime else ""
    return f"{record.runtime}{instead}: {record.runtime_reason or 'no reason given'}"
