"""What a generator yields: pairs of a sequence and its label."""

from __future__ import annotations

from collections.abc import Sequence

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.judge.words import raised, shape_words
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed
from grader.probes.data import ReturnedSamples, TaskCall, read_data

ONE_NUMBER = ((1,),)  # shapes that a label may have


def yields_pairs(task: Function, wrapped: Function | None = None, *, two_classes: bool = False) -> Criterion:
    """The generator gives so many pairs of noise and label; with `two_classes` a label may be one-hot, too.
    `wrapped`: the same without arguments."""
    labels = ((1,), (2,)) if two_classes else ONE_NUMBER
    either = (
        f"{task.name} yields num_samples pairs: noise (seq_len, 1) and a label (1,), or (2,) for two classes."
    )
    return Criterion(
        id="yields_pairs",
        title=(
            either
            if two_classes
            else f"{task.name} yields num_samples pairs of shapes (seq_len, 1) and (1,)."
        ),
        judge=lambda seen: judge_pairs(seen, labels),
        basis=Basis.REPORTED,
        asks=(probes.data(task, wrapped),),
        forger_gains="one point, for making up arrays of the right shape",
    )


def judge_pairs(seen: Seen, labels: Sequence[tuple[int, ...]] = ONE_NUMBER) -> Verdict:
    """The task yields num_samples pairs of shapes (seq_len, 1) and one of `labels`; the label is a number,
    not a bool."""
    made, task = read_data(seen.answer("data")), seen.part("data", "task", Function).name
    if made.takes == 0:
        return failed(
            f"{seen.own_name(task)} takes no arguments, expected (seq_len, num_samples)",
            hint=f"Write {task}(seq_len, num_samples), and let a function without arguments call it.",
        )
    if made.takes is not None:
        return failed(
            f"{task} takes {counted(made.takes, 'argument')}, expected (seq_len, num_samples): it makes one"
            " sample, and the loop over them is somewhere else",
            hint=f"Move the loop over num_samples into {task}, with a `yield noise, label` in it.",
        )
    if made.returned is not None:
        return _no_generator(task, made.returned)
    for call in made.calls:
        name = f"{task}({call.steps}, {call.wanted})"
        verdict = (
            _no_pairs(name, call)
            or _other_noise(name, call)
            or _other_label(name, call, labels)
            or _other_number(name, call)
        )
        if verdict is not None:
            return verdict
    if made.error_of_wrapped is not None:
        return failed(
            f"{seen.own_name(seen.part('data', 'wrapped', Function).name)}() {raised(made.error_of_wrapped)}",
            hint=f"It takes no arguments and yields what {task} yields.",
        )
    if made.wrapped_ends_after is not None:
        return failed(
            f"{seen.own_name(seen.part('data', 'wrapped', Function).name)}() yields"
            f" {counted(made.wrapped_ends_after, 'pair')} and ends, expected all that {task} yields",
            hint=f"Write a loop: `for pair in {task}(...): yield pair`, or `yield from {task}(...)`.",
        )
    shape = shape_words(made.calls[0].y_shape)
    return passed(f"{task} yields pairs of shapes (seq_len, 1) and {shape}.")


def _no_generator(task: str, returned: ReturnedSamples) -> Verdict:
    """It returns what it should yield."""
    what = "one sample" if returned is ReturnedSamples.ONE else "all samples at once"
    return failed(
        f"{task}(seq_len, num_samples) returns {what}, expected a generator that yields num_samples pairs,"
        " one after the other",
        hint="Write a loop over num_samples with `yield noise, label` in it, and no return.",
    )


def _no_pairs(name: str, call: TaskCall) -> Verdict | None:
    """Something else than pairs, or nothing at all."""
    if call.odd:
        return failed(
            f"{name} yields a {call.odd}, expected pairs (noise, label)",
            hint="Write `yield noise, label`.",
        )
    if not call.count:
        return failed(
            f"{name} yields nothing, expected {call.wanted} pairs",
            hint="Use a loop over num_samples with a yield in it.",
        )
    return None


def _other_noise(name: str, call: TaskCall) -> Verdict | None:
    """Noise of another shape, or of several shapes."""
    if call.x_shape == (call.steps, 1) and call.is_one_shape:
        return None
    wanted, shape = f"({call.steps}, 1)", shape_words(call.x_shape)
    return failed(
        f"{name} yields noise of shape {shape}, expected {wanted}: one feature a time step",
        hint="Draw it so, np.random.randn(seq_len, 1), or add the axis: np.expand_dims(noise, -1).",
        evidence=[Evidence(what="shape of the noise", expected=wanted, actual=shape)],
    )


def _other_label(name: str, call: TaskCall, labels: Sequence[tuple[int, ...]]) -> Verdict | None:
    """A label of another shape, or one that is no number."""
    if call.y_shape not in labels:
        return failed(
            f"{name} yields labels of shape {shape_words(call.y_shape)}, expected"
            f" {' or '.join(map(str, labels))}",
            hint="Yield the label with an axis of its own: np.array([label]), or np.expand_dims(label, -1).",
        )
    if call.y_dtype == "bool":
        return failed(
            f"{name} yields labels of type bool, expected an integer",
            hint="int(...) or .astype(int) turns True into 1.",
        )
    return None


def _other_number(name: str, call: TaskCall) -> Verdict | None:
    """More pairs than were asked for, or fewer."""
    if call.count == call.wanted:
        return None
    yielded = f"more than {call.wanted}" if call.count > call.wanted else f"only {call.count}"
    return failed(
        f"{name} yields {yielded} pairs, expected {call.wanted}",
        hint="Yield once for each of num_samples.",
    )
