"""How an answer reads: the one seam to whatever reads answers. A reading is advice for the person who decides, never a mark."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass


class Suggestion(enum.StrEnum):
    """What a reading comes to, in the order in which answers are shown."""

    FULL = "likely full"
    LOOK = "look closely"
    PARTIAL = "likely partial"
    NO_ANSWER = "no answer"
    UNREAD = "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of the answer that say something: from character `start` up to `end`, and what they speak for."""

    start: int
    end: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read in one answer. `points` is what the suggestion amounts to; None when there is none."""

    suggestion: Suggestion = Suggestion.UNREAD
    points: float | None = None
    flags: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


Reader = Callable[[str, str], Reading]  # (id of the check, text of the answer) -> its reading


def unread(check_id: str, text: str) -> Reading:
    """The reader of a sheet without a rubric: it sees only whether there is a text."""
    return Reading() if text.strip() else Reading(suggestion=Suggestion.NO_ANSWER)


def pieces(text: str, quotes: tuple[Quote, ...]) -> list[tuple[str, str]]:
    """The text cut where quotes begin and end: each piece with what it says, "" for the words between. Overlaps are left out."""
    found, position = [], 0
    for quote in sorted(quotes, key=lambda quote: (quote.start, -quote.end)):
        if position <= quote.start < quote.end <= len(text):
            found += [(text[position : quote.start], ""), (text[quote.start : quote.end], quote.says)]
            position = quote.end
    return [piece for piece in [*found, (text[position:], "")] if piece[0]]
