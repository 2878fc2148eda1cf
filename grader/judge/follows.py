"""What may follow from a mistake that is charged already."""

from __future__ import annotations

from grader.model import Verdict
from grader.model.verdict import needs_review


def may_follow(verdict: Verdict, earlier: str) -> Verdict:
    """For a person: what is not right by itself, where an `earlier` part of the student's is not right
    either, in a way that nobody knows: this one may be right beside it."""
    return needs_review(
        f"{verdict.message}; it may be right beside your own {earlier}, which is not: a person will read it",
        evidence=verdict.evidence,
    )
