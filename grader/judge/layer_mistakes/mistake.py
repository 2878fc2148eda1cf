"""What a mistake of a layer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.judge.cases import Case, Run
from grader.judge.equations import Array

Alternative = Callable[[Case, Run], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMistake:
    """What a wrong layer gives, [batch, time, units] unless its mistake is the shape."""

    id: str
    words: str  # completes "it behaves like ..."
    hint: str
    gives: Alternative
    place: str = "step"  # where in the code to look: the "step", the "loop", or the "return"
    changes_shape: bool = False
    in_model: bool = True  # whether a whole model can be computed with it; else the model must undo it, as the last step does


def right(case: Case, run: Run) -> Array:
    """What a layer gives that makes no mistake [batch, time, units]."""
    return run(case.x, case.first, case.second)
