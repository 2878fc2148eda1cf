"""Which answers are alike. That only puts them side by side: a decision never passes from one to the other by
itself."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judge.checks.written.keys import folded

ALIKE_OF_100 = 85.0  # of 100, as rapidfuzz counts: a few words exchanged in a paragraph
CHARACTERS_COMPARED = 400  # characters that are compared: more would cost time and say nothing new


def alike(texts: Sequence[str]) -> list[list[int]]:
    """The positions of the texts, those that are alike together: large groups first, otherwise in their
    order."""
    from rapidfuzz import fuzz, process

    heads: list[str] = []
    groups: list[list[int]] = []
    for position, text in enumerate(texts):
        start = folded(text)[:CHARACTERS_COMPARED]
        best = (
            process.extractOne(start, heads, scorer=fuzz.ratio, score_cutoff=ALIKE_OF_100) if start else None
        )
        if best is None:
            heads.append(start)
            groups.append([position])
        else:
            groups[best[2]].append(position)
    return sorted(groups, key=lambda group: -len(group))
