"""Whether a submission came to what it was made for, or stopped before."""

from __future__ import annotations

import hashlib

from grader.model import Outcome, Run, Submission
from grader.probes.calls import raised_by

# raised by files that were not finished, whatever their author wanted to get wrong
OF_THE_FILE = frozenset(
    {"NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "TabError"}
)


def why_stopped(run: Run) -> str:
    """What kept a run from its end, or every call of a question from an answer; "" where nothing did."""
    for cell in run.cells:
        if cell.error is not None:
            return f"{cell.place} raises {cell.error.name}: {cell.error.message}"
    if run.outcome not in (Outcome.COMPLETED, Outcome.RAISED):
        return run.reason or f"the run ended with {run.outcome}"
    for name, seen in run.observations.items():
        raised = raised_by(seen)
        if raised and all(each in OF_THE_FILE for each in raised):
            return f"all that is asked of {name} raises {raised[0]}"
    return ""


def content_of(submission: Submission) -> str:
    """All of its code and answers, in short; "" where nothing could be read."""
    if not submission.source.text and not submission.answers:
        return ""
    answers = sorted((answer.question, answer.text) for answer in submission.answers)
    return hashlib.sha256(repr((submission.source.text, answers)).encode()).hexdigest()
