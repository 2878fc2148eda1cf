"""index.html: the class at one glance, for staff. It opens with what needs a person."""

from __future__ import annotations

import base64
import hashlib
import itertools
import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.model import Level, Status
from grader.model.quantities import counted
from grader.record import Record, Session
from grader.record.called import as_written
from grader.report.html import render
from grader.report.look.item import Concern, LookItem
from grader.report.pictures.histogram import histogram_svg
from grader.report.story import reason_text, run_text
from grader.report.words import SIGNS, Sign, level_text, points_text

URGENT = (Concern.ERROR, Concern.PACKAGE, Concern.UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """How one check went for the class."""

    id: str
    title: str
    points_max: float
    counts: tuple[tuple[Sign, int], ...]
    passed: int
    mistake: str  # the most common diagnosed mistake: "a cell whose states are swapped (4)"


def class_page(
    records: Sequence[Record],
    assignment: Assignment,
    items: Sequence[LookItem],
    *,
    session: Session | None,
    missing: Sequence[str] = (),
) -> str:
    """The page as HTML. `items` come from `look_here_first`, `missing` are people on the roster without a
    submission.

    Raises:
        jinja2.TemplateError: a fault of our template.
    """
    from markupsafe import Markup

    # the one that the page's policy lets run
    script = (Path(__file__).parent / "templates" / "class.js").read_text("utf-8")
    ordered = sorted(records, key=lambda record: record.student.casefold())
    points = [record.grade.points for record in records]
    most = max((record.grade.points_max for record in records), default=assignment.points_max)
    return render(
        "class.html",
        staff=True,
        title=assignment.title,
        session=session,
        groups=[
            (kind, kind in URGENT, list(group))
            for kind, group in itertools.groupby(items, key=lambda item: item.kind)
        ],
        stats=class_stats(records, missing),
        histogram=Markup(
            histogram_svg(points, maximum=most, title="How many homeworks have how many points")
        ),
        checks=check_rows(records, assignment),
        signs=list({sign.css: sign for sign in SIGNS.values()}.values()),
        rows=[
            (record, run_text(record), reason_text(record), time_text(record.seconds)) for record in ordered
        ],
        missing=missing,
        written=as_written(records),
        count=len(records),
        script=Markup(script),
        script_digest=Markup(f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"),
    )


def class_stats(records: Sequence[Record], missing: Sequence[str]) -> list[tuple[str, str]]:
    """The numbers above the table: what they count, and the number as text."""
    graded = [record for record in records if not record.grade.runs_again]
    again = len(records) - len(graded)
    levels = Counter(record.grade.level for record in graded)
    points = [record.grade.points for record in graded]
    waiting = sum(check.pending for record in records for check in record.grade.checks)
    rows = [
        ("graded", str(len(graded))),
        ("still to run again", str(again) if again else ""),
        ("no submission", str(len(missing)) if missing else ""),
        *((level_text(level), str(levels[level])) for level in reversed(Level)),
        ("median of the points", points_text(statistics.median(points)) if points else "–"),
        ("parts that wait for somebody", str(waiting)),
        ("running, all together", time_text(math.fsum(record.seconds for record in records))),
    ]
    return [(name, value) for name, value in rows if value]


def check_rows(records: Sequence[Record], assignment: Assignment) -> list[CheckRow]:
    """Every check of the sheet, then those that only older grades still have."""
    results = [check for record in records for check in record.grade.checks]
    titles = {check.id: (check.title, check.points_max) for check in results}
    titles = {check.id: (check.title, check.points) for check in assignment.checks} | titles
    rows = []
    for name, (title, points_max) in titles.items():
        mine = [check for check in results if check.id == name]
        counts = Counter(SIGNS[check.status].css for check in mine)
        signs = {sign.css: sign for sign in SIGNS.values()}
        mistakes = Counter(
            check.mistake.words.rstrip(".") or check.mistake.id for check in mine if check.mistake is not None
        )
        rows.append(
            CheckRow(
                id=name,
                title=title,
                points_max=points_max,
                counts=tuple((signs[css], counts[css]) for css in signs if counts[css]),
                passed=sum(check.status is Status.PASSED for check in mine),
                mistake=", ".join(f"{mistake} ({number})" for mistake, number in mistakes.most_common(2)),
            )
        )
    return rows


def time_text(seconds: Any) -> str:
    """A duration for people: 31 s, 4 min, 1 h 20 min."""
    if not math.isfinite(seconds):
        return "–"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else counted(minutes, "min", "min")
