"""Whether what somebody writes is said or denied, or only weighed: "is not", "rather than", "one could,
if"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from grader.judge.checks.written.lexicon import (
    CLOSING,
    CONDITIONS,
    INSTEAD,
    LIGHT,
    LINKS,
    NEGATORS,
    NO_NEGATION,
    WEIGHED,
    WOULD_BE,
)
from grader.judge.checks.written.phrases import Span
from grader.judge.checks.written.tokens import Token

REACH = 8  # words before a phrase in which a "not" may stand
INSTEAD_REACH = 3


def denied(span: Span, tokens: Sequence[Token]) -> bool:
    """Whether the words around a phrase turn it round. Two negations cancel each other out."""
    inside = sum(tokens[n].word in NEGATORS for n in span.skipped)
    return (
        _negators_before(span, tokens) + inside + _instead(span, tokens) + _negated_after(span, tokens)
    ) % 2 == 1


def weighed(span: Span, tokens: Sequence[Token], by: Collection[str] = WEIGHED) -> bool:
    """Whether a phrase is only considered: "one could ...", "if ..."."""
    clause = tokens[span.first].clause
    return any(
        token.clause == clause and token.word in by
        for token in tokens[max(0, span.first - REACH) : span.first]
    )


def supposed(span: Span, tokens: Sequence[Token]) -> bool:
    """Whether a phrase would hold only under a condition: "it would be a regression if ...", "eine Regression
    wäre es, wenn ..."."""
    first = tokens[span.first]
    near = [
        t.word for t in tokens[max(0, span.first - REACH) : span.last + REACH] if t.clause == first.clause
    ]
    would_be = any(tuple(near[n : n + len(words)]) == words for words in WOULD_BE for n in range(len(near)))
    return would_be and any(token.sentence == first.sentence and token.word in CONDITIONS for token in tokens)


def _negators_before(span: Span, tokens: Sequence[Token]) -> int:
    first = tokens[span.first]
    before = [n for n in range(max(0, span.first - REACH), span.first) if tokens[n].clause == first.clause]
    return sum(
        tokens[n].word in NEGATORS and (tokens[n].word, tokens[n + 1].word) not in NO_NEGATION for n in before
    )


def _instead(span: Span, tokens: Sequence[Token]) -> bool:
    """ "rather than a regression"; never reaches over a pause."""
    near = [
        t.word
        for t in tokens[max(0, span.first - INSTEAD_REACH) : span.first]
        if t.clause == tokens[span.first].clause
    ]
    while LINKS & {*near}:
        near.pop(0)
    return any(tuple(near[n : n + len(words)]) == words for words in INSTEAD for n in range(len(near)))


def _negated_after(span: Span, tokens: Sequence[Token]) -> bool:
    """ "regression ist es nicht", "regression is not right": a "not" after light words only, with nothing of
    its own to deny."""
    clause = tokens[span.last].clause
    after = [token.word for token in tokens[span.last + 1 : span.last + 7] if token.clause == clause]
    while after and after[0] in LIGHT:
        after.pop(0)
    return bool(after) and after[0] in NEGATORS and all(word in CLOSING | LIGHT for word in after[1:])
