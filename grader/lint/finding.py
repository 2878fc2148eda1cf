"""One thing that is wrong with a sheet."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class LintRule(enum.StrEnum):
    """The closed set of what is looked for; the value is its name in `--json`."""

    POINTS = "points"  # they do not add up
    REPORTED = "reported"  # too much rests on the kernel's own word
    LETTERS = "letters"  # too much rests on letters
    TRAVELS = "travels"  # students get what is hidden from them
    TITLE = "title"  # it contradicts the numbers
    GIVEN = "given"  # an answer stands where students read
    TOLD = "told"  # what students read is not what is asked
    QUESTION = "question"  # it cannot be answered, or is answered by who writes nothing
    REFERENCE = "reference"  # it has not full points
    RIGHT = "right"  # a right submission has not full points
    TEMPLATE = "template"  # it passes something, or cannot be made
    UNTRIPPED = "untripped"  # a check that no wrong submission trips
    HARMLESS = "harmless"  # a wrong submission that loses nothing
    STOPS = "stops"  # a wrong submission that fails for another reason than its own
    SAME = "same"  # two submissions that are one
    UNSTEADY = "unsteady"  # a verdict that changes with what is drawn
    FAULT = "fault"  # the sheet's own code raises


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, where, and the hint. `check`: its id, `submission`: what it was seen on; each "" where
    it is about more."""

    rule: LintRule
    message: str
    check: str = ""
    submission: str = ""
    hint: str = ""

    @property
    def line(self) -> str:
        """All of it in one line: where, what, the hint."""
        where = ", ".join(filter(None, (self.check, self.submission)))
        return f"{where + ': ' if where else ''}{self.message}{'. ' + self.hint if self.hint else ''}"
