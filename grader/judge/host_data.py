"""Sequences of the host's own on which a trained model is measured: the student's kind of noise, length and rule of the labels."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from grader.assignment import Seen
from grader.judge.choices import SHORTEST
from grader.judge.identification import trained_arrays
from grader.judge.noise import independent, looks_normal
from grader.judge.rules import FEWEST, RULES, Rule, find_rule, rule_of, samples
from grader.model import Observation
from grader.rnn.weights import Array

SEQUENCES = 20_000  # of a verdict: a standard error of at most .0036
BLOCK = 500  # sequences that are drawn at a time
ENOUGH = 1000  # numbers from which noise can be drawn again
LONGEST = 400  # steps: as many as a model is asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class HostData:
    """Fresh sequences and their labels, drawn when they are asked for: the same ones for the same seed. `noise` says in words what
    they are drawn from; `values` are the numbers to draw from (None: standard normal), `whole` sequences to take as they are."""

    seed: int
    length: int
    noise: str
    rule: Rule
    values: Array | None = None
    whole: Array | None = None

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return math.ceil((SEQUENCES if self.whole is None else len(self.whole)) / BLOCK)

    def block(self, number: int) -> tuple[Array, Array]:
        """(sequences [at most BLOCK, time], labels): every block has a random generator of its own."""
        x = self._drawn(number) if self.whole is None else self.whole[number * BLOCK : (number + 1) * BLOCK]
        return x, self.rule.of(x)

    def _drawn(self, number: int) -> Array:
        rng, shape = np.random.default_rng([self.seed, number]), (BLOCK, self.length)
        return rng.standard_normal(shape, dtype="f4") if self.values is None else rng.choice(self.values, size=shape)

    def floor(self) -> float:
        """What always giving the more frequent label earns."""
        share = float(np.mean(np.concatenate([self.block(number)[1] for number in range(self.blocks)])))
        return max(share, 1 - share)


def host_data(seen: Seen, observation: Observation) -> HostData:
    """Sequences for the model that gave this answer.

    The seed follows from the question and the exported weights, so it is fixed only after the weights were given away, and
    judging again gives the same data.
    """
    digest = hashlib.sha256(observation.question["pools"].tobytes() + observation.question["x"].tobytes())
    for array in trained_arrays(observation):
        digest.update(array.tobytes())
    seed, rule = int.from_bytes(digest.digest(), "little"), learned_rule(seen)
    made, length = _made(seen), trained_length(seen, observation)
    if made is None or made.size < ENOUGH or (looks_normal(made.ravel()) and independent(made)):
        return HostData(seed=seed, length=length, rule=rule, noise="standard normal noise")
    if not independent(made) and made.shape[1] == length:
        words = "the notebook's own sequences, whose steps depend on each other"
        return HostData(seed=seed, length=length, rule=rule, noise=words, whole=made)
    return HostData(seed=seed, length=length, rule=rule, noise="noise like the notebook's own", values=made.ravel())


def trained_length(seen: Seen, observation: Observation) -> int:
    """Time steps of the sequences: the student's SEQ_LEN; where there is no such name, as many as the training data have, but
    enough to need a memory."""
    trained = _pipeline(seen)
    if trained is None or "SEQ_LEN" in seen.source.parameters:
        return int(observation.question["x"].shape[2])
    return min(max(int(trained[0].shape[1]), SHORTEST), LONGEST)


def learned_rule(seen: Seen) -> Rule:
    """The rule of the labels that the model was trained on: that of the task, unless the pipeline gives the opposite everywhere,
    or was asked for sequences of another length, whose threshold may be another one."""
    task = seen.observation("data")
    rule = (find_rule(task) if task is not None and task.status == "answered" else None) or RULES[0]
    trained = _pipeline(seen)
    if trained is None or len(trained[0]) < FEWEST:
        return rule
    x, label = trained
    given = rule.of(x) == label
    if given.all():
        return rule
    if not given.any():
        return Rule(words=f"the opposite of: {rule.words}", of=lambda x: ~rule.of(x), of_sum=rule.of_sum)
    return rule_of(x, label) or rule


def is_standard_normal(seen: Seen) -> bool:
    """Whether the student's noise is that of the questions, as far as is known."""
    made = _made(seen)
    return made is None or (looks_normal(made.ravel()) and independent(made))


def _made(seen: Seen) -> Array | None:
    """Noise as the student's task makes it [samples, time]."""
    task = seen.observation("data")
    made = samples(task) if task is not None and task.status == "answered" else None
    return made[0] if made is not None else None


def _pipeline(seen: Seen) -> tuple[Array, Array] | None:
    """(x [samples, time], labels [samples]) that training is fed with; None when they were not seen in such a form."""
    observation = seen.observation("pipeline")
    if observation is None or observation.status != "answered":
        return None
    x, y = observation.array("x/train_ds"), observation.array("y/train_ds")
    if x is None or y is None or x.ndim != 3 or x.shape[2] != 1 or len(x) != len(y) or y.size not in (len(y), 2 * len(y)):
        return None
    y = y.reshape(len(y), -1)
    return x[..., 0].astype("f8"), y[:, 0] > 0.5 if y.shape[1] == 1 else np.argmax(y, axis=1) == 1
