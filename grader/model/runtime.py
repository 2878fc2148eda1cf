"""Which runtime a run took, and why. What is known of the two generations of Keras stands in grader/keras."""

from __future__ import annotations

import enum
from dataclasses import dataclass

KERAS2, KERAS3 = "keras2", "keras3"  # tf-keras, and what TensorFlow brings by itself since 2.16


class ChosenBy(enum.StrEnum):
    """Who or what chose a runtime. What was stored before this was noted reads as the sheet's choice."""

    SHEET = "the sheet"
    OPTION = "asked for with --runtime"  # says nothing about the notebook
    SOURCE = "the source"
    FIRST_TRY = "what the other runtime showed"

    @property
    def tells_of_the_notebook(self) -> bool:
        """Whether it says for which runtime the notebook was written."""
        return self in {ChosenBy.SOURCE, ChosenBy.FIRST_TRY}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSign:
    """A place in the source that is sure to need one runtime."""

    runtime: str
    says: str  # "import tf_keras"
    where: str  # "cell 1, line 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeChoice:
    """The runtime of a run; `reason`, in words, is "" when it is simply the sheet's."""

    name: str = KERAS3
    by: ChosenBy = ChosenBy.SHEET
    reason: str = ""
