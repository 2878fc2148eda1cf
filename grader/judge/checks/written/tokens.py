"""An answer as words that know their place, their sentence and their clause: what negation reaches ends with
the clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.judge.checks.written.lexicon import ANSWERS, CONJUNCTIONS, LINKS, SUBJECTS, TAKES_AS

WORD = re.compile(
    r"[^\W_]+(?:['’´`][^\W_]+)?|[<>]=?|[≤≥=]"
    r"|(?P<end>(?<![.!?])[.!?]++(?=[\s)*_\"'”“]|$)|\n)"
    r"|(?P<pause>[,;:(){}–—]|(?<=\s)-(?=\s))"
)
CONTRACTION = re.compile(
    r"(?P<verb>is|are|was|were|do|does|did|ca|can|could|wo|would|should|shoud|must|need|has|have)(?:n['’´`]?t|not)"
)
PARTS = {"ca": "can", "wo": "will", "shoud": "should"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word, in lower case; `start` and `end` are its place in the answer."""

    word: str
    start: int
    end: int
    sentence: int
    clause: int
    asked: bool = False  # in a sentence that ends with a question mark
    colon: bool = False  # a colon follows


def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text`. "isn't" becomes "is" and "not", at one place."""
    found: list[Token] = []
    sentence: list[Token] = []
    number = clause = 0
    for match in WORD.finditer(text):
        if match["end"]:
            found += _ended(sentence, asked="?" in match["end"])
            sentence, number, clause = [], number + 1, clause + 1
        elif match["pause"]:
            clause += 1
            if match["pause"] == ":" and sentence:
                sentence[-1] = replace(sentence[-1], colon=True)
        else:
            for word in _words(match[0]):
                clause += _opens_a_clause(word, sentence)
                sentence.append(
                    Token(word=word, start=match.start(), end=match.end(), sentence=number, clause=clause)
                )
    return (*found, *sentence)


def _words(raw: str) -> Iterator[str]:
    word = re.sub("[’´`]", "'", raw.casefold())
    if found := CONTRACTION.fullmatch(word):
        yield PARTS.get(found["verb"], found["verb"])
        yield "not"
    else:
        yield word.partition("'")[0]


def _opens_a_clause(word: str, sentence: Sequence[Token]) -> bool:
    before = [token.word for token in sentence[-3:]]
    if word == "as":
        return not TAKES_AS & {*before}
    links = bool(LINKS & {*before[-1:]}) or (len(sentence) == 1 and before[0] in ANSWERS)
    return word in CONJUNCTIONS or (links and word in SUBJECTS)


def _ended(sentence: list[Token], *, asked: bool) -> list[Token]:
    return [replace(token, asked=True) for token in sentence] if asked else sentence
