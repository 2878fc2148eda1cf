"""Which option a text is: the same words, or the beginning, or the same but for a slip that fits no other
option."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

SIMILAR_OPTION = 0.85  # by difflib, of a text with slips to the option that is meant
AHEAD_OF_NEXT = 0.03  # of the next option: Huber and Hubble are .91 alike
DENIALS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "without",
        "nicht",
        "kein",
        "keine",
        "nie",
        "niemals",
        "ohne",
        "only",
        "nur",
    ]
)
# what people say of an option: no part of its words that was mistyped
JUDGEMENTS = frozenset(
    [
        *("yes", "true", "right", "correct", "wrong", "false", "incorrect"),
        *("ja", "nein", "richtig", "falsch", "wahr", "stimmt", "korrekt"),
    ]
)
MARKUP = re.compile(r"[*_`~$\ue000-\ue00f]+")
BECAUSE = re.compile(
    r"\s*(?:[,;:.(–—]|-\s|because\b|since\b|as\b|due to\b|weil\b|da\b|denn\b|→|=>|<-|←|<=)", re.IGNORECASE
)
AND = re.compile(r"\s*(?:and|und|&|\+)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The option, and what stands behind its words."""

    letter: str
    tail: str = ""
    exact: bool = True  # not by likeness, nor in other capitals


def bare(text: str) -> str:
    """`text` without markup, in single spaces, without the full stop at its end."""
    return " ".join(MARKUP.sub("", text).split()).strip(" .;,\"'“”„")


def folded(text: str) -> str:
    """`bare`, in small letters."""
    return bare(text).casefold()


def match(text: str, options: Mapping[str, str]) -> Match | None:
    """The option that `text` is, or begins with; None when it is none, or may be two."""
    said = " ".join(MARKUP.sub("", text).split())
    for letter, option in options.items():
        if bare(said).casefold() == folded(option):
            return Match(letter=letter, exact=bare(said) == bare(option))
    letters, tail = begins_with(said, options)
    if letters:
        return Match(letter=letters[0], tail=tail) if len(letters) == 1 else None
    return _alike(said, options)


def begins_with(said: str, options: Mapping[str, str]) -> tuple[list[str], str]:
    """The options that stand one after the other at the start of `said`, and what follows them."""
    letters: list[str] = []
    rest = " ".join(MARKUP.sub("", said).split())
    while begun := [letter for letter, option in options.items() if _begins(rest, option)]:
        letters.append(max(begun, key=lambda name: len(bare(options[name]))))
        tail = rest.lstrip("\"'“”„ ")[len(bare(options[letters[-1]])) :].strip(" \"'“”")
        rest = re.sub(r"^[\s,;]*(?:and\b|und\b|&|\+)?\s*", "", tail)
        if not any(_begins(rest, option) for option in options.values()):
            return letters, tail
    return letters, rest


def _begins(said: str, option: str) -> bool:
    """Whether the option stands at the start, with a remark and no further word behind it."""
    start, wanted = said.lstrip("\"'“”„ "), bare(option)
    rest = start[len(wanted) :]
    begun = start.casefold().startswith(wanted.casefold())
    return begun and (
        not rest.strip(" .\"'“”") or bool(BECAUSE.match(rest.lstrip("\"'“”"))) or bool(AND.match(rest))
    )


def _alike(said: str, options: Mapping[str, str]) -> Match | None:
    wanted = folded(said)
    scores = sorted(
        (
            (difflib.SequenceMatcher(None, wanted, folded(option), autojunk=False).ratio(), letter)
            for letter, option in options.items()
        ),
        reverse=True,
    )
    best, letter = scores[0]
    ahead = best - scores[1][0] if len(scores) > 1 else 1.0
    if (
        best < SIMILAR_OPTION
        or ahead < AHEAD_OF_NEXT
        or _weighty(wanted) != _weighty(folded(options[letter]))
    ):
        return None
    return Match(letter=letter, exact=False)


def _weighty(text: str) -> list[str]:
    """What no slip may change: numbers, single letters and denials."""
    words = re.findall(r"\d+|[^\W\d_]+(?:n['’]t)?", text)
    return sorted(
        word
        for word in words
        if word.isdigit() or len(word) == 1 or word in DENIALS | JUDGEMENTS or word.endswith(("n't", "n’t"))
    )
