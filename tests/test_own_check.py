"""A check that a sheet has of its own: what its function may give, and what becomes of one that fails."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.assignment import Assignment, Check
from grader.judge.guarded import judged
from grader.model import Status
from grader.model.verdict import passed


def own(gives: Any) -> Check:
    """A check whose function gives this, or raises it."""
    sheet = Assignment("small", title="Small")

    @sheet.task("1", "One").own_check("It holds.", points=1)
    def holds(seen: Any) -> Any:
        if isinstance(gives, BaseException):
            raise gives
        return gives

    return sheet.checks[0]


def test_a_verdict_is_what_counts() -> None:
    check = own(passed("It does."))
    assert judged(check.judge, None).message == "It does."
    assert (check.id, check.judge.__name__, check.judge.__module__) == ("holds", "holds", __name__)


@pytest.mark.parametrize("gives", [True, None, "passed", 1.0])
def test_what_is_no_verdict_is_a_fault_of_this_check_alone(gives: Any) -> None:
    verdict = judged(own(gives).judge, None)
    assert verdict.status is Status.ERROR
    assert verdict.message == "this could not be judged: our problem, no points are lost"
    assert f"holds returned {gives!r}: a check returns passed(...), failed(...)" in verdict.staff_note


@pytest.mark.parametrize("raises", [KeyError("HIDDEN"), SystemExit(3), AssertionError()])
def test_whatever_it_raises_is_a_fault_of_this_check_alone(raises: BaseException) -> None:
    verdict = judged(own(raises).judge, None)
    assert verdict.status is Status.ERROR
    first = verdict.staff_note.split("\n")[0]
    assert first.startswith(f"{type(raises).__name__}: ")
    assert re.search(r" \(test_own_check\.py, line \d+\)$", first), "the place in the sheet"
