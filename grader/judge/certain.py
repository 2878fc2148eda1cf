"""Whether fewer samples and a shortened training can have made no difference to what is lost: then no longer
run is made for it."""

from __future__ import annotations

from collections.abc import Mapping

from grader.assignment import Cell, Check, DataSet, Function, Layer, Model, Seen
from grader.judge.settled import is_unanswerable, nothing_trains
from grader.judge.unreached import STOPPED
from grader.model import Outcome, Status, Verdict
from grader.model.verdict import NOT_EARNED

GRADIENTS = "gradients"  # the probe that asks with the weights as they were trained alone


def is_certain(check: Check, verdict: Verdict, seen: Seen, done: Mapping[str, Verdict]) -> bool:
    """Whether this verdict, lost points, is the last word: because of one that it waits for, because what it
    asks can have no answer, because nothing is trained whatever the numbers, or because of how it was asked.
    """
    if verdict.status not in NOT_EARNED:
        return False
    if stopped := [done[needed] for needed in check.needs if done[needed].status in STOPPED]:
        return all(one.certain for one in stopped)
    if any(is_unanswerable(check, probe, seen) for probe in check.asks):
        return True
    if verdict.status is Status.SKIPPED or verdict.basis not in (None, check.basis):
        return False
    return bool(check.asks) and _is_answered_for_good(check, seen)


def _is_answered_for_good(check: Check, seen: Seen) -> bool:
    """Whether the answers are those of a longer run: of definitions, which are asked with numbers drawn here,
    and of a model about its shapes where all cells ran; of all but data where nothing is trained. Gradients
    are those of the weights as they were trained."""
    if any(seen.answered(probe) is None or probe.answered_by == GRADIENTS for probe in check.asks):
        return False
    roles = [role for probe in check.asks for _, role in probe.parts]
    if nothing_trains(seen) and not any(isinstance(role, DataSet | Function) for role in roles):
        return True
    ran_through = seen.run.outcome is Outcome.COMPLETED and not any(cell.error for cell in seen.run.cells)
    fixed = (Cell, Layer, Function, Model) if ran_through else (Cell, Layer, Function)
    return bool(roles) and not check.after_training and all(isinstance(role, fixed) for role in roles)
