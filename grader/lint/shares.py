"""How much rests on what is cheap: the kernel's own word, and letters."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping

import numpy as np

from grader.assignment import Check, Probe
from grader.assignment.probe import draws_nothing
from grader.assignment.shares import REPORTED_SHARE, ROUNDING, too_many_letters, too_much_reported
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material
from grader.model import Basis

SEEDS = range(4)  # of the generators that a question is drawn from


def cheap_points(material: Material) -> Iterator[Finding]:
    """More than a fifth on the kernel's word, said or not; more than a tenth on letters."""
    sheet = material.assignment
    claimed = [check for check in sheet.checks if proves_nothing(check, sheet.parameters)]
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


def proves_nothing(check: Check, parameters: Mapping[str, float | int]) -> bool:
    """Whether a check calls itself proven although nothing that it looks at follows from a question that the
    host drew: it draws nothing, or the same every time."""
    looked_at = (*check.asks, *check.uses)
    return (
        check.basis is Basis.PROVEN
        and bool(looked_at)
        and all(always_the_same(probe, parameters) for probe in looked_at)
    )


def always_the_same(probe: Probe, parameters: Mapping[str, float | int]) -> bool:
    """Whether it asks one question, whatever generator it is given."""
    if probe.draw is draws_nothing:
        return True
    try:
        first, *others = (pickle.dumps(probe.draw(np.random.default_rng(seed), parameters)) for seed in SEEDS)
    except Exception:  # told where the sheet is run
        return False
    return all(other == first for other in others)
