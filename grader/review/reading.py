"""How the answers on a card read: the words of the rubric's lines, flags, a suggestion. Advice for a person,
never a mark."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from grader.assignment import Assignment, Check, Choice, Number
from grader.judge.checks import quiz, written


class ShownSuggestion(enum.StrEnum):
    """What a reading comes to, in the order in which answers are shown."""

    FULL = "likely full"
    LOOK = "look closely"
    PARTIAL = "likely partial"
    NO_ANSWER = "no answer"
    UNREAD = "not read"  # there is no rubric
    AUDIT = "filled in, to be looked at"  # one in ten repeats of a decision about the same answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuote:
    """Words of an answer that say something: from character `start` up to `end`, and what they speak for."""

    start: int
    end: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReading:
    """What was read on a card. `points` is what the suggestion amounts to; None when there is none."""

    suggestion: ShownSuggestion = ShownSuggestion.UNREAD
    points: float | None = None
    why: str = ""
    flags: tuple[str, ...] = ()
    quotes: tuple[tuple[ShownQuote, ...], ...] = ()  # of each text


# What is asked, the texts of all candidates, and which of them (folded) others have written, too -> how they
# read.
Reader = Callable[[Check, Sequence[str], Collection[str]], CardReading]


def reader_of(assignment: Assignment) -> Reader:
    """The reader that a sheet's rubric makes; without a rubric it sees only whether there is a text."""
    questions = assignment.rubric.questions if assignment.rubric else {}
    asked = {question.id: question for question in assignment.questions}

    def read(check: Check, texts: Sequence[str], others: Collection[str] = ()) -> CardReading:
        question = asked.get(check.question)
        if isinstance(question, Choice | Number) and texts:
            return of_quiz(question, texts)
        rubric = questions.get(check.question)
        if rubric is None or not any(text.strip() for text in texts):
            return unread(check, texts)
        return together([written.read(text, rubric, check.points, others=others) for text in texts])

    return read


def of_quiz(question: Choice | Number, texts: Sequence[str]) -> CardReading:
    """What was seen in the answers to a choice or number question: they came to a person because it is not
    certain."""
    found = quiz.together([quiz.read(text, question) for text in texts])
    return CardReading(suggestion=ShownSuggestion.LOOK, why=found.why if found else "")


def unread(check: Check, texts: Sequence[str], others: Collection[str] = ()) -> CardReading:
    """The reader of a sheet without a rubric."""
    found = any(text.strip() for text in texts)
    return CardReading(suggestion=ShownSuggestion.UNREAD if found else ShownSuggestion.NO_ANSWER)


def together(readings: Sequence[written.RubricReading]) -> CardReading:
    """One reading of all candidates for a question: where they do not agree, a person looks closely."""
    first = readings[0]
    agree = len({(reading.suggestion, reading.points) for reading in readings}) == 1
    return CardReading(
        suggestion=ShownSuggestion(first.suggestion) if agree else ShownSuggestion.LOOK,
        points=first.points if agree else None,
        why=first.why if agree else f"{len(readings)} texts were found, and they do not read alike",
        flags=tuple(dict.fromkeys(str(flag) for reading in readings for flag in reading.flags)),
        quotes=tuple(tuple(map(_quote, reading.quotes)) for reading in readings),
    )


def _quote(quote: written.Quote) -> ShownQuote:
    how = (", denied" if quote.negated else "") + (", only weighed" if quote.weighed else "")
    return ShownQuote(start=quote.start, end=quote.end, says=f"{quote.kind}{how}: {quote.says}")


def pieces(text: str, quotes: Sequence[ShownQuote]) -> list[tuple[str, str]]:
    """The text cut where quotes begin and end: each piece with what it says, "" for the words between.
    Overlaps are left out."""
    found, position = [], 0
    for quote in sorted(quotes, key=lambda quote: (quote.start, -quote.end)):
        if position <= quote.start < quote.end <= len(text):
            found += [(text[position : quote.start], ""), (text[quote.start : quote.end], quote.says)]
            position = quote.end
    return [piece for piece in [*found, (text[position:], "")] if piece[0]]
