"""What a budget leaves of a training: fewer samples and passes, where the sheet says how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.assignment import Assignment, in_force, outside
from grader.model import CellSource, Extent, Submission
from grader.run.host.overrides import override, override_text
from grader.run.host.own_files import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What a budget leaves of a training."""

    cells: tuple[CellSource, ...]
    # in the cells, and in the student's own modules
    overrides: Mapping[str, float | int] = field(default_factory=dict)
    steps: int = 0  # most batches of one pass over the data; 0: no cap


def within_budget(submission: Submission, assignment: Assignment, extent: Extent) -> Shortened:
    """What a run of this extent trains: nothing changes in a full run, and when the student's own numbers are
    small enough."""
    parameters = in_force(assignment, submission.source.parameters)
    if (
        extent is Extent.FULL
        or assignment.shrink is None
        or assignment.steps is None
        or assignment.steps(parameters) <= assignment.budget.steps
    ):
        return Shortened(cells=submission.cells)
    cells, overrides = submission.cells, dict[str, float | int]()
    if extent is Extent.SHORT:
        # with a number that makes no sense nothing is trained at home either
        wrong = outside(assignment, submission.source.parameters, submission.source.spelled)
        shorter = assignment.shrink(parameters, assignment.budget.steps)
        values = {name: value for name, value in shorter.items() if name not in wrong}
        cells, overrides = override(cells, values, submission.source.spelled)
        overrides |= {name: values[name] for name in _named_in_modules(submission, values)}
    epochs = max(1, int({**parameters, **overrides}.get("EPOCHS", 1)))
    return Shortened(cells=cells, overrides=overrides, steps=-(-assignment.budget.steps // epochs))


def _named_in_modules(submission: Submission, values: Mapping[str, float | int]) -> set[str]:
    """The parameters whose values stand in the student's own modules."""
    texts = (text_of(submission.root / name) for name in submission.modules) if submission.root else ()
    return {
        name for text in texts if text for name in override_text(text, values, submission.source.spelled)[1]
    }
