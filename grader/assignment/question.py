"""What the sheet asks a student to answer in writing: in words, by a choice of options, or by a number."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

from grader.errors import AssignmentError

MOST_OPTIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the sheet that is answered in words. `wordings` are further headings under which answers
    are looked for."""

    id: str
    title: str
    wordings: tuple[str, ...] = ()
    template_text: str = ""  # the placeholder in the student's template
    number: str = ""  # "3": a heading "Question 3" or "Q3" is this question's, whatever else it says
    names: tuple[str, ...] = ()  # variables by which code may answer it: `q3 = "B"`

    @property
    def in_words(self) -> bool:
        """Whether a person has to read the answer."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Question):
    """A question that is answered by one of its options, or by `several`; they are lettered A, B, C in their
    order.

    Which are right stands in the check, so that it can be hidden from students with it.
    """

    options: tuple[str, ...]
    several: bool = False

    def __post_init__(self) -> None:
        texts = {" ".join(option.casefold().split()) for option in self.options}
        if not 2 <= len(self.options) <= MOST_OPTIONS or len(texts) < len(self.options) or "" in texts:
            raise AssignmentError(
                f"the question {self.id} needs 2 to {MOST_OPTIONS} options that differ, none of them empty"
            )

    @property
    def in_words(self) -> bool:
        """False: the answer is read by rules, and only what they leave open goes to a person."""
        return False

    @property
    def lettered(self) -> dict[str, str]:
        """Letter -> option."""
        return dict(zip(ascii_uppercase, self.options, strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Question):
    """A question that is answered by a number. `whole`: by a count, so that "53.365" can only mean 53365."""

    whole: bool = False

    @property
    def in_words(self) -> bool:
        """False: the answer is read by rules, and only what they leave open goes to a person."""
        return False
