"""What is wrong with a sheet, as what was run shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from grader.assignment import Assignment, Check
from grader.assignment.shares import REPORTED_SHARE, ROUNDING
from grader.lint.finding import Finding, LintRule
from grader.lint.runs import SpecimenKind, Tried, steady
from grader.model import Basis, Status, Verdict
from grader.model.verdict import NO_ANSWER, WRONG

LONGEST_FINDING = 160


def findings_of_runs(assignment: Assignment, tried: Sequence[Tried]) -> Iterator[Finding]:
    """All findings, in the order of the rules."""
    untried = {seen.specimen.kind for seen in tried if seen.fault}
    tried = [seen for seen in tried if not seen.fault]
    for seen in tried:
        yield from _faults(seen)
    for seen in tried:
        if seen.specimen.kind in (SpecimenKind.REFERENCE, SpecimenKind.RIGHT):
            yield from _not_full(seen)
    for seen in tried:
        if seen.specimen.kind is SpecimenKind.REFERENCE:
            yield from _by_word(seen)
        elif seen.specimen.kind is SpecimenKind.TEMPLATE:
            yield from _given_away(seen)
        elif seen.specimen.kind is SpecimenKind.WRONG and all(
            _earned(check, verdict) for check, verdict in seen.verdicts
        ):
            message = "it is called wrong, and loses nothing"
            yield Finding(
                rule=LintRule.HARMLESS,
                submission=seen.specimen.name,
                message=message,
                hint="Make its mistake worse, or call it right_...",
            )
    yield from _stopped(assignment, tried)
    yield from _same(tried)
    if SpecimenKind.WRONG not in untried:  # that one may trip what the others do not
        yield from untripped(assignment, [seen for seen in tried if seen.specimen.kind is SpecimenKind.WRONG])
    for seen in tried:
        yield from _unsteady(seen)


def untripped(assignment: Assignment, wrong: Sequence[Tried]) -> Iterator[Finding]:
    """Checks with points that no wrong submission trips."""
    for check in assignment.checks:
        if (
            check.points
            and check.basis is not Basis.JUDGED
            and not any(_trips(check, seen) for seen in wrong)
        ):
            message = (
                "no wrong submission trips it" if wrong else "there is no wrong submission that could trip it"
            )
            hint = (
                "Add one that does what was asked, and makes just this mistake: what is missing or raises"
                " trips nothing"
            )
            yield Finding(
                rule=LintRule.UNTRIPPED, check=check.id, message=message, hint=hint if wrong else ""
            )


def _stopped(assignment: Assignment, tried: Sequence[Tried]) -> Iterator[Finding]:
    """Wrong submissions that fail for another reason than their own, since they stop before it is seen."""
    for seen in tried:
        if seen.specimen.kind is not SpecimenKind.WRONG:
            continue
        lost = [check for check in assignment.checks if check.id in seen.lost]
        reason = seen.stopped
        if not reason and lost and not any(_trips(check, seen) for check in lost):
            reason = "nothing of what the checks that it loses ask is there"
        if reason:
            yield Finding(
                rule=LintRule.STOPS,
                submission=seen.specimen.name,
                message=f"it fails for another reason than its own: {_short(reason)}",
                hint="Mend it, or call it broken_... if it shall stop there",
            )


def _same(tried: Sequence[Tried]) -> Iterator[Finding]:
    """Submissions that say the same as one before: a copy that was to be changed."""
    first: dict[str, str] = {}
    for seen in tried:
        if seen.specimen.kind in (SpecimenKind.REFERENCE, SpecimenKind.TEMPLATE) or not seen.content:
            continue
        other = first.setdefault(seen.content, seen.specimen.name)
        if other != seen.specimen.name:
            message = f"its code and answers are those of {other}"
            yield Finding(rule=LintRule.SAME, submission=seen.specimen.name, message=message)


def _trips(check: Check, seen: Tried) -> bool:
    """Whether it fails for what it does: a name that is missing fails every check, and shows of none that it
    works."""
    verdict = next(verdict for each, verdict in seen.verdicts if each.id == check.id)
    reached = check.instead is not None or all(probe.name in seen.answered for probe in check.asks)
    return verdict.status in WRONG and reached


def _faults(seen: Tried) -> Iterator[Finding]:
    """Checks whose own code raises, and packages that are missing; each reason once."""
    told: set[str] = set()
    for check, verdict in seen.verdicts:
        first = _short((verdict.staff_note or verdict.message).strip().partition("\n")[0])
        if verdict.status is Status.ERROR and first not in told:
            told.add(first)
            message = f"it cannot be judged: {first}"
            yield Finding(rule=LintRule.FAULT, check=check.id, submission=seen.specimen.name, message=message)


def _not_full(seen: Tried) -> Iterator[Finding]:
    """What keeps the reference, or a right submission, from full points."""
    rule = LintRule.REFERENCE if seen.specimen.kind is SpecimenKind.REFERENCE else LintRule.RIGHT
    name = "" if rule is LintRule.REFERENCE else seen.specimen.name
    whose = "the reference" if rule is LintRule.REFERENCE else "it"
    for check, verdict in seen.verdicts:
        if verdict.status is not Status.ERROR and not _earned(check, verdict):
            message = f"{whose} does not get its {check.points:g} points: {_short(verdict.message)}"
            yield Finding(rule=rule, check=check.id, submission=name, message=message)


def _earned(check: Check, verdict: Verdict) -> bool:
    """Whether nothing of a check is lost, as far as that can be said without a person."""
    if verdict.status is Status.NEEDS_REVIEW and check.basis is Basis.JUDGED:
        return verdict.waits_for != NO_ANSWER
    return verdict.status is Status.PASSED


def _by_word(seen: Tried) -> Iterator[Finding]:
    """More than a fifth of the points rest on the kernel's word where the reference earns them, whatever the
    checks declare."""
    total = sum(check.points for check, _ in seen.verdicts)
    words = sum(check.points for check, verdict in seen.verdicts if check.basis_of(verdict) is Basis.REPORTED)
    said = sum(check.points for check, _ in seen.verdicts if check.basis is Basis.REPORTED)
    if words > REPORTED_SHARE * total + ROUNDING and words > said:
        message = (
            f"the reference earns {words:g} of {total:g} points by the kernel's word alone; at most a"
            " fifth may"
        )
        yield Finding(rule=LintRule.REPORTED, message=message)


def _given_away(seen: Tried) -> Iterator[Finding]:
    """What students have before they have written anything."""
    for check, verdict in seen.verdicts:
        if check.points and verdict.status in (Status.PASSED, Status.PARTIAL):
            message = (
                f"the template gets {verdict.share * check.points:g} of its {check.points:g} points with"
                " nothing written"
            )
            hint = "Empty what it looks at, or let it need a check that fails there"
            yield Finding(rule=LintRule.TEMPLATE, check=check.id, message=message, hint=hint)


def _unsteady(seen: Tried) -> Iterator[Finding]:
    """Verdicts that change with what is drawn."""
    for check, _ in seen.verdicts:
        verdicts = [draw[check.id] for draw in seen.draws if steady(draw[check.id].status)]
        kinds = Counter((verdict.status, verdict.share) for verdict in verdicts)
        if len(kinds) > 1:
            told = " and ".join(f"{_in_words(*kind)} {number} times" for kind, number in kinds.most_common())
            rare = next(v for v in verdicts if (v.status, v.share) == kinds.most_common()[-1][0])
            message = f"over {len(verdicts)} draws it is {told}; once: {_short(rare.message)}"
            yield Finding(
                rule=LintRule.UNSTEADY, check=check.id, submission=seen.specimen.name, message=message
            )


def _in_words(status: Status, share: float) -> str:
    words = status.value.lower().replace("_", " ")
    return f"{words} ({share:.0%})" if status is Status.PARTIAL else words


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_FINDING else f"{text[: LONGEST_FINDING - 1]}…"
