"""Choice and number questions of a sheet as checks."""

from __future__ import annotations

from collections.abc import Collection

from grader.assignment import Choice, Criterion, Number
from grader.judge.checks.quiz.verdicts import judge_choice, judge_number, refuse_others
from grader.model import Basis


def chosen(question: Choice, *, right: Collection[str], each: bool = False) -> Criterion:
    """The options with the letters `right`, "AC" or ["A", "C"], are chosen, and no others. `each`: every
    option counts by itself, and half of them wrong earns nothing. Keep it hidden: the letters stand in the
    call.

    Raises:
        AssignmentError: the question has no such option.
    """
    refuse_others(question, right)
    return Criterion(
        id=question.id,
        title=question.title,
        judge=lambda seen: judge_choice(seen, question, right, each=each),
        basis=Basis.READ,
        question=question.id,
        forger_gains="its points, for what a neighbour's letters tell",
    )


def number(question: Number, *, right: float, within: float = 0.0) -> Criterion:
    """The answer is the number `right`, exactly or `within` so much of it. Keep it hidden: the number stands
    in the call."""
    return Criterion(
        id=question.id,
        title=question.title,
        judge=lambda seen: judge_number(seen, question, right, within=within),
        basis=Basis.READ,
        question=question.id,
        forger_gains="its points, for a neighbour's number",
    )
