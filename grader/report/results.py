"""results.json and grades.csv: everything a program may want to know, stable (docs/results.md). Additions
keep v1."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.errors import GradebookError, UsageError
from grader.model import Basis, CheckResult, Grade, Versions
from grader.record import Record, Session, from_json, to_json
from grader.report.neutral import for_csv

SCHEMA = "grader/results/v1"


def results(
    records: Sequence[Record], session: Session | None, assignment: Assignment, missing: Sequence[str] = ()
) -> dict[str, Any]:
    """The content of results.json, described by results.schema.json. `missing`: people on the roster who
    handed in nothing."""
    return {
        "schema": SCHEMA,
        "assignment": assignment.name,
        "sheet_digest": session.sheet_digest if session else "",
        "versions": to_json(_versions(records, session)),
        "started": session.started if session else None,
        "finished": session.finished if session else None,
        "submissions": [_submission(record) for record in records],
        "missing": list(missing),
    }


def results_text(
    records: Sequence[Record], session: Session | None, assignment: Assignment, missing: Sequence[str] = ()
) -> str:
    """results.json as text; strict JSON whatever a notebook put into its names and messages."""
    return (
        json.dumps(
            strict(results(records, session, assignment, missing)),
            indent=1,
            ensure_ascii=False,
            allow_nan=False,
        )
        + "\n"
    )


def _versions(records: Sequence[Record], session: Session | None) -> Versions:
    """The session's versions; what it does not know (it started before any kernel) comes from the runs."""
    known = session.versions if session else Versions()
    for record in records:
        blank = {
            f.name: getattr(record.versions, f.name)
            for f in dataclasses.fields(known)
            if not getattr(known, f.name)
        }
        known = dataclasses.replace(known, **blank)
    return known


AS_STORED = (
    *(
        "student",
        "members",
        "people",
        "path",
        "files",
        "digest",
        "receipt",
        "submitted",
        "late",
        "time_source",
        "problem",
        "run_id",
        "attempt",
    ),
    *("outcome", "reason"),
    *(
        "runtime",
        "runtime_reason",
        "isolation",
        "limits",
        "missing_packages",
        "notices",
        "flags",
        "cells",
        "seconds",
    ),
)


def _submission(record: Record) -> dict[str, Any]:
    grade = record.grade
    return {
        **{name: to_json(getattr(record, name)) for name in AS_STORED},
        **{
            name: to_json(getattr(grade, name))
            for name in ("points", "points_max", "points_pending", "points_suggested", "penalty")
        },
        "repairs": [repair.text for repair in record.repairs],
        "level": grade.level.name,
        "level_possible": grade.level_possible.name,
        "checks": [_check(check) for check in grade.checks],
    }


EVIDENCE = ("what", "expected", "actual", "where")  # in the words of the schema: v1 allows text alone


def _check(check: CheckResult) -> dict[str, Any]:
    names = (
        "id",
        "task",
        "title",
        "hidden",
        "status",
        "points",
        "points_auto",
        "points_max",
        "decided_by",
        "message",
        "hint",
    )
    return {
        **{name: to_json(getattr(check, name)) for name in names},
        "basis": check.basis.value,
        "repeats": check.repeats,
        "waits_for": check.waits_for,
        "evidence": [{name: getattr(row, name) for name in EVIDENCE} for row in check.evidence],
        "mistake": to_json(check.mistake),
    }


def read_results(path: Path) -> list[Record]:
    """The submissions of a results.json, as far as it tells of them; for programs that have no gradebook.

    Raises:
        UsageError: it is no results.json of ours.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise UsageError(f"{path.name} is {data['schema']!r}, not {SCHEMA!r}")
        return [
            _record(one, data.get("finished") or data.get("started") or "") for one in data["submissions"]
        ]
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, KeyError, TypeError, GradebookError) as problem:
        raise UsageError(f"{path.name} is no results.json: {problem}") from problem


def _record(one: dict[str, Any], when: str) -> Record:
    """One submission, with what only a gradebook knows left at its default."""
    checks = [
        {"level": None, "points_auto": check.get("points_auto"), **check, "basis": Basis(check["basis"]).name}
        for check in one["checks"]
    ]
    grade = {
        name: one[name]
        for name in ("points", "points_max", "points_pending", "penalty", "level", "level_possible")
    }
    facts = {name: one[name] for name in AS_STORED if name in one and name != "limits"}
    return from_json(Record, {**facts, "grade": {**grade, "checks": checks}, "when": when, "session": 0})


def strict(value: Any) -> Any:
    """Only what every JSON reader takes: no halves of characters, no NaN, no digits that are rounding
    noise."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case float():
            return round(value, 6) if math.isfinite(value) else None
        case dict():
            return {strict(key): strict(item) for key, item in value.items()}
        case list():
            return [strict(item) for item in value]
        case _:
            return value


def grades_csv(records: Sequence[Record], assignment: Assignment) -> str:
    """grades.csv: one row per submission, one column per check; a cell is empty while its points are
    pending."""
    checks = list(
        dict.fromkeys([c.id for c in assignment.checks] + [c.id for r in records for c in r.grade.checks])
    )
    head = (
        "student",
        "members",
        "points",
        "points_max",
        "points_pending",
        "points_suggested",
        "penalty",
        "level",
        "level_possible",
        "late",
        "outcome",
    )
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*head, *map(for_csv, checks)])
    for record in records:
        rows.writerow(_row(record, checks))
    return text.getvalue()


def _row(record: Record, checks: Sequence[str]) -> list[str]:
    grade = record.grade
    decided = {check.id: _number(check.points) for check in grade.checks if not check.pending}
    return [
        for_csv(record.student),
        for_csv(", ".join(record.members)),
        *(_number(number) for number in _points(grade)),
        grade.level.name,
        grade.level_possible.name,
        "yes" if record.late else "no",
        record.outcome.value if record.outcome else "",
        *(decided.get(check, "") for check in checks),
    ]


def _points(grade: Grade) -> tuple[float, ...]:
    return (grade.points, grade.points_max, grade.points_pending, grade.points_suggested, grade.penalty)


def _number(points: float) -> str:
    """Four digits after the point: thirds add up again, and rounding noise is gone."""
    return f"{round(points, 4) + 0.0:.10g}"
