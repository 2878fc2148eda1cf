"""What a budget leaves of a training: fewer samples and passes, where the sheet says how."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from grader.assignment import Assignment, in_force, outside
from grader.model import CellSource, Extent, Submission
from grader.run.host.overrides import MAGIC, override, override_text
from grader.run.host.own_files import text_of

PARTS = ("take", "skip")  # methods that part a data set


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
        texts = [*(cell.text for cell in cells), *_modules_of(submission)]
        if not any(_parts_at(text, min(values.values(), default=math.inf)) for text in texts):
            cells, overrides = override(cells, values, submission.source.spelled)
            overrides |= {name: values[name] for name in _named_in_modules(submission, values)}
    epochs = max(1, int({**parameters, **overrides}.get("EPOCHS", 1)))
    return Shortened(cells=cells, overrides=overrides, steps=-(-assignment.budget.steps // epochs))


def _named_in_modules(submission: Submission, values: Mapping[str, float | int]) -> set[str]:
    """The parameters whose values stand in the student's own modules."""
    return {
        name
        for text in _modules_of(submission)
        for name in override_text(text, values, submission.source.spelled)[1]
    }


def _modules_of(submission: Submission) -> Iterator[str]:
    """What the student's own modules say."""
    texts = (text_of(submission.root / name) for name in submission.modules) if submission.root else ()
    return filter(None, texts)


def _parts_at(text: str, samples: float) -> bool:
    """Whether data are parted at a number written into the code, ds.take(64000), that lies beyond so many
    samples: of fewer samples one part would be empty."""
    if not any(f".{part}(" in text for part in PARTS):
        return False
    try:
        tree = ast.parse(MAGIC.sub(r"\1pass", text))
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PARTS
        and any(
            isinstance(at, ast.Constant) and type(at.value) is int and at.value >= samples for at in node.args
        )
        for node in ast.walk(tree)
    )
