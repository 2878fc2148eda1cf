"""One verdict per check. Screens what could not be observed, and keeps our own faults away from the student's
points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.assignment import Assignment, Cell, Check, Function, Layer, Model, Seen
from grader.judge.guarded import judged
from grader.judge.identify.other import other_homework
from grader.judge.unreached import STOPPED, left_open, screened
from grader.model import (
    Basis,
    Evidence,
    Extent,
    Outcome,
    Status,
    Submission,
    Verdict,
)
from grader.model.verdict import NOT_EARNED, WRONG, error, failed, needs_review, skipped
from grader.probes.notebook import read_training

Verdicts = tuple[tuple[Check, Verdict], ...]
GRADIENTS = "gradients"  # the probe that asks with the weights as they were trained alone
# who calls none of them trains nothing anywhere
TRAINS = {"fit", "apply_gradients", "train_on_batch", "minimize", "assign_sub"}
LOST = {*NOT_EARNED, Status.INCONCLUSIVE}


def judge_all(seen: Seen) -> Verdicts:
    """Judge every check of the sheet in its order. Pure: the same observations give the same verdicts."""
    if other := other_homework(seen):
        left = needs_review(f"{other}: a person will look at it, no points are lost")
        return tuple((check, replace(left, basis=check.basis)) for check in seen.assignment.checks)
    done: dict[str, Verdict] = {}
    blamed: dict[str, str] = {}  # what is missing or raised -> the check that says so
    for check in seen.assignment.checks:
        early = screened(check, seen, done, blamed)
        verdict = early if early is not None else judged(check.judge, seen.for_check(check))
        verdict = _of_its_numbers(check, _or_open(check, verdict, seen), seen)
        certain = _is_certain(check, verdict, seen, done)
        done[check.id] = replace(
            verdict, hint=_hint(check, verdict), basis=check.basis_of(verdict), certain=certain
        )
    return tuple((check, done[check.id]) for check in seen.assignment.checks)


def nothing_to_grade(assignment: Assignment, submission: Submission) -> Verdicts:
    """Verdicts for a submission in which nothing can be run: no points, with the reason."""
    reason = submission.problem or "there is no notebook to grade"
    return tuple(
        (check, replace(skipped(f"not reached: {reason}"), basis=check.basis)) for check in assignment.checks
    )


def our_fault(assignment: Assignment, message: str, staff_note: str = "") -> Verdicts:
    """Verdicts when we could not grade: every point stays open."""
    return tuple(
        (check, replace(error(message, staff_note=staff_note), basis=check.basis))
        for check in assignment.checks
    )


def longer_run(seen: Seen, verdicts: Verdicts) -> Extent | None:
    """How much must run again before what is not passed here may be told; None: nothing.

    What training decides must recur in a full run, all else under the student's own numbers.
    """
    if not seen.budgeted or other_homework(seen):
        return None
    open_ones = [(check, verdict) for check, verdict in verdicts if _unconfirmed(check, verdict)]
    if any(check.after_training and verdict.status is not Status.SKIPPED for check, verdict in open_ones):
        return Extent.FULL
    return Extent.OWN_NUMBERS if open_ones and seen.run.overrides else None


def _unconfirmed(check: Check, verdict: Verdict) -> bool:
    if verdict.status is Status.INCONCLUSIVE:
        return True
    return verdict.status in LOST and not verdict.certain and check.basis_of(verdict) is not Basis.READ


def _is_certain(check: Check, verdict: Verdict, seen: Seen, done: Mapping[str, Verdict]) -> bool:
    """Whether fewer samples and a shortened training can have made no difference to what is lost: definitions
    answered, which are asked with numbers drawn here, or a model about its shapes where all cells ran, or a
    check whose own condition is lost so. What raised, or was not there, may be otherwise; so may gradients,
    which are those of the weights as they were trained."""
    if verdict.status is Status.SKIPPED and check.needs:
        stopped = [done[needed] for needed in check.needs if done[needed].status in STOPPED]
        return bool(stopped) and all(one.certain for one in stopped)
    if verdict.status not in WRONG or check.after_training or verdict.basis not in (None, check.basis):
        return False
    ran_through = seen.run.outcome is Outcome.COMPLETED and not any(cell.error for cell in seen.run.cells)
    fixed = (Cell, Layer, Function, Model) if ran_through else (Cell, Layer, Function)
    parts = [(probe, role) for probe in check.asks for _, role in probe.parts]
    answered = all(seen.answered(probe) is not None for probe in check.asks)
    return (
        bool(parts)
        and answered
        and all(isinstance(role, fixed) and probe.answered_by != GRADIENTS for probe, role in parts)
    )


def _hint(check: Check, verdict: Verdict) -> str:
    wants_one = verdict.status in WRONG
    return verdict.hint or (check.hint if wants_one else "")


def _of_its_numbers(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """What does not hold because a number that the check is about lies outside of the sheet's range says so.
    What holds although such a number was read holds: the notebook may have changed it."""
    wrong = [sentence for name, sentence in seen.outside.items() if name in check.about]
    if not wrong or verdict.status not in LOST:
        return verdict
    followed = Evidence(what="what follows from it", expected="", actual=verdict.message)
    hint = "The parameter cell sets it; the other checks were asked with the sheet's own value."
    return replace(
        failed("; ".join(wrong), hint=hint, evidence=[*verdict.evidence, followed]), basis=Basis.READ
    )


def _or_open(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """The verdict; what a training decides stays open where a missing package took the training away: nothing
    was trained."""
    lost = verdict.status in NOT_EARNED and check.after_training and check.basis_of(verdict) is not Basis.READ
    left_out = any(
        cell.error and cell.error.missing_package in seen.run.missing_packages for cell in seen.run.cells
    )
    if not lost or not left_out or not TRAINS & seen.source.uses:
        return verdict
    kept = seen.if_asked("training")
    return (
        verdict
        if kept is not None and kept.is_answered and read_training(kept).updates
        else left_open(seen.run.missing_packages[0])
    )
