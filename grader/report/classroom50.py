"""result.json as Classroom 50 reads it: whole, non-negative numbers, and no key beyond these. Points are
counted in hundredths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.model import CheckResult, Status
from grader.record import Record
from grader.report.neutral import hide_paths, visible
from grader.report.words import pending_text

SCHEMA = "classroom50/result/v1"
NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG")  # in the environment of its autograder
LONGEST_OUTPUT = 2000  # characters of one test's output


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
        "score": hundredths(grade.points),
        "max-score": hundredths(grade.points_max),
        "tests": [
            as_test(check, passed=check.status is Status.PASSED, hint=f" {check.hint}" if check.hint else "")
            for check in grade.checks
        ],
    }


def as_test(check: CheckResult, *, passed: bool, hint: str = "") -> dict[str, Any]:
    """One check as a test: what is said of it, with a hint unless it passed."""
    said = (pending_text(check) or check.message) + ("" if passed else hint)
    return {
        "test-name": visible(f"{check.task} {check.title}", newlines=False, limit=200),
        "passed": passed,
        "score": hundredths(check.points),
        "max-score": hundredths(check.points_max),
        "output": visible(hide_paths(said), limit=LONGEST_OUTPUT),
    }


def hundredths(points: float) -> int:
    """Points as a score: never below zero."""
    return max(0, round(100 * points))
