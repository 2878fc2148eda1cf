"""The small language of a rubric's phrases (docs/rubric.md): words side by side, word*, one|other, ... and
^."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.judge.checks.written.tokens import Token

MOST_WORDS_BETWEEN = 5  # words that ... may stand for
EXACT = 6  # letters: shorter words must be spelled right
# by difflib, for longer ones: "sequnce" and "sequence" .93, "positive" and "position" .75
SIMILAR_WORD = 0.87


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a phrase stands: the numbers of its first and last word."""

    first: int
    last: int
    skipped: tuple[int, ...] = ()  # the words that ... stands for

    @property
    def length(self) -> int:
        """In words."""
        return self.last - self.first + 1


@functools.lru_cache(maxsize=4096)
def parsed(phrase: str) -> tuple[bool, tuple[str, ...]]:
    """Whether a phrase stands at the start of the answer, and its words."""
    return phrase.startswith("^ "), tuple(phrase.removeprefix("^ ").casefold().split())


@functools.lru_cache(maxsize=200_000)
def fits(wanted: str, word: str) -> bool:
    """Whether a word of an answer is the one that a phrase wants, also with a typing mistake in a long
    one."""
    if "|" in wanted:
        return any(fits(one, word) for one in wanted.split("|"))
    bare = wanted.strip("*")
    if wanted.startswith("*"):
        return bare in word if wanted.endswith("*") else word.endswith(bare)
    if wanted.endswith("*"):
        return word.startswith(bare) or (len(word) > len(bare) and _similar(bare, word[: len(bare)]))
    return word == bare or _similar(bare, word)


def _similar(a: str, b: str) -> bool:
    # "necessary" is not "unnecessary"
    if min(len(a), len(b)) < EXACT or a[0] != b[0] or abs(len(a) - len(b)) > 2:
        return False
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= SIMILAR_WORD


def find(phrase: str, tokens: Sequence[Token]) -> list[Span]:
    """Every place at which a phrase stands within one sentence; of places that overlap the shortest."""
    at_start, words = parsed(phrase)
    starts = _places(words[0], tuple([token.word for token in tokens]))
    found = [span for start in starts if not (at_start and start) and (span := _from(start, words, tokens))]
    return list(without_overlaps(found))


@functools.lru_cache(maxsize=512)  # of one answer or two: many phrases begin with the same word
def _places(wanted: str, words: tuple[str, ...]) -> tuple[int, ...]:
    """Where a phrase that begins with this word could begin."""
    return tuple([place for place, word in enumerate(words) if fits(wanted, word)])


def _from(start: int, words: Sequence[str], tokens: Sequence[Token]) -> Span | None:
    at, room, sentence = start, 0, tokens[start].sentence
    skipped: list[int] = []
    for wanted in words[1:]:
        if wanted == "...":
            room = MOST_WORDS_BETWEEN
            continue
        ends = range(at + 1, min(at + 2 + room, len(tokens)))
        found = next(
            (n for n in ends if tokens[n].sentence == sentence and fits(wanted, tokens[n].word)), None
        )
        if found is None:
            return None
        skipped += range(at + 1, found)
        at, room = found, 0
    return Span(first=start, last=at, skipped=tuple(skipped))


def without_overlaps(spans: Sequence[Span]) -> Iterator[Span]:
    """Of spans that share words the shortest, then the first."""
    taken: set[int] = set()
    for span in sorted(spans, key=lambda span: (span.length, span.first)):
        words = set(range(span.first, span.last + 1))
        if not words & taken:
            taken |= words
            yield span
