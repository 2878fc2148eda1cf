"""What a budget leaves of a training: fewer samples and passes, where the sheet says how."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from grader.assignment import Assignment, in_force, meant_instead, outside
from grader.model import CellSource, Extent, Submission
from grader.run.host.overrides import MAGIC, correct_text, override, override_text
from grader.run.host.own_files import text_of

PARTS = ("take", "skip")  # methods that part a data set


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What a budget leaves of a training."""

    cells: tuple[CellSource, ...]
    # in the cells, and in the student's own modules
    overrides: Mapping[str, float | int] = field(default_factory=dict)
    replaced: Mapping[str, float | int] = field(default_factory=dict)  # what no training can be made of
    steps: int = 0  # most batches of one pass over the data; 0: no cap

    @property
    def numbers(self) -> Mapping[str, float | int]:
        """The parameters that the run has instead of the student's own."""
        return {**self.replaced, **self.overrides}


def within_budget(
    submission: Submission, assignment: Assignment, extent: Extent, *, corrected: bool = False
) -> Shortened:
    """What a run of this extent trains: nothing changes in a full run, and when the student's own numbers are
    small enough. `corrected`: what is no number to train with has one in its place."""
    if not corrected:
        return _within(submission, assignment, extent, {})
    facts = submission.source
    values = meant_instead(assignment, {**facts.parameters, **facts.no_numbers})
    cells, replaced = override(submission.cells, values, facts.spelled, correct_text)
    replaced |= {name: values[name] for name in _named_in_modules(submission, values, correct_text)}
    return _within(replace(submission, cells=cells), assignment, extent, replaced)


def _within(
    submission: Submission, assignment: Assignment, extent: Extent, replaced: Mapping[str, float | int]
) -> Shortened:
    parameters = in_force(assignment, submission.source.parameters, replaced)
    if (
        extent is Extent.FULL
        or assignment.shrink is None
        or assignment.steps is None
        or assignment.steps(parameters) <= assignment.budget.steps
    ):
        return Shortened(cells=submission.cells, replaced=replaced)
    cells, overrides = submission.cells, dict[str, float | int]()
    if extent is Extent.SHORT:
        # with a number that makes no sense nothing is trained at home either
        wrong = outside(assignment, submission.source.parameters, submission.source.spelled)
        shorter = assignment.shrink(parameters, assignment.budget.steps)
        values = {name: value for name, value in shorter.items() if name not in wrong or name in replaced}
        texts = [*(cell.text for cell in cells), *_modules_of(submission)]
        if not any(_parts_at(text, min(values.values(), default=math.inf)) for text in texts):
            cells, overrides = override(cells, values, submission.source.spelled)
            overrides |= {name: values[name] for name in _named_in_modules(submission, values, override_text)}
    epochs = max(1, int({**parameters, **overrides}.get("EPOCHS", 1)))
    steps = -(-assignment.budget.steps // epochs)
    return Shortened(cells=cells, overrides=overrides, replaced=replaced, steps=steps)


def _named_in_modules(
    submission: Submission,
    values: Mapping[str, float | int],
    change: Callable[[str, Mapping[str, float | int], Mapping[str, str]], tuple[str, set[str]]],
) -> set[str]:
    """The parameters whose values stand in the student's own modules."""
    return {
        name
        for text in _modules_of(submission)
        for name in change(text, values, submission.source.spelled)[1]
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
