"""How good a trained model is: the network as the host knows it, with the exported weights, on sequences of
the host's own."""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.host_data import HostData
from grader.rnn.activations import ACTIVATIONS, sigmoid
from grader.rnn.network import Network
from grader.rnn.weights import Array

# Blocks after which it may be clear: 500, 2,000, 8,000 sequences. The looks are fixed in advance, and so is
# what is asked of them: at SURE_ERRORS standard errors luck takes a model that lies at the bar itself to one
# side of it less than once in ten million, all looks together (exact, by the binomial:
# test_judge_accuracy.py). A true .78 model that was looked at thirty times passed .80 in 86 % of cases.
LOOKS = (1, 4, 16)
SURE_ERRORS = 5.5  # standard errors from the bar
# of 900 untrained models, 3 % were right for more than 80 %; the best of these had a skill of 0.15
SKILL = 0.2
# of the spread of two outputs: by so little they differ where both are the probability of one and the same
# label. The logits of two classes share more than their difference only in part.
SAID_TWICE = 0.1
TO_KNOW_AGAIN = 20  # sequences by which a model is known again
KNOWN_BY = "known_by"  # what it gives for these, in one number


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How good a model is on `sequences` of the host's. Skill is Brier's: 1 for certain and right, 0 for
    always saying one half (Brier 1950). Both errors are standard errors. `floor` is what always giving the
    more frequent label earns on them."""

    accuracy: float
    skill: float
    skill_error: float
    sequences: int
    floor: float

    @property
    def error(self) -> float:
        """The standard error of the accuracy."""
        return math.sqrt(max(self.accuracy * (1 - self.accuracy), 1e-9) / self.sequences)

    def is_clear(self, bar: float) -> bool:
        """Whether more sequences could not change whether it reaches both bars: it lies above both, or below
        one of them. At the bar itself, errors of the accuracy count as there."""
        error = max(self.error, math.sqrt(max(bar * (1 - bar), 1e-9) / self.sequences))
        margins = (
            (self.accuracy - bar, SURE_ERRORS * error),
            (self.skill - SKILL, SURE_ERRORS * self.skill_error),
        )
        return all(by > doubt for by, doubt in margins) or any(-by > doubt for by, doubt in margins)


def measure_once(
    seen: Seen, network: Network, arrays: Sequence[Array], data: HostData, bar: float
) -> Measured:
    """These weights on as many sequences as it takes to be sure on which side of the bar they lie, on all
    where a doubt stays. It is computed once: the numbers are kept with the run and hold as long as weights,
    sequences, labels, the bar and the host's own way of computing are the same."""
    x, labels = data.block(0)
    known_by = _known_by(network.in_chunks(arrays, x[:TO_KNOW_AGAIN, :, None]))
    key, number = f"accuracy {_digest(data, x, labels, arrays)}, at the bar {bar:.4f}", 0
    while True:
        found = seen.kept(
            f"{key}, {number}", lambda: {KNOWN_BY: known_by, **asdict(measure(network, arrays, data, bar))}
        )
        # another order of summation, which two processes need not share, moves the seventh digit
        if math.isclose(found.get(KNOWN_BY, math.nan), known_by, rel_tol=1e-4, abs_tol=1e-4):
            return Measured(**{name: value for name, value in found.items() if name != KNOWN_BY})
        number += 1


def floor_of(seen: Seen, data: HostData) -> float:
    """What always giving the more frequent label earns on all of the sequences, computed once as above."""
    key = f"floor {_digest(data, *data.block(0))}"
    return float(seen.kept(key, lambda: {"floor": data.floor()})["floor"])


def _known_by(given: Array) -> float:
    """A number by which a network is known again, made of what it gives for a few sequences."""
    numbers = np.nan_to_num(given.ravel().astype("f8"))
    return float(numbers @ np.cos(np.arange(len(numbers))))


def measure(network: Network, arrays: Sequence[Array], data: HostData, bar: float | None = None) -> Measured:
    """These weights on all sequences; with a bar, only until it is clear on which side of it they lie."""
    outs: list[Array] = []
    labels: list[Array] = []
    for number in range(data.blocks):
        x, label = data.block(number)
        outs.append(network.in_chunks(arrays, x[..., None]))
        labels.append(label)
        if bar is not None and number + 1 in LOOKS:
            found = score(network, np.concatenate(outs), np.concatenate(labels))
            if found.is_clear(bar):
                return found
    return score(network, np.concatenate(outs), np.concatenate(labels))


def score(network: Network, out: Array, labels: Array) -> Measured:
    """Accuracy and skill of these outputs [sequences, 1 or more]. A linear read-out is taken as logits or as
    probabilities, another one than a sigmoid as probabilities or as from -1 to 1, whichever is right more
    often; of several outputs, the second is that of the label 1, unless both say the same: then the one that
    is right less often counts."""
    if says_twice(out):
        columns = (score(network, out[:, [column]], labels) for column in (0, 1))
        return min(columns, key=lambda found: (found.accuracy, found.skill))
    ends_with = network.read_out[-1].activation if network.read_out else "linear"
    linear = ends_with == "linear"
    if out.shape[1] > 1:
        candidates = [
            ACTIVATIONS["softmax"](out)[:, 1] if linear else out[:, 1] / np.maximum(out.sum(axis=1), 1e-9)
        ]
    elif linear:
        candidates = [sigmoid(out[:, 0]), np.clip(out[:, 0], 0, 1)]
    elif ends_with == "sigmoid":
        candidates = [out[:, 0]]
    else:
        candidates = [np.clip(out[:, 0], 0, 1), np.clip((out[:, 0] + 1) / 2, 0, 1)]
    squares = [(p - labels) ** 2 / 0.25 for p in candidates]
    scores = [
        (float(np.mean((p >= 0.5) == labels)), 1 - float(np.mean(s)), s)
        for p, s in zip(candidates, squares, strict=True)
    ]
    accuracy, skill, best = max(scores, key=lambda scored: scored[:2])
    return Measured(
        accuracy=accuracy,
        skill=skill,
        skill_error=float(np.std(best)) / math.sqrt(len(labels)),
        sequences=len(labels),
        floor=float(max(labels.mean(), 1 - labels.mean())),
    )


def says_twice(out: Array) -> bool:
    """Whether two outputs [sequences, 2] are one and the same answer, given twice."""
    if out.ndim != 2 or out.shape[1] != 2 or not np.isfinite(out).all():
        return False
    return bool(np.std(out[:, 0] - out[:, 1]) <= SAID_TWICE * np.min(np.std(out, axis=0)) > 0)


def _digest(data: HostData, x: Array, labels: Array, arrays: Sequence[Array] = ()) -> str:
    """What the numbers depend on besides the network, which is known by what it gives for a few sequences; x
    and labels are the first block of the data."""
    parts = (
        _own_source(),
        data.seed.to_bytes(32, "little"),
        data.blocks.to_bytes(8, "little"),
        x,
        labels,
        *arrays,
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:32]


@functools.cache
def _own_source() -> bytes:
    return Path(__file__).read_bytes()
