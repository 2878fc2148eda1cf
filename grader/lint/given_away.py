"""Whether students read what they are asked to find out: solutions and right answers in their README or in
their notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from grader.assignment import Number, Question
from grader.collect.answers.matching import fold, spoken
from grader.judge.checks.quiz import read, together
from grader.judge.checks.quiz.values import value_of
from grader.lint.finding import Finding, LintRule
from grader.lint.material import NOTEBOOK, Material, student_texts
from grader.lint.solutions import Solution, solutions, squeezed, statements
from grader.model import Submission

SHORTEST_CODE = 16  # characters without white space; "returnstates" is no secret
SHORTEST_LINE = 8  # of code; shorter ones, such as `else:`, stand everywhere
FEWEST_WORDS = 6  # of a sentence that is somebody's own
ABOUT_A_QUESTION = 0.6  # of its words of meaning, in the line that says its number
LONGEST_SHOWN = 60
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_BOX = re.compile(r"\s*[-*+] \[[ xX]\]")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,' ]\d{3})*(?:\.\d+)?(?![\w]|[.,]\d)")


def given_away(material: Material) -> Iterator[Finding]:
    """Each solution and each right answer that stands where students read."""
    if material.solution is None or NOTEBOOK not in material.words:
        return
    texts = {piece.where: piece.text for piece in student_texts(material.words)}
    for gap in solutions(material.solution):
        for where in _places(gap, texts):
            message = (
                f"the solution of cell {gap.cell}, {_shown(gap.lines)}, stands in {where}, which students get"
            )
            yield Finding(
                rule=LintRule.GIVEN,
                message=message,
                hint="Take it out, or put it between BEGIN SOLUTION and END SOLUTION",
            )
    if material.tutors is not None:
        for question in material.assignment.questions:
            yield from _number(question, material.tutors, texts)


def _places(gap: Solution, texts: Mapping[str, str]) -> Iterator[str]:
    """Where all that is written in a gap stands once more."""
    if gap.code:
        lines = [line for line in statements(gap) if len(line) >= SHORTEST_LINE]
        if sum(map(len, lines)) < SHORTEST_CODE:
            return
        told = [line.removeprefix("return") for line in lines]
        yield from (where for where, text in texts.items() if all(line in squeezed(text) for line in told))
        return
    written = " ".join(line for line in gap.lines if not _BOX.match(line))
    sentences = [
        each for each in map(_own_words, _SENTENCE.split(written)) if len(each.split()) >= FEWEST_WORDS
    ]
    for where, text in texts.items():
        if any(sentence in _own_words(text) for sentence in sentences):
            yield where


def _own_words(text: str) -> str:
    return fold(re.sub(r"[*_`>#]", "", text)).strip(" .!?")


def _shown(lines: Sequence[str]) -> str:
    first = next((line.strip() for line in lines if len(squeezed(line)) >= SHORTEST_LINE), "").strip()
    return f"“{first if len(first) <= LONGEST_SHOWN else first[: LONGEST_SHOWN - 1] + '…'}”"


def _number(question: Question, tutors: Submission, texts: Mapping[str, str]) -> Iterator[Finding]:
    """The right number in a line that speaks of its question. What stands below the question's own heading is
    looked at by itself."""
    if not isinstance(question, Number):
        return
    answers = [answer.text for answer in tutors.answers if answer.question == question.id]
    right = together([read(text, question) for text in answers])
    if right is None or not right.is_read:
        return
    for where, text in texts.items():
        for line in text.splitlines():
            if _speaks_of(question, line) and any(
                set(value.meanings) & set(right.values)
                for found in _NUMBER.findall(line)
                if (value := value_of(found, whole=question.whole)) is not None
            ):
                message = f"{where}, which students get, says its number: {line.strip()[:LONGEST_SHOWN]!r}"
                yield Finding(rule=LintRule.GIVEN, check=question.id, message=message)


def _speaks_of(question: Question, line: str) -> bool:
    """Whether a line says the question's name, or most of its words; the question itself holds no answer."""
    if fold(question.title) in fold(line):
        line = fold(line).replace(fold(question.title), question.id)
    named = any(re.search(rf"\b{re.escape(name)}\b", line) for name in (question.id, *question.names))
    return named or spoken(question.title, line) >= ABOUT_A_QUESTION
