"""Written answers as verdicts: shown to a person with what was read in them. No mark, unless the instructor
takes suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.assignment import Check, Question, Seen
from grader.judge.checks.written.keys import answer_key
from grader.judge.checks.written.read import read
from grader.judge.checks.written.reading import RubricReading, Suggestion
from grader.model import Basis, Evidence, Status, Verdict
from grader.model.verdict import NO_ANSWER, needs_review

MOST_PLACES = 8  # that a message names
SUGGESTED = "Suggested by the rubric, and read by no person yet"


def for_a_person(seen: Seen, question: Question) -> Verdict:
    """NEEDS_REVIEW with every candidate found and what was read in them; never an automatic mark, up or
    down."""
    found = seen.written(question.id)
    if not found:
        nothing = needs_review(f"no answer was found under a heading like “{question.title}”{searched(seen)}")
        return replace(nothing, waits_for=NO_ANSWER)
    evidence = [Evidence(what="your answer", actual=answer.text, where=answer.where) for answer in found]
    more = f" ({len(found)} places, all shown)" if len(found) > 1 else ""
    verdict = needs_review(
        f"An answer was found in {found[0].where}{more}: a person will read it.", evidence=evidence
    )
    verdict = replace(verdict, answer=answer_key(answer.text for answer in found))
    rubric = seen.assignment.rubric
    if rubric is None or question.id not in rubric.questions:
        return verdict
    readings = [read(answer.text, rubric.questions[question.id], 1.0) for answer in found]
    return replace(
        verdict,
        rubric=rubric.digest,
        staff_note="; ".join(map(in_words, readings)),
        suggested=suggested_share(readings),
    )


def searched(seen: Seen) -> str:
    """Where answers were looked for, in brackets."""
    places = seen.submission.searched
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return f" (searched: {', '.join(places[:MOST_PLACES])}{more})" if places else ""


def in_words(reading: RubricReading) -> str:
    """One line for staff: the pile, why, and the flags."""
    flags = f" [{', '.join(reading.flags)}]" if reading.flags else ""
    return f"{reading.suggestion}: {reading.why}{flags}"


def suggested_share(readings: Sequence[RubricReading]) -> float | None:
    """The share of the points that all candidates for one question agree on. None: a person has to look.

    That nothing was found is never a suggestion of no points: the answer may stand where nobody looked.
    """
    if any(reading.suggestion not in (Suggestion.FULL, Suggestion.PARTIAL) for reading in readings):
        return None
    shares = {reading.points for reading in readings}
    return shares.pop() if len(shares) == 1 else None


def take_suggestions(verdicts: Sequence[tuple[Check, Verdict]]) -> tuple[tuple[Check, Verdict], ...]:
    """The verdicts with what the rubric suggests in place of what is open: for `--written suggested` only."""
    return tuple((check, _taken(verdict)) for check, verdict in verdicts)


def _taken(verdict: Verdict) -> Verdict:
    if verdict.status is not Status.NEEDS_REVIEW or verdict.suggested is None:
        return verdict
    status = Status.PASSED if verdict.suggested >= 1 else Status.PARTIAL
    message = f"{SUGGESTED}. {verdict.message}"
    return replace(
        verdict, status=status, share=verdict.suggested, message=message, basis=Basis.SUGGESTED, waits_for=""
    )
