"""Gradescope: the results.json that its autograder writes, one for each submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.model import CheckResult, Status
from grader.record import Record
from grader.report.export.marks import Exported
from grader.report.export.strict import json_bytes
from grader.report.neutral import hide_paths, visible
from grader.report.words import pending_text

SHOWN, LATER = "visible", "after_published"


def result(record: Record) -> dict[str, Any]:
    """What Gradescope reads. Hidden checks are shown once grades are published; what a student's own output
    was stays hidden."""
    tests = [_test(check, number) for number, check in enumerate(record.grade.checks, 1)]
    return {
        "score": round(record.grade.points, 4),
        "execution_time": round(record.seconds, 1),
        "output": _said("\n".join(filter(None, [record.problem, _lateness(record), _open(record)]))),
        "output_format": "text",
        "visibility": SHOWN,
        "stdout_visibility": "hidden",
        "extra_data": {
            "digest": record.digest,
            "run": record.run_id,
            "points_pending": round(record.grade.points_pending, 4),
        },
        "tests": tests,
    }


def _lateness(record: Record) -> str:
    return (
        f"{round(record.grade.penalty, 2):g} points are taken off for lateness."
        if record.grade.penalty
        else ""
    )


def _open(record: Record) -> str:
    pending = round(record.grade.points_pending, 2)
    return (
        f"{pending:g} points are still open: a person decides them, and they are not lost." if pending else ""
    )


def _test(check: CheckResult, number: int) -> dict[str, Any]:
    said = [pending_text(check) or check.message, check.hint if check.status is not Status.PASSED else ""]
    test: dict[str, Any] = {
        "name": _said(f"{check.task} {check.title}"),
        "number": str(number),
        "score": round(check.points, 4),
        "max_score": check.points_max,
        "output": _said("\n".join(filter(None, said))),
        "output_format": "text",
        "visibility": LATER if check.hidden else SHOWN,
        "tags": [check.basis.value],
    }
    if not check.pending:
        test["status"] = "passed" if check.points == check.points_max else "failed"
    return test


def _said(text: str) -> str:
    return visible(hide_paths(text), limit=4000)


def results(records: Sequence[Record]) -> Exported:
    """A results.json for each submission, in a folder of its own."""
    return Exported(
        files={f"{record.student}/results.json": json_bytes(result(record)) for record in records}
    )
