"""The losses and accuracies that a training recorded: whether they improve."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Numbers, Purpose, Recorded, Seen
from grader.judge.checks.trained.learning import Training
from grader.judge.identify.causes import TRAINING, is_nothing, stopped, stopped_cell, why_nothing_is_learned
from grader.judge.identify.host_data import no_test_set
from grader.judge.identify.recorded import last_accuracy, lists_of, values_of
from grader.judge.identify.untrained import never_trained
from grader.judge.unfinished import TO_WRITE, hint_after, is_unwritten, last_to_write, why_unfinished
from grader.model import Basis, CellRun, Evidence, Key, Verdict
from grader.model.verdict import failed, partial, passed
from grader.probes.notebook import read_training
from grader.rnn.weights import Array

NOTHING = 0.01  # of a loss or an accuracy: so far they move from one batch to the next
HIGH = 0.75  # an accuracy that guessing has hardly ever
# half the cross-entropy of guessing, log 2: who is below it has learned before the first epoch ended
LOW = 0.35
LOW_AND_RIGHT = 0.22  # clearly below the squared error of guessing, a quarter
LOW_IN_ANY_LOSS = 0.125  # half the squared error of guessing, the smallest of the usual losses


def it_learns(training: Training, *, any_loss: bool = False, about: Sequence[str] = ()) -> Criterion:
    """The recorded losses fall and the accuracies rise. `any_loss`: the sheet leaves open which loss it
    is."""
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


def judge_curves(seen: Seen, low: float = LOW) -> Verdict:
    """The recorded losses fall, or lie below `low` from the first epoch on, and the recorded accuracies
    rise."""
    problem, lists = never_trained(seen), _lists(seen)
    absent = [name for name, values in lists.items() if values is None or len(values) < 2]
    is_recorded = not absent or len(absent) < len(lists)
    if problem is not None and (is_recorded or not problem.decided):
        return problem.verdict("recorded numbers are then those of no training")
    if absent:
        return _not_recorded(seen, absent, untrained=problem is not None)
    if any(not np.all(np.isfinite(values)) for values in lists.values() if values is not None):
        return failed(
            "a recorded loss or accuracy is not a finite number",
            hint="A loss of nan comes from log(0) or a learning rate that is too large.",
        )
    rising = {role.name for role in lists_of(seen, Recorded.ACCURACY)}
    flat = [
        name
        for name, values in lists.items()
        if not (_rises(values) if name in rising else falls(values, low))
    ]
    evidence = [
        Evidence(
            what=seen.own_name(name), expected="rises" if name in rising else "falls", actual=_ends(values)
        )
        for name, values in lists.items()
    ]
    if not flat:
        return passed(_learned(rising), evidence=evidence)
    return _not_improved(seen, lists, flat, evidence)


def _lists(seen: Seen) -> Mapping[str, Array | None]:
    """What was recorded, by the sheet's names; without lists of a test that nobody makes, which is charged by
    a check of its own."""
    lists = {role.name: values_of(seen, role) for role in lists_of(seen)}
    if not no_test_set(seen):
        return lists
    trained = {role.name for role in lists_of(seen) if role.purpose is Purpose.TRAIN}
    return {name: values for name, values in lists.items() if name in trained or values is not None}


def _not_recorded(seen: Seen, absent: Sequence[str], *, untrained: bool) -> Verdict:
    """What is said of lists with fewer than two numbers."""
    if (broken := stopped_cell(seen)) is not None:
        return failed(
            f"{', '.join(absent)} {'holds' if len(absent) == 1 else 'hold'} no numbers:"
            f" {stopped(seen).rstrip('.')}",
            hint=hint_after(broken, seen),
            evidence=[_broke_off(broken, seen, "the cell that should record the training")],
        )
    if untrained and (cell := last_to_write(seen)) is not None:
        message = f"nothing was trained yet: {cell.place} {why_unfinished(cell, seen)}"
        # the source says so: it follows from nothing else
        return replace(failed(message, hint=TO_WRITE), basis=Basis.READ)
    if untrained and (broken := _first_raised(seen)) is not None:
        return failed(
            f"nothing was trained, and {broken.place} {why_unfinished(broken, seen)}",
            hint=hint_after(broken, seen),
            evidence=[_broke_off(broken, seen, "the first place that raised an error")],
        )
    sought = f"no list with a number for each of at least two epochs was found for {', '.join(absent)}"
    under = f"none with {'this name' if len(absent) == 1 else 'these names'} or one like it"
    return failed(
        f"nothing was trained, and {sought}: {under}"
        if untrained
        else f"{sought}: {under}, and none that the training of this model filled under any other",
        hint=f"Append one number after each epoch: {absent[0]}.append(number).",
    )


def _first_raised(seen: Seen) -> CellRun | None:
    """The first cell that raised an error of its own: not where it is still to be written, nor for what is
    not here."""
    return next(
        (
            cell
            for cell in seen.run.cells
            if cell.error is not None
            and not cell.error.missing_answer
            and not cell.error.missing_package
            and not is_unwritten(cell.error, seen)
        ),
        None,
    )


def _broke_off(cell: CellRun, seen: Seen, what: str) -> Evidence:
    """The cell that broke off, with a key where an error of its own is the reason: all that training decides
    follows from it."""
    raised = cell.error is not None and not is_unwritten(cell.error, seen)
    return Evidence(
        what=what,
        expected="runs to its end",
        actual=why_unfinished(cell, seen),
        where=cell.place,
        key=Key.TRAINING_BROKE_OFF if raised else None,
        value=cell.number if raised else None,
    )


def _not_improved(
    seen: Seen, lists: Mapping[str, Array | None], flat: Sequence[str], evidence: Sequence[Evidence]
) -> Verdict:
    """What is said of recorded numbers that stay as they are: in part where it is one of several."""
    told, one = ", ".join(map(seen.own_name, flat)), len(flat) == 1
    rising = {role.name for role in lists_of(seen, Recorded.ACCURACY)}
    some = any(_moves(lists[name], up=name in rising) for name in flat)
    how = f"hardly {'improves' if one else 'improve'}" if some else f"{'does' if one else 'do'} not improve"
    message = f"{told} {how}: {'; '.join(_ends(lists[name]) for name in flat)}"
    # an accuracy of a few sequences rises by luck: only a loss shows that something is learned
    better = next((name for name in lists if name not in flat and name not in rising), "")
    hint = why_nothing_is_learned(seen) or (
        f"{seen.own_name(better)} improves, so the model learns: look at what is appended to {told},"
        " and at the data that it is computed on."
        if better
        else _advice(seen)
    )
    if len(flat) == 1 and len(lists) > 2:
        return partial(0.5, message, hint=hint, evidence=evidence)
    return failed(message, hint=hint, evidence=evidence)


def _moves(values: Array | None, *, up: bool) -> bool:
    """Whether it moves where it should, by more than nothing and by less than counts."""
    if values is None:
        return False
    return bool(values[-1] > values[0] + NOTHING if up else values[-1] < (1 - NOTHING) * values[0])


def _advice(seen: Seen) -> str:
    """Where to look when no cause is known. That the weights are changed at all may have been seen."""
    kept = seen.if_asked(TRAINING)
    changed = kept is not None and kept.is_answered and read_training(kept).updates
    if changed:
        return (
            "The weights are changed, and yet the loss stays where it was: look at the learning rate, at what"
            " the loss is computed from, and at what is appended to the lists."
        )
    return (
        "Check that optimizer.apply_gradients is called, that the learning rate is not too small, and what is"
        " appended to the lists."
    )


def _learned(rising: Collection[str]) -> str:
    return "The losses fall and the accuracy rises." if rising else "The losses fall."


def judge_any_curves(seen: Seen) -> Verdict:
    """The recorded losses, of whatever kind, fall and the recorded accuracies rise.

    A loss that is low from the first epoch on may be a cross-entropy when the recorded accuracy is high; yet
    one model in fourteen is right that often before any training, and has a squared error of a quarter then.
    """
    recorded = last_accuracy(seen)
    high = recorded is not None and len(recorded[1]) > 0 and as_share(recorded[1][-1]) > HIGH
    return judge_curves(seen, LOW_AND_RIGHT if high else LOW_IN_ANY_LOSS)


def as_share(accuracy: float) -> float:
    """An accuracy between 0 and 1, also where it was recorded in percent."""
    return float(accuracy) / (100 if accuracy > 1.5 else 1)


def _ends(values: Array | None) -> str:
    return f"from {values[0]:.3g} to {values[-1]:.3g}" if values is not None and len(values) else "none"


def falls(values: Array | None, low: float = LOW) -> bool:
    """Lower at the end than at the start, or low from the first epoch on; not when it was never more than
    nothing."""
    if values is None or is_nothing(values):
        return False
    end = values[1:][-2:]  # of two epochs the last one alone: the first is what it is compared with
    return bool((len(end) and np.mean(end) < 0.95 * values[0]) or values[-1] < low)


def _rises(values: Array | None) -> bool:
    """Higher at the end than at the start, or high from the first epoch on (an untrained model guesses
    half)."""
    return values is not None and bool(values[-1] > values[0] + 0.05 or as_share(values[-1]) > HIGH)
