"""Where in a student's code to look for a mistake."""

from __future__ import annotations

import enum


class MistakePlace(enum.StrEnum):
    """A place in `call` of a cell or of a layer, or what is compared as a whole. A family that a sheet brings
    along may name them by their words."""

    HIDDEN_STATE = "hidden state"  # where the new one is computed
    CELL_STATE = "cell state"
    CANDIDATE = "candidate"
    RETURN = "return"
    STEP = "step"  # where a layer calls its cell
    LOOP = "loop"  # over the steps
    GATES = "gates"  # what they see, and their activations
    KIND = "kind"  # it is another cell altogether
