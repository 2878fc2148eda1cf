"""What a person should know about an answer before reading it. A flag takes no points: it sends the answer to
a person."""

from __future__ import annotations

import re
import statistics
from collections.abc import Collection, Iterator, Sequence

from grader.judge.checks.written.keys import folded
from grader.judge.checks.written.lexicon import COMMON
from grader.judge.checks.written.reading import Flag
from grader.judge.checks.written.tokens import Token

MOST_WORDS = 250
# a list of keywords: so many items, so short, with so few common words
LIST_ITEMS, ITEM_WORDS, LIST_COMMON = 6, 3, 0.2
TOLD_WORDS, TOLD_COMMON = 6, 0.15  # a text of so many words with fewer common ones is in another language
QUOTED_SHARE = 0.85  # of a line's words stand in the question: it is the question
INSTRUCTIONS = re.compile(
    r"\b(ignore|disregard|forget)\b.{0,40}\b(instruction|rubric|rule|prompt|above|previous)"
    r"|\b(dear|note to( the)?|hello|attention) (auto-?)?(grader|corrector|tutor|examiner|teacher)"
    r"|\b(give|award|grant|assign|deserve)s?\b.{0,30}\b(points?|marks?|score|grade)\b"
    r"|\b(full|all|maximum|max) (of )?(the )?(number of )?(points|marks|score)\b"
    r"|\bpoints? (to|=|:) ?\d|\d ?/ ?\d+ (points|marks)|\byou are an?"
    r" (helpful|ai|assistant|language|grader|expert)"
    r"|\bas an (ai|llm|assistant)\b|\blanguage model(,|\b.{0,20}\bmust)|(^|\n)[ \t]*(system|assistant|user)"
    r" ?:|\b(must|should) accept this"
    r"|\bmark (this|the following|it|my|our)\b.{0,20}\b(as )?(correct|right)|\blikely (full|partial)\b|\bthis"
    r" answer is (correct|right|perfect)"
    r"|\b(diese|meine|unsere) antwort ist (richtig|korrekt|perfekt)|\b(volle|maximale|alle) (punkt|anzahl)"
    r"|\b(lieber?|an (die|den|das)) (automatische|korrek|bewert|tutor|prüf)|\bignorier",
    re.IGNORECASE,
)


def flags_of_text(text: str, tokens: Sequence[Token], vocabulary: Collection[str] = ()) -> Iterator[Flag]:
    """What strikes about a text. `vocabulary`: words of the question, which say nothing about the
    language."""
    if INSTRUCTIONS.search(text):
        yield Flag.INSTRUCTION
    if len(tokens) > MOST_WORDS:
        yield Flag.LONG
    if is_keywords(text, tokens):
        yield Flag.KEYWORDS
    elif is_foreign(
        text, [token for token in tokens if token.word not in vocabulary or token.word in COMMON]
    ):
        yield Flag.LANGUAGE


def is_keywords(text: str, tokens: Sequence[Token]) -> bool:
    """Many short items and hardly a word that would make them sentences."""
    items = [
        item.split()
        for item in re.split(r"[,;\n•]+", re.sub(r"(?m)^[ \t]*[-*+][ \t]+", "", text))
        if item.strip()
    ]
    if len(items) < LIST_ITEMS or statistics.median(map(len, items)) > ITEM_WORDS:
        return False
    return _common(tokens) < LIST_COMMON


def is_foreign(text: str, tokens: Sequence[Token]) -> bool:
    """Neither English nor German: hardly any of their commonest words, or another script."""
    letters = [letter for letter in text if letter.isalpha()]
    other_script = sum(ord(letter) > 0x24F for letter in letters)
    if letters and other_script > len(letters) / 2:
        return True
    return len(tokens) >= TOLD_WORDS and _common(tokens) < TOLD_COMMON


def _common(tokens: Sequence[Token]) -> float:
    words = [token.word for token in tokens if token.word.isalpha()]
    return sum(word in COMMON for word in words) / len(words) if words else 1.0


def without_template(text: str, template: str) -> str:
    """`text` with the words of the template blanked: places stay where they were."""
    words = re.findall(r"\w+", template)
    if not words:
        return text
    pattern = r"[*_> ]{0,9}" + r"\W+".join(map(re.escape, words)) + r"\W*?(?=\n|$|[*_]+\s|\s)[*_]*"
    return re.sub(pattern, lambda found: _blank(found[0]), text, flags=re.IGNORECASE)


def without_question(text: str, wordings: Sequence[str]) -> str:
    """`text` with the lines blanked that only repeat the question."""
    asked = [set(re.findall(r"\w+", folded(wording))) for wording in wordings]
    return "".join(_blank(line) if _repeats(line, asked) else line for line in text.splitlines(keepends=True))


def _repeats(line: str, asked: Sequence[set[str]]) -> bool:
    words = re.findall(r"\w+", folded(line))
    if len(words) < 2 or not ("?" in line or line.lstrip().startswith("#")):
        return False
    return any(sum(word in question for word in words) >= QUOTED_SHARE * len(words) for question in asked)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
