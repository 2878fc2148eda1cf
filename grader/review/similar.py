"""Which answers are the same, and which are alike. Alike only puts them side by side: a decision never passes from one to the other."""

from __future__ import annotations

from collections.abc import Sequence

ALIKE = 85.0  # of 100, as rapidfuzz counts: a few words exchanged in a paragraph
ENOUGH = 400  # characters that are compared: more would cost time and say nothing new


def folded(text: str) -> str:
    """What two answers share when they are the same: letters without case, every run of white space as one space."""
    return " ".join(text.casefold().split())


def alike(texts: Sequence[str]) -> list[list[int]]:
    """The positions of the texts, those that are alike together: large groups first, otherwise in their order."""
    from rapidfuzz import fuzz, process

    heads: list[str] = []
    groups: list[list[int]] = []
    for position, text in enumerate(texts):
        start = folded(text)[:ENOUGH]
        best = process.extractOne(start, heads, scorer=fuzz.ratio, score_cutoff=ALIKE) if start else None
        if best is None:
            heads.append(start)
            groups.append([position])
        else:
            groups[best[2]].append(position)
    return sorted(groups, key=lambda group: -len(group))
