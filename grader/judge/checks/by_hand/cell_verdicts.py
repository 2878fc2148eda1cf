"""What is said of a cell of plain NumPy: its weights, its new states, and its output."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment.template import NOT_WRITTEN
from grader.judge.checks.by_hand.asked import SIDES, Attributes, Stepped, Stepper, steps_of
from grader.judge.checks.by_hand.said import best, changed_too, difference, how_it_failed, seen_shape
from grader.model import Evidence, Mistake, Verdict
from grader.model.verdict import failed, partial, passed, skipped
from grader.rnn.activations import sigmoid, softmax
from grader.rnn.by_hand import Explanation, explanations, hidden_first, input_first, near
from grader.rnn.weights import Array


def judge_weights(attributes: Attributes, told: Sequence[probes.Called]) -> Verdict:
    """Names, shapes, zeros, and with the drawn seed the numbers that NumPy draws in this order. `told`: a
    call that seeds, one that makes the cell, then one for each attribute."""
    seeded, made, *read = told
    name, (i, h, o) = attributes.role.name, made.given
    if made.error is not None:
        return how_it_failed(f"{name}({i}, {h}, {o})", made.error)
    shapes = attributes.shapes(i, h, o)
    for attribute, one, shape in zip(shapes, read, shapes.values(), strict=True):
        if one.error is not None:
            unwritten = one.error.get("name") == NOT_WRITTEN
            return (
                how_it_failed(name, one.error)
                if unwritten
                else failed(f"{name} has no attribute {attribute}")
            )
        if one.array is None or one.array.shape != shape:
            return failed(
                f"{name}({i}, {h}, {o}).{attribute} is {seen_shape(one)}, expected an array of shape {shape}"
            )
    arrays = dict(zip(shapes, (one.array for one in read), strict=True))
    if wrong := next((one for one in attributes.zeros(i, h, o) if np.any(arrays[one])), None):
        return failed(f"{name}: {wrong} does not start at zero")
    stream = np.random.RandomState(seeded.given[0])
    wanted = {attribute: stream.normal(size=shape) for attribute, shape in attributes.draws(i, h, o).items()}
    if all(near(arrays[attribute], array) for attribute, array in wanted.items()):
        return passed(f"{name} makes {', '.join(shapes)} as the sheet says.")
    order = ", ".join(wanted)
    return partial(
        0.5,
        f"{name}: names, shapes and zeros are right, but with the same seed {order} are other numbers than a"
        " standard normal distribution gives in this order",
        hint=(
            f"Draw {order} one after the other with np.random.normal(size=...), with nothing drawn in between"
            " and nothing multiplied."
        ),
    )


def _weights_of(stepper: Stepper, one: Stepped) -> tuple[list[Array], list[Array]]:
    return [one.weights[kernel] for kernel, _ in stepper.gates], [
        one.weights[bias] for _, bias in stepper.gates
    ]


def judge_states(stepper: Stepper, group: Sequence[Stepped]) -> Verdict:
    """Whether one step gives the new states of the family. `group`: drawn steps, the last of them with huge
    weights, which only the output is about."""
    ordinary = group[:-1]
    if wrong := next((one for one in ordinary if one.error is not None), None):
        return how_it_failed(stepper.name, wrong.error or {})
    if (misshapen := _misshapen(stepper, ordinary)) is not None:
        return misshapen
    found = _explained(stepper, ordinary)
    if found is not None and found.right:
        return passed(
            f"{stepper.name} computes {stepper.equations}.{changed_too([one.called for one in ordinary])}"
        )
    right = [_explanations(stepper, one)[0].step for one in ordinary]
    seen, wanted = ordinary[0], _new_states(stepper, ordinary[0], right[0])
    gaps = [difference(seen.called.part(place), array) for place, array in enumerate(wanted)]
    told = " and ".join(
        f"the {state} state is off by {gap}" for state, gap in zip(stepper.family.states, gaps, strict=True)
    )
    return failed(
        f"{stepper.name}: {told} after one step",
        evidence=[
            Evidence(what=f"largest difference, {state} state", expected="0", actual=gap)
            for state, gap in zip(stepper.family.states, gaps, strict=True)
        ],
        mistake=Mistake(id=found.id, confidence=1.0, words=f"a cell {found.words}") if found else None,
        undiagnosed=found is None,
    )


def _misshapen(stepper: Stepper, group: Sequence[Stepped]) -> Verdict | None:
    """What is said of states that are missing or have another shape; None when all are there."""
    for one in group:
        shape = one.given[stepper.given[0]].shape
        for place, state in enumerate(stepper.family.states):
            found = one.called.part(place)
            if found is None or found.shape != shape:
                which = f"the {state} state" if len(stepper.family.states) > 1 else "the new state"
                return failed(
                    f"{stepper.name} gives {seen_shape(one.called, place)} for {which}, expected shape"
                    f" {shape}"
                )
    return None


def _explanations(stepper: Stepper, one: Stepped) -> list[Explanation]:
    """What the step may compute, for every case in the same order."""
    kernels, biases = _weights_of(stepper, one)
    turned = input_first(kernels, biases)
    known = list(explanations(stepper.family, stepper.rules, hidden_first(kernels, biases), turned=turned))
    return [*known, *_of_other_attributes(stepper, one)]


def _of_other_attributes(stepper: Stepper, one: Stepped) -> Iterator[Explanation]:
    """The right step with one attribute in place of another: the weights of the other direction."""
    # of sizes that differ: which attributes can be mistaken for one another
    shapes = stepper.attributes.shapes(*SIDES[:3])
    for place, own in enumerate(stepper.gates):
        like = [[name for name in shapes if shapes[name] == shapes[attribute]] for attribute in own]
        for taken in itertools.product(*like):
            if taken == own:
                continue
            gates = [*stepper.gates[:place], taken, *stepper.gates[place + 1 :]]
            kernels, biases = ([one.weights[names[k]] for names in gates] for k in (0, 1))
            right = next(explanations(stepper.family, stepper.rules, hidden_first(kernels, biases)))
            instead = [(new, old) for new, old in zip(taken, own, strict=True) if new != old]
            words = " and ".join(f"{new} where {old} belongs" for new, old in instead)
            yield Explanation(id="other_attribute", words=f"that takes {words}", step=right.step)


def _new_states(stepper: Stepper, one: Stepped, step: Callable[..., Any]) -> Sequence[Array]:
    *states, x = (one.given[name] for name in stepper.given)
    return tuple(step(x, *states))


def _explained(stepper: Stepper, group: Sequence[Stepped]) -> Explanation | None:
    """What explains all steps; None when nothing known does."""
    left: list[Explanation] | None = None
    kept: list[int] = []
    for one in group:
        known = _explanations(stepper, one)
        places = range(len(known)) if left is None else kept
        kept = [place for place in places if _explains(stepper, one, known[place])]
        left = known
    return left[kept[0]] if left and kept else None


def _explains(stepper: Stepper, one: Stepped, explanation: Explanation) -> bool:
    try:
        wanted = _new_states(stepper, one, explanation.step)
    except ValueError:  # a rule for other shapes
        return False
    return all(near(one.called.part(place), array) for place, array in enumerate(wanted))


OUTPUTS: tuple[tuple[str, str, Callable[[Array, Array, Array], Array]], ...] = (
    ("no_softmax", "without a softmax", lambda h, w, b: h @ w + b),
    (
        "softmax_over_batch",
        "whose softmax goes over the batch (axis 0)",
        lambda h, w, b: softmax((h @ w + b).T).T,
    ),
    ("softmax_over_all", "whose softmax goes over all numbers at once", lambda h, w, b: _over_all(h @ w + b)),
    ("no_output_bias", "without the bias of the output", lambda h, w, b: softmax(h @ w)),
    ("output_sigmoid", "with a sigmoid in place of the softmax", lambda h, w, b: sigmoid(h @ w + b)),
    ("output_tanh", "with a tanh in place of the softmax", lambda h, w, b: np.tanh(h @ w + b)),
    ("log_softmax", "with the logarithm of the softmax", lambda h, w, b: np.log(softmax(h @ w + b))),
    ("softmax_twice", "with two softmaxes", lambda h, w, b: softmax(softmax(h @ w + b))),
)


def _over_all(z: Array) -> Array:
    return np.asarray(softmax(z.reshape(1, -1)).reshape(z.shape))


def judge_output(stepper: Stepper, group: Sequence[Stepped]) -> Verdict:
    """Whether y is the softmax of the read-out: from the right new state, or else from the student's own,
    whose mistake is charged already."""
    ordinary, large = group[:-1], group[-1]
    if any(one.error is not None for one in ordinary):
        return skipped(f"not reached: {stepper.name} must give something first")
    kernel, bias = stepper.read_out or ("", "")
    place = len(stepper.family.states)
    told = []
    for one in ordinary:
        right = _new_states(stepper, one, _explanations(stepper, one)[0].step)[0]
        own, y, w, b = one.called.part(0), one.called.part(place), one.weights[kernel], one.weights[bias]
        if near(y, softmax(right @ w + b)) or own is None or own.shape != right.shape:
            own = right
        told.append((y, own, w, b))
    if (verdict := _judge_softmax(stepper.name, told, [one.called for one in ordinary], place)) is not None:
        return _of_another_state(stepper, ordinary, verdict)
    h, y = large.called.part(0), large.called.part(place)
    overflows = large.error is None and h is not None and y is not None and not np.all(np.isfinite(y))
    remark = (
        " With numbers in the hundreds it gives nan: subtract the largest before exp (just a remark, no"
        " points lost)."
        if overflows
        else ""
    )
    return passed(f"{stepper.name} returns the softmax of its read-out.{remark}")


def _of_another_state(stepper: Stepper, group: Sequence[Stepped], verdict: Verdict) -> Verdict:
    """What is said of a wrong output; that it is read from another state, where that explains it."""
    kernel, bias = stepper.read_out or ("", "")
    place = len(stepper.family.states)
    names = stepper.family.states
    found = [(f"the old {state} state", k, True) for k, state in enumerate(names)]
    found += [(f"the new {state} state", k, False) for k, state in enumerate(names) if k]
    for words, k, old in found:
        before = [one.given[stepper.given[k]] for one in group]
        states = before if old else [one.called.part(k) for one in group]
        if all(
            state is not None
            and state.shape == like.shape
            and near(one.called.part(place), softmax(state @ one.weights[kernel] + one.weights[bias]))
            for one, state, like in zip(group, states, before, strict=True)
        ):
            known = f"a read-out that sees {words}"
            mistake = Mistake(id="output_of_another_state", confidence=1.0, words=known)
            return failed(verdict.message, evidence=verdict.evidence, mistake=mistake)
    return verdict


def _judge_softmax(
    name: str,
    told: Sequence[tuple[Array | None, Array, Array, Array]],
    calls: Sequence[probes.Called],
    place: int,
) -> Verdict | None:
    """What is wrong with outputs y of states h under (kernel, bias); None when nothing is."""
    if all(near(y, softmax(h @ w + b)) for y, h, w, b in told):
        return None
    for (y, h, w, b), one in zip(told, calls, strict=True):
        shape = (h @ w + b).shape
        if y is None or y.shape != shape:
            return failed(f"{name} gives {seen_shape(one, place)} for the output, expected shape {shape}")
    known = next(
        ((name, words) for name, words, f in OUTPUTS if all(near(y, f(h, w, b)) for y, h, w, b in told)), None
    )
    y, h, w, b = told[0]
    gap = difference(y, softmax(h @ w + b))
    return failed(
        f"{name}: the output is off by {gap}",
        evidence=[Evidence(what="largest difference of the output", expected="0", actual=gap)],
        mistake=Mistake(id=known[0], confidence=1.0, words=f"a read-out {known[1]}") if known else None,
        undiagnosed=known is None,
    )


def judge_read_out(
    attributes: Attributes, read_out: tuple[str, str], method: str, told: Sequence[probes.Called]
) -> Verdict:
    """Whether a method that reads all states out at once is right, called by position or by name."""
    name = f"{attributes.role.name}.{method}"
    steps = steps_of(attributes, told, ("H",))
    by_form = [steps[0::2], steps[1::2]]
    return best([_judge_form_of_read_out(name, group, read_out) for group in by_form])


def _judge_form_of_read_out(name: str, group: Sequence[Stepped], read_out: tuple[str, str]) -> Verdict:
    if wrong := next((one for one in group if one.error is not None), None):
        return how_it_failed(name, wrong.error or {})
    kernel, bias = read_out
    rows = [
        (
            one.called.part(0) if len(one.called.parts) == 1 else one.called.array,
            one.given["H"],
            one.weights[kernel],
            one.weights[bias],
        )
        for one in group
    ]
    verdict = _judge_softmax(name, rows, [one.called for one in group], 0)
    return verdict or passed(f"{name} is right at every step.{changed_too([one.called for one in group])}")
