"""Answers that stand in one list, "a) ... b) ...", in place of headings with their questions: as many as
there are questions in words, in their order; so do <li> in an <ol>, and lines that begin with "Answer:".

Only where no heading leads to an answer of its own, or where one leads to the whole list.
A person reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from grader.assignment import Question
from grader.collect.answers.documents import Document, ProseLine
from grader.collect.answers.matching import fit, spoken
from grader.model import Answer

LABEL = re.compile(
    r"\s*(?:[-*+>]\s+)?[*_]*\(?(?:(?:question|frage|q|answer|ans|antwort)\s*\.?\s*)?"
    r"(?:\d{1,2}\.(?P<in_section>\d{1,2})(?:[.):]|(?=[*_\s]|$))"  # "6.1"
    r"|(?P<roman>i{1,3}|iv)\)"
    r"|(?:\d{1,2}\s*\.?\s*(?=[a-h]\b))?(?P<label>\d{1,2}|[a-h])"
    r"(?:(?:\s*\([^()]{1,60}\))?\s*[.):]+|\s+[-–—]\s|[*_]*\s*$))"
    r"[*_]*\s*(?P<rest>.*)",
    re.IGNORECASE,
)
UNNUMBERED = re.compile(
    r"\s*(?:[-*+>]\s+)?[*_]*(?:(?:my|our|unsere|meine)\s+)?(?:answer|ans|antwort)[*_]*\s*:[*_]*\s*(?P<rest>.*)",
    re.IGNORECASE,
)
ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
ORDERED = re.compile(r"<(?P<end>/?)(?P<kind>[ou])l\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"</?(?:li|ol|p)\b[^>]*>", re.IGNORECASE)
HEADING = re.compile(r" {0,3}#{1,6}\s+|\s*<h[1-6]", re.IGNORECASE)
ROMAN = ("i", "ii", "iii", "iv")
FEWEST_WORDS = 5  # of an answer
A_QUESTION = 0.6  # a part that fits a question so well repeats it


@dataclass(slots=True, kw_only=True)
class _Part:
    label: int  # 1 for "a" and "1"
    where: str
    lines: list[str] = field(default_factory=list)
    numbered: bool = True  # not: "Answer:" alone

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def with_labelled(
    questions: Sequence[Question], documents: Iterable[Document], answers: Sequence[Answer]
) -> tuple[Answer, ...]:
    """The answers, and those of a list with a part for each question in words."""
    wanted = [question for question in questions if question.in_words]
    ids = {question.id for question in wanted}
    own = [answer for answer in answers if answer.question in ids]
    if len(wanted) < 2 or {answer.question for answer in own} == ids:
        return tuple(answers)
    if own:  # below one of the questions all of them may be answered
        texts = [[ProseLine(text=line, where=one.where) for line in one.text.split("\n")] for one in own]
        found = _best(wanted, [parts for text in texts for parts in _lists(text, len(wanted))])
        if len(own) > 1 or not found:
            return tuple(answers)
        return (*found, *(answer for answer in answers if answer.question not in ids))
    lists = [parts for document in documents for parts in _lists(document, len(wanted))]
    return (*_best(wanted, lists), *answers)


def _best(questions: Sequence[Question], lists: Sequence[Sequence[_Part]]) -> tuple[Answer, ...]:
    """The answers of the list that speaks most of the questions, the last of equals; none where there is no
    list of answers."""
    fine = [parts for parts in lists if all(_is_answer(part, questions) for part in parts)]
    if not fine:
        return ()
    parts = max(reversed(fine), key=lambda one: _speaks(one, questions))
    return tuple(
        Answer(question=question.id, text=part.text, where=part.where)
        for question, part in zip(questions, parts, strict=True)
    )


def _speaks(parts: Sequence[_Part], questions: Sequence[Question]) -> float:
    return sum(spoken(question.title, part.text) for part, question in zip(parts, questions, strict=True))


def _is_answer(part: _Part, questions: Sequence[Question]) -> bool:
    repeats = any(fit(part.text, (one.title, *one.wordings)) >= A_QUESTION for one in questions)
    return len(part.text.split()) >= FEWEST_WORDS and not repeats


def _lists(document: Iterable[ProseLine], count: int) -> Iterator[list[_Part]]:
    """Lists of exactly so many parts, labelled from the first on."""
    parts: list[_Part] = []
    for line in (*_items_by_number(document), ProseLine(text="", where="", code=True)):
        heading = HEADING.match(line.text)
        found = LABEL.match(line.text[heading.end() if heading else 0 :])
        if line.code or (heading and not (found and not found["rest"].strip())):  # "### Question 1" alone
            if len(parts) == count:
                yield parts
            parts = []
            continue
        label = _number(found["label"] or found["in_section"] or found["roman"]) if found else 0
        numbered = found is not None
        if not (found or any(part.numbered for part in parts)) and (found := UNNUMBERED.match(line.text)):
            label = len(parts) + 1
        if found and label in (1, len(parts) + 1):
            if label == 1 and len(parts) == count:
                yield parts
            parts = [
                *(parts if label > 1 else []),
                _Part(label=label, where=line.where, lines=[found["rest"]], numbered=numbered),
            ]
        elif parts:
            parts[-1].lines.append(line.text)


def _items_by_number(document: Iterable[ProseLine]) -> Iterator[ProseLine]:
    """The lines; those of an HTML list with an order as a reader sees them: "1) ..." for each item."""
    item = 0  # the last of the list; 0: no list is open
    for line in document:
        listed = ORDERED.search(line.text)
        if listed and listed["kind"].lower() == "o" and not listed["end"]:
            item = 1
        if not item or line.code:
            yield line
            continue
        before, *items = ITEM.split(line.text)
        texts = [before, *(f"{number}) {text}" for number, text in enumerate(items, item))]
        item += len(items)
        yield from (
            replace(line, text=TAG.sub("", text).strip()) for text in texts if TAG.sub("", text).strip()
        )
        if "</ol" in line.text.lower():
            item = 0


def _number(label: str) -> int:
    if label.isdigit():
        return int(label)
    return 1 + (ROMAN.index(label.lower()) if label.lower() in ROMAN else ord(label.lower()) - ord("a"))
