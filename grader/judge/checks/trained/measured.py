"""How right the trained model is: the host measures it, with the exported weights on sequences of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Purpose, Seen
from grader.judge.checks.trained.curves import as_share, falls
from grader.judge.checks.trained.learning import Training
from grader.judge.checks.trained.looks import ACCURACY_BAR, Measurement, bar_above, told_of
from grader.judge.checks.trained.own_answers import judge_own_answers
from grader.judge.identify.accuracy import SKILL, Measured, floor_of
from grader.judge.identify.asked import AskedSequences, asked, other_labels
from grader.judge.identify.causes import counted_updates, why_nothing_is_learned
from grader.judge.identify.easier import SHORTEST
from grader.judge.identify.frozen import frozen_here
from grader.judge.identify.host_data import SEQUENCES, HostData
from grader.judge.identify.identification import (
    PROBE,
    are_numbers,
    identify_network,
)
from grader.judge.identify.recorded import last_accuracy, losses
from grader.judge.identify.untrained import never_trained, untrained
from grader.judge.settled import may_train_more
from grader.model import Basis, Evidence, Key, Status, Verdict
from grader.model.verdict import failed, inconclusive, needs_review, passed
from grader.probes.model import read_model
from grader.rnn.network import Network
from grader.rnn.weights import Array

OWN_TASK_GAINS = (
    "little: noise and threshold are the notebook's word, but where few values tell the label, or steps are"
    " too few, other sequences are asked; that a training made the weights is the kernel's word"
)
SHEETS_TASK_GAINS = (
    "no accuracy: the host computes it with the exported weights, which must explain the model's own answers;"
    " that a training made them is the kernel's word"
)


def accuracy(
    training: Training, *, bar: float = ACCURACY_BAR, steps: int = SHORTEST, normal: bool = False
) -> Criterion:
    """The trained model decides so many new sequences right, and clearly more than guessing does. `steps`:
    how long the sheet's sequences are at least; `normal`: whether the sheet says that their noise is standard
    normal."""
    return Criterion(
        id=f"accuracy_{bar * 100:.0f}",
        title=f"The trained model is right for at least {bar * 100:.0f} % of new sequences.",
        judge=lambda seen: judge_accuracy(seen, steps, normal=normal, bar=bar),
        basis=Basis.PROVEN,
        asks=(probes.model(training.model),),
        uses=(probes.training(), *training.data, training.recorded, *training.inside),
        forger_gains=SHEETS_TASK_GAINS if normal else OWN_TASK_GAINS,
    )


def judge_accuracy(
    seen: Seen, steps: int = SHORTEST, *, normal: bool = False, bar: float = ACCURACY_BAR
) -> Verdict:
    """At least `bar` on fresh sequences, and clearly more than guessing. `steps`: how long the sheet's
    sequences are at least; `normal`: whether the sheet says that their noise is standard normal."""
    model, proof = read_model(seen.answer(PROBE)), identify_network(seen)
    if proof.network is None:
        return judge_own_answers(seen, model, proof.reason, bar)
    task, arrays = asked(seen, model, steps, normal=normal), model.trained
    by = _measurement(seen, proof.network, task.data, bar)
    if not are_numbers(arrays):
        return _if_trained(by, _no_numbers(by, arrays))
    if may_train_more(seen) and (early := _not_yet(by, arrays)) is not None:
        return early
    verdict = _if_trained(by, _judge_network(by, arrays))
    return verdict if task.own is None else _of_an_easier_task(by, arrays, task, verdict, bar)


def _measurement(seen: Seen, network: Network, data: HostData, bar: float) -> Measurement:
    """On these sequences, by the bar where guessing leaves room for it."""
    return Measurement(seen=seen, network=network, data=data, bar=bar_above(floor_of(seen, data), bar))


def _judge_network(by: Measurement, arrays: Sequence[Array]) -> Verdict:
    """What the accuracy on these sequences says."""
    seen, data, bar = by.seen, by.data, by.bar
    found = by.of(arrays)
    evidence = [*told_of(found, bar), *_reported(seen)]
    if by.shows_nothing:
        return needs_review(
            f"{by.floor:.1%} of the labels are the same, so no accuracy shows that the model learned",
            evidence=evidence,
        )
    if found.sequences < SEQUENCES and not found.is_clear(bar):
        return needs_review(
            f"the model is right for {found.accuracy:.1%} of {found.sequences:,} sequences, and {data.noise},"
            " cannot be drawn again to tell more exactly: a person will look at it",
            evidence=evidence,
        )
    if found.accuracy >= bar and found.skill < SKILL:
        return _by_luck(seen, found.accuracy, evidence)
    if found.accuracy >= bar:
        return passed(
            f"The trained model is right for {found.accuracy:.1%} of {found.sequences:,} fresh sequences.",
            evidence=evidence,
            staff_note=f"label: {data.rule.words}; {data.noise}",
        )
    if (earlier := by.reached_earlier()) is not None:
        return right_before(seen, earlier, found, evidence)
    never = never_trained(seen)
    model = (
        "the model, which nothing trained," if never is not None and never.decided else "the trained model"
    )
    return failed(
        f"{model} is right for {found.accuracy:.1%} of {found.sequences:,} fresh sequences,"
        f" expected at least {bar:.0%}; guessing gives {by.floor:.1%}",
        hint=_taught_otherwise(seen)
        or why_nothing_is_learned(seen)
        or "Does the loss fall? If it still falls at the end, train longer; if it hardly falls, look at the"
        " learning rate, and at what the loss is computed from.",
        evidence=evidence,
    )


def right_before(seen: Seen, earlier: float, found: Measured, evidence: Sequence[Evidence]) -> Verdict:
    """What is said of a model that was right often enough while it was trained, and is not at the end: where
    it answers with other weights than its own, what was measured says nothing of what it reports."""
    told = (
        f"During the training the model was right for at least {earlier:.1%} of fresh sequences, twice in a"
    )
    if not (frozen := frozen_here(seen)):
        return passed(
            f"{told} row; as the notebook leaves it, for {found.accuracy:.1%}.",
            evidence=evidence,
            staff_note="at the end of the training it was below the bar: see the learning curves",
        )
    measured = (replace(row, key=None) if row.key is Key.MEASURED_ACCURACY else row for row in evidence)
    return passed(
        f"{told} row.",
        evidence=list(measured),
        staff_note=(
            f"the weights of the model are right for {found.accuracy:.1%} at the end, and it answers with"
            f" others: under Keras 3 {frozen}"
        ),
    )


def _of_an_easier_task(
    by: Measurement, arrays: Sequence[Array], task: AskedSequences, verdict: Verdict, bar: float
) -> Verdict:
    """What is said of a model whose own task is easier than the sheet's, of which `verdict` is. Where the
    deviation has cost a check already, or is small, a person decides about a model that learned its own; and
    also where next to nothing had to be remembered and it does the sheet's as well."""
    assert task.own is not None
    if verdict.status is Status.PASSED and task.trivial:
        return _left_to_a_person(
            f"{task.easier}, so nothing had to be added up in training. {verdict.message}", verdict
        )
    if verdict.status is not Status.FAILED:
        return verdict
    by_own = _measurement(by.seen, by.network, task.own, bar)
    own = by_own.of_any(arrays) if task.charged else None
    if own is None or own.accuracy < bar_above(own.floor, bar) or own.skill < SKILL:
        hint = f"Train on the sheet's task: the sum of {task.data.length} numbers that count alike."
        return failed(f"{verdict.message}; {task.easier}", hint=hint, evidence=verdict.evidence)
    trained = _if_trained(by_own, passed("", evidence=verdict.evidence))
    if trained.status is not Status.PASSED:
        return trained
    return _left_to_a_person(
        f"{task.easier}: of these the model decides {own.accuracy:.1%} right, of the sheet's too few.",
        verdict,
    )


def _left_to_a_person(message: str, verdict: Verdict) -> Verdict:
    return needs_review(
        f"{message} A person will look at it.", evidence=verdict.evidence, staff_note=verdict.message
    )


def _taught_otherwise(seen: Seen) -> str:
    """What is said when the training data have other labels than the task; "" when they have the same."""
    said = other_labels(seen, Purpose.TRAIN)
    return f"{said[:1].upper()}{said[1:]}. A model learns what it is told." if said else ""


def _if_trained(by: Measurement, verdict: Verdict) -> Verdict:
    """The verdict, unless it gives points to weights that no training made."""
    if verdict.status is not Status.PASSED:
        return verdict

    def reaches(arrays: Sequence[Array], skill: float) -> bool:
        if not are_numbers(arrays):
            return False
        found = by.of_any(arrays)
        return found is not None and found.accuracy >= by.bar and found.skill >= skill

    problem = untrained(by.seen, reaches)
    return (
        verdict
        if problem is None
        else problem.verdict("an accuracy that nothing was trained for shows no learning", verdict.evidence)
    )


def _no_numbers(by: Measurement, arrays: Sequence[Array]) -> Verdict:
    """What is said when training made no numbers of the weights."""
    lost = sum(int(np.sum(~np.isfinite(array))) for array in arrays)
    message = (
        f"{lost:,} of the model's {sum(array.size for array in arrays):,} trained weights are not numbers"
        " (nan)"
    )
    evidence = [*_reported(by.seen)]
    if may_train_more(by.seen):
        return inconclusive(
            f"after a short training {message}; it is trained in full next", evidence=evidence
        )
    if (earlier := by.reached_earlier()) is not None:
        return passed(
            f"During the training the model was right for at least {earlier:.1%} of fresh sequences, twice in"
            " a row.",
            evidence=evidence,
            staff_note=f"at the end {message}",
        )
    return failed(
        f"{message}, so it cannot tell anything",
        hint=(
            "A loss of nan comes from log(0) or a learning rate that is too large: use Keras' own"
            " cross-entropy, and a smaller rate."
        ),
        evidence=evidence,
    )


def _not_yet(by: Measurement, arrays: Sequence[Array]) -> Verdict | None:
    """What is said of a short training that has not reached the bar, by which nothing is decided. None when
    it has, or when nothing can be said by accuracy."""
    found = by.of(arrays)
    if by.shows_nothing or (found.accuracy >= by.bar and found.skill >= SKILL):
        return None
    evidence = told_of(found, by.bar)
    if found.accuracy >= by.bar:
        return inconclusive(
            "after a short training the model's probabilities are still those of guessing", evidence=evidence
        )
    return inconclusive(
        f"after a short training the model is right for {found.accuracy:.1%}: too early to tell",
        evidence=evidence,
    )


def _by_luck(seen: Seen, measured: float, evidence: list[Evidence]) -> Verdict:
    """Right often enough, but with the probabilities of a model that was never trained."""
    message = (
        f"the model is right for {measured:.1%}, but its probabilities hardly differ from one half, as before"
        " any training"
    )
    if (never := never_trained(seen)) is not None and never.decided:
        return never.verdict("an accuracy that nothing was trained for shows no learning", evidence)
    if _stands_still(seen):
        hint = (
            "Some models are right by luck before training. Check the learning rate, and that gradients are"
            " applied."
        )
        return failed(f"{message}, and the recorded losses do not fall", hint=hint, evidence=evidence)
    return needs_review(
        f"{message}: a person will look at it",
        evidence=[*evidence, *counted_updates(seen)],
        staff_note=why_nothing_is_learned(seen),
    )


def _stands_still(seen: Seen) -> bool:
    """Whether the losses that the notebook recorded stay where they were."""
    found = losses(seen)
    return bool(found) and all(
        values is not None and len(values) > 1 and not falls(values) for values in found
    )


def _reported(seen: Seen) -> list[Evidence]:
    """What the notebook recorded itself: shown beside the measured value, never counted."""
    recorded = last_accuracy(seen)
    if recorded is None or not len(recorded[1]) or not np.isfinite(recorded[1][-1]):
        return []
    share = as_share(recorded[1][-1])
    what = f"reported accuracy, the last of {seen.own_name(recorded[0].name)}"
    return [Evidence(what=what, actual=f"{share:.1%}", key=Key.REPORTED_ACCURACY, value=share)]
