"""Sequences of the host's own on which a trained model is measured: the student's kind of noise, length and
rule of the labels."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from grader.assignment import DataSet, Model, Purpose, Seen
from grader.judge.identify.easier import SHORTEST
from grader.judge.identify.identification import PROBE as MODEL
from grader.judge.identify.noise import independent, looks_normal
from grader.judge.identify.rules import (
    FEWEST_SAMPLES,
    RULES,
    Rule,
    find_rule,
    more_than_two,
    rule_of,
    samples,
)
from grader.model import Observation
from grader.probes.data import read_set
from grader.probes.model import ModelAnswer
from grader.rnn.weights import Array

PIPELINE = "pipeline"  # the probe of the data sets
SEQUENCES = 20_000  # of a verdict: a standard error of at most .0036
BLOCK = 500  # sequences that are drawn at a time
FEWEST_NUMBERS = 1000  # numbers from which noise can be drawn again
MOSTLY = 0.5  # of test sequences that are training sequences: then they are no data to test on
MOST_STEPS = 400  # steps: as many as a model is asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class HostData:
    """Fresh sequences and their labels, drawn when they are asked for: the same ones for the same seed.
    `noise` says in words what they are drawn from; `values` are the numbers to draw from (None: standard
    normal), `whole` sequences to take as they are, `labels` theirs where no rule is known that gives them."""

    seed: int
    length: int
    noise: str
    rule: Rule
    values: Array | None = None
    whole: Array | None = None
    labels: Array | None = None

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return math.ceil((SEQUENCES if self.whole is None else len(self.whole)) / BLOCK)

    def block(self, number: int) -> tuple[Array, Array]:
        """(sequences [at most BLOCK, time], labels): every block has a random generator of its own."""
        place = slice(number * BLOCK, (number + 1) * BLOCK)
        x = self._drawn(number) if self.whole is None else self.whole[place]
        return x, self.rule.of(x) if self.labels is None else self.labels[place]

    def _drawn(self, number: int) -> Array:
        rng, shape = np.random.default_rng([self.seed, number]), (BLOCK, self.length)
        return (
            rng.standard_normal(shape, dtype="f4")
            if self.values is None
            else rng.choice(self.values, size=shape)
        )

    def floor(self) -> float:
        """What always giving the more frequent label earns."""
        share = float(np.mean(np.concatenate([self.block(number)[1] for number in range(self.blocks)])))
        return max(share, 1 - share)


def host_data(seen: Seen, model: ModelAnswer, steps: int | None = None) -> HostData:
    """Sequences for the model that gave this answer, of the student's own kind, and of `steps` steps where
    that is given.

    The seed follows from the question and the exported weights, so it is fixed only after the weights were
    given away, and judging again gives the same data.
    """
    seed, rule, made = _seed(model), learned_rule(seen), made_noise(seen)
    length = steps or trained_length(seen, model)
    if made is None or made.size < FEWEST_NUMBERS or (looks_normal(made.ravel()) and independent(made)):
        return HostData(seed=seed, length=length, rule=rule, noise="standard normal noise")
    if not independent(made) and made.shape[1] == length:
        words = "the notebook's own sequences, whose steps depend on each other"
        return HostData(seed=seed, length=length, rule=rule, noise=words, whole=made)
    return HostData(
        seed=seed, length=length, rule=rule, noise="noise like the notebook's own", values=made.ravel()
    )


def standard_data(model: ModelAnswer, rule: Rule, steps: int) -> HostData:
    """The sheet's own sequences for the model that gave this answer: standard normal noise."""
    return HostData(seed=_seed(model), length=steps, rule=rule, noise="standard normal noise")


def own_samples(seen: Seen, model: ModelAnswer) -> HostData | None:
    """The student's own samples with the labels that they have, where these follow no rule that is known;
    None where they follow one, or are no labels of two kinds: the task's, and those of the test data."""
    task = _task(seen)
    made = samples(task) if task is not None else None
    if task is None or made is None or len(made[0]) < FEWEST_SAMPLES:
        return None
    if find_rule(task) is not None or more_than_two(task):
        return None
    tested = None if no_test_set(seen) else pipeline_of(seen, Purpose.TEST)
    both = [made, *([tested] if tested is not None and tested[0].shape[1] == made[0].shape[1] else [])]
    x, labels = (np.concatenate(parts) for parts in zip(*both, strict=True))
    if not np.isfinite(x).all():
        return None
    noise = "the notebook's own sequences with their labels"
    length = x.shape[1]
    return HostData(seed=_seed(model), length=length, rule=RULES[0], noise=noise, whole=x, labels=labels)


def _seed(model: ModelAnswer) -> int:
    digest = hashlib.sha256(model.pools.tobytes() + model.x.tobytes())
    for array in model.trained:
        digest.update(array.tobytes())
    return int.from_bytes(digest.digest(), "little")


def trained_length(seen: Seen, model: ModelAnswer) -> int:
    """Time steps of the sequences: the student's own number; where there is no such name, as many as the
    training data have, but enough to need a memory."""
    trained = pipeline_of(seen)
    if trained is None or seen.part(MODEL, "model", Model).length in seen.source.parameters:
        return int(model.x.shape[2])
    return min(max(int(trained[0].shape[1]), SHORTEST), MOST_STEPS)


def task_rule(seen: Seen) -> Rule:
    """The rule of the labels that the task gives; the sheet's where none is known."""
    task = _task(seen)
    return (find_rule(task) if task is not None else None) or RULES[0]


def learned_rule(seen: Seen) -> Rule:
    """The rule of the labels that the model shall have learned: that of the task, unless the pipeline gives
    the opposite everywhere, or was asked for sequences of another length, whose threshold may be another one.
    Labels that the pipeline alone takes from anything but the sum are another task's: the model is held
    against the task's own."""
    rule = task_rule(seen)
    trained = pipeline_of(seen)
    if trained is None or len(trained[0]) < FEWEST_SAMPLES:
        return rule
    x, label = trained
    given = rule.of(x) == label
    if given.all():
        return rule
    if not given.any():
        return Rule(words=f"the opposite of: {rule.words}", of=lambda x: ~rule.of(x), of_sum=rule.of_sum)
    other = rule_of(x, label)
    return other if other is not None and other.of_sum else rule


def is_standard_normal(seen: Seen) -> bool:
    """Whether the student's noise is that of the questions, as far as is known."""
    made = made_noise(seen)
    return made is None or (looks_normal(made.ravel()) and independent(made))


def made_noise(seen: Seen) -> Array | None:
    """Noise as the student's task makes it [samples, time]."""
    task = _task(seen)
    made = samples(task) if task is not None else None
    return made[0] if made is not None else None


def _task(seen: Seen) -> Observation | None:
    """The student's samples; None where none were asked for, or given."""
    task = seen.if_asked("data")
    return task if task is not None and task.is_answered else None


def pipeline_of(seen: Seen, purpose: Purpose = Purpose.TRAIN) -> tuple[Array, Array] | None:
    """(x [samples, time], labels [samples]) of a data set; None when they were not seen in such a form."""
    observation = seen.if_asked(PIPELINE)
    if observation is None or not observation.is_answered:
        return None
    name = seen.part(PIPELINE, purpose, DataSet).name
    found = read_set(observation, name)
    x, y = found.x, found.y
    if x is None or y is None or x.ndim != 3 or x.shape[2] != 1 or not y.ndim or not x.size:
        return None
    if len(x) != len(y) or y.size not in (len(y), 2 * len(y)):
        return None
    y = y.reshape(len(y), math.prod(y.shape[1:]))
    return x[..., 0].astype("f8"), y[:, 0] > 0.5 if y.shape[1] == 1 else np.argmax(y, axis=1) == 1


def no_test_set(seen: Seen) -> bool:
    """Whether there are data to train with and none to test on, or nothing but a part of those to train
    with."""
    observation = seen.if_asked(PIPELINE)
    if observation is None or not observation.is_answered:
        return False
    trained, tested = (
        read_set(observation, seen.part(PIPELINE, which, DataSet).name)
        for which in (Purpose.TRAIN, Purpose.TEST)
    )
    if tested.is_absent:
        return True
    if not trained.sequences or not tested.sequences:
        return False
    known = set(trained.sequences)
    return sum(key in known for key in tested.sequences) > MOSTLY * len(tested.sequences)
