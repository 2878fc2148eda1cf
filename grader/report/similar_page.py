"""The page of `grade similar`: pairs side by side, with the lines that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.record.prints import LENGTH, Pair, own_prints, runs_of, tokens_of
from grader.report.html import render

MOST_PAIRS = 100
MOST_LINES = 3000  # of one program
MOST_TOKENS = 6000  # that are laid beside one another

SharedLine = tuple[int, str, bool]  # number, text, shared by these two


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """A pair as the page shows it."""

    first: str
    second: str
    says: str
    sides: tuple[tuple[str, Sequence[SharedLine]], ...]


def similar_page(title: str, code: Mapping[str, str], pairs: Sequence[Pair], template: str) -> str:
    """The page as HTML. `code`: person -> all of their code; `template`: what everybody was given, "" where
    that is not known.

    Raises:
        jinja2.TemplateError: a fault of our template.
    """
    own = own_prints({name: _all_runs(text) for name, text in code.items()}, _all_runs(template))
    given = "The template was subtracted" if template else "There was no template to subtract"
    return render(
        "similar.html",
        staff=True,
        title=title,
        count=len(code),
        subtracted=f"{given}, and what many share.",
        pairs=[_shown(pair, code, own) for pair in pairs[:MOST_PAIRS]],
    )


def says(pair: Pair, code: Mapping[str, str]) -> str:
    """What two people share, in a line."""
    whole = f"{in_order(code[pair.first], code[pair.second]):.0%} of all tokens in the same order"
    if pair.same:
        return f"the same code but for names, comments and layout; {whole}"
    return f"they share {pair.share:.0%} of the code that is their own; {whole}"


def in_order(first: str, second: str) -> float:
    """The share of two programs' tokens that stand in both in the same order, by the longest common
    subsequence."""
    from rapidfuzz.distance import LCSseq

    one, other = ([token.text for token in tokens_of(text)][:MOST_TOKENS] for text in (first, second))
    own = {text: str(number) for number, text in enumerate(dict.fromkeys((*one, *other)))}
    return float(LCSseq.normalized_similarity([own[text] for text in one], [own[text] for text in other]))


def _all_runs(code: str) -> list[int]:
    return [number for number, _ in runs_of(tokens_of(code))]


def _shown(pair: Pair, code: Mapping[str, str], own: Mapping[str, frozenset[int]]) -> ShownPair:
    shared = own[pair.first] & own[pair.second]
    if pair.same:
        shared = frozenset(_all_runs(code[pair.first]))
    sides = tuple((name, _lines(code[name], shared)) for name in (pair.first, pair.second))
    return ShownPair(first=pair.first, second=pair.second, says=says(pair, code), sides=sides)


def _lines(code: str, shared: frozenset[int]) -> list[SharedLine]:
    tokens = tokens_of(code)
    marked = {
        token.line
        for number, start in runs_of(tokens)
        if number in shared
        for token in tokens[start : start + LENGTH]
    }
    return [(number, text, number in marked) for number, text in enumerate(code.splitlines()[:MOST_LINES], 1)]
