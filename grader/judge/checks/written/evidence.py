"""The words of an answer that the lines of its rubric speak of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.assignment import Position, QuestionRubric, RubricLine
from grader.judge.checks.written.lexicon import DEFINES, POSSIBLE
from grader.judge.checks.written.negation import denied, supposed, weighed
from grader.judge.checks.written.phrases import Span, find, without_overlaps
from grader.judge.checks.written.reading import Quote, QuoteKind
from grader.judge.checks.written.tokens import Token


def quotes(text: str, tokens: Sequence[Token], rubric: QuestionRubric) -> tuple[Quote, ...]:
    """Every place of `text` that a line of the rubric recognises, in the order of the text."""
    groups: list[tuple[QuoteKind, Sequence[RubricLine]]] = [
        (QuoteKind.REASON, rubric.reasons),
        (QuoteKind.DISCUSS, rubric.discuss),
        (QuoteKind.MISCONCEPTION, rubric.misconceptions),
        (QuoteKind.NO_REASON, rubric.no_reasons),
    ]
    found = [
        _quote(kind, line, span, text, tokens)
        for kind, lines in groups
        for line in lines
        for span in spans(line, tokens)
    ]
    found += _positions(text, tokens, rubric.positions)
    return tuple(sorted(found, key=lambda quote: (quote.start, quote.end, quote.kind, quote.id)))


def spans(line: RubricLine, tokens: Sequence[Token]) -> Iterator[Span]:
    """Where one of the line's phrases stands, each place once."""
    covered = {
        n for phrase in line.unless for span in find(phrase, tokens) for n in range(span.first, span.last + 1)
    }
    found = [span for phrase in line.phrases for span in find(phrase, tokens)]
    yield from without_overlaps(
        [span for span in found if not covered & set(range(span.first, span.last + 1))]
    )


def _quote(kind: QuoteKind, line: RubricLine, span: Span, text: str, tokens: Sequence[Token]) -> Quote:
    start, end = tokens[span.first].start, tokens[span.last].end
    said_no, only_weighed = denied(span, tokens), weighed(span, tokens, by=POSSIBLE)
    return Quote(
        kind=kind,
        id=line.id,
        says=line.says,
        text=text[start:end],
        start=start,
        end=end,
        negated=said_no,
        weighed=only_weighed,
    )


def _positions(text: str, tokens: Sequence[Token], positions: Sequence[Position]) -> Iterator[Quote]:
    """Where a side is taken: not in a question, not where it is only weighed, and not where it is only
    defined."""
    places = [(position, span) for position in positions for span in spans(position, tokens)]
    with_colon = {position.id for position, span in places if tokens[span.last].colon}
    for position, span in places:
        last = tokens[span.last]
        # "Regression: ... Classification: ...": both are explained
        compared = last.colon and len(with_colon) > 1
        defined = span.last + 1 < len(tokens) and tokens[span.last + 1].word in DEFINES
        if not (last.asked or compared or defined or weighed(span, tokens) or supposed(span, tokens)):
            yield _quote(QuoteKind.POSITION, position, span, text, tokens)
