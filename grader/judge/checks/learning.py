"""What the model learned. The host computes the accuracy itself, with the exported weights on data of its own."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, DataSet, Function, Model, Numbers, Probe, Purpose, Recorded, Seen
from grader.judge.identify.accuracy import SKILL, Measured, first_look, measured_on_all
from grader.judge.identify.asked import Asked, asked, other_labels
from grader.judge.identify.causes import TRAINING, counted_updates, is_nothing, stopped, why_nothing_is_learned
from grader.judge.identify.easier import SHORTEST
from grader.judge.identify.host_data import SEQUENCES, HostData, is_standard_normal, learned_rule, no_test_set
from grader.judge.identify.identification import (
    PROBE,
    are_numbers,
    identify_network,
    one_per_sequence,
    outputs_of,
    trained_arrays,
)
from grader.judge.identify.recorded import last_accuracy, lists_of, losses, values_of
from grader.judge.identify.untrained import never_trained, untrained
from grader.model import Basis, Evidence, Key, Observation, Status, Verdict
from grader.model.verdict import failed, inconclusive, needs_review, partial, passed, skipped
from grader.probes.notebook import read_training
from grader.rnn.network import Network
from grader.rnn.weights import Array

MARGIN = 0.05  # above what guessing earns, where there is room: else half the way to always right
BAR = 0.80
HIGH = 0.75  # an accuracy that guessing has hardly ever
LOW = 0.35  # half the cross-entropy of guessing, log 2: who is below it has learned before the first epoch ended
LOW_AND_RIGHT = 0.22  # clearly below the squared error of guessing, a quarter
LOW_IN_ANY_LOSS = 0.125  # half the squared error of guessing, the smallest of the usual losses


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """All that belongs to the training of a model: what it is trained on, and the lists that it records."""

    model: Model
    task: Function
    wrapped: Function | None
    train: DataSet
    test: DataSet
    lists: tuple[Numbers, ...]

    @property
    def recorded(self) -> Probe:
        """The probe of the lists."""
        return probes.names(self.model.name, lists=self.lists)

    @property
    def data(self) -> tuple[Probe, ...]:
        """The probes of the data."""
        return probes.data(self.task, self.wrapped), probes.pipeline(self.train, self.test)

    @property
    def inside(self) -> tuple[Probe, ...]:
        """The probes of what the model holds."""
        layer = self.model.layer
        return (probes.one_step(layer.cell), probes.layer(layer)) if layer is not None else ()


def training(
    model: Model, *, task: Function, train: DataSet, test: DataSet, lists: Sequence[Numbers], wrapped: Function | None = None
) -> Training:
    """What the checks of a training look at: of sequences that `task` yields, and of the `lists` that are recorded."""
    return Training(model=model, task=task, wrapped=wrapped, train=train, test=test, lists=tuple(lists))


def it_learns(training: Training, *, any_loss: bool = False, about: Sequence[str] = ()) -> Criterion:
    """The recorded losses fall and the accuracies rise. `any_loss`: the sheet leaves open which loss it is."""
    return Criterion(
        id="it_learns",
        title="The recorded losses fall and the accuracy rises.",
        judge=judge_any_curves if any_loss else judge_curves,
        basis=Basis.REPORTED,
        asks=(training.recorded,),
        uses=(*training.data, probes.model(training.model), probes.training(), *training.inside),
        about=tuple(about),
        forger_gains="one point, for writing down numbers",
    )


def losses_fall(*lists: Numbers) -> Criterion:
    """These recorded losses are lower at the end than at the start, and recorded accuracies higher."""
    named = "_".join(role.name for role in lists)
    return Criterion(
        id="losses_fall",
        title=f"The recorded numbers improve: {', '.join(role.name for role in lists)}.",
        judge=lambda seen: judge_curves(seen, low=-math.inf),
        basis=Basis.REPORTED,
        asks=(probes.names(lists=lists, called=f"names_{named}"),),
        uses=(probes.training(),),
        forger_gains="the points of this check, for writing down numbers",
    )


OWN_TASK_GAINS = (
    "little: noise and threshold are the notebook's word, but where few values tell the label, or steps are too few, other "
    "sequences are asked; that a training made the weights is the kernel's word"
)
SHEETS_TASK_GAINS = (
    "no accuracy: the host computes it with the exported weights, which must explain the model's own answers; that a "
    "training made them is the kernel's word"
)


def accuracy(training: Training, *, bar: float = BAR, steps: int = SHORTEST, normal: bool = False) -> Criterion:
    """The trained model decides so many new sequences right, and clearly more than guessing does. `steps`: how long the sheet's
    sequences are at least; `normal`: whether the sheet says that their noise is standard normal."""
    return Criterion(
        id=f"accuracy_{bar * 100:.0f}",
        title=f"The trained model is right for at least {bar * 100:.0f} % of new sequences.",
        judge=lambda seen: judge_accuracy(seen, steps, normal=normal, bar=bar),
        basis=Basis.PROVEN,
        asks=(probes.model(training.model),),
        uses=(probes.training(), *training.data, training.recorded, *training.inside),
        forger_gains=SHEETS_TASK_GAINS if normal else OWN_TASK_GAINS,
    )


def judge_accuracy(seen: Seen, steps: int = SHORTEST, *, normal: bool = False, bar: float = BAR) -> Verdict:
    """At least `bar` on fresh sequences, and clearly more than guessing. `steps`: how long the sheet's sequences are at least;
    `normal`: whether the sheet says that their noise is standard normal."""
    observation, proof = seen.answer(PROBE), identify_network(seen)
    if proof.network is None:
        return _without_host_model(seen, observation, proof.reason, bar)
    task, arrays = asked(seen, observation, steps, normal=normal), trained_arrays(observation)
    if not are_numbers(arrays):
        return _if_trained(seen, proof.network, task.data, _no_numbers(seen, proof.network, task.data, arrays, bar), bar)
    if seen.budgeted and (early := _not_yet(seen, proof.network, arrays, task.data, bar)) is not None:
        return early
    measured = _measured(seen, proof.network, arrays, task.data, bar)
    verdict = _if_trained(seen, proof.network, task.data, measured, bar)
    return verdict if task.own is None else _of_an_easier_task(seen, proof.network, arrays, task, verdict, bar)


def _measured(seen: Seen, network: Network, arrays: Sequence[Array], data: HostData, wanted: float) -> Verdict:
    """What the accuracy on these sequences says."""
    found = measured_on_all(seen, network, arrays, data)
    bar = bar_above(found.floor, wanted)
    evidence = [*_told(found, bar), *_reported(seen)]
    if bar > 0.999:
        return needs_review(
            f"{found.floor:.1%} of the labels are the same, so no accuracy shows that the model learned", evidence=evidence
        )
    if found.sequences < SEQUENCES and not found.is_clear(bar):
        return needs_review(
            f"the model is right for {found.accuracy:.1%} of {found.sequences:,} sequences, and {data.noise}, cannot be drawn again to "
            "tell more exactly: a person will look at it",
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
    if (earlier := _earlier(seen, network, data, bar)) is not None:
        return passed(
            f"During the training the model was right for at least {earlier:.1%} of fresh sequences, twice in a row; as the notebook leaves "
            f"it, for {found.accuracy:.1%}.",
            evidence=evidence,
            staff_note="at the end of the training it was below the bar: see the learning curves",
        )
    return failed(
        f"the trained model is right for {found.accuracy:.1%} of {found.sequences:,} fresh sequences, expected at least {bar:.0%}; "
        f"guessing gives {found.floor:.1%}",
        hint=_taught_otherwise(seen)
        or why_nothing_is_learned(seen)
        or "Is the loss falling? Check that gradients reach all variables, and the learning rate.",
        evidence=evidence,
    )


def _of_an_easier_task(
    seen: Seen, network: Network, arrays: Sequence[Array], task: Asked, verdict: Verdict, bar: float
) -> Verdict:
    """What is said of a model whose own task is easier than the sheet's, of which `verdict` is. Where the deviation has cost a check
    already, or is small, a person decides about a model that learned its own; and also where next to nothing had to be remembered
    and it does the sheet's as well."""
    assert task.own is not None
    if verdict.status is Status.PASSED and task.trivial:
        return _left_to_a_person(f"{task.easier}, so nothing had to be added up in training. {verdict.message}", verdict)
    if verdict.status is not Status.FAILED:
        return verdict
    own = _looked_at(seen, network, arrays, task.own, bar_above(task.own.floor(), bar)) if task.charged else None
    if own is None or own.accuracy < bar_above(own.floor, bar) or own.skill < SKILL:
        hint = f"Train on the sheet's task: the sum of {task.data.length} numbers that count alike."
        return failed(f"{verdict.message}; {task.easier}", hint=hint, evidence=verdict.evidence)
    trained = _if_trained(seen, network, task.own, passed("", evidence=verdict.evidence), bar)
    if trained.status is not Status.PASSED:
        return trained
    return _left_to_a_person(
        f"{task.easier}: of these the model decides {own.accuracy:.1%} right, of the sheet's too few.", verdict
    )


def _left_to_a_person(message: str, verdict: Verdict) -> Verdict:
    return needs_review(f"{message} A person will look at it.", evidence=verdict.evidence, staff_note=verdict.message)


def _taught_otherwise(seen: Seen) -> str:
    """What is said when the training data have other labels than the task; "" when they have the same."""
    said = other_labels(seen, Purpose.TRAIN)
    return f"{said[:1].upper()}{said[1:]}. A model learns what it is told." if said else ""


def _if_trained(seen: Seen, network: Network, data: HostData, verdict: Verdict, wanted: float) -> Verdict:
    """The verdict, unless it gives points to weights that no training made."""
    if verdict.status is not Status.PASSED:
        return verdict
    bar = bar_above(data.floor(), wanted)

    def reaches(arrays: Sequence[Array], skill: float) -> bool:
        if not are_numbers(arrays):
            return False
        found = _looked_at(seen, network, arrays, data, bar)
        return found is not None and found.accuracy >= bar and found.skill >= skill

    problem = untrained(seen, reaches)
    return (
        verdict
        if problem is None
        else problem.verdict("an accuracy that nothing was trained for shows no learning", verdict.evidence)
    )


def _trained_answers(seen: Seen) -> Array | None:
    """What the model answers with the weights that it was trained to."""
    observation = seen.observation(PROBE)
    if observation is None or not observation.is_answered:
        return None
    items = observation.question.get("items", ())
    trained = next((k for k, item in enumerate(items) if item["start"] == 1 and item["noise"] == 0.0 and not item["graph"]), None)
    return outputs_of(observation, trained) if trained is not None else None


def _no_numbers(seen: Seen, network: Network, data: HostData, arrays: Sequence[Array], bar: float) -> Verdict:
    """What is said when training made no numbers of the weights."""
    lost = sum(int(np.sum(~np.isfinite(array))) for array in arrays)
    message = f"{lost:,} of the model's {sum(array.size for array in arrays):,} trained weights are no numbers (nan)"
    evidence = [*_reported(seen)]
    if seen.budgeted:
        return inconclusive(f"after a short training {message}; it is trained in full next", evidence=evidence)
    if (earlier := _earlier(seen, network, data, bar_above(data.floor(), bar))) is not None:
        return passed(
            f"During the training the model was right for at least {earlier:.1%} of fresh sequences, twice in a row.",
            evidence=evidence,
            staff_note=f"at the end {message}",
        )
    return failed(
        f"{message}, so it cannot tell anything",
        hint="A loss of nan comes from log(0) or a learning rate that is too large: use Keras' own cross-entropy, and a smaller rate.",
        evidence=evidence,
    )


def _not_yet(seen: Seen, network: Network, arrays: Sequence[Array], data: HostData, wanted: float) -> Verdict | None:
    """What is said of a short training that has not reached the bar; a first look is enough, since nothing is decided by it. None when it
    has, or when nothing can be said by accuracy."""
    bar = bar_above(data.floor(), wanted)
    found = first_look(seen, network, arrays, data, bar)
    if bar > 0.999 or (found.accuracy >= bar and found.skill >= SKILL):
        return None
    evidence = _told(found, bar)
    if found.accuracy >= bar:
        return inconclusive("after a short training the model's probabilities are still those of guessing", evidence=evidence)
    return inconclusive(
        f"after a short training the model is right for {found.accuracy:.1%}: too early to tell", evidence=evidence
    )


def _told(found: Measured, bar: float) -> list[Evidence]:
    return [
        Evidence(
            what=f"accuracy on {found.sequences:,} fresh sequences",
            expected=f"at least {bar:.0%}",
            actual=f"{found.accuracy:.1%} (standard error {found.error:.1%})",
            key=Key.MEASURED_ACCURACY,
            value=found.accuracy,
        ),
        Evidence(what="guessing the more frequent label", actual=f"{found.floor:.1%}"),
        Evidence(
            what="skill of the probabilities (0: guessing, 1: certain and right)",
            expected=f"at least {SKILL}",
            actual=f"{found.skill:.2f}",
        ),
    ]


def bar_above(floor: float, wanted: float = BAR) -> float:
    """The accuracy that is asked for where guessing earns `floor`."""
    return max(wanted, floor + min(MARGIN, (1 - floor) / 2))


def _earlier(seen: Seen, network: Network, data: HostData, bar: float) -> float | None:
    """The accuracy that the model reached at two looks in a row while it was trained, which is what the sheet asks for; None when
    it did not. A look is taken after each pass over a data set."""
    kept = seen.observation(TRAINING)
    if kept is None or not kept.is_answered:
        return None
    before = 0.0
    for arrays in read_training(kept).passes:
        found = _looked_at(seen, network, arrays, data, bar)
        now = found.accuracy if found is not None and found.skill >= SKILL else 0.0
        if min(before, now) >= bar:
            return min(before, now)
        before = now
    return None


def _looked_at(seen: Seen, network: Network, arrays: Sequence[Array], data: HostData, bar: float) -> Measured | None:
    """A first look, and all sequences where it lies above the bar: there it may decide. None for weights that do not fit the network:
    the model was another one then."""
    try:
        found = first_look(seen, network, arrays, data, bar)
        if found.accuracy >= bar:
            found = measured_on_all(seen, network, arrays, data)
    except (IndexError, ValueError):
        return None
    return found if math.isfinite(found.skill) else None


def _by_luck(seen: Seen, measured: float, evidence: list[Evidence]) -> Verdict:
    """Right often enough, but with the probabilities of a model that was never trained."""
    message = f"the model is right for {measured:.1%}, but its probabilities hardly differ from one half, as before any training"
    if _stands_still(seen):
        hint = "Some models are right by luck before training. Check the learning rate, and that gradients are applied."
        return failed(f"{message}, and the recorded losses do not fall", hint=hint, evidence=evidence)
    return needs_review(
        f"{message}: a person will look at it",
        evidence=[*evidence, *counted_updates(seen)],
        staff_note=why_nothing_is_learned(seen),
    )


def _stands_still(seen: Seen) -> bool:
    """Whether the losses that the notebook recorded stay where they were."""
    found = losses(seen)
    return bool(found) and all(values is not None and len(values) > 1 and not _falls(values) for values in found)


def _reported(seen: Seen) -> list[Evidence]:
    """What the notebook recorded itself: shown beside the measured value, never counted."""
    recorded = last_accuracy(seen)
    if recorded is None or not len(recorded[1]) or not np.isfinite(recorded[1][-1]):
        return []
    share = _share(recorded[1][-1])
    what = f"reported accuracy, the last of {seen.own_name(recorded[0].name)}"
    return [Evidence(what=what, actual=f"{share:.1%}", key=Key.REPORTED_ACCURACY, value=share)]


def _without_host_model(seen: Seen, observation: Observation, reason: str, bar: float) -> Verdict:
    """The host cannot compute this model. What the kernel's own outputs show decides only against it; for it, a person does."""
    out = _trained_answers(seen)
    if out is None:
        return skipped("not reached: the model did not answer")
    x = np.concatenate(list(observation.question["x"]))[..., 0]
    rule = learned_rule(seen)
    flat = one_per_sequence(out) if out.ndim else out.reshape(1, 1)
    if len(flat) != len(x) or flat.shape[1] not in (1, 2):
        return skipped(
            f"not reached: for {len(x)} sequences the model gives an array of shape {out.shape}, not an answer for each"
        )
    guess = flat[:, 1] > flat[:, 0] if flat.shape[1] == 2 else flat[:, 0] >= 0.5
    share = float(np.mean(guess == rule.of(x)))
    evidence = [
        Evidence(
            what=f"the model's own answers to {len(x)} sequences",
            expected=f"at least {bar:.0%} right",
            actual=f"{share:.0%} right",
        )
    ]
    if is_standard_normal(seen) and share + 4 * math.sqrt(share * (1 - share) / len(x)) < bar:
        if seen.budgeted:
            return inconclusive(f"after a short training {share:.0%} are right: too early to tell", evidence=evidence)
        return failed(
            f"the trained model is right for {share:.0%} of {len(x)} fresh sequences, expected at least {bar:.0%}",
            hint=why_nothing_is_learned(seen),
            evidence=evidence,
        )
    return needs_review(
        f"the model answers {share:.0%} right, but {reason}, so its accuracy cannot be computed here: a person will look at it",
        evidence=evidence,
    )


def judge_curves(seen: Seen, low: float = LOW) -> Verdict:
    """The recorded losses fall, or lie below `low` from the first epoch on, and the recorded accuracies rise."""
    if (problem := never_trained(seen)) is not None:
        return problem.verdict("recorded numbers are then those of no training")
    lists = {role.name: values_of(seen, role) for role in lists_of(seen)}
    if no_test_set(seen):  # which is charged by a check of its own
        trained = {role.name for role in lists_of(seen) if role.purpose is Purpose.TRAIN}
        lists = {name: values for name, values in lists.items() if name in trained or values is not None}
    absent = [name for name, values in lists.items() if values is None or len(values) < 2]
    if absent and (broke_off := stopped(seen)):
        return failed(
            f"{', '.join(absent)} {'holds' if len(absent) == 1 else 'hold'} no numbers: {broke_off.rstrip('.')}",
            hint="Run everything from the start, and mend what is above that place first.",
        )
    if absent:
        return failed(
            f"no list with a number for each of at least two epochs was found for {', '.join(absent)}, under this name or one like it",
            hint=f"Append one number after each epoch: {absent[0]}.append(number).",
        )
    if any(not np.all(np.isfinite(values)) for values in lists.values() if values is not None):
        return failed(
            "a recorded loss or accuracy is not a finite number",
            hint="A loss of nan comes from log(0) or a learning rate that is too large.",
        )
    rising = {role.name for role in lists_of(seen, Recorded.ACCURACY)}
    flat = [name for name, values in lists.items() if not (_rises(values) if name in rising else _falls(values, low))]
    evidence = [
        Evidence(what=seen.own_name(name), expected="rises" if name in rising else "falls", actual=_ends(values))
        for name, values in lists.items()
    ]
    if not flat:
        return passed(_learned(rising), evidence=evidence)
    told = ", ".join(map(seen.own_name, flat))
    message = f"{told} {'does' if len(flat) == 1 else 'do'} not improve: {'; '.join(_ends(lists[n]) for n in flat)}"
    hint = why_nothing_is_learned(seen) or (
        "Check that optimizer.apply_gradients is called, that the learning rate is not too small, and what is appended to the lists."
    )
    one_of_many = len(flat) == 1 and len(lists) > 2
    return partial(0.5, message, hint=hint, evidence=evidence) if one_of_many else failed(message, hint=hint, evidence=evidence)


def _learned(rising: Collection[str]) -> str:
    return "The losses fall and the accuracy rises." if rising else "The losses fall."


def judge_any_curves(seen: Seen) -> Verdict:
    """The recorded losses, of whatever kind, fall and the recorded accuracies rise.

    A loss that is low from the first epoch on may be a cross-entropy when the recorded accuracy is high; yet one model in fourteen
    is right that often before any training, and has a squared error of a quarter then.
    """
    recorded = last_accuracy(seen)
    high = recorded is not None and len(recorded[1]) > 0 and _share(recorded[1][-1]) > HIGH
    return judge_curves(seen, LOW_AND_RIGHT if high else LOW_IN_ANY_LOSS)


def _share(accuracy: float) -> float:
    """An accuracy between 0 and 1, also where it was recorded in percent."""
    return float(accuracy) / (100 if accuracy > 1.5 else 1)


def _ends(values: Array | None) -> str:
    return f"from {values[0]:.3g} to {values[-1]:.3g}" if values is not None and len(values) else "none"


def _falls(values: Array | None, low: float = LOW) -> bool:
    """Lower at the end than at the start, or low from the first epoch on; not when it was never more than nothing."""
    if values is None or is_nothing(values):
        return False
    return bool(np.mean(values[-2:]) < 0.95 * values[0] or values[-1] < low)


def _rises(values: Array | None) -> bool:
    """Higher at the end than at the start, or high from the first epoch on (an untrained model guesses half)."""
    return values is not None and bool(values[-1] > values[0] + 0.05 or _share(values[-1]) > HIGH)
