"""What a program can say about a written answer: the words that matter, odd things, and a suggestion."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Suggestion(enum.StrEnum):
    """Into which pile an answer goes. Never a mark."""

    FULL = "likely full"
    LOOK = "look closely"
    PARTIAL = "likely partial"
    NONE = "no answer"


class Flag(enum.StrEnum):
    """Something about an answer that a person should know before reading it."""

    TEMPLATE = "text of the template"
    QUESTION = "the question copied"
    KEYWORDS = "a list of keywords"
    CONTRADICTION = "may contradict itself"  # a program sees two positions, not what they are about
    INSTRUCTION = "speaks to the grader"
    LANGUAGE = "another language"
    LONG = "very long"
    SAME = "the same as another group's"


class QuoteKind(enum.StrEnum):
    """Which part of the rubric a quote belongs to."""

    POSITION = "position"
    REASON = "reason"
    DISCUSS = "to discuss"
    MISCONCEPTION = "misconception"
    NO_REASON = "not a reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of the answer that a line of the rubric speaks of: `answer[start:end] == text`."""

    kind: QuoteKind
    id: str  # of the rubric's line
    says: str  # what that line says, for a person
    text: str
    start: int
    end: int
    negated: bool = False  # the student denies it: shown, and counted as denied
    weighed: bool = False  # "one could also ...": shown, and not held


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricReading:
    """One answer, read with the rubric of its question."""

    question: str
    suggestion: Suggestion
    points: float | None  # what the suggestion would be worth; None: look closely
    why: str  # one sentence for the person who decides
    position: str = ""  # id of the position taken; "" when none or several
    quotes: tuple[Quote, ...] = ()  # by place
    flags: tuple[Flag, ...] = ()
