"""One verdict per check. Screens what could not be observed, and keeps our own faults away from the student's
points."""

from __future__ import annotations

from dataclasses import replace

from grader.assignment import Assignment, Check, Seen
from grader.judge.certain import is_certain
from grader.judge.forgotten import without_module
from grader.judge.guarded import judged
from grader.judge.identify.causes import stopped_cell
from grader.judge.identify.other import other_homework
from grader.judge.identify.training_cells import TRAINS, stopped_training
from grader.judge.unreached import left_open, screened
from grader.model import (
    Basis,
    Evidence,
    Extent,
    Outcome,
    Reply,
    Status,
    Submission,
    Verdict,
)
from grader.model.quantities import lasting
from grader.model.verdict import ITS_SHEET, NOT_EARNED, WRONG, error, failed, needs_review, skipped
from grader.probes.notebook import read_training

Verdicts = tuple[tuple[Check, Verdict], ...]
TRACING = "tracing"  # the probe that tells what the training traced
LOST = {*NOT_EARNED, Status.INCONCLUSIVE}


def judge_all(seen: Seen) -> Verdicts:
    """Judge every check of the sheet in its order. Pure: the same observations give the same verdicts."""
    if other := other_homework(seen):
        return _of_another_sheet(seen.assignment, other)
    done: dict[str, Verdict] = {}
    blamed: dict[str, str] = {}  # what is missing or raised -> the check that says so
    modules: dict[str, str] = {}  # what was not handed in -> the check that says so
    for check in seen.assignment.checks:
        early = screened(check, seen, done, blamed)
        verdict = early if early is not None else judged(check.judge, seen.for_check(check))
        verdict = _or_open(check, _or_unfinished(check, verdict, seen), seen)
        verdict = without_module(check, verdict, seen, modules, of_training=_is_of_training(check))
        verdict = _of_its_numbers(check, verdict, seen)
        certain = is_certain(check, verdict, seen, done)
        done[check.id] = replace(
            verdict, hint=_hint(check, verdict), basis=check.basis_of(verdict), certain=certain
        )
    return tuple((check, done[check.id]) for check in seen.assignment.checks)


def _of_another_sheet(assignment: Assignment, why: str) -> Verdicts:
    """Verdicts for homework that is not of this sheet: nothing is charged; the first check says why."""
    first = assignment.checks[0]
    told = needs_review(f"{why}: a person will look at it, no points are lost")
    others = needs_review(f"not judged: see “{first.title}”")
    return tuple(
        (check, replace(told if check is first else others, basis=check.basis, waits_for=ITS_SHEET))
        for check in assignment.checks
    )


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


def stands_in_the_way(seen: Seen, verdicts: Verdicts) -> bool:
    """Whether a parameter that is no number to train with, which is charged where it belongs, may be why
    other checks are lost."""
    run, wrong = seen.run, set(seen.outside)
    if run.replaced or run.outcome is Outcome.UNAVAILABLE or other_homework(seen):
        return False
    return any(wrong & set(check.about) for check, _ in verdicts) and any(
        verdict.status in LOST and not wrong & set(check.about) and check.basis_of(verdict) is not Basis.READ
        for check, verdict in verdicts
    )


def _unconfirmed(check: Check, verdict: Verdict) -> bool:
    if verdict.status is Status.INCONCLUSIVE:
        return True
    return verdict.status in LOST and not verdict.certain and check.basis_of(verdict) is not Basis.READ


def _hint(check: Check, verdict: Verdict) -> str:
    wants_one = verdict.status in WRONG
    return verdict.hint or (check.hint if wants_one else "")


def _of_its_numbers(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """What does not hold because a number that the check is about lies outside of the sheet's range says so.
    What holds although such a number was read holds: the notebook may have changed it. Where another one was
    put in its place, because nothing ran with it, nothing else shows it."""
    wrong = {name: sentence for name, sentence in seen.outside.items() if name in check.about}
    if wrong and seen.run.replaced:
        used = " and ".join(f"{seen.source.spelled.get(n, n)} = {seen.run.replaced[n]:g}" for n in wrong)
        hint = f"Change it where it is set. Everything else was run and judged with {used}."
        return replace(failed("; ".join(wrong.values()), hint=hint), basis=Basis.READ)
    if not wrong or verdict.status not in LOST:
        return verdict
    followed = Evidence(what="what follows from it", expected="", actual=verdict.message)
    hint = "The parameter cell sets it; the other checks were asked with the sheet's own value."
    return replace(
        failed("; ".join(wrong.values()), hint=hint, evidence=[*verdict.evidence, followed]), basis=Basis.READ
    )


def _or_open(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """The verdict; what a training decides stays open where a missing package, or a question that nobody
    answered, took the training away: nothing was trained."""
    lost = _is_lost(check, verdict) and _is_of_training(check)
    left_out = next(filter(None, (left_open(cell.error, seen.run) for cell in seen.run.cells)), None)
    if not lost or left_out is None or not TRAINS & seen.source.uses:
        return verdict
    if (cell := stopped_cell(seen)) is not None and (broke := left_open(cell.error, seen.run)):
        return broke  # it trained, and what it lacks kept it from training on
    kept = seen.if_asked("training")
    return verdict if kept is not None and kept.is_answered and read_training(kept).updates else left_out


def _or_unfinished(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """The verdict; what a training decides, or was made where it ran, is left to a person when it was stopped
    for its time: a faster machine, or one with a GPU, may have come to its end."""
    was_read = check.basis_of(verdict) is Basis.READ and verdict.status is not Status.SKIPPED
    cell = stopped_training(seen) if verdict.status in NOT_EARNED and not was_read else None
    made_there = any(
        observation is None or observation.status is Reply.MISSING
        for observation in map(seen.observation, check.asks)
    )
    if cell is None or not (made_there or _is_of_training(check)):
        return verdict
    longest = lasting(seen.run.limits.cell_seconds)
    so_far = f". As far as it got: {verdict.message}" if verdict.status is not Status.SKIPPED else ""
    return needs_review(
        f"{cell.place} trained for longer than {longest} and was stopped: a person will look at it{so_far}",
        evidence=verdict.evidence,
        staff_note=verdict.staff_note,
    )


def _is_lost(check: Check, verdict: Verdict) -> bool:
    return verdict.status in NOT_EARNED and check.basis_of(verdict) is not Basis.READ


def _is_of_training(check: Check) -> bool:
    return check.after_training or any(probe.name == TRACING for probe in check.asks)
