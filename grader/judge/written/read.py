"""Read a written answer with the rubric of its question."""

from __future__ import annotations

from collections.abc import Collection

from grader.assignment import QuestionRubric
from grader.judge.written.keys import folded
from grader.judge.written.reading import Flag, Reading, Suggestion


def read(answer: str, rubric: QuestionRubric, points_max: float, *, others: Collection[str] = ()) -> Reading:
    """What stands in `answer`, and a suggestion of at most `points_max` points. Pure, and never a mark.

    `others` are the folded answers of other groups to the same question: an exact repeat is flagged.
    """
    flags = (Flag.SAME,) if folded(answer) in others else ()
    return Reading(question=rubric.question, suggestion=Suggestion.LOOK, points=None, why="not read yet", flags=flags)
