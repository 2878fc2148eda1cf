"""What the model gives for a sequence: one probability, or with two classes also one for each, at every step,
or logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Seen
from grader.judge.checks.layers.sizes import probes_inside
from grader.judge.identify.identification import (
    PROBE,
    identify_network,
    items_of_numbers,
    outputs_of,
    shape_of_answer,
)
from grader.judge.identify.steadiness import CONSTANT, STEADY, change_between, hint_for_change
from grader.judge.identify.structures import last_activation
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed
from grader.probes.model import Item, ModelAnswer, read_model
from grader.rnn.activations import THEN

PROBABILITY_ROUNDING = 1e-6  # beyond 0 and 1: some float32 roundings next to 1
SUM_ROUNDING = 1e-3  # of two float32 numbers that should sum to one
ANSWERS = {"sigmoid", "hard_sigmoid", "softmax", "linear"}  # of a read-out: probabilities, or logits
ENDS = "End with Dense(1, activation='sigmoid'), or with Dense(2, activation='softmax') for two classes."
Complaint = tuple[str, str]  # message and hint


def one_answer(model: Model, *, two_classes: bool = False) -> Criterion:
    """One number between 0 and 1 for each sequence; with `two_classes` also one for each of two classes, at
    each step, or logits."""
    either = (
        "The model gives one answer per sequence, or one at each step: a sigmoid, a softmax over two classes,"
        " or their logits."
    )
    return Criterion(
        id="one_answer" if two_classes else "one_probability",
        title=either if two_classes else "The model gives one probability per sequence.",
        judge=judge_answer if two_classes else judge_probability,
        basis=Basis.PROVEN,
        asks=(probes.model(model),),
        uses=probes_inside(model),
        forger_gains=f"one point, for numbers {'of the right shape' if two_classes else 'between 0 and 1'}",
    )


def judge_probability(seen: Seen) -> Verdict:
    """One number between 0 and 1 for each sequence, and not the same for all."""
    model = read_model(seen.answer(PROBE))
    batch = model.batch
    answers = _answered(model, [item for item in model.items if not item.graph])
    if not answers:
        return no_answer(model)
    shape, outs = shape_of_answer(*answers[0]), [out for _, out in answers]
    evidence = [Evidence(what="shape of the model's output", expected=f"({batch}, 1)", actual=str(shape))]
    if shape[:1] != (batch,) or shape[1:] not in ((1,), ()):
        return failed(
            f"for {batch} sequences the model's output has shape {shape}, expected ({batch}, 1): one"
            " probability per sequence",
            hint=(
                "Take the last time step of the LSTM layer's output, outputs[:, -1, :], and end with Dense(1,"
                " activation='sigmoid')."
            ),
            evidence=evidence,
        )
    low, high = min(float(out.min()) for out in outs), max(float(out.max()) for out in outs)
    values = f"from {low:.3g} to {high:.3g}"
    evidence.append(
        Evidence(what="values of the output", expected="different numbers between 0 and 1", actual=values)
    )
    if not np.isfinite([low, high]).all() or low < -PROBABILITY_ROUNDING or high > 1 + PROBABILITY_ROUNDING:
        return failed(
            f"the model's outputs lie between {low:.3g} and {high:.3g}, expected probabilities between 0"
            " and 1",
            hint="End with Dense(1, activation='sigmoid').",
            evidence=evidence,
        )
    if (name := _read_out(seen)) and name not in ANSWERS:
        message, hint = _of_no_probability(name)
        return failed(message, hint=hint, evidence=evidence)
    return _unsteady(seen, model, outs, evidence) or passed(
        "The model gives one probability per sequence.", evidence=evidence
    )


def _unsteady(
    seen: Seen, model: ModelAnswer, outs: Sequence[np.ndarray], evidence: Sequence[Evidence]
) -> Verdict | None:
    """What is said where equal questions get different answers, or all the same one."""
    if (change := change_between(seen)) > STEADY:
        twice = Evidence(what="difference between two equal calls", expected="0", actual=f"{change:.2g}")
        return failed(
            f"asked twice about the same sequences the model answers differently, by up to {change:.2g}",
            hint=hint_for_change(model),
            evidence=[*evidence, twice],
        )
    if max(float(np.ptp(out)) for out in outs) < CONSTANT:
        return failed(
            f"the model's output is {max(float(out.max()) for out in outs):.3g} for every sequence, whatever"
            " its weights",
            hint="A softmax over one unit is always 1: use a sigmoid.",
            evidence=evidence,
        )
    return None


def judge_answer(seen: Seen) -> Verdict:
    """For every sequence a probability or those of two classes, at the last step or at each, that depends on
    the sequence."""
    model = read_model(seen.answer(PROBE))
    answers = _answered(model, _items_that_count(model))
    if not answers:
        return no_answer(model)
    _, batch, time, _ = model.x.shape
    shape, outs = shape_of_answer(*answers[0]), [out for _, out in answers]
    evidence = [
        Evidence(
            what="shape of the model's output", expected=f"({batch}, 1) or ({batch}, 2)", actual=str(shape)
        ),
        Evidence(what="values of the output", expected="between 0 and 1, or logits", actual=_range(outs)),
    ]
    # one step that kept its axis is one answer: the labels may have that axis, too
    one_or_each = ((), (1,), (2,), *((steps, classes) for steps in (1, time) for classes in (1, 2)))
    if shape[:1] != (batch,) or shape[1:] not in one_or_each:
        return failed(
            f"for {batch} sequences of {time} steps the model's output has shape {shape}, expected ({batch},"
            f" 1), or ({batch}, 2) for two classes; with an answer at every step ({batch}, {time}, 1)",
            hint=f"Take the last time step of the LSTM layer's output, outputs[:, -1, :]. {ENDS}",
            evidence=evidence,
        )
    problem = _values(seen, outs, batch) or _steadiness(seen, outs)
    if problem is not None:
        message, hint = problem
        return failed(message, hint=hint, evidence=evidence)
    return passed(f"The model gives one answer per sequence: an output of shape {shape}.", evidence=evidence)


def no_answer(model: ModelAnswer) -> Verdict:
    """What is said of a model that cannot be called."""
    problem = next(iter(model.errors.values()), {"name": "an error", "message": ""})
    return failed(
        f"calling the model {raised(problem)}",
        hint=f"Call it as model(x) with x of shape (batch, time, {model.x.shape[-1]}).",
    )


def _items_that_count(model: ModelAnswer) -> Sequence[Item]:
    """The items that were asked eagerly; where training made no numbers of the weights, those under other
    weights alone."""
    return items_of_numbers(model) or [item for item in model.items if not item.graph]


def _answered(model: ModelAnswer, items: Sequence[Item]) -> list[tuple[Item, np.ndarray]]:
    """Those that were answered, with the answers."""
    return [(item, out) for item in items if (out := outputs_of(model, item)) is not None]


def _range(outs: Sequence[np.ndarray]) -> str:
    return f"from {min(float(o.min()) for o in outs):.3g} to {max(float(o.max()) for o in outs):.3g}"


def _values(seen: Seen, outs: Sequence[np.ndarray], batch: int) -> Complaint | None:
    """What keeps the numbers from being probabilities, or logits of a linear read-out; None when nothing
    does."""
    if not all(np.isfinite(out).all() for out in outs):
        return (
            "the model's outputs are not all finite numbers",
            "A loss of nan comes from log(0) or a learning rate that is too large.",
        )
    if _is_linear(seen, outs):
        return None
    if any(out.min() < -PROBABILITY_ROUNDING or out.max() > 1 + PROBABILITY_ROUNDING for out in outs):
        return f"the model's outputs lie {_range(outs)}, expected probabilities between 0 and 1", ENDS
    if (name := _read_out(seen)) and name not in ANSWERS:
        return _of_no_probability(name)
    pairs = [out for out in outs if out.ndim > 1 and out.shape[-1] == 2]
    if any(np.max(np.abs(out.sum(axis=-1) - 1)) > SUM_ROUNDING for out in pairs):
        if all(np.max(np.abs(out[:batch].sum(axis=0) - 1)) <= SUM_ROUNDING for out in pairs):
            return (
                (
                    "the model's outputs sum to one over the sequences of a batch, so each answer depends on"
                    " the others'"
                ),
                (
                    "A softmax goes over the classes, which are on the last axis: tf.nn.softmax(logits,"
                    " axis=-1)."
                ),
            )
        return (
            "the model's two outputs do not sum to one, so they are not the probabilities of two classes",
            ENDS,
        )
    return None


def _of_no_probability(activation: str) -> Complaint:
    """What is said of a read-out whose numbers lay between 0 and 1 for the weights that were asked alone."""
    return (
        f"the model ends in {activation}, whose outputs are neither probabilities nor logits: other weights"
        " take them beyond 1, or hold them at 0",
        ENDS,
    )


def _read_out(seen: Seen) -> str:
    """The last activation of the network that explains the answers; "" where none does."""
    network = identify_network(seen).network
    if network is None or not network.read_out:
        return ""
    return network.read_out[-1].activation.rpartition(THEN)[2]


def _is_linear(seen: Seen, outs: Sequence[np.ndarray]) -> bool:
    """Whether the last layer has no activation: its outputs are logits, for a loss with from_logits=True.
    Where the host cannot compute the model, its last dense layer says so, and numbers below zero that nothing
    was done to them since."""
    if identify_network(seen).network is None:
        return last_activation(read_model(seen.answer(PROBE))) == "linear" and any(
            out.min() < 0 for out in outs
        )
    return _read_out(seen) == "linear"


def _steadiness(seen: Seen, outs: Sequence[np.ndarray]) -> Complaint | None:
    """Whether equal questions get equal answers, and different ones different answers."""
    if (change := change_between(seen)) > STEADY:
        return (
            f"asked twice about the same sequences the model answers differently, by up to {change:.2g}",
            hint_for_change(read_model(seen.answer(PROBE))),
        )
    if max(float(np.ptp(out.reshape(len(out), -1), axis=0).max()) for out in outs) < CONSTANT:
        return (
            "the model's output is the same for every sequence, whatever its weights",
            "A softmax over one unit is always 1: use a sigmoid, or a softmax over two units.",
        )
    return None
