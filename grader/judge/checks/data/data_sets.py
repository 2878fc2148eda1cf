"""The data sets to train and to test with: their batches, and that they have nothing in common."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence, Sized

from grader import probes
from grader.assignment import Criterion, DataSet, Function, Seen
from grader.judge.identify.easier import SHORTEST
from grader.judge.identify.noise import (
    different_sequences,
)
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed, skipped
from grader.probes.data import Batches, is_one_object, read_data, read_set
from grader.probes.nesting import read_nesting
from grader.probes.reading import Shape

CHANCE = 0.1  # of MAX_OVERLAP: sequences that occur in both by chance must be rarer
MAX_OVERLAP = 0.005  # of test sequences that also occur in the training data
# shapes of the label of one sequence: who trains with it knows its axes
LABELS = ((), (1,), (2,), (1, 1), (1, 2))
DIVIDING = {"take", "skip", "shard"}  # methods that leave a part of a data set
DIVIDED = (
    "Check take() and skip(): their results must be kept, and there must be enough samples for both data"
    " sets."
)
UNDIVIDED = "Check what it is built from: the generator must yield at least one sample in its loop."


def batches(
    train: DataSet,
    test: DataSet,
    *,
    own_sizes: bool = False,
    about: Sequence[str] = (),
    task: Function | None = None,
    wrapped: Function | None = None,
) -> Criterion:
    """Both data sets yield batches of sequences and labels, as large as the parameters say; with `own_sizes`
    of any one size, and of the shapes that the `task` yields: what is wrong with these is charged there."""
    sets = f"{train.name} and {test.name} yield batches of sequences"
    return Criterion(
        id="pipeline_batches",
        title=f"{sets} of one length, with their labels." if own_sizes else f"{sets} and labels.",
        judge=judge_batches_of_any_size if own_sizes else judge_batches,
        basis=Basis.REPORTED,
        asks=(probes.pipeline(train, test),),
        uses=(probes.data(task, wrapped),) if task is not None else (),
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


def sets_of(seen: Seen) -> tuple[str, str]:
    """The names of the data sets to train and to test with."""
    train, test = (seen.part("pipeline", part, DataSet).name for part in ("train", "test"))
    return train, test


def judge_batches(seen: Seen) -> Verdict:
    """Both data sets yield batches of shapes (BATCH_SIZE, SEQ_LEN, 1) and (BATCH_SIZE, 1); those of the test
    may be of another size, which changes nothing. What the task itself yields in other shapes is charged
    there."""
    observation = seen.answer("pipeline")
    batch, length = int(seen.parameters.get("BATCH_SIZE", 32)), int(seen.parameters.get("SEQ_LEN", 25))
    wanted_x, wanted_y = (batch, length, 1), (batch, 1)
    train, test = sets_of(seen)
    for name in (train, test):
        found = read_set(observation, name)
        if found.is_absent:
            return failed(f"there is no {name}", hint="Build it like the other one, from samples of its own.")
        if problem := no_pairs(name, found, seen.source.uses):
            return problem
        x, y = found.shapes[0]
        if name == test and (x[1:], y) == (wanted_x[1:], (*x[:1], 1)):
            continue
        is_all_there_is = found.seen == 1 and x[1:] == wanted_x[1:] and y[1:] == (1,) and x[0] == y[0]
        if x[:2] == wanted_x[:2] and _is_as_yielded(seen, x, y):
            continue
        if (x, y) != (wanted_x, wanted_y) and not is_all_there_is:
            return failed(
                f"the first batch of {name} has shapes {x} and {y}, expected {wanted_x} and {wanted_y}",
                hint="End the pipeline with .batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE).",
                evidence=[
                    Evidence(
                        what=f"first batch of {name}",
                        expected=f"{wanted_x}, {wanted_y}",
                        actual=f"{x}, {y}",
                    )
                ],
            )
    (x, y), *_ = read_set(observation, train).shapes
    return passed(f"Both data sets yield batches of shapes {x} and {y}.")


def no_pairs(name: str, found: Batches, uses: Collection[str]) -> Verdict | None:
    """What is said of a data set that yields nothing, or no pairs; None of one that yields them. `uses`: what
    the notebook calls."""
    if found.odd is not None:
        return failed(
            f"{name} yields {read_nesting(found.odd).in_a_sentence}, expected pairs (sequences, labels)",
            hint="Build it with tf.data.Dataset.from_generator and an output_signature of two parts.",
        )
    if not found.shapes:
        return failed(f"{name} is empty", hint=DIVIDED if DIVIDING & set(uses) else UNDIVIDED)
    return None


def judge_batches_of_any_size(seen: Seen) -> Verdict:
    """Both data sets yield batches (batch, time, 1) of one length, with a label, or one for each of two
    classes, per sequence."""
    observation = seen.answer("pipeline")
    lengths = {}
    trained, tested = sets_of(seen)
    found = {name: read_set(observation, name) for name in (trained, tested)}
    names = [name for name in found if not found[name].is_absent]
    if trained not in names:
        return failed(
            f"there is no {trained}", hint="Build it from the generator, with tf.data.Dataset.from_generator."
        )
    for name in names:
        if problem := no_pairs(name, found[name], seen.source.uses):
            return problem
        x, y = found[name].shapes[0]
        if not _is_as_yielded(seen, x, y) and (problem := _problem_of_shapes(name, x, y)):
            return problem
        lengths[name] = x[1]
    train, test = lengths[trained], lengths[names[-1]]
    if train != test:
        return failed(
            f"{trained} yields sequences of {train} steps and {tested} of {test}, expected the same"
            " length in both",
            hint="Give both data sets the same seq_len.",
        )
    if train < SHORTEST:
        return failed(
            f"the sequences have {counted(train, 'step')}, expected at least {SHORTEST}",
            hint=(
                "An LSTM is needed only where there is something to remember: the course's sheet proposes 25"
                " steps."
            ),
        )
    x, y = found[trained].shapes[0]
    which = "Both data sets yield" if len(names) == 2 else "The data set yields"
    return passed(f"{which} batches, of shapes {x} and {y} for training.")


def _is_as_yielded(seen: Seen, x: Shape, y: Shape) -> bool:
    """Whether these are batches of what the task yields, in whatever shapes: these have a check of their
    own."""
    asked = seen.if_asked("data")
    if asked is None or not asked.is_answered or len(x) < 2 or x[:1] != y[:1]:
        return False
    shapes = [
        (_with_any_length(call.x_shape, call.steps), _with_any_length(call.y_shape, call.steps))
        for call in read_data(asked).calls
        if call.x_shape is not None and call.y_shape is not None and call.is_one_shape
    ]
    return (_with_any_length(x[1:], x[1]), _with_any_length(y[1:], x[1])) in shapes


def _with_any_length(shape: Shape, steps: int) -> tuple[int | None, ...]:
    """The same for sequences of any length; one step may be an axis of one."""
    return tuple(None if side == steps > 1 else side for side in shape)


def _problem_of_shapes(name: str, x: Shape, y: Shape) -> Verdict | None:
    """What is wrong with the shapes of a first batch; None when nothing is."""
    evidence = [
        Evidence(
            what=f"first batch of {name}",
            expected="(batch, time, 1) and (batch, 1), (batch, 2) or (batch,)",
            actual=f"{x} and {y}",
        )
    ]
    if len(x) != 3 or x[2] != 1 or y[:1] != x[:1] or y[1:] not in LABELS:
        return failed(
            f"the first batch of {name} has shapes {x} and {y}, expected (batch, time, 1) and (batch, 1), or"
            " (batch, 2) for two classes",
            hint=(
                "End the pipeline with .batch(...).prefetch(tf.data.AUTOTUNE), and keep the feature axis of"
                " the noise."
            ),
            evidence=evidence,
        )
    return None


def judge_separation(seen: Seen) -> Verdict:
    """Test sequences do not occur in the training data."""
    observation, (trained, tested) = seen.answer("pipeline"), sets_of(seen)
    training, testing = (read_set(observation, name) for name in (trained, tested))
    if testing.is_absent:
        return failed(
            "no data set was found that is tested on and not trained on", hint=_apart(seen.source.uses)
        )
    train, test, drawn = training.sequences, testing.sequences, training.x
    if train is None or test is None:
        return failed(
            f"no sequences could be read from {trained} and {tested}",
            hint="Both must yield (sequences, labels).",
        )
    if drawn is not None and len(drawn) and not drawn.size:
        return skipped(f"not reached: the sequences of {trained} hold no numbers, so all of them are alike")
    few = different_sequences(drawn.reshape(len(drawn), -1)) if drawn is not None and drawn.size else math.inf
    known = set(train)
    if 1 < few < len(known) / (CHANCE * MAX_OVERLAP):  # one value alone: nothing was drawn
        return passed(
            f"Of the {few:,.0f} sequences that can be made of such noise, some occur in both data sets by"
            " chance."
        )
    shared = sum(row in known for row in test)
    evidence = [_shared(shared, train, test)]
    if shared > MAX_OVERLAP * len(test):
        return failed(
            f"{shared} of {len(test)} test sequences are also training sequences",
            hint=_apart(seen.source.uses),
            evidence=evidence,
        )
    note = (
        f" {trained} and {tested} are one and the same object, but it draws new noise each time."
        if is_one_object(observation)
        else ""
    )
    return passed(f"Training and test sequences differ.{note}", evidence=evidence)


def _shared(shared: int, train: Sized, test: Sized) -> Evidence:
    return Evidence(
        what=(
            f"test sequences (of {len(test)} looked at) that also occur among {len(train)} training sequences"
        ),
        expected="0",
        actual=str(shared),
    )


def _apart(uses: Collection[str]) -> str:
    """How test data are kept apart; `uses`: what the notebook calls. take() alone may be a look at a batch;
    who skips, divides."""
    if {"shuffle", "skip"} <= set(uses):
        return (
            "shuffle() brings a new order at every pass, so what take() and skip() separate is mixed again:"
            " split first, and shuffle the training data alone, or write shuffle(...,"
            " reshuffle_each_iteration=False)."
        )
    return (
        "Test on data that training never saw: a second call of the generator, or take() and skip() on one"
        " data set."
    )
