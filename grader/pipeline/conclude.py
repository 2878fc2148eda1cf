"""What the attempts at one homework come to: the grade, and the submission as its runs have shown it.
Shared by grade, check and regrade: whoever concludes anything about a homework does it here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.grading.points import grade
from grader.judge.checks.written import take_suggestions
from grader.model import Decision, Grade, Run, Submission
from grader.pipeline.attempts import Attempt, best, noted, provisional, runs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """The grade, with the run that counts (None: nothing could be run) and the ids of all runs behind it."""

    submission: Submission
    run: Run | None
    grade: Grade
    runs: tuple[str, ...]


def conclude(
    submission: Submission,
    done: Sequence[Attempt],
    *,
    decisions: Sequence[Decision] = (),
    penalty: float = 0.0,
    suggested: bool = False,
    more_to_come: bool = False,
    public: bool = False,
) -> Concluded:
    """What these attempts come to.

    `decisions` of people and the `penalty` of lateness count as docs/points.md says; `suggested`: what a
    rubric suggests counts until a
    person decides; `more_to_come`: a further run is still to be made, so what was not shown so far stays
    open; `public`: hidden checks are left out.
    """
    counts = provisional(done) if more_to_come else best(done)
    seen = submission if more_to_come else noted(submission, done, counts)
    told = tuple((check, verdict) for check, verdict in counts.verdicts if not (public and check.hidden))
    verdicts = take_suggestions(told) if suggested else told
    return Concluded(
        submission=seen,
        run=counts.run,
        grade=grade(verdicts, decisions, submission.digest, penalty),
        runs=runs_of(done),
    )
