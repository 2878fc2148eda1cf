"""A model of Keras' own layers that decides something about sequences: how often it is right on sequences
that the host draws, and whether the notebook's own are those of the sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Probe, Role, Seen
from grader.judge.checks.keras_models.sequence_task import SequenceTask
from grader.judge.identify.keras_model import if_trained, trained_network, with_weights
from grader.model import Basis, Evidence, Key, Status, Verdict
from grader.model.verdict import failed, needs_review, passed, skipped
from grader.probes.keras_model import KerasModel
from grader.rnn.keras_layers import Stacked
from grader.rnn.weights import Array

FRESH_SEQUENCES = 4_000  # sequences: a standard error of at most .008
CHUNK = 250  # of them at a time
HALF_WAY = 0.5  # from guessing to the bar: so near to it a training ends that was above it before
STRAIGHT = 1e-4  # of the range of values: how far scaled ones may lie from equal steps


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSequences:
    """The names under which a notebook has sequences [sequences, steps, 1] and their labels."""

    inputs: Role
    labels: Role


def accuracy_on(
    model: Model, task: SequenceTask, *, bar: float, train: LabelledSequences, record: Role | None = None
) -> Criterion:
    """So many fresh sequences are decided right. A notebook whose own sequences are the task's, scaled, is
    asked with scaled ones. `record`: what `fit` returned; whose training was above the bar at an earlier
    epoch, and ended not far below it, goes to a person."""
    recorded = [probes.history(record)] if record is not None else []
    return Criterion(
        id=f"accuracy_of_{model.name}",
        title=f"{model.name} tells for at least {bar * 100:.0f} % of {task.asked} {task.words}.",
        judge=lambda seen: judge_accuracy(seen, model, task, bar, train, _best(seen, recorded)),
        basis=Basis.PROVEN,
        asks=(probes.keras_model(model),),
        uses=(probes.arrays(train.inputs), *recorded),
        forger_gains=(
            "no accuracy: the host computes it with the exported weights; that a training made them is the"
            " kernel's word"
        ),
    )


def sequences_of(task: SequenceTask, *, train: LabelledSequences, test: LabelledSequences) -> Criterion:
    """The notebook's sequences are the task's, with its labels, and none of the test is one of the
    training."""
    roles = (train.inputs, train.labels, test.inputs, test.labels)
    return Criterion(
        id=train.inputs.name,
        title=(
            f"{train.inputs.name} and {train.labels.name} are the sheet's task, {task.words}, and test"
            " sequences are other ones."
        ),
        judge=lambda seen: judge_data(seen, task, train, test),
        basis=Basis.REPORTED,
        asks=(probes.arrays(*roles),),
        forger_gains="the points of this check, for exported arrays",
    )


def judge_accuracy(
    seen: Seen, model: Model, task: SequenceTask, bar: float, train: LabelledSequences, best: float = 0.0
) -> Verdict:
    """Whether it is right so often. `best`: the best accuracy that was recorded."""
    found = seen[probes.keras_model(model)]
    if not all(np.isfinite(array).all() for array in found.weights):
        return failed(
            "the trained weights are not numbers (nan)", hint="A smaller learning rate, or clipped gradients."
        )
    network = trained_network(seen, model)
    if network is None:
        return needs_review(f"the host cannot compute {model.name}: a person will look at its accuracy")
    x = task.draw(np.random.default_rng(_seed(found.weights)), FRESH_SEQUENCES, int(found.x.shape[1]))
    if model.vocabulary and (largest := int(x.max())) >= found.words:
        return failed(
            f"{model.name} has a table of {found.words:,} words, and the sheet's words have numbers up to"
            f" {largest:,}",
            hint="Give the Embedding layer as many rows as there are words, the padding counted in.",
        )
    scaled = x if model.vocabulary else scaled_as_theirs(seen, train, x)
    said = task.decided(_answers(network, scaled), x, linear=_is_linear(found))
    if not said:
        shape = network(scaled[:1].astype("f4")).shape[1:]
        wanted = "one number" if task.classes == 2 else f"{task.classes} numbers, one for each class,"
        every = f" for each of its {x.shape[1]} steps" if task.each_step else ""
        return skipped(f"not reached: {model.name} gives {shape} for a sequence, expected {wanted}{every}")
    right, counts = task.labels(x)
    nearest = max((one[counts] for one in said), key=lambda one: float(np.mean(one == right[counts])))
    verdict = _of_answers(model.name, task, right[counts], nearest, x.shape[1], bar, best)
    if verdict.status is Status.FAILED and any(layer.settings.get("stateful") for layer in found.layers):
        return needs_review(
            f"{verdict.message}; it keeps its state from call to call, and was asked from the start each"
            " time: a person will look at it",
            evidence=verdict.evidence,
        )
    return if_trained(found, model.name, verdict)


def _is_linear(found: KerasModel) -> bool:
    """Whether no activation follows the last layer with weights."""
    layers = with_weights(found)
    return bool(layers) and layers[-1].settings.get("activation") == "linear"


def _of_answers(
    name: str, task: SequenceTask, right: Array, said: Array, steps: int, bar: float, best: float
) -> Verdict:
    """What is said of a model that gives these labels for fresh sequences of so many steps."""
    of = f"{FRESH_SEQUENCES:,} fresh sequences of {steps} steps"
    asked = f"the steps of {of}" if task.each_step else of
    accuracy = float(np.mean(said == right))
    floor = float(np.bincount(right).max() / len(right))
    evidence = [
        Evidence(
            what=f"accuracy on {asked}",
            expected=f"at least {bar:.0%}",
            actual=f"{accuracy:.1%}",
            key=Key.MEASURED_ACCURACY,
            value=accuracy,
        ),
        Evidence(what="guessing the most frequent label", actual=f"{floor:.1%}"),
    ]
    if accuracy >= bar:
        return passed(f"{name} is right for {accuracy:.1%} of {task.asked}.", evidence=evidence)
    if best >= bar and accuracy - floor >= HALF_WAY * (bar - floor):
        return needs_review(
            f"{name} is right for {accuracy:.1%} of {task.asked}, and an earlier epoch is recorded"
            f" with {best:.1%}: the training may have ended at a bad moment, so a person will look at it",
            evidence=evidence,
        )
    return failed(
        f"{name} is right for {accuracy:.1%} of {asked},"
        f" expected at least {bar:.0%}; guessing gives {floor:.1%}",
        hint=(
            "Does the validation accuracy rise, and is this the model that was trained? More epochs, or"
            " clipped gradients, may help."
        ),
        evidence=evidence,
    )


def _best(seen: Seen, recorded: Sequence[Probe]) -> float:
    """The best validation accuracy that was recorded; 0 where none was."""
    curves = {
        name: curve
        for one in recorded
        if seen.answered(one) is not None
        for name, curve in seen[one].curves.items()
    }
    known = [curve for name, curve in curves.items() if name.startswith("val_acc") and len(curve)]
    return max((float(np.nanmax(curve)) for curve in known if np.isfinite(curve).any()), default=0.0)


def judge_data(seen: Seen, task: SequenceTask, train: LabelledSequences, test: LabelledSequences) -> Verdict:
    """Whether values and labels are the sheet's, and the two sets apart."""
    arrays = seen[probes.arrays(train.inputs, train.labels, test.inputs, test.labels)]
    sets = {part.inputs.name: _sequences(arrays, part, task) for part in (train, test)}
    if missing := [name for name, found in sets.items() if found is None]:
        return failed(
            f"{' and '.join(missing)} and the labels are not arrays [sequences, steps, 1] and"
            f" [sequences, {'steps' if task.each_step else '1'}]",
            hint="Keep the names that the sheet gives to the data.",
        )
    (x, y), (x_test, y_test) = (found for found in sets.values() if found is not None)
    if (strange := _other_values(task, {train.inputs.name: x, test.inputs.name: x_test})) is not None:
        return strange
    wrong = [
        name
        for name, values, labels in ((train.labels.name, x, y), (test.labels.name, x_test, y_test))
        if _differ(task, values, labels)
    ]
    if wrong:
        return failed(
            f"{' and '.join(wrong)} {'do' if len(wrong) > 1 else 'does'} not tell {task.words}",
            hint="Do sequences and labels still belong together?",
        )
    known = {row.tobytes() for row in x}
    if any(row.tobytes() in known for row in x_test):
        return failed(
            f"sequences of {test.inputs.name} are also in {train.inputs.name}",
            hint="Test on sequences of another seed: a model may know those it has seen by heart.",
        )
    return passed("The data are those of the sheet, and test sequences are other ones.")


def _other_values(task: SequenceTask, inputs: Mapping[str, Array]) -> Verdict | None:
    """What is said of sequences with values that the task never draws; None where there are none."""
    usual = np.unique(task.draw(np.random.default_rng(0), 200, 20))
    strange = [name for name, values in inputs.items() if not np.isin(np.unique(values), usual).all()]
    if not strange:
        return None
    first = next(iter(inputs.values()))
    return failed(
        f"{' and '.join(strange)} has other values than {usual[0]:g} to {usual[-1]:g}, for example"
        f" {first.ravel()[0]:.3g}",
        hint="The sequences go into the models as they are; whatever scales them belongs in a layer.",
    )


def _differ(task: SequenceTask, x: Array, labels: Array) -> bool:
    """Whether the labels of what counts are not the task's."""
    right, counts = task.labels(x)
    return bool(np.any(right[counts] != labels[counts]))


def _sequences(
    arrays: Mapping[str, Array], part: LabelledSequences, task: SequenceTask
) -> tuple[Array, Array] | None:
    x, y = arrays.get(part.inputs.name), arrays.get(part.labels.name)
    if x is None or y is None or x.ndim not in (2, 3) or not x.size:
        return None
    x = x.astype("f4").reshape(len(x), -1, 1)
    labels = task.said(y, x)
    return None if labels is None else (x, labels)


def scaled_as_theirs(seen: Seen, train: LabelledSequences, x: Array) -> Array:
    """Sequences scaled as the notebook's own are: theirs have as many different values, in equal steps."""
    answered = seen.answered(probes.arrays(train.inputs))
    own = probes.arrays(train.inputs).reads(answered).get(train.inputs.name) if answered is not None else None  # type: ignore[misc]
    if own is None or own.size < FRESH_SEQUENCES:
        return x
    theirs, ours = np.unique(own.astype("f8").round(6)), np.unique(x)
    if len(theirs) != len(ours) or not np.isfinite(theirs).all():
        return x
    scale = (theirs[-1] - theirs[0]) / (ours[-1] - ours[0])
    made = theirs[0] + scale * (ours - ours[0])
    if np.max(np.abs(made - theirs)) > STRAIGHT * (theirs[-1] - theirs[0]):
        return x
    return np.asarray(theirs[0] + scale * (x - ours[0]), dtype=x.dtype)


def _answers(network: Stacked, x: Array) -> Array:
    return np.concatenate([network(x[k : k + CHUNK].astype("f4")) for k in range(0, len(x), CHUNK)])


def _seed(arrays: tuple[Array, ...]) -> int:
    """Fixed only after the weights were given away."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return int.from_bytes(digest.digest(), "little")
