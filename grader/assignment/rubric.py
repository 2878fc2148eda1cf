"""What is looked for in a written answer: the content of rubric.yaml as frozen values (docs/rubric.md). Read
by rubric_file.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

PARTIAL = 0.5  # of the points, where a rubric does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLine:
    """One line of a rubric: what it says to a person, and the phrases by which it is recognised, in whatever
    language."""

    id: str
    says: str
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()  # phrases that mean something else: words within them are not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(RubricLine):
    """An answer that one can give. It is accepted when one of its `reasons` carries it; a position without
    any never is."""

    reasons: tuple[str, ...] = ()  # ids of reasons that carry it
    excludes: tuple[str, ...] = ()  # positions that nobody can hold together with this one
    when_denied: str = ""  # the position of somebody who denies this one


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRubric:
    """All that is known about good and bad answers to one question."""

    question: str  # its id in the sheet
    title: str
    wordings: tuple[str, ...] = ()  # further headings under which students put the answer
    template_text: str = ""  # from the sheet
    positions: tuple[Position, ...] = ()
    reasons: tuple[RubricLine, ...] = ()
    discuss: tuple[RubricLine, ...] = ()  # to talk about: defensible, or meant differently
    misconceptions: tuple[RubricLine, ...] = ()
    no_reasons: tuple[RubricLine, ...] = ()  # true or not, it carries no position
    # of a choice: letter, and why it is wrong; of a number: "", and the same
    explains: tuple[tuple[str, str], ...] = ()
    partial: float = PARTIAL  # share of the points that a position without a reason is suggested to be worth

    def lines(self) -> Iterator[RubricLine]:
        """All lines, of whatever kind."""
        yield from self.positions
        for group in (self.reasons, self.discuss, self.misconceptions, self.no_reasons):
            yield from group


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """The rubric of an assignment. `digest` changes with everything that a person sees or a suggestion rests
    on."""

    digest: str
    questions: Mapping[str, QuestionRubric] = field(default_factory=dict)  # by the question's id
