"""result.json as Classroom 50 reads it: whole, non-negative numbers, and no key beyond these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.model import CheckResult, Status
from grader.record import Record
from grader.report.neutral import hide_paths, visible
from grader.report.words import pending_text

SCHEMA = "classroom50/result/v1"
HUNDREDTHS = 100  # of a point: scores have no fractions there
NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG")  # in the environment of its autograder
LONGEST_OUTPUT = 2000


def wants_result(environment: Mapping[str, str]) -> bool:
    """Whether this is a job of Classroom 50."""
    return all(environment.get(name) for name in NEEDED)


def classroom50_result(record: Record, environment: Mapping[str, str]) -> dict[str, Any]:
    """What its autograder leaves as result.json. Points that wait for a person count 0."""
    grade = record.grade
    return {
        "schema": SCHEMA,
        "classroom": environment.get("CLASSROOM", ""),
        "assignment": environment.get("ASSIGNMENT", ""),
        "assignment_type": environment.get("ASSIGNMENT_TYPE", "individual"),
        "owner": environment.get("OWNER", ""),
        "submission": environment.get("SUBMISSION_TAG", ""),
        "commit": environment.get("COMMIT_URL", ""),
        "release": environment.get("RELEASE_URL", ""),
        "review": environment.get("REVIEW_URL", ""),
        "datetime": record.when,
        "score": _whole(grade.points),
        "max-score": _whole(grade.points_max),
        "tests": [_test(check) for check in grade.checks],
    }


def _test(check: CheckResult) -> dict[str, Any]:
    said = pending_text(check) or check.message
    hint = f" {check.hint}" if check.hint and check.status is not Status.PASSED else ""
    return {
        "test-name": visible(f"{check.task} {check.title}", newlines=False, limit=200),
        "passed": check.status is Status.PASSED,
        "score": _whole(check.points),
        "max-score": _whole(check.points_max),
        "output": visible(hide_paths(said + hint), limit=LONGEST_OUTPUT),
    }


def _whole(points: float) -> int:
    return max(0, round(HUNDREDTHS * points))
