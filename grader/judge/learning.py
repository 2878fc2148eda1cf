"""What the model learned. The host computes the accuracy itself, with the exported weights on data of its own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.assignment import Seen
from grader.judge.equations import sigmoid
from grader.judge.host_data import host_data, is_standard_normal, learned_rule
from grader.judge.identification import PROBE, identify_network, outputs_of, trained_arrays
from grader.judge.network import ACTIVATIONS, Network
from grader.model import Evidence, Observation, Verdict
from grader.model.verdict import failed, inconclusive, needs_review, partial, passed, skipped

Array = np.ndarray
TRAINING = "training"  # the probe that gives the weights after each pass
SEQUENCES = (500, 2_000, 8_000, 20_000)  # as many as the answer needs; the last has a standard error of at most .0036
SURE = 5.5  # standard errors from the bar: luck decides less than once in ten million submissions
MARGIN = 0.05  # above what guessing earns, where there is room: else half the way to always right
BAR = 0.80
HIGH = 0.75  # an accuracy that guessing has hardly ever
LOW = 0.35  # half the cross-entropy of guessing, log 2: who is below it has learned before the first epoch ended
LOW_AND_RIGHT = 0.22  # clearly below the squared error of guessing, a quarter
LOW_IN_ANY_LOSS = 0.125  # half the squared error of guessing, the smallest of the usual losses
SKILL = 0.2  # of 900 untrained models, 3 % were right for more than 80 %; the best of these had a skill of 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How good the model is on `sequences` of the host's. Skill is Brier's: 1 for certain and right, 0 for always saying one half
    (Brier 1950). Both errors are standard errors."""

    accuracy: float
    skill: float
    skill_error: float
    sequences: int

    @property
    def error(self) -> float:
        """The standard error of the accuracy."""
        return math.sqrt(max(self.accuracy * (1 - self.accuracy), 1e-9) / self.sequences)

    def is_clear(self, bar: float) -> bool:
        """Whether more sequences could not change on which side of the bars it lies. At the bar itself, errors count as there."""
        error = max(self.error, math.sqrt(max(bar * (1 - bar), 1e-9) / self.sequences))
        return abs(self.accuracy - bar) > SURE * error and abs(self.skill - SKILL) > SURE * self.skill_error


def _measure(network: Network, arrays: Sequence[Array], x: Array, labels: Array, bar: float) -> Measured:
    """These weights on the first of these sequences, on more when these leave a doubt, on all when it stays.

    Computing 20,000 sequences takes a second, which is most of judging, and nearly every model lies far from the bar.
    """
    out = np.empty((0, 0))
    for until in (*(n for n in SEQUENCES if n < len(x)), len(x)):
        more = network.in_chunks(arrays, x[len(out) : until, :, None])
        out = np.concatenate([out, more]) if len(out) else more
        measured = _score(network, out, labels[:until])
        if measured.is_clear(bar):
            break
    return measured


def _score(network: Network, out: Array, labels: Array) -> Measured:
    """Accuracy and skill of these outputs. A linear read-out is taken as logits or as probabilities, whichever is right more often;
    of several outputs, the second is that of the label 1."""
    linear = not network.read_out or network.read_out[-1].activation == "linear"
    if out.shape[1] > 1:
        candidates = [ACTIVATIONS["softmax"](out)[:, 1] if linear else out[:, 1] / np.maximum(out.sum(axis=1), 1e-9)]
    elif linear:
        candidates = [sigmoid(out[:, 0]), np.clip(out[:, 0], 0, 1)]
    else:
        candidates = [out[:, 0]]
    squares = [(p - labels) ** 2 / 0.25 for p in candidates]
    scores = [(float(np.mean((p >= 0.5) == labels)), 1 - float(np.mean(s)), s) for p, s in zip(candidates, squares, strict=True)]
    accuracy, skill, best = max(scores, key=lambda score: score[:2])
    return Measured(
        accuracy=accuracy, skill=skill, skill_error=float(np.std(best)) / math.sqrt(len(labels)), sequences=len(labels)
    )


def accuracy(seen: Seen) -> Verdict:
    """At least 80 % on fresh sequences, and clearly more than guessing."""
    observation, proof = seen.answer(PROBE), identify_network(seen)
    if proof.network is None:
        return _without_host_model(seen, observation, proof.reason)
    drawn = host_data(seen, observation, SEQUENCES[-1])
    floor, bar = drawn.floor, _bar(drawn.floor)
    found = _measure(proof.network, trained_arrays(observation), drawn.x, drawn.labels, bar)
    measured, skill, count = found.accuracy, found.skill, f"{found.sequences:,}"
    evidence = [
        Evidence(
            what=f"accuracy on {count} fresh sequences",
            expected=f"at least {bar:.0%}",
            actual=f"{measured:.1%} (standard error {found.error:.1%})",
        ),
        Evidence(what="guessing the more frequent label", actual=f"{floor:.1%}"),
        Evidence(
            what="skill of the probabilities (0: guessing, 1: certain and right)",
            expected=f"at least {SKILL}",
            actual=f"{skill:.2f}",
        ),
    ]
    evidence += _reported(seen)
    if bar > 0.999:
        return needs_review(
            f"{floor:.1%} of the labels are the same, so no accuracy shows that the model learned", evidence=evidence
        )
    if measured >= bar and skill < SKILL:
        return _by_luck(seen, measured, evidence)
    if measured >= bar:
        return passed(
            f"The trained model is right for {measured:.1%} of {count} fresh sequences.",
            evidence=evidence,
            staff_note=f"label: {drawn.rule.words}; {drawn.noise}",
        )
    if seen.budgeted:
        return inconclusive(
            f"after a short training the model is right for {measured:.1%}; it is trained in full next", evidence=evidence
        )
    if (earlier := _earlier(seen, proof.network, drawn.x, drawn.labels, bar)) is not None:
        return passed(
            f"During the training the model was right for at least {earlier:.1%} of fresh sequences, twice in a row.",
            evidence=evidence,
            staff_note="at the end of the training it was below the bar: see the learning curves",
        )
    return failed(
        f"the trained model is right for {measured:.1%} of {count} fresh sequences, expected at least {bar:.0%}; guessing gives {floor:.1%}",
        hint="Is the loss falling? Check that gradients reach all variables, the learning rate, and that predictions and labels have one shape.",
        evidence=evidence,
    )


def _bar(floor: float) -> float:
    """The accuracy that is asked for where guessing earns `floor`."""
    return max(BAR, floor + min(MARGIN, (1 - floor) / 2))


def _earlier(seen: Seen, network: Network, x: Array, labels: Array, bar: float) -> float | None:
    """The accuracy that the model reached at two looks in a row while it was trained, which is what the sheet asks for; None when
    it did not. A look is taken after each pass over a data set."""
    kept = seen.observation(TRAINING)
    if kept is None or kept.status != "answered":
        return None
    before = 0.0
    for look in range(len(kept.answer.get("steps", ()))):
        arrays = list(
            itertools.takewhile(lambda a: a is not None, (kept.array(f"snapshot/{look}/{k}") for k in itertools.count()))
        )
        found = _measure_safely(network, [a for a in arrays if a is not None], x, labels, bar)
        now = found.accuracy if found is not None and found.skill >= SKILL else 0.0
        if min(before, now) >= bar:
            return min(before, now)
        before = now
    return None


def _measure_safely(network: Network, arrays: Sequence[Array], x: Array, labels: Array, bar: float) -> Measured | None:
    """None for weights that do not fit the network: the model was another one then."""
    try:
        found = _measure(network, arrays, x, labels, bar)
    except (IndexError, ValueError):
        return None
    return found if math.isfinite(found.skill) else None


def _by_luck(seen: Seen, measured: float, evidence: list[Evidence]) -> Verdict:
    """Right often enough, but with the probabilities of a model that was never trained."""
    if seen.budgeted:
        return inconclusive("after a short training the model's probabilities are still those of guessing", evidence=evidence)
    message = f"the model is right for {measured:.1%}, but its probabilities hardly differ from one half, as before any training"
    if _stands_still(seen):
        hint = "Some models are right by luck before training. Check the learning rate, and that gradients are applied."
        return failed(f"{message}, and the recorded losses do not fall", hint=hint, evidence=evidence)
    return needs_review(f"{message}: a person will look at it", evidence=evidence)


def _stands_still(seen: Seen) -> bool:
    """Whether the losses that the notebook recorded stay where they were."""
    recorded = seen.observation("names")
    if recorded is None or recorded.status != "answered":
        return False
    losses = [recorded.array(f"list/{name}") for name in ("train_losses", "test_losses")]
    return all(values is not None and len(values) > 1 and not _falls(values) for values in losses)


def _reported(seen: Seen) -> list[Evidence]:
    """What the notebook recorded itself: shown beside the measured value, never counted."""
    recorded = seen.observation("names")
    values = recorded.array("list/test_accuracies") if recorded is not None and recorded.status == "answered" else None
    if values is None or not len(values) or not np.isfinite(values[-1]):
        return []
    return [Evidence(what="reported accuracy, the last of test_accuracies", actual=f"{_share(values[-1]):.1%}")]


def _without_host_model(seen: Seen, observation: Observation, reason: str) -> Verdict:
    """The host cannot compute this model. What the kernel's own outputs show decides only against it; for it, a person does."""
    items = observation.question["items"]
    trained = next((k for k, item in enumerate(items) if item["start"] == 1 and item["noise"] == 0.0 and not item["graph"]), None)
    out = outputs_of(observation, trained) if trained is not None else None
    if out is None:
        return skipped("not reached: the model did not answer")
    x = np.concatenate(list(observation.question["x"]))[..., 0]
    rule = learned_rule(seen)
    flat = out[:, -1] if out.ndim == 3 else out.reshape(len(out), -1)
    guess = flat[:, 1] > flat[:, 0] if flat.shape[1] == 2 else flat[:, 0] >= 0.5
    share = float(np.mean(guess == rule.of(x)))
    evidence = [
        Evidence(
            what=f"the model's own answers to {len(x)} sequences",
            expected=f"at least {BAR:.0%} right",
            actual=f"{share:.0%} right",
        )
    ]
    if is_standard_normal(seen) and share + 4 * math.sqrt(share * (1 - share) / len(x)) < BAR:
        if seen.budgeted:
            return inconclusive(
                f"after a short training {share:.0%} are right; the model is trained in full next", evidence=evidence
            )
        return failed(
            f"the trained model is right for {share:.0%} of {len(x)} fresh sequences, expected at least {BAR:.0%}",
            evidence=evidence,
        )
    return needs_review(
        f"the model answers {share:.0%} right, but {reason}, so its accuracy cannot be computed here: a person will look at it",
        evidence=evidence,
    )


def it_learns(seen: Seen, low: float = LOW) -> Verdict:
    """The recorded losses fall, or lie below `low` from the first epoch on, and the recorded accuracies rise."""
    observation = seen.answer("names")
    lists = {name: observation.array(f"list/{name}") for name in ("train_losses", "test_losses", "test_accuracies")}
    absent = [name for name, values in lists.items() if values is None or len(values) < 2]
    if absent:
        return failed(
            f"{', '.join(absent)} {'does' if len(absent) == 1 else 'do'} not hold a number for each of at least two epochs",
            hint="Append one number after each epoch: train_losses.append(loss).",
        )
    if any(not np.all(np.isfinite(values)) for values in lists.values() if values is not None):
        return failed(
            "a recorded loss or accuracy is not a finite number",
            hint="A loss of nan comes from log(0) or a learning rate that is too large.",
        )
    falls = [name for name in ("train_losses", "test_losses") if _falls(lists[name], low)]
    rises = _rises(lists["test_accuracies"])
    evidence = [
        Evidence(what=name, expected="rises" if "acc" in name else "falls", actual=_ends(values))
        for name, values in lists.items()
    ]
    if len(falls) == 2 and rises:
        return passed("The losses fall and the accuracy rises.", evidence=evidence)
    flat = [name for name in ("train_losses", "test_losses") if name not in falls] + ([] if rises else ["test_accuracies"])
    message = f"{', '.join(flat)} {'does' if len(flat) == 1 else 'do'} not improve: {'; '.join(_ends(lists[n]) for n in flat)}"
    hint = "Check that optimizer.apply_gradients is called, that the learning rate is not too small, and what is appended to the lists."
    return (
        partial(0.5, message, hint=hint, evidence=evidence) if len(flat) == 1 else failed(message, hint=hint, evidence=evidence)
    )


def it_learns_by_any_loss(seen: Seen) -> Verdict:
    """The recorded losses, of whatever kind, fall and the recorded accuracies rise.

    A loss that is low from the first epoch on may be a cross-entropy when the recorded accuracy is high; yet one model in fourteen
    is right that often before any training, and has a squared error of a quarter then.
    """
    accuracies = seen.answer("names").array("list/test_accuracies")
    high = accuracies is not None and len(accuracies) > 0 and _share(accuracies[-1]) > HIGH
    return it_learns(seen, LOW_AND_RIGHT if high else LOW_IN_ANY_LOSS)


def _share(accuracy: float) -> float:
    """An accuracy between 0 and 1, also where it was recorded in percent."""
    return float(accuracy) / (100 if accuracy > 1.5 else 1)


def _ends(values: Array | None) -> str:
    return f"from {values[0]:.3g} to {values[-1]:.3g}" if values is not None and len(values) else "none"


def _falls(values: Array | None, low: float = LOW) -> bool:
    """Lower at the end than at the start, or low from the first epoch on."""
    return values is not None and bool(np.mean(values[-2:]) < 0.95 * values[0] or values[-1] < low)


def _rises(values: Array | None) -> bool:
    """Higher at the end than at the start, or high from the first epoch on (an untrained model guesses half)."""
    return values is not None and bool(values[-1] > values[0] + 0.05 or _share(values[-1]) > HIGH)
