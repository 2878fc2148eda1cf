"""What was read in the answer to a choice or number question, and how certainly."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from grader.assignment import Choice


class Certainty(enum.StrEnum):
    """The closed set of things that a reading can come to."""

    READ = "read"
    UNTOUCHED = "nothing was chosen or written"  # for certain: only the template's own text stands there
    OPEN = "not certain"  # a person looks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """One answer, read. `letters` of a choice, `value` of a number; `why` says what was seen, for people."""

    certainty: Certainty
    why: str
    letters: frozenset[str] = frozenset()
    values: tuple[float, ...] = ()  # what the number can mean: 1234 and 1.234 for "1,234"
    rounded: bool = False  # "53k"

    @property
    def is_read(self) -> bool:
        """Whether it says something for certain."""
        return self.certainty is Certainty.READ

    @property
    def is_untouched(self) -> bool:
        """Whether only the template's own text stands there, for certain."""
        return self.certainty is Certainty.UNTOUCHED


def chose(letters: frozenset[str] | set[str], why: str) -> ReadAnswer:
    """These options were chosen."""
    return ReadAnswer(certainty=Certainty.READ, letters=frozenset(letters), why=why)


def unclear(why: str) -> ReadAnswer:
    """Somebody has to look at it."""
    return ReadAnswer(certainty=Certainty.OPEN, why=why)


def untouched(why: str = "only the template's own text stands there") -> ReadAnswer:
    """There is no answer, and that is certain."""
    return ReadAnswer(certainty=Certainty.UNTOUCHED, why=why)


def of_so_many(result: ReadAnswer, question: Choice) -> ReadAnswer:
    """What was chosen, where as many options were asked for."""
    if not question.several and len(result.letters) != 1:
        return unclear(f"{result.why}: one option was asked for")
    return result


def in_words(letters: frozenset[str]) -> str:
    """ "A and C"."""
    *first, last = sorted(letters) or ["none"]
    return f"{', '.join(first)} and {last}" if first else last


def as_subject(letters: frozenset[str]) -> str:
    """ "A is", "A and C are"."""
    return f"{in_words(letters)} {'is' if len(letters) == 1 else 'are'}"
