"""How much of a sheet may rest on what is cheap: the kernel's own word, and letters that a neighbour may
tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment.question import Choice
from grader.model import Basis

if TYPE_CHECKING:
    from grader.assignment.sheet import Assignment

LETTERS_SHARE = 0.1  # of all points may rest on letters, which a neighbour may tell
REPORTED_SHARE = 0.2  # of all points may rest on the kernel's word alone (docs/points.md)
ROUNDING = 1e-9  # of sums such as .1 + .2


def too_much_reported(assignment: Assignment) -> str:
    """A sentence where more than a fifth of the points rests on the kernel's word alone; "" where not. Of a
    students' copy the points that were left out count, too."""
    points = assignment.points_max + assignment.withheld_points
    reported = sum(check.points for check in assignment.checks if check.basis is Basis.REPORTED)
    if reported <= REPORTED_SHARE * points + ROUNDING:
        return ""
    return f"{reported:g} of {points:g} points rest on the kernel's word alone; at most a fifth may"


def too_many_letters(assignment: Assignment) -> str:
    """A sentence where more than a tenth of the points rests on letters; "" where not."""
    points = assignment.points_max + assignment.withheld_points
    choices = {question.id for question in assignment.questions if isinstance(question, Choice)}
    letters = sum(check.points for check in assignment.checks if check.question in choices)
    if letters <= LETTERS_SHARE * points + ROUNDING:
        return ""
    return (
        f"{letters:g} of {points:g} points rest on the letters of choice questions; at most a tenth may: ask"
        " for a function with drawn arguments, or in words"
    )
