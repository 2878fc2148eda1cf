"""Classroom 50: the result.json of one submission. Its scores are whole numbers, so points are counted in
hundredths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.model import CheckResult
from grader.record import Record
from grader.report.export.marks import Exported
from grader.report.export.strict import json_bytes
from grader.report.neutral import hide_paths, visible
from grader.report.words import pending_text

SCHEMA = "classroom50/result/v1"
HUNDREDTHS = 100
LONGEST_OUTPUT = 2000  # characters of one test's output
FROM_JOB = {  # key -> the environment variable in which the job says it
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


def result(record: Record, assignment: str, job: Mapping[str, str]) -> dict[str, Any]:
    """What Classroom 50 reads, and no further keys; `job` is the environment of its job, empty outside of
    one. Hidden checks are left out: students read it."""
    facts = {key: job.get(variable, "") for key, variable in FROM_JOB.items()}
    facts["assignment"] = facts["assignment"] or assignment
    facts["assignment_type"] = facts["assignment_type"] or (
        "group" if len(record.members) > 1 else "individual"
    )
    facts["owner"] = facts["owner"] or job.get("USERNAME", "") or record.student
    checks = [check for check in record.grade.checks if not check.hidden]
    return {
        "schema": SCHEMA,
        **facts,
        "datetime": record.submitted or record.when,
        "score": sum(_whole(check.points) for check in checks),
        "max-score": sum(_whole(check.points_max) for check in checks),
        "tests": [_test(check) for check in checks],
    }


def _test(check: CheckResult) -> dict[str, Any]:
    return {
        "test-name": visible(f"{check.task} {check.title}", newlines=False, limit=200),
        "passed": check.points == check.points_max and not check.pending,
        "score": _whole(check.points),
        "max-score": _whole(check.points_max),
        "output": visible(hide_paths(pending_text(check) or check.message), limit=LONGEST_OUTPUT),
    }


def _whole(points: float) -> int:
    return max(0, round(points * HUNDREDTHS))


def results(records: Sequence[Record], assignment: str) -> Exported:
    """A result.json for each submission, in a folder of its own."""
    files = {
        f"{record.student}/result.json": json_bytes(result(record, assignment, {})) for record in records
    }
    return Exported(files=files, notes=("scores are hundredths of points; hidden checks are left out",))
