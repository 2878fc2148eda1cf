"""Classroom 50: the result.json of one submission. Its scores are whole numbers, so points are counted in
hundredths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.record import Record
from grader.report.classroom50 import SCHEMA, as_test, hundredths
from grader.report.export.marks import Exported
from grader.report.export.strict import json_bytes

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
        "score": max(0, sum(hundredths(check.points) for check in checks) - hundredths(record.grade.penalty)),
        "max-score": sum(hundredths(check.points_max) for check in checks),
        "tests": [
            as_test(check, passed=check.points == check.points_max and not check.pending) for check in checks
        ],
    }


def results(records: Sequence[Record], assignment: str) -> Exported:
    """A result.json for each submission, in a folder of its own."""
    files = {
        f"{record.student}/result.json": json_bytes(result(record, assignment, {})) for record in records
    }
    return Exported(files=files, notes=("scores are hundredths of points; hidden checks are left out",))
