"""How lists, counts and the students' own text are put into one line of a message."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def plain(text: str, limit: int = 80) -> str:
    """A student's text fit for one line: no line ends, no control or direction characters, at most `limit`
    characters."""
    folded = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"


def listed(items: Collection[str], limit: int = 6) -> str:
    """ "a", "a and b", "a, b and c", "a, b and 4 more"."""
    shown = list(items)
    if len(shown) > limit:
        shown = [*shown[: limit - 1], f"{len(shown) - limit + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def cells(numbers: Iterable[int]) -> str:
    """ "cell 3", "cells 3 and 5"; sorted, each once."""
    unique = sorted(set(numbers))
    return f"cell{'s' if len(unique) > 1 else ''} {listed([str(n) for n in unique], limit=12)}"
