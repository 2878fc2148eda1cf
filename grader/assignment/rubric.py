"""What is looked for in a written answer: the content of rubric.yaml as frozen values. Read by grader/assignment/rubric_file.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a rubric: what it says to a person, and the phrases by which it is recognised, per language ("en", "de")."""

    id: str
    says: str
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Line):
    """An answer that one can give. It is accepted when a reason in `reasons` carries it; without any it is never accepted."""

    reasons: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()  # positions that cannot be held together with this one
    when_denied: str = ""  # the position that somebody takes who denies this one


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRubric:
    """All that is known about good and bad answers to one question."""

    question: str  # its id in the sheet
    title: str
    wordings: tuple[str, ...] = ()  # further headings under which students put the answer, in any language
    template_text: str = ""
    positions: tuple[Position, ...] = ()
    reasons: tuple[Line, ...] = ()
    discuss: tuple[Line, ...] = ()  # a person should talk about it: defensible, or meant differently
    misconceptions: tuple[Line, ...] = ()
    no_reasons: tuple[Line, ...] = ()  # true or not, it carries no position
    partial: float = 0.5  # share of the points that a position without a reason is suggested to be worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """The rubric of an assignment. `digest` changes with every change that could change a decision."""

    digest: str
    questions: Mapping[str, QuestionRubric] = field(default_factory=dict)  # by the question's id
