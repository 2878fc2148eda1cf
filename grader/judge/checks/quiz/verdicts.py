"""Choice and number questions as verdicts: what was read for certain is judged, everything else goes to a
person with what was read."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from grader.assignment import Choice, Number, Question, Seen
from grader.errors import AssignmentError
from grader.judge.checks.quiz.choice import read_choice
from grader.judge.checks.quiz.number import read_number
from grader.judge.checks.quiz.reading import Certainty, ReadAnswer, in_words, unclear
from grader.judge.checks.written.keys import answer_key
from grader.judge.checks.written.person import searched
from grader.model import Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed


def judge_choice(seen: Seen, question: Choice, right: Collection[str], *, each: bool = False) -> Verdict:
    """Whether the options with the letters `right` were chosen, and no others. `each`: every option counts,
    sorted right or wrong, and half of them wrong earns nothing: that is what guessing gives."""
    wanted = frozenset(right)
    if not wanted <= set(question.lettered) or not wanted:
        raise AssignmentError(
            f"the question {question.id} has the options {', '.join(question.lettered)}, not"
            f" {', '.join(right)}"
        )

    def judge(reading: ReadAnswer) -> Verdict:
        wrong = len(reading.letters ^ wanted)
        if not wrong:
            return passed(f"{_chose(reading.letters, question)}.")
        hint = _explained(seen, question, reading.letters - wanted)
        share = round(1 - 2 * wrong / len(question.options), 2)
        if each and share > 0:
            return partial(share, f"{wrong} of {len(question.options)} are sorted wrongly", hint=hint)
        told = (
            f"{wrong} of {len(question.options)} are sorted wrongly"
            if each
            else f"{_chose(reading.letters, question)}; that is not right"
        )
        return failed(told, hint=hint or "Read the question again, and what the sheet says about it.")

    return _judged(seen, question, judge, f"right: {in_words(wanted)}")


def refuse_others(question: Choice, right: Collection[str]) -> None:
    """Raises: AssignmentError: a letter that no option of the question has, none at all, or several where one
    is asked for."""
    if len(set(right)) > 1 and not question.several:
        raise AssignmentError(
            f"the question {question.id} has {len(set(right))} right options, and asks for one: say"
            " several=True"
        )
    if not right or not set(right) <= set(question.lettered):
        raise AssignmentError(
            f"the question {question.id} has the options {', '.join(question.lettered)}, not"
            f" {', '.join(right)}"
        )


def judge_number(seen: Seen, question: Number, right: float, *, within: float = 0.0) -> Verdict:
    """Whether the number `right` is given, exactly or `within` so much of it."""

    def judge(reading: ReadAnswer) -> Verdict:
        near = [
            value
            for value in reading.values
            if math.isclose(value, right, rel_tol=1e-9, abs_tol=max(within, 1e-12))
        ]
        said = ", or ".join(f"{value:,.10g}" for value in reading.values)
        if near and reading.rounded and not within:
            return needs_review(
                f"{reading.why} is read as {said}, a rounded number: a person will look at it."
            )
        if near:
            return passed(f"Your answer: {near[0]:,.10g}.")
        if reading.rounded:
            return failed(
                f"{reading.why} is a rounded number; the exact one is asked for",
                hint="Write all of its digits, or the product.",
            )
        return failed(f"your answer is {said}, and that is not right", hint=_explained(seen, question, ()))

    return _judged(seen, question, judge, f"right: {right:,.10g}")


def read(text: str, question: Choice | Number) -> ReadAnswer:
    """What one answer says."""
    return read_choice(text, question) if isinstance(question, Choice) else read_number(text, question)


def _judged(
    seen: Seen, question: Choice | Number, judge: Callable[[ReadAnswer], Verdict], note: str
) -> Verdict:
    """The verdict on all places where an answer was found."""
    answers = seen.written(question.id)
    evidence = [Evidence(what="your answer", actual=answer.text, where=answer.where) for answer in answers]
    reading = together([read(answer.text, question) for answer in answers])
    if reading is None and question.id in seen.submission.untouched:
        verdict = failed("nothing is answered here", hint="Answer below the question's heading.")
    elif reading is None:
        verdict = needs_review(f"no answer was found under a heading like “{question.title}”{searched(seen)}")
    elif reading.certainty is Certainty.UNTOUCHED:
        verdict = failed(
            f"nothing is answered here: {reading.why}",
            hint="Tick a box, or write “Answer:” and what you choose.",
        )
    elif reading.certainty is Certainty.OPEN:
        verdict = needs_review(f"An answer was found, and a person will read it: {reading.why}.")
    else:
        verdict = judge(reading)
    rubric = seen.assignment.rubric
    return replace(
        verdict,
        evidence=tuple(evidence),
        staff_note=note,
        answer=answer_key(answer.text for answer in answers),
        rubric=rubric.digest if rubric is not None else "",
    )


def together(readings: Sequence[ReadAnswer]) -> ReadAnswer | None:
    """One reading of all places; None when there are none. A copy of the untouched template elsewhere says
    nothing."""
    said = [reading for reading in readings if reading.certainty is not Certainty.UNTOUCHED] or list(readings)
    if not said:
        return None
    if doubtful := [reading for reading in said if reading.certainty is Certainty.OPEN]:
        return doubtful[0]
    if len({(reading.letters, reading.values) for reading in said}) > 1:
        return unclear(
            "several answers were found, and they differ: " + "; ".join(reading.why for reading in said)
        )
    return said[0]


def _chose(letters: Collection[str], question: Choice) -> str:
    if len(letters) == 1:
        letter = next(iter(letters))
        return f"You chose {letter}: “{question.lettered[letter]}”"
    return f"You chose {in_words(frozenset(letters))}"


def _explained(seen: Seen, question: Question, letters: Collection[str]) -> str:
    """What the rubric says about these options, or about a number that is wrong; "" when it says nothing."""
    rubric = seen.assignment.rubric
    told = (
        dict(rubric.questions[question.id].explains)
        if rubric is not None and question.id in rubric.questions
        else {}
    )
    return " ".join(told[key] for key in sorted(letters) or [""] if key in told)
