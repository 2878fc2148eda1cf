"""Choice and number questions of a sheet as checks: `part.check(checks.chosen(question, right="C"), points=1)`."""

from __future__ import annotations

from collections.abc import Collection

from grader.assignment import Choice, Criterion, Number
from grader.judge.checks.quiz import verdicts
from grader.model import Basis


def chosen(question: Choice, *, right: Collection[str], each: bool = False) -> Criterion:
    """The options with these letters were chosen, and no others; `each`: every option counts, sorted right or wrong."""
    return Criterion(
        id=question.id,
        title=question.title,
        judge=lambda seen: verdicts.chosen(seen, question, right, each=each),
        basis=Basis.READ,
        question=question.id,
        forger_gains="what a neighbour's letters give",
    )


def number(question: Number, *, right: float, within: float = 0.0) -> Criterion:
    """The number is given, exactly or `within` so much of it."""
    return Criterion(
        id=question.id,
        title=question.title,
        judge=lambda seen: verdicts.number(seen, question, right, within=within),
        basis=Basis.READ,
        question=question.id,
        forger_gains="what a neighbour's number gives",
    )
