"""A question of the sheet as a check: the answer is read by a person."""

from __future__ import annotations

from grader.assignment import Criterion, Question
from grader.judge.checks.written.person import for_a_person
from grader.model import Basis


def answered(question: Question) -> Criterion:
    """The answer to a written question. A person gives the points; a rubric beside the sheet suggests
    them."""
    return Criterion(
        id=question.id,
        title=question.title,
        judge=lambda seen: for_a_person(seen, question),
        basis=Basis.JUDGED,
        question=question.id,
        forger_gains="nothing: a person reads it",
    )
