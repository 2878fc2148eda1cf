"""Lines that speak of one option: its text, its letter and its text, or its letter behind a box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import Choice
from grader.judge.checks.quiz.items import ListedLine, item
from grader.judge.checks.quiz.options import Match, match

LONE = re.compile(r"\(?[A-La-l][.):]?")
NEGATIVE = frozenset(("struck", "cross"))
YES = re.compile(
    r"[\s\W]*(?:this one|this|my (?:answer|choice)|our answer|(?:is"
    r" )?(?:correct|right|true)|yes|ja|richtig|wahr|stimmt|trifft zu)[\s\W]*",
    re.IGNORECASE,
)
NO = re.compile(
    r"[\s\W]*(?:(?:is )?(?:wrong|incorrect|false|not correct|not true)|no|nein|falsch|stimmt nicht|trifft"
    r" nicht zu)[\s\W]*",
    re.IGNORECASE,
)


@dataclass(slots=True, kw_only=True)
class Written:
    """A line that speaks of one option. `letter` None: its letter and its text are different options."""

    number: int
    item: ListedLine
    letter: str | None
    tail: str
    exact: bool


def option_lines(lines: Sequence[str], question: Choice) -> Iterator[Written]:
    """The lines that are an option: its text, or its letter and its text, or its letter behind a box; where
    every option's letter has a line of its own, these."""
    options, items = question.lettered, [item(line) for line in lines]
    lone = [(number, one) for number, one in enumerate(items) if LONE.fullmatch(one.text) and one.box is None]
    if sorted(one.text.strip("().: ").upper() for _, one in lone) == sorted(options):
        for number, one in lone:
            yield Written(
                number=number, item=one, letter=one.text.strip("().: ").upper(), tail=one.tail, exact=True
            )
        return
    for number, one in enumerate(items):
        found = match(one.text, options)
        if found is not None and re.fullmatch(r"[A-La-l]", one.text) and found.letter != one.text.upper():
            found = None  # "A" is the letter, not the option "a"
        if found is None and one.letter in options and one.box is not None and _only_remarks(one.text):
            found = Match(letter=one.letter, tail=one.text)
        if found is None and one.box is not None and LONE.fullmatch(one.text):
            letter = one.text.strip("().: ").upper()
            found = Match(letter=letter) if letter in options else None
        if found is not None:
            agreed = found.letter if one.letter in ("", found.letter) else None
            tail = " ".join(part for part in (found.tail, one.tail) if part)
            yield Written(number=number, item=one, letter=agreed, tail=tail, exact=found.exact)


def _only_remarks(text: str) -> bool:
    return not text or bool(YES.fullmatch(text))


def whole_list(written: Sequence[Written], question: Choice) -> list[Written]:
    """The first line of each option, when all are there; else none."""
    first: dict[str, Written] = {}
    for one in written:
        first.setdefault(one.letter or "", one)
    return list(first.values()) if len(first) == len(question.options) else []
