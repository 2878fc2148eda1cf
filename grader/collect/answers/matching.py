"""How well a heading fits a question: the words that carry meaning, in any order, with small typos."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

# Words that say nothing about which question is meant.
EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an and answer answers are as be because can could describe discuss do does either explain for from"
        " here homework how i if in into is it its my no of on one or our outstanding part q question"
        " questions rather really s see shall should so t take task than that the there think this to use"
        " used using was we were what when whether which why will with would yes you your vs versus antwort"
        " antworten aufgabe beantworte beantworten bei das dass dem den der die dies diese dieses ein eine"
        " einem einen einer eher es frage fragen für hier ihr in ist kann könnte können man mit oder sein"
        " sinnvoll möglich soll sollen sollte sollten um und verwenden benutzen nutzen einsetzen warum was"
        " welche wie wir wird würde zu",
    )
)
SHORT = (
    (r"back[\s-]?propagation[\s-]through[\s-]time", "bptt"),
    (r"\btbptt\b", "truncated bptt"),
    (r"\bklassifi(kation|zierung)", "classification"),
)
MOST_WORDS = 40  # of a heading
SIMILAR_WORD = 0.8  # of two words by difflib: "truncted" and "truncated" .94, "bptt" and "rnn" 0
SAME_STEM = 6  # letters: "classify" and "classification"


def fold(text: str) -> str:
    """`text` in lower case with single spaces: equal for texts that differ in nothing a reader sees."""
    return " ".join(text.casefold().split())


@lru_cache(maxsize=512)
def meaning(text: str) -> frozenset[str]:
    """The words of a heading that carry meaning."""
    folded = fold(text)
    for pattern, short in SHORT:
        folded = re.sub(pattern, short, folded)
    words = [
        word for word in re.findall(r"[^\W_]+", folded)[:MOST_WORDS] if not re.fullmatch(r"q?\d+[a-z]?", word)
    ]
    return frozenset(word for word in words if word not in EMPTY) or frozenset(words)


def fit(heading: str, wordings: Iterable[str]) -> float:
    """How well a heading fits the best of a question's wordings: 1 the same words of meaning, 0 none in
    common."""
    said = meaning(heading)
    return max((_overlap(said, meaning(wording)) for wording in wordings), default=0.0)


def spoken(question: str, text: str) -> float:
    """The share of a question's words of meaning that a text takes up."""
    wanted = meaning(question)
    said = set(re.findall(r"[^\W_]+", fold(text)))
    return sum(any(_similar(a, b) for b in said) for a in wanted) / len(wanted) if wanted else 0.0


def _overlap(said: frozenset[str], wanted: frozenset[str]) -> float:
    """The harmonic mean of the shares of words that have a partner on the other side."""
    if not said or not wanted:
        return 0.0
    found = sum(any(_similar(a, b) for b in said) for a in wanted)
    fitting = sum(any(_similar(a, b) for b in wanted) for a in said)
    return 2 / (len(wanted) / found + len(said) / fitting) if found and fitting else 0.0


@lru_cache(maxsize=50_000)
def _similar(a: str, b: str) -> bool:
    if a == b:
        return True
    short, long = sorted((len(a), len(b)))
    if short >= SAME_STEM and a[:SAME_STEM] == b[:SAME_STEM]:
        return True
    if short < 4 or 2 * short < SIMILAR_WORD * (short + long):  # difflib's ratio cannot reach the bar
        return False
    if 2 * (_letters(a) & _letters(b)).total() < SIMILAR_WORD * (short + long):  # nor with these letters
        return False
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= SIMILAR_WORD


@lru_cache(maxsize=5_000)
def _letters(word: str) -> Counter[str]:
    return Counter(word)
