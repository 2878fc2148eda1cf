"""The label of a sequence, which follows from its sum: by the threshold of the sheet, or by any one of the
student's own."""

from __future__ import annotations

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.checks.data.odd import without_pairs
from grader.judge.identify.rules import COUNTED, Rule, find_rule, more_than_two, only_sum, samples
from grader.model import Basis, Evidence, Observation, Verdict
from grader.model.verdict import failed, passed

# share of the rarer label: below it, guessing is right too often for an accuracy to mean anything
RAREST = 0.05
SUM_RULE = "1 when the sum is above a threshold of your choice, else 0, or the other way round"


def label_of_the_sum(
    task: Function, wrapped: Function | None = None, *, own_threshold: bool = False
) -> Criterion:
    """The label says on which side of the threshold the sum lies: of the sheet's, or with `own_threshold` of
    any one."""
    own = "The label says on which side of one threshold the sum lies, and both labels occur."
    return Criterion(
        id="label_rule",
        title=own if own_threshold else "The label says whether the sum is above the threshold.",
        judge=judge_labels_by_any_threshold if own_threshold else judge_labels,
        basis=Basis.REPORTED,
        asks=(probes.data(task, wrapped),),
        forger_gains="two points, for labels that do follow from the sum",
    )


def judge_labels(seen: Seen) -> Verdict:
    """The label is 1 when the sum is above 0, or above 1: the sheet says both. `>` and `>=` are the same for
    real numbers."""
    observation = seen.answer("data")
    if (made_elsewhere := without_pairs(seen, "the labels")) is not None:
        return made_elsewhere
    rule = find_rule(observation)
    wanted = "1 when the sum is above 0 (or above 1), else 0"
    if problem := more_than_two(observation):
        return failed(problem, hint=COUNTED)
    if rule is None:
        agree = _agreement(observation)
        return failed(
            f"the labels do not follow from the sum of the sequence ({agree:.0%} agree with it), expected"
            f" {wanted}",
            hint="Compute the label from the same noise that you yield: int(np.sum(noise) > 0).",
            evidence=[Evidence(what="rule of the labels", expected=wanted, actual="none that we know")],
        )
    evidence = [Evidence(what="rule of the labels", expected=wanted, actual=rule.words)]
    if (total := only_sum(observation)) is not None:
        return failed(
            f"every sequence has the sum {total:.3g}, so its labels show no rule, expected {wanted}",
            hint="Draw new noise for every sequence, and compute the label from it.",
            evidence=evidence,
        )
    if rule.right:
        return passed(f"The label is {rule.words}.", evidence=evidence)
    return failed(
        f"the label is {rule.words}, expected {wanted}",
        hint="For instance: label = int(np.sum(noise) > 0).",
        evidence=evidence,
    )


def _agreement(observation: Observation) -> float:
    made = samples(observation)
    return float(np.mean((made[0].sum(axis=1) > 0) == made[1])) if made is not None else 0.0


def judge_labels_by_any_threshold(seen: Seen) -> Verdict:
    """The label says on which side of one threshold the sum lies, and both labels occur."""
    observation = seen.answer("data")
    if (made_elsewhere := without_pairs(seen, "the labels")) is not None:
        return made_elsewhere
    rule, share = find_rule(observation), _share_of_ones(observation)
    if share is None:
        return failed(
            "the labels differ in shape, so their rule cannot be found",
            hint="Yield labels that all have the same shape.",
        )
    if problem := more_than_two(observation):
        return failed(problem, hint=COUNTED)
    evidence = [
        Evidence(
            what="rule of the labels", expected=SUM_RULE, actual=rule.words if rule else "none that we know"
        ),
        Evidence(
            what="share of the label 1",
            expected=f"between {RAREST:.0%} and {1 - RAREST:.0%}",
            actual=f"{share:.1%}",
        ),
    ]
    if not RAREST <= share <= 1 - RAREST:
        return failed(
            f"{share:.1%} of the labels are 1, so there is next to nothing to tell apart",
            hint=(
                "Choose a threshold near the middle of the sums: 0 for noise around zero, seq_len / 2 for"
                " noise between 0 and 1."
            ),
            evidence=evidence,
        )
    if rule is None or not rule.of_sum:
        return failed(
            f"{_found_rule(rule)}, expected {SUM_RULE}",
            hint="Compute the label from the same noise that you yield: int(np.sum(noise) > threshold).",
            evidence=evidence,
        )
    return passed(f"The label is {rule.words}.", evidence=evidence)


def _found_rule(rule: Rule | None) -> str:
    return f"the label is {rule.words}" if rule else "no threshold of the sum separates the two labels"


def _share_of_ones(observation: Observation) -> float | None:
    made = samples(observation)
    return float(np.mean(made[1])) if made is not None and len(made[1]) else None
