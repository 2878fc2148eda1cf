"""Read a written answer with the rubric of its question: evidence, flags and a suggestion. Never a mark."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import Position, QuestionRubric
from grader.judge.checks.written.evidence import quotes
from grader.judge.checks.written.flags import flags_of_text, without_question, without_template
from grader.judge.checks.written.keys import folded
from grader.judge.checks.written.lexicon import REASONS
from grader.judge.checks.written.reading import Flag, Quote, QuoteKind, RubricReading, Suggestion
from grader.judge.checks.written.tokens import Token, tokens

SERIOUS = (Flag.INSTRUCTION, Flag.CONTRADICTION, Flag.KEYWORDS, Flag.LANGUAGE, Flag.LONG)
# an answer so long, or one that says "because", gives a reason: perhaps one that the rubric does not know
UNREAD_WORDS = 14
SAME_WORDS = 8  # with fewer, two groups may well have found the same words by themselves
DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stance:
    """The positions that an answer takes, the ones it denies turned into what that means."""

    held: tuple[Position, ...] = ()
    # that cannot be held together with it, where the answer comes back to where it began
    beside: tuple[Position, ...] = ()
    contradicts: bool = False


def read(
    answer: str, rubric: QuestionRubric, points_max: float, *, others: Collection[str] = ()
) -> RubricReading:
    """What stands in `answer`, and a suggestion of at most `points_max` points. Pure, and never a mark.

    `others` are the folded answers of other groups to the same question: an exact repeat of more than a few
    words is flagged.
    """
    text = without_template(answer, rubric.template_text)
    own = without_question(text, (rubric.title, *rubric.wordings))
    words = tokens(own)
    found = quotes(answer, words, rubric)
    stance = _stance(found, rubric.positions)
    flags = [Flag.TEMPLATE] if text != answer else []
    flags += [] if words or own == text else [Flag.QUESTION]
    flags += [
        *flags_of_text(own, words, vocabulary(rubric)),
        *([Flag.CONTRADICTION] if stance.contradicts else []),
    ]
    flags += [Flag.SAME] if len(words) >= SAME_WORDS and folded(answer) in others else []
    pile, why = _pile(words, flags, found, stance)
    share = {Suggestion.FULL: 1.0, Suggestion.PARTIAL: rubric.partial, Suggestion.NONE: 0.0}.get(pile)
    return RubricReading(
        question=rubric.question,
        suggestion=pile,
        points=None if share is None else round(share * points_max, DIGITS),
        why=why,
        position=stance.held[0].id
        if len(stance.held) == 1 or (stance.held and not stance.contradicts)
        else "",
        quotes=found,
        flags=tuple(flags),
    )


@functools.lru_cache(maxsize=16)
def vocabulary(rubric: QuestionRubric) -> frozenset[str]:
    """The words of a question and its rubric: what an answer to it may well consist of."""
    texts = [
        rubric.title,
        *rubric.wordings,
        *(text for line in rubric.lines() for text in (line.says, *line.phrases)),
    ]
    return frozenset(re.findall(r"\w+", folded(" ".join(texts))))


def _pile(
    words: Sequence[Token], flags: Sequence[Flag], found: Sequence[Quote], stance: _Stance
) -> tuple[Suggestion, str]:
    """The pile and the reason for it, in the order in which doubts weigh."""
    if not words:
        return Suggestion.NONE, "nothing of the student's own stands here"
    if doubt := next(_doubts(flags, found, stance), ""):
        return Suggestion.LOOK, doubt
    carrying = {reason for position in stance.held for reason in position.reasons}
    reasons = [quote for quote in found if quote.kind is QuoteKind.REASON and quote.id in carrying]
    held = [quote for quote in reasons if not quote.negated]
    if both := [quote for quote in held if any(other.negated and other.id == quote.id for other in reasons)]:
        return Suggestion.LOOK, f"says and denies: “{both[0].says}”"
    if held:
        return Suggestion.FULL, f"“{stance.held[0].says}”, and a reason that carries it: “{held[0].says}”"
    if reasons:
        return Suggestion.LOOK, f"denies what would carry the answer: “{reasons[0].says}”"
    weak = [quote for quote in found if quote.kind is QuoteKind.NO_REASON]
    if weak:
        return (
            Suggestion.PARTIAL,
            f"“{stance.held[0].says}”, and a reason that does not carry it: “{weak[0].says}”",
        )
    if len(words) >= UNREAD_WORDS or any(token.word in REASONS for token in words):
        return Suggestion.LOOK, "a position, and reasons that the rubric does not know"
    return Suggestion.PARTIAL, f"“{stance.held[0].says}”, and no reason that was recognised"


def _doubts(flags: Sequence[Flag], found: Sequence[Quote], stance: _Stance) -> Iterator[str]:
    """Why a person should look closely."""
    yield from (str(flag) for flag in flags if flag in SERIOUS)
    for kind in (QuoteKind.MISCONCEPTION, QuoteKind.DISCUSS):
        said = [quote for quote in found if quote.kind is kind and not quote.negated]
        # whoever weighs another way and then decides holds the position; a misconception is one wherever it
        # is thought of
        yield from (
            f"{kind}: “{quote.says}”"
            for quote in said
            if kind is QuoteKind.MISCONCEPTION or not quote.weighed
        )
    if not stance.held:
        yield "no position was recognised"
    elif not any(position.reasons for position in stance.held):
        yield f"another position: “{stance.held[0].says}”"
    yield from (
        f"“{stance.held[0].says}”, and something for another position: “{other.says}”"
        for other in stance.beside
    )


def _stance(found: Sequence[Quote], positions: Sequence[Position]) -> _Stance:
    known = {position.id: position for position in positions}
    taken = [
        quote.id if not quote.negated else known[quote.id].when_denied
        for quote in found
        if quote.kind is QuoteKind.POSITION
    ]
    order = [name for name in taken if name]
    said = tuple(known[name] for name in dict.fromkeys(order))
    denies = _denies_itself(found, order)
    clash = any(other in order for one in said for other in one.excludes)
    # "A; there is a case for B; but ..., so A" weighs, and decides
    if clash and order[0] == order[-1] and not denies:
        return _Stance(
            held=said[:1], beside=tuple(other for other in said[1:] if other.id in said[0].excludes)
        )
    return _Stance(held=said, contradicts=clash or denies)


def _denies_itself(found: Sequence[Quote], said: Collection[str]) -> bool:
    return any(quote.kind is QuoteKind.POSITION and quote.negated and quote.id in said for quote in found)
