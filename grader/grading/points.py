"""From verdicts to points and a level: the rules of docs/points.md, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from grader.assignment import Check
from grader.model import Basis, CheckResult, Decision, Grade, Level, Status, Verdict
from grader.model.verdict import NOT_EARNED, OF_THE_STUDENT, WRONG, inconclusive, needs_review

SHARE_DIGITS = 2  # a share of points is given in hundredths
NOISE_DIGITS = 6  # sums of decimals lose their floating-point dust here
DECIDED = "A person has looked at this and decided."
UNCONFIRMED = "It could not be confirmed in a full run"
Verdicts = Sequence[tuple[Check, Verdict]]


def grade(verdicts: Verdicts, decisions: Sequence[Decision], digest: str, penalty: float = 0.0) -> Grade:
    """The grade that follows from the verdicts and from what people decided about this very `digest` or
    answer; the latest word counts.

    `penalty` comes off the points that are given, never below 0. Grade.penalty keeps it whole, so that points
    which are decided later bear it as well.
    """
    results = tuple(_result(check, verdict) for check, verdict in verdicts)
    return decided(_total(results, max(penalty, 0.0)), decisions, digest)


def decided(before: Grade, decisions: Sequence[Decision], digest: str) -> Grade:
    """The same grade under these decisions; a grade that already holds decisions first goes back to what the
    checks say."""
    results = tuple(_under(alone(result), _last_word(result, decisions, digest)) for result in before.checks)
    return before if results == before.checks else _total(results, before.penalty)


def alone(result: CheckResult) -> CheckResult:
    """What the checks alone say, whatever people decided."""
    return result.overruled or result


def holds(word: Decision, digest: str, answer: str) -> bool:
    """Whether a decision speaks about a homework with this digest, or about this very answer wherever it
    stands."""
    return math.isfinite(word.points) and (
        word.digest == digest or (word.answer != "" and word.answer == answer)
    )


def _last_word(result: CheckResult, decisions: Sequence[Decision], digest: str) -> Decision | None:
    words = [word for word in decisions if word.check_id == result.id and holds(word, digest, result.answer)]
    return words[-1] if words else None


def _total(results: tuple[CheckResult, ...], penalty: float) -> Grade:
    return Grade(
        points=max(_sum((*(result.points for result in results), -penalty)), 0.0),
        points_max=_sum(result.points_max for result in results),
        points_pending=_sum(result.points_max for result in results if result.pending),
        penalty=penalty,
        level=_level(results, lambda result: result.status is Status.PASSED),
        level_possible=_level(results, lambda result: result.status is Status.PASSED or result.pending),
        checks=results,
    )


def before_handing_in(done: Grade) -> Grade:
    """The grade as its owner reads it before the deadline: a level that hangs on a file of their own that is
    missing is not within reach, whatever a person may allow later."""
    within_reach = _level(
        done.checks,
        lambda result: (
            result.status is Status.PASSED or (result.pending and result.waits_for not in OF_THE_STUDENT)
        ),
    )
    return replace(done, level_possible=within_reach)


def _result(check: Check, verdict: Verdict) -> CheckResult:
    good = verdict.status is Status.PASSED
    auto = _auto_points(check, verdict)
    return CheckResult(
        id=check.id,
        task=check.task,
        title=check.title,
        hidden=check.hidden,
        status=verdict.status,
        points=auto or 0.0,
        points_auto=auto,
        points_max=check.points,
        decided_by="checks",
        message=verdict.message,
        hint="" if good else verdict.hint or check.hint,
        basis=check.basis_of(verdict),
        waits_for=verdict.waits_for,
        level=check.level,
        evidence=verdict.evidence,
        mistake=None if good else verdict.mistake,
        staff_note=verdict.staff_note,
        undiagnosed=verdict.undiagnosed,
        answer=verdict.answer,
        rubric=verdict.rubric,
    )


def _under(own: CheckResult, word: Decision | None) -> CheckResult:
    """What a check says once a person has spoken: their points and their reason; what the checks found stays
    beside it."""
    if word is None or word.withdrawn:
        return own
    status = _decided_status(own.points_max, word)
    good = status is Status.PASSED
    return replace(
        own,
        status=status,
        points=_within(word.points, own.points_max),
        decided_by=word.person,
        message=word.reason or DECIDED,
        reason=word.reason,
        hint="" if good else own.hint,
        basis=Basis.JUDGED,
        waits_for="",
        mistake=None if good else own.mistake,
        repeats=word.repeats,
        overruled=own,
    )


def _auto_points(check: Check, verdict: Verdict) -> float | None:
    """What the checks alone give; None while pending."""
    match verdict.status:
        case Status.PASSED:
            return check.points
        case Status.PARTIAL:
            return _within(round(verdict.share * check.points, SHARE_DIGITS), check.points)
        case Status.FAILED | Status.SKIPPED:
            return 0.0
        case Status.NEEDS_REVIEW | Status.INCONCLUSIVE | Status.ERROR:
            return None


def _decided_status(points_max: float, word: Decision) -> Status:
    """A person gives points; the status says how they compare with the check's."""
    if word.points >= points_max:
        return Status.PASSED
    return Status.PARTIAL if word.points > 0 else Status.FAILED


def _within(points: float, points_max: float) -> float:
    return min(max(points, 0.0), points_max)


def _sum(points: Iterable[float]) -> float:
    return round(math.fsum(points), NOISE_DIGITS)


def _level(results: Sequence[CheckResult], holds: Callable[[CheckResult], bool]) -> Level:
    """The highest level at which every check needed for it, and for all levels below, holds; only levels that
    a check names."""
    reached = Level.NOT_PASSED
    for level in sorted({result.level for result in results if result.level}):
        if not all(holds(result) for result in results if result.level == level):
            break
        reached = level
    return reached


def only_confirmed(budgeted: Verdicts, full: Verdicts | None) -> tuple[tuple[Check, Verdict], ...]:
    """The verdicts of a run with overridden parameters, as a person may read them.

    A budget may say "passed", never "failed": what is not passed stands only when it failed in the full run,
    too, or was read in the source. Without a full run it waits for one; else a person decides. What asked for
    a full run has failed when it failed there.
    """
    again = {check.id: verdict for check, verdict in full or ()}
    return tuple(
        (check, _after(check, verdict, again.get(check.id), waits=full is None))
        for check, verdict in budgeted
    )


def _after(check: Check, verdict: Verdict, full: Verdict | None, *, waits: bool) -> Verdict:
    """A verdict of the shortened run, as it stands beside that of the full one."""
    if verdict.status is Status.INCONCLUSIVE and full is not None:
        return _settled(verdict, full)
    return verdict if _stands(check, verdict) else _confirmed(verdict, full, waits=waits)


def _settled(open_one: Verdict, full: Verdict) -> Verdict:
    """What a shortened run left open, when the full one has been made: what failed there has failed; where it
    gives no answer, either, a person reads what both say."""
    if full.status in (Status.FAILED, Status.ERROR):
        return full
    return _for_a_person(open_one, f"{open_one.message}; in the full run: {full.message}")


def final(verdicts: Verdicts) -> tuple[tuple[Check, Verdict], ...]:
    """The last word of the runs: what is still INCONCLUSIVE goes to a person."""
    return tuple(
        (check, _for_a_person(verdict, verdict.message) if verdict.status is Status.INCONCLUSIVE else verdict)
        for check, verdict in verdicts
    )


def _stands(check: Check, verdict: Verdict) -> bool:
    """True when no budget could have made the difference."""
    return verdict.status not in NOT_EARNED or verdict.certain or check.basis_of(verdict) is Basis.READ


def _confirmed(verdict: Verdict, full: Verdict | None, *, waits: bool) -> Verdict:
    if waits:
        message = f"The run so far did not show it, and another one is still to come: {verdict.message}"
        return replace(inconclusive(message, evidence=verdict.evidence), staff_note=verdict.staff_note)
    if full is not None and full.status is Status.ERROR:
        return full  # the full run is missing by our fault
    if full is not None and full.status in WRONG | {verdict.status}:
        return verdict
    return _for_a_person(verdict, f"{UNCONFIRMED}: {verdict.message}")


def _for_a_person(verdict: Verdict, message: str) -> Verdict:
    return needs_review(message, evidence=verdict.evidence, staff_note=verdict.staff_note)
