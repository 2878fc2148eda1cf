"""What people decide about checks: kept for ever, repeated for equal answers, and put into the grades at once.

A decision holds for the homework it was made about (its digest) and, when the check is about a written answer, for that answer
also in a later version of the homework. The same answer of somebody else, under the same rubric, gets the same decision, marked
as a repeat; a tenth of the repeats are offered to a person for audit. A person's own decision always comes before a repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model import Decision
from grader.record.gradebook import Gradebook
from grader.record.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person says about one check of one submission. `points` None takes back what was said before."""

    student: str
    check_id: str
    points: float | None
    reason: str
    person: str
    rubric: str = ""  # digest of the rubric that the person saw


def decide(gradebook: Gradebook, words: Sequence[Word], *, when: str | None = None) -> list[Record]:
    """Write these words, the repeats that follow from them, and the grades of everybody concerned: one transaction, on disk when
    it returns. Returns the new current records (also of those who got a repeat).

    Raises:
        GradebookError: no such student or check, or the gradebook cannot be written; then nothing is written.
    """
    raise NotImplementedError


def for_audit(decision: Decision) -> bool:
    """Whether a repeat is one of the tenth that a person should look at; the same choice every time."""
    raise NotImplementedError
