"""The task: sequences of noise, labelled by their sum."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, DataSet, Function, Seen
from grader.judge.checks import choices
from grader.judge.checks.choices import no_pairs, sets_of
from grader.judge.identify.host_data import is_absent
from grader.judge.identify.noise import (
    FALSE_ALARM,
    described,
    different_sequences,
    looks_normal,
    normal_distance,
    unfit,
)
from grader.judge.identify.rules import COUNTED, find_rule, more_than_two, only_sum, samples
from grader.judge.words import counted, raised
from grader.model import Basis, Evidence, Observation, Verdict
from grader.model.verdict import failed, passed

Array = np.ndarray
CHANCE = 0.1  # of MAX_OVERLAP: sequences that occur in both by chance must be rarer
MAX_OVERLAP = 0.005  # of test sequences that also occur in the training data


def _shape(value: object) -> str:
    return str(tuple(value)) if isinstance(value, (list, tuple)) else "of no fixed size"


ONE_NUMBER = ((1,),)  # shapes that a label may have


def yields_pairs(task: Function, wrapped: Function | None = None, *, two_classes: bool = False) -> Criterion:
    """The generator gives so many pairs of noise and label; with `two_classes` a label may be one-hot, too. `wrapped`: the same
    without arguments."""
    labels = ((1,), (2,)) if two_classes else ONE_NUMBER
    either = f"{task.name} yields num_samples pairs: noise (seq_len, 1) and a label (1,), or (2,) for two classes."
    return Criterion(
        id="yields_pairs",
        title=either if two_classes else f"{task.name} yields num_samples pairs of shapes (seq_len, 1) and (1,).",
        judge=lambda seen: judge_pairs(seen, labels),
        basis=Basis.REPORTED,
        asks=(probes.data(task, wrapped),),
        forger_gains="one point, for making up arrays of the right shape",
    )


def fresh_noise(task: Function, wrapped: Function | None = None, *, normal: bool = False) -> Criterion:
    """The noise is drawn anew at every call, its steps are independent; with `normal` it is standard normal."""
    any_noise = "The noise has independent steps and is fresh at every call, whatever its distribution."
    gains = "one point, for making up normal noise: no less work than drawing it"
    return Criterion(
        id="noise_is_normal" if normal else "noise_is_random",
        title="The noise is standard normal and fresh at every call." if normal else any_noise,
        judge=judge_normal_noise if normal else judge_noise,
        basis=Basis.REPORTED,
        asks=(probes.data(task, wrapped),),
        forger_gains=gains if normal else gains.replace("normal noise", "noise"),
    )


def label_of_the_sum(task: Function, wrapped: Function | None = None, *, own_threshold: bool = False) -> Criterion:
    """The label says on which side of the threshold the sum lies: of the sheet's, or with `own_threshold` of any one."""
    own = "The label says on which side of one threshold the sum lies, and both labels occur."
    return Criterion(
        id="label_rule",
        title=own if own_threshold else "The label says whether the sum is above the threshold.",
        judge=choices.judge_labels if own_threshold else judge_labels,
        basis=Basis.REPORTED,
        asks=(probes.data(task, wrapped),),
        forger_gains="two points, for labels that do follow from the sum",
    )


def batches(train: DataSet, test: DataSet, *, own_sizes: bool = False, about: Sequence[str] = ()) -> Criterion:
    """Both data sets yield batches of sequences and labels, as large as the parameters say; with `own_sizes` of any one size."""
    sets = f"{train.name} and {test.name} yield batches of sequences"
    return Criterion(
        id="pipeline_batches",
        title=f"{sets} of one length, with their labels." if own_sizes else f"{sets} and labels.",
        judge=choices.judge_batches if own_sizes else judge_batches,
        basis=Basis.REPORTED,
        asks=(probes.pipeline(train, test),),
        about=tuple(about),
        forger_gains="one point, for making up batches of the right shape",
    )


def separate_test_data(train: DataSet, test: DataSet) -> Criterion:
    """No sequence of the test data is one of the training data."""
    return Criterion(
        id="separate_test_data",
        title="Test sequences do not occur in the training data.",
        judge=judge_separation,
        basis=Basis.REPORTED,
        asks=(probes.pipeline(train, test),),
        forger_gains="one point; the accuracy is measured on the host's own sequences in any case",
    )


def judge_pairs(seen: Seen, labels: Sequence[tuple[int, ...]] = ONE_NUMBER) -> Verdict:
    """The task yields num_samples pairs of shapes (seq_len, 1) and one of `labels`; the label is a number, not a bool."""
    observation, task = seen.answer("data"), seen.part("data", "task", Function).name
    if (takes := observation.answer.get("takes")) is not None:
        return failed(
            f"{task} takes {counted(int(takes), 'argument')}, expected (seq_len, num_samples): it makes one sample, and somebody else the "
            "loop over them",
            hint=f"Move the loop over num_samples into {task}, with a `yield noise, label` in it.",
        )
    for (length, wanted), call in zip(observation.question["calls"], observation.answer["calls"], strict=True):
        name = f"{task}({length}, {wanted})"
        if "odd" in call:
            return failed(f"{name} yields a {call['odd']}, expected pairs (noise, label)", hint="Write `yield noise, label`.")
        if not call["count"]:
            return failed(
                f"{name} yields nothing, expected {wanted} pairs", hint="Use a loop over num_samples with a yield in it."
            )
        if call.get("x_shape") != [length, 1] or "shapes" in call:
            return failed(
                f"{name} yields noise of shape {_shape(call.get('x_shape'))}, expected ({length}, 1): one feature a time step",
                hint="np.random.randn(seq_len, 1), or np.expand_dims(noise, -1).",
                evidence=[Evidence(what="shape of the noise", expected=f"({length}, 1)", actual=_shape(call.get("x_shape")))],
            )
        if tuple(call["y_shape"]) not in labels:
            return failed(
                f"{name} yields labels of shape {_shape(call['y_shape'])}, expected {' or '.join(map(str, labels))}",
                hint="np.array([label]) or np.expand_dims(label, -1).",
            )
        if call["y_dtype"] == "bool":
            return failed(
                f"{name} yields labels of type bool, expected an integer", hint="int(...) or .astype(int) turns True into 1."
            )
        if call["count"] != wanted:
            more = "more" if call["count"] > wanted else "only"
            return failed(
                f"{name} yields {more} {call['count'] if more == 'only' else 'than ' + str(wanted)} pairs, expected {wanted}",
                hint="Yield once for each of num_samples.",
            )
    wrapped = observation.answer.get("wrapped", {})
    if "error" in wrapped:
        return failed(
            f"{seen.own_name(seen.part('data', 'wrapped', Function).name)}() {raised(wrapped['error'])}",
            hint=f"It takes no arguments and yields what {task} yields.",
        )
    shape = next(_shape(call["y_shape"]) for call in observation.answer["calls"])
    return passed(f"{task} yields pairs of shapes (seq_len, 1) and {shape}.")


def judge_normal_noise(seen: Seen) -> Verdict:
    """The noise looks standard normal, its steps are independent, and it is fresh at every call."""
    observation = seen.answer("data")
    made = samples(observation)
    values = made[0].ravel() if made is not None else np.zeros(0)
    evidence = [_spread(values, expected="0 and 1")]
    if (problem := noise_problem(seen, evidence)) is not None:
        return problem
    if not looks_normal(values):
        return failed(
            f"the noise does not look standard normal: {described(values)}",
            hint="np.random.normal(size=(seq_len, 1)) or tf.random.normal([seq_len, 1]).",
            evidence=[
                *evidence,
                Evidence(
                    what="Kolmogorov-Smirnov test",
                    expected=f"passes (false alarm {FALSE_ALARM:.0e})",
                    actual=f"distance {normal_distance(values):.3f}",
                ),
            ],
        )
    return passed("The noise looks standard normal and is fresh at every call.", evidence=evidence)


def judge_noise(seen: Seen) -> Verdict:
    """The noise, of whatever distribution, has independent steps and is fresh at every call."""
    observation = seen.answer("data")
    made = samples(observation)
    values = made[0].ravel() if made is not None else np.zeros(0)
    evidence = [_spread(values)]
    if (problem := noise_problem(seen, evidence)) is not None:
        return problem
    return passed(f"The noise is fresh at every call: {described(values)}.", evidence=evidence)


def _spread(values: Array, expected: str = "") -> Evidence:
    what, size = f"mean and standard deviation of {values.size} values", values.size
    return Evidence(what=what, expected=expected, actual=f"{values.mean():.3f} and {values.std():.3f}" if size else "none")


def noise_problem(seen: Seen, evidence: Sequence[Evidence]) -> Verdict | None:
    """What keeps the samples from being fresh noise, whatever its distribution; None when nothing does."""
    if (problem := unfit(seen.answer("data"), seen.part("data", "task", Function).name)) is None:
        return None
    message, hint = problem
    return failed(message, hint=hint, evidence=evidence)


def judge_labels(seen: Seen) -> Verdict:
    """The label is 1 when the sum is above 0, or above 1: the sheet says both. `>` and `>=` are the same for real numbers."""
    observation = seen.answer("data")
    rule = find_rule(observation)
    wanted = "1 when the sum is above 0 (or above 1), else 0"
    if problem := more_than_two(observation):
        return failed(problem, hint=COUNTED)
    if rule is None:
        agree = _agreement(observation)
        return failed(
            f"the labels do not follow from the sum of the sequence ({agree:.0%} agree with it), expected {wanted}",
            hint="Compute the label from the very noise that you yield: int(np.sum(noise) > 0).",
            evidence=[Evidence(what="rule of the labels", expected=wanted, actual="none that we know")],
        )
    evidence = [Evidence(what="rule of the labels", expected=wanted, actual=rule.words)]
    if (total := only_sum(observation)) is not None:
        return failed(
            f"every sequence has the sum {total:.3g}, so its labels show no rule, expected {wanted}",
            hint="Draw new noise for every sequence, and compute the label from it.",
            evidence=evidence,
        )
    if rule.right:
        return passed(f"The label is {rule.words}.", evidence=evidence)
    return failed(f"the label is {rule.words}, expected {wanted}", hint="int(np.sum(noise) > 0)", evidence=evidence)


def _agreement(observation: Observation) -> float:
    made = samples(observation)
    return float(np.mean((made[0].sum(axis=1) > 0) == made[1])) if made is not None else 0.0


def judge_batches(seen: Seen) -> Verdict:
    """Both data sets yield batches of shapes (BATCH_SIZE, SEQ_LEN, 1) and (BATCH_SIZE, 1); those of the test may be of another size,
    which changes nothing."""
    observation = seen.answer("pipeline")
    batch, length = int(seen.parameters.get("BATCH_SIZE", 32)), int(seen.parameters.get("SEQ_LEN", 25))
    wanted = [[batch, length, 1], [batch, 1]]
    train, test = sets_of(seen)
    for name in (train, test):
        if is_absent(observation, name):
            return failed(f"there is no {name}", hint="Make it as you made the other one, of samples of its own.")
        if problem := no_pairs(name, observation):
            return problem
        found = observation.answer[name]
        x, y = found["batches"][0]
        if name == test and [x[1:], y] == [wanted[0][1:], [*x[:1], 1]]:
            continue
        if [x, y] != wanted and not (x[1:] == wanted[0][1:] and y[1:] == [1] and x[0] == y[0] and found["seen"] == 1):
            return failed(
                f"the first batch of {name} has shapes {_shape(x)} and {_shape(y)}, expected {_shape(wanted[0])} and {_shape(wanted[1])}",
                hint="End the pipeline with .batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE).",
                evidence=[
                    Evidence(
                        what=f"first batch of {name}",
                        expected=f"{_shape(wanted[0])}, {_shape(wanted[1])}",
                        actual=f"{_shape(x)}, {_shape(y)}",
                    )
                ],
            )
    return passed(f"Both data sets yield batches of shapes {_shape(wanted[0])} and {_shape(wanted[1])}.")


def _listed(keys: np.ndarray) -> list[bytes]:
    """Every row of numbers as one key; of two zeros there is one."""
    return [row.tobytes() for row in keys.astype("f8") + 0.0]


def _apart(uses: Collection[str]) -> str:
    """How test data are kept apart; `uses`: what the notebook calls."""
    if "shuffle" in uses and {"take", "skip"} & set(uses):
        return (
            "shuffle() brings a new order at every pass, so what take() and skip() divide is mixed again: divide first, and shuffle the "
            "training data alone, or say shuffle(..., reshuffle_each_iteration=False)."
        )
    return "Test on data that training never saw: a second call of the generator, or take() and skip() on one data set."


def judge_separation(seen: Seen) -> Verdict:
    """Test sequences do not occur in the training data."""
    observation, (trained, tested) = seen.answer("pipeline"), sets_of(seen)
    if is_absent(observation, tested):
        return failed("no data set was found that is tested on and not trained on", hint=_apart(seen.source.uses))
    train, test = observation.array(f"keys/{trained}"), observation.array(f"keys/{tested}")
    if train is None or test is None:
        return failed(f"no sequences could be read from {trained} and {tested}", hint="Both must yield (sequences, labels).")
    known = set(_listed(train))
    drawn = observation.array(f"x/{trained}")
    few = different_sequences(drawn.reshape(len(drawn), -1)) if drawn is not None and drawn.size else math.inf
    if 1 < few < len(known) / (CHANCE * MAX_OVERLAP):  # where one value is all there is, nothing was drawn
        return passed(f"Of the {few:,.0f} sequences that can be made of such noise, some occur in both data sets by chance.")
    shared = sum(row in known for row in _listed(test))
    evidence = [
        Evidence(
            what=f"test sequences (of {len(test)} looked at) that also occur among {len(train)} training sequences",
            expected="0",
            actual=str(shared),
        )
    ]
    if shared > MAX_OVERLAP * len(test):
        return failed(
            f"{shared} of {len(test)} test sequences are also training sequences",
            hint=_apart(seen.source.uses),
            evidence=evidence,
        )
    note = (
        f" {trained} and {tested} are one object, but it draws new noise each time." if observation.answer["same_object"] else ""
    )
    return passed(f"Training and test sequences differ.{note}", evidence=evidence)
