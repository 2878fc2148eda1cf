"""Letters that stand in one list for the whole sheet, "1. B", "Q2: A, C", or in a table, in place of ticks
below each question.

The list is an answer to every choice question that has none of its own. Where the questions have numbers it
is read by them; else a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from grader.assignment import Choice, Question
from grader.collect.answers.documents import Document, ProseLine
from grader.collect.answers.matching import fold
from grader.model import Answer

DRESS = re.compile(r"[*_`>|]+|^\s*[-+•](?=\s)")
LETTERS = r"\(?[A-L](?:[\s,;/&+()]*(?:and\b|und\b)?[\s(]*[A-L])*\)?(?!\w)"
PAIR = re.compile(
    rf"\s*(?:(?:question|frage|q|answer|antwort)\s*\.?\s*)?(?P<number>\d{{1,2}})\s*[.):=–-]*\s*{LETTERS}\s*[.,;]?\s*",
    re.IGNORECASE,
)
FEWEST_QUESTIONS = 2  # questions that a list answers
LABEL = re.compile(r"\b[a-l]\b|\d")  # of an option


def with_letter_lists(
    questions: Sequence[Question], documents: Iterable[Document], answers: Sequence[Answer]
) -> tuple[Answer, ...]:
    """The answers, and for each choice question below which nothing was chosen the lists of letters."""
    choices = [question for question in questions if isinstance(question, Choice)]
    unanswered = [
        question
        for question in choices
        if all(
            _chooses_nothing(answer.text, question) for answer in answers if answer.question == question.id
        )
    ]
    if len(choices) < FEWEST_QUESTIONS or not unanswered:
        return tuple(answers)
    lists = [found for document in documents for found in _lists(document)]
    return (*answers, *(replace(one, question=question.id) for question in unanswered for one in lists))


def _chooses_nothing(text: str, question: Choice) -> bool:
    """Whether only the options stand there, with their labels and empty boxes."""
    rest = fold(text)
    for option in sorted(question.options, key=len, reverse=True):
        rest = rest.replace(fold(option), "")
    return not re.search(r"\w|[✓✔✅☑●]", LABEL.sub("", rest))


def _lists(document: Iterable[ProseLine]) -> Iterator[Answer]:
    """Lines one after the other that give letters for 1, 2, and so on."""
    lines: list[ProseLine] = []
    count = 0
    for line in (*document, ProseLine(text="", where="", code=True)):
        numbers = [] if line.code else _numbers(line.text)
        follows = bool(numbers) and numbers == list(range(count + 1, count + 1 + len(numbers)))
        if not follows and (line.code or re.search(r"\w", line.text)):
            if count >= FEWEST_QUESTIONS:
                yield Answer(question="", text="\n".join(one.text for one in lines), where=lines[0].where)
            lines, count = [], 0
            follows = bool(numbers) and numbers == list(range(1, 1 + len(numbers)))
        if follows:
            lines.append(line)
            count += len(numbers)


def _numbers(text: str) -> list[int]:
    """The numbers of the questions that a line answers by letters and says nothing else: [1, 2] for "1B, 2.
    C"."""
    rest, numbers = DRESS.sub(" ", text), []
    while found := PAIR.match(rest):
        numbers.append(int(found["number"]))
        rest = rest[found.end() :]
    return [] if rest.strip() else numbers
