"""How much rests on what is cheap: the kernel's own word, and letters."""

from __future__ import annotations

from collections.abc import Iterator

from grader.assignment import Check
from grader.assignment.probe import draws_nothing
from grader.assignment.shares import REPORTED_SHARE, ROUNDING, too_many_letters, too_much_reported
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material
from grader.model import Basis


def cheap_points(material: Material) -> Iterator[Finding]:
    """More than a fifth on the kernel's word, said or not; more than a tenth on letters."""
    sheet = material.assignment
    claimed = [check for check in sheet.checks if proves_nothing(check)]
    for check in claimed:
        yield Finding(
            rule=LintRule.REPORTED,
            check=check.id,
            message=(
                "it says that it is proven, and asks nothing that the host draws: the answer is the kernel's"
                " own word"
            ),
            hint="Say basis=Basis.REPORTED, or ask with drawn arguments (probes.calls)",
        )
    if said := too_much_reported(sheet):
        yield Finding(rule=LintRule.REPORTED, message=said)
    elif claimed:
        cheap = sum(
            check.points for check in sheet.checks if check in claimed or check.basis is Basis.REPORTED
        )
        if cheap > REPORTED_SHARE * sheet.points_max + ROUNDING:
            words = (
                f"with them {cheap:g} of {sheet.points_max:g} points rest on the kernel's word alone; at most"
                " a fifth may"
            )
            yield Finding(rule=LintRule.REPORTED, message=words)
    if said := too_many_letters(sheet):
        yield Finding(rule=LintRule.LETTERS, message=said)


def proves_nothing(check: Check) -> bool:
    """Whether a check calls itself proven although nothing that it looks at follows from a question that the
    host drew."""
    looked_at = (*check.asks, *check.uses)
    return (
        check.basis is Basis.PROVEN
        and bool(looked_at)
        and all(probe.draw is draws_nothing for probe in looked_at)
    )
