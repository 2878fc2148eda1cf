"""Which task a trained model is asked: the sheet's. A student's own takes its place where it is as hard.

A model has shown that it adds up a sequence when it does so on a task that needs it. So what makes the
student's own task easier, a shorter sequence, labels that one value tells, sequences of one number, is no
reason to ask it: the model is asked the sheet's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.assignment import DataSet, Function, Purpose, Seen
from grader.judge.identify.easier import NEARLY_ALL, SHORTEST, known_from, known_from_one
from grader.judge.identify.host_data import (
    HostData,
    host_data,
    is_standard_normal,
    learned_rule,
    made_noise,
    own_samples,
    pipeline_of,
    standard_data,
    task_rule,
    trained_length,
)
from grader.judge.identify.noise import unfit
from grader.judge.identify.rules import FEWEST_SAMPLES, RULES, Rule, rule_of
from grader.model.quantities import counted
from grader.probes.model import ModelAnswer

# of the labels of a data set that may be others than the task's: a sum at the threshold is rounded either way
MISLABELLED = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSequences:
    """The sequences that a model is measured on. Where the student's own task is easier, or nobody knows how
    hard it is, `own` are its sequences, and `easier` says why."""

    data: HostData
    own: HostData | None = None
    easier: str = ""
    # by a check of its own, or not far from what is asked: a person decides about a model that learned it
    charged: bool = False
    # next to nothing must be remembered: a person decides even about a model that does the sheet's as well
    trivial: bool = False


def asked(seen: Seen, model: ModelAnswer, least: int, *, normal: bool) -> AskedSequences:
    """What the model that gave this answer is asked. `least`: steps that the sheet asks for; `normal`:
    whether it says that the noise is standard normal, so that a check charges any other."""
    own_length, rule = trained_length(seen, model), learned_rule(seen)
    length = max(own_length, least)
    if (unknown := own_samples(seen, model)) is not None:
        sheets = standard_data(model, RULES[0], length)
        easier = "its own labels follow no rule of the sum"
        return AskedSequences(data=sheets, own=unknown, easier=easier, charged=True)
    samples = _own_samples(seen, rule)
    if samples is not None and (words := known_from(*samples)):
        trivial = bool(known_from_one(*samples, NEARLY_ALL))
        charged = not rule.of_sum or _noise_is_charged(seen, normal=normal)
        own, sheets = host_data(seen, model), standard_data(model, _towards(rule, length), length)
        return AskedSequences(
            data=sheets,
            own=own,
            easier=f"{words} tells the labels of its own sequences",
            charged=charged,
            trivial=trivial,
        )
    if own_length < length:
        easier = f"its own sequences have {counted(own_length, 'step')}, the sheet's {length}"
        own, longer = host_data(seen, model), host_data(seen, model, length)
        remembers = own_length >= SHORTEST
        return AskedSequences(data=longer, own=own, easier=easier, charged=remembers, trivial=not remembers)
    return AskedSequences(data=host_data(seen, model))


def _own_samples(seen: Seen, rule: Rule) -> tuple[np.ndarray, np.ndarray] | None:
    """(sequences, labels) as the student's task gives them; None where too few were seen, or they are no
    numbers."""
    made = made_noise(seen)
    usable = made is not None and len(made) >= FEWEST_SAMPLES and bool(np.isfinite(made).all())
    return (made, rule.of(made)) if made is not None and usable else None


def _noise_is_charged(seen: Seen, *, normal: bool) -> bool:
    task = seen.if_asked("data")
    return (
        task is not None
        and task.is_answered
        and (unfit(task, "") is not None or (normal and not is_standard_normal(seen)))
    )


def _towards(rule: Rule, length: int) -> Rule:
    """The sheet's rule, turned round where the student's gives 1 to low numbers."""
    high, low = (bool(rule.of(np.full((1, length), value))[0]) for value in (3.0, -3.0))
    return RULES[2] if low and not high else RULES[0]


def other_labels(seen: Seen, purpose: Purpose) -> str:
    """What is said of a data set whose labels are not those of the task; "" when they are, or when it cannot
    be told."""
    found, rule = pipeline_of(seen, purpose), task_rule(seen)
    if not seen.asks("data") or found is None or len(found[0]) < FEWEST_SAMPLES or not rule.of_sum:
        return ""
    x, label = found
    agree = float(np.mean(rule.of(x) == label))
    own = rule_of(x, label)
    if min(agree, 1 - agree) <= MISLABELLED or (own is not None and own.of_sum):
        return ""
    words = (
        f"the label is {own.words}" if own is not None else f"{agree:.0%} of the labels are those of the task"
    )
    name, task = seen.part("pipeline", purpose, DataSet).name, seen.part("data", "task", Function).name
    return f"in {name} {words}; in {task} it is {rule.words}"
