"""A model that the host cannot compute: what its own answers show."""

from __future__ import annotations

import math

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.accuracy import says_twice
from grader.judge.identify.causes import why_nothing_is_learned
from grader.judge.identify.host_data import is_standard_normal, learned_rule
from grader.judge.identify.identification import one_per_sequence, outputs_of
from grader.judge.settled import may_train_more
from grader.model import Evidence, Verdict
from grader.model.verdict import failed, inconclusive, needs_review, skipped
from grader.probes.model import ModelAnswer
from grader.rnn.weights import Array


def judge_own_answers(seen: Seen, model: ModelAnswer, reason: str, bar: float) -> Verdict:
    """The host cannot compute this model. What the kernel's own outputs show decides only against it; for it,
    a person does."""
    out = _trained_answers(model)
    if out is None:
        return skipped("not reached: the model did not answer")
    x = np.concatenate(list(model.x))[..., 0]
    rule = learned_rule(seen)
    flat = one_per_sequence(out) if out.ndim else out.reshape(1, 1)
    if len(flat) != len(x) or flat.shape[1] not in (1, 2):
        return skipped(
            f"not reached: for {len(x)} sequences the model gives an array of shape {out.shape}, not an"
            " answer for each"
        )
    of_classes = flat.shape[1] == 2 and not says_twice(flat)
    guess = flat[:, 1] > flat[:, 0] if of_classes else flat[:, 0] >= 0.5
    share = float(np.mean(guess == rule.of(x)))
    evidence = [
        Evidence(
            what=f"the model's own answers to {len(x)} sequences",
            expected=f"at least {bar:.0%} right",
            actual=f"{share:.0%} right",
        )
    ]
    if is_standard_normal(seen) and share + 4 * math.sqrt(share * (1 - share) / len(x)) < bar:
        if may_train_more(seen):
            return inconclusive(
                f"after a short training {share:.0%} are right: too early to tell", evidence=evidence
            )
        return failed(
            f"the trained model is right for {share:.0%} of {len(x)} fresh sequences, expected at least"
            f" {bar:.0%}",
            hint=why_nothing_is_learned(seen),
            evidence=evidence,
        )
    return needs_review(
        f"the model answers {share:.0%} right, but {reason}, so its accuracy cannot be computed here: a"
        " person will look at it",
        evidence=evidence,
    )


def _trained_answers(model: ModelAnswer) -> Array | None:
    """What the model answers with the weights that it was trained to."""
    trained = next((item for item in model.items if item.as_trained and not item.graph), None)
    return outputs_of(model, trained) if trained is not None else None
