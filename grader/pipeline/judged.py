"""An attempt as the judge sees it, of a run just made or stored."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from grader.assignment import Assignment
from grader.judging import RunJudge
from grader.model import Extent, Run, RuntimeChoice, Submission
from grader.pipeline.attempts import Attempt, Turn


def judged(
    judge: RunJudge,
    assignment: Assignment,
    submission: Submission,
    run: Run,
    folder: Path,
    stop: threading.Event,
) -> Attempt:
    """What the judge concludes from a run, just made or stored. Its observations stay on disk.

    Raises:
        Stopped, GradebookError, JudgeFailed: there is no conclusion.
    """
    found = judge(assignment, submission, run, folder, stop)
    return Attempt(
        run=replace(run, observations={}),
        verdicts=tuple((check, found.verdicts[check.id]) for check in assignment.checks),
        turn=turn_of(run),
        wants=found.wants,
        wants_runtime=found.wants_runtime,
        wants_corrected=found.wants_corrected,
        unending=found.unending,
        told=found.told,
        flags=found.flags,
    )


def turn_of(run: Run) -> Turn:
    """The turn that a run was."""
    extent = (
        run.fingerprint.extent
        if run.fingerprint is not None
        else Extent.SHORT
        if run.overrides
        else Extent.FULL
    )
    runtime = RuntimeChoice(name=run.runtime, by=run.runtime_by, reason=run.runtime_reason)
    return Turn(number=run.attempt, extent=extent, runtime=runtime, corrected=bool(run.replaced))
