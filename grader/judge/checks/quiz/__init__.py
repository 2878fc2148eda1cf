"""Choice and number questions: answers read from text and code by rules that leave to a person what is not
certain (docs/quiz.md)."""

from grader.judge.checks.quiz.choice import read_choice
from grader.judge.checks.quiz.number import read_number
from grader.judge.checks.quiz.reading import Certainty, ReadAnswer
from grader.judge.checks.quiz.verdicts import judge_choice, judge_number, read, together

__all__ = [
    "Certainty",
    "ReadAnswer",
    "judge_choice",
    "judge_number",
    "read",
    "read_choice",
    "read_number",
    "together",
]
