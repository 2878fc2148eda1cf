"""The data of a homework in which noise, threshold, length and batch size are the student's choice."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.assignment import DataSet, Seen
from grader.judge.identify.easier import SHORTEST
from grader.judge.identify.host_data import is_absent
from grader.judge.identify.nesting import read_nesting
from grader.judge.identify.rules import COUNTED, Rule, find_rule, more_than_two, samples
from grader.judge.words import counted
from grader.model import Evidence, Observation, Verdict
from grader.model.verdict import failed, passed

RAREST = 0.05  # share of the rarer label: below it, guessing is right too often for an accuracy to mean anything
LABELS = ((), (1,), (2,), (1, 1), (1, 2))  # shapes of the label of one sequence: who trains with it knows its axes
SUM_RULE = "1 when the sum is above a threshold of your choice, else 0, or the other way round"


def judge_labels(seen: Seen) -> Verdict:
    """The label says on which side of one threshold the sum lies, and both labels occur."""
    observation = seen.answer("data")
    rule, share = find_rule(observation), _share_of_ones(observation)
    if share is None:
        return failed("the labels have no common shape, so their rule cannot be found", hint="Yield labels of one shape.")
    if problem := more_than_two(observation):
        return failed(problem, hint=COUNTED)
    evidence = [
        Evidence(what="rule of the labels", expected=SUM_RULE, actual=rule.words if rule else "none that we know"),
        Evidence(what="share of the label 1", expected=f"between {RAREST:.0%} and {1 - RAREST:.0%}", actual=f"{share:.1%}"),
    ]
    if not RAREST <= share <= 1 - RAREST:
        return failed(
            f"{share:.1%} of the labels are 1, so there is next to nothing to tell apart",
            hint="Choose a threshold near the middle of the sums: 0 for noise around zero, seq_len / 2 for noise between 0 and 1.",
            evidence=evidence,
        )
    if rule is None or not rule.of_sum:
        return failed(
            f"{_found(rule)}, expected {SUM_RULE}",
            hint="Compute the label from the very noise that you yield: int(np.sum(noise) > threshold).",
            evidence=evidence,
        )
    return passed(f"The label is {rule.words}.", evidence=evidence)


def _found(rule: Rule | None) -> str:
    return f"the label is {rule.words}" if rule else "no threshold of the sum separates the two labels"


def _share_of_ones(observation: Observation) -> float | None:
    made = samples(observation)
    return float(np.mean(made[1])) if made is not None and len(made[1]) else None


def sets_of(seen: Seen) -> tuple[str, str]:
    """The names of the data sets to train and to test with."""
    train, test = (seen.part("pipeline", part, DataSet).name for part in ("train", "test"))
    return train, test


def no_pairs(name: str, observation: Observation) -> Verdict | None:
    """What is said of a data set that yields nothing, or no pairs; None of one that yields them."""
    found = observation.answer[name]
    if "odd" in found:
        return failed(
            f"{name} yields {read_nesting(found['odd']).in_a_sentence}, expected pairs (sequences, labels)",
            hint="Build it with tf.data.Dataset.from_generator and an output_signature of two parts.",
        )
    if not found["batches"]:
        return failed(
            f"{name} is empty",
            hint="Check take() and skip(): their results must be kept, and there must be enough samples for both data sets.",
        )
    return None


def judge_batches(seen: Seen) -> Verdict:
    """Both data sets yield batches (batch, time, 1) of one length, with a label, or one for each of two classes, per sequence."""
    observation = seen.answer("pipeline")
    lengths = {}
    trained, tested = sets_of(seen)
    names = [name for name in (trained, tested) if not is_absent(observation, name)]
    if trained not in names:
        return failed(f"there is no {trained}", hint="Make it of the generator, with tf.data.Dataset.from_generator.")
    for name in names:
        if problem := no_pairs(name, observation):
            return problem
        x, y = observation.answer[name]["batches"][0]
        if problem := _problem(name, x, y):
            return problem
        lengths[name] = x[1]
    train, test = lengths[trained], lengths[names[-1]]
    if train != test:
        return failed(
            f"{trained} yields sequences of {train} steps and {tested} of {test}, expected one length",
            hint="Give both data sets the same seq_len.",
        )
    if train < SHORTEST:
        return failed(
            f"the sequences have {counted(train, 'step')}, expected at least {SHORTEST}",
            hint="A network needs an LSTM where it has something to remember: the course's sheet proposes 25 steps.",
        )
    first = observation.answer[trained]["batches"][0]
    which = "Both data sets yield" if len(names) == 2 else "The data set yields"
    return passed(f"{which} batches, of shapes {tuple(first[0])} and {tuple(first[1])} for training.")


def _problem(name: str, x: Any, y: Any) -> Verdict | None:
    """What is wrong with the shapes of a first batch; None when nothing is."""
    evidence = [
        Evidence(
            what=f"first batch of {name}",
            expected="(batch, time, 1) and (batch, 1), (batch, 2) or (batch,)",
            actual=f"{tuple(x)} and {tuple(y)}",
        )
    ]
    if len(x) != 3 or x[2] != 1 or tuple(y[:1]) != tuple(x[:1]) or tuple(y[1:]) not in LABELS:
        return failed(
            f"the first batch of {name} has shapes {tuple(x)} and {tuple(y)}, "
            "expected (batch, time, 1) and (batch, 1), or (batch, 2) for two classes",
            hint="End the pipeline with .batch(...).prefetch(tf.data.AUTOTUNE), and keep the feature axis of the noise.",
            evidence=evidence,
        )
    return None
