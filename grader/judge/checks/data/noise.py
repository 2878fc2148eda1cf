"""The noise that sequences are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.checks.data.odd import without_pairs
from grader.judge.identify.noise import (
    FALSE_ALARM,
    described,
    looks_normal,
    normal_distance,
    unfit,
)
from grader.judge.identify.rules import samples
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed


def fresh_noise(task: Function, wrapped: Function | None = None, *, normal: bool = False) -> Criterion:
    """The noise is drawn anew at every call, its steps are independent; with `normal` it is standard
    normal."""
    any_noise = "The noise has independent steps and is fresh at every call, whatever its distribution."
    gains = "one point, for making up normal noise: no less work than drawing it"
    return Criterion(
        id="noise_is_normal" if normal else "noise_is_random",
        title="The noise is standard normal and fresh at every call." if normal else any_noise,
        judge=lambda seen: judge_noise(seen, normal=normal),
        basis=Basis.REPORTED,
        asks=(probes.data(task, wrapped),),
        forger_gains=gains if normal else gains.replace("normal noise", "noise"),
    )


def judge_noise(seen: Seen, *, normal: bool = False) -> Verdict:
    """The noise has independent steps and is fresh at every call; with `normal` it looks standard normal,
    too."""
    if (made_elsewhere := without_pairs(seen, "the noise")) is not None:
        return made_elsewhere
    made = samples(seen.answer("data"))
    values = made[0].ravel() if made is not None else np.zeros(0)
    evidence = [_spread(values, expected="0 and 1" if normal else "")]
    if (problem := noise_problem(seen, evidence)) is not None:
        return problem
    if not normal:
        return passed(f"The noise is fresh at every call: {described(values)}.", evidence=evidence)
    if looks_normal(values):
        return passed("The noise looks standard normal and is fresh at every call.", evidence=evidence)
    test = Evidence(
        what="Kolmogorov-Smirnov test",
        expected=f"passes (false alarm {FALSE_ALARM:.0e})",
        actual=f"distance {normal_distance(values):.3f}",
    )
    return failed(
        f"the noise does not look standard normal: {described(values)}",
        hint="Draw it with np.random.normal(size=(seq_len, 1)), or tf.random.normal([seq_len, 1]).",
        evidence=[*evidence, test],
    )


def _spread(values: np.ndarray, expected: str = "") -> Evidence:
    what, size = f"mean and standard deviation of {values.size} values", values.size
    return Evidence(
        what=what, expected=expected, actual=f"{values.mean():.3f} and {values.std():.3f}" if size else "none"
    )


def noise_problem(seen: Seen, evidence: Sequence[Evidence]) -> Verdict | None:
    """What keeps the samples from being fresh noise, whatever its distribution; None when nothing does."""
    if (problem := unfit(seen.answer("data"), seen.part("data", "task", Function).name)) is None:
        return None
    message, hint = problem
    return failed(message, hint=hint, evidence=evidence)
