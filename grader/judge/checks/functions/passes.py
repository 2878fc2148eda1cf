"""A forward pass by hand through a simple recurrent network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.functions.asked import JudgedCase, best_form, by_form, unanswered
from grader.judge.checks.functions.drawn_networks import FORMS, as_batch, asks_forward, network_of
from grader.model import Basis, Evidence, Mistake, Status, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed
from grader.rnn.taught import (
    FORWARD_MISTAKES,
    Forward,
    TaughtNetwork,
    forward,
)
from grader.rnn.weights import Array


def forward_pass(role: Function) -> Criterion:
    """A function of (x, h0, U, W, V, b, c) gives all states and all outputs of a simple recurrent network,
    for a batch of sequences [batch, time, features] or for one [time, features]."""
    asked = asks_forward(role)
    return Criterion(
        id=role.name,
        title=f"{role.name} computes all states and outputs of a simple recurrent network.",
        judge=lambda seen: _judge_pass(seen, asked, role),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint="Compare it with h_t = tanh(x_t U + h_{t-1} W + b) and y_t = h_t V + c, term by term.",
        forger_gains="nothing: inputs and weights are drawn",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPass:
    """One forward pass, as it was asked and answered, in batches."""

    x: Array
    network: TaughtNetwork
    states: Array
    outputs: Array

    def is_that_of(self, computes: Forward) -> bool:
        """Whether this forward pass explains the answer."""
        return all(
            near(a, b)
            for a, b in zip((self.states, self.outputs), computes(self.x, self.network), strict=True)
        )


SHAPES_HINT = (
    "The sequences of the batch come first, then the steps: np.stack(states, axis=1) puts single steps so."
)
PASS_ROUNDING = 1e-4  # of the largest number: float32, seven steps


def near(seen: Array, wanted: Array) -> bool:
    """Whether two arrays are equal, in shape and, up to float32, in every number."""
    with np.errstate(all="ignore"):
        return seen.shape == wanted.shape and bool(
            np.all(np.abs(seen - wanted) <= PASS_ROUNDING * max(1.0, float(np.max(np.abs(wanted)))))
        )


def read_pass(one: JudgedCase) -> ForwardPass | str:
    """The states and outputs in the answer, whichever comes first; what is wrong with it where there are
    none."""
    given = as_batch(one.arguments)
    x, n = given["x"].astype("f8"), network_of(given)
    wanted = forward(x, n)
    single = one.arguments["x"].ndim == 2
    shapes = [array.shape[1:] if single else array.shape for array in wanted]
    arrays = _together(one.called.arrays, x.shape[1], len(shapes[0]))
    found = [next((array for array in arrays if array.shape == shape), None) for shape in shapes]
    if found[0] is None or found[1] is None:
        seen = ", ".join(str(array.shape) for array in one.called.arrays[:6]) or "nothing"
        return (
            f"for x of shape {one.arguments['x'].shape} it gives {seen}, expected all states {shapes[0]} and"
            f" all outputs {shapes[1]}"
        )
    states, outputs = (
        array.astype("f8")[None] if single else array.astype("f8") for array in found if array is not None
    )
    return ForwardPass(x=x, network=n, states=states, outputs=outputs)


def _together(arrays: Sequence[Array], steps: int, dimensions: int) -> list[Array]:
    """The arrays; the states and outputs of single steps, a list of each, side by side along time.
    `dimensions`: of all steps'."""
    if len(arrays) != 2 * steps or any(array.ndim != dimensions - 1 for array in arrays):
        return list(arrays)
    alike = [
        [array for array in arrays if array.shape == shape]
        for shape in dict.fromkeys(array.shape for array in arrays)
    ]
    return [np.stack(group, axis=-2) for group in alike]


def _judge_pass(seen: Seen, asked: Probe, role: Function) -> Verdict:
    return best_form(by_form(seen, asked, role, FORMS), lambda group: _judge_forward(group, role.name))


def _judge_forward(group: Sequence[JudgedCase], name: str) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    read = [read_pass(one) for one in group]
    if wrong := next((one for one in read if isinstance(one, str)), None):
        return failed(f"{name}: {wrong}", hint=SHAPES_HINT)
    passes = [one for one in read if isinstance(one, ForwardPass)]
    if all(one.is_that_of(forward) for one in passes):
        return passed(
            f"{name} is right for sequences of {', '.join(str(one.x.shape[1]) for one in passes[:3])} steps."
        )
    known = known_mistake(passes)
    bad = next(one for one in passes if not one.is_that_of(forward))
    states, outputs = forward(bad.x, bad.network)
    first = (
        ("states", bad.states, states) if not near(bad.states, states) else ("outputs", bad.outputs, outputs)
    )
    return failed(
        f"{name}: for a sequence of {counted(bad.x.shape[1], 'step')} the {first[0]} are off by"
        f" {largest_difference(first[1], first[2])}",
        evidence=[
            Evidence(
                what=f"largest difference of the {first[0]}",
                expected="0",
                actual=largest_difference(first[1], first[2]),
            )
        ],
        mistake=known,
        undiagnosed=known is None,
    )


def known_mistake(passes: Sequence[ForwardPass]) -> Mistake | None:
    """The known mistake that explains all passes."""
    for one in FORWARD_MISTAKES:
        if all(made.is_that_of(one.computes) for made in passes):
            return Mistake(id=one.id, confidence=1.0, words=f"a network {one.words}")
    return None


def largest_difference(seen: Array, wanted: Array) -> str:
    """The largest difference, in words."""
    difference = float(np.max(np.abs(seen - wanted)))
    return f"{difference:.2g}" if np.isfinite(difference) else "more than any number (NaN or infinite)"


def own_forward(seen: Seen, asked: Probe, role: Function) -> Forward | None:
    """The wrong forward pass that the student has, where one is known and no form of asking finds a right
    one."""
    for passes in _complete(seen, asked, role):
        if (known := known_mistake(passes)) is not None:
            return next(one.computes for one in FORWARD_MISTAKES if one.id == known.id)
    return None


def is_charged(seen: Seen, asked: Probe, role: Function) -> bool:
    """Whether the student's forward pass fails where it is asked by itself."""
    observation = seen.if_asked(asked)
    answered = observation is not None and observation.is_answered
    return answered and _judge_pass(seen, asked, role).status is Status.FAILED


def is_off(seen: Seen, asked: Probe, role: Function) -> bool:
    """Whether the student's forward pass gives states and outputs, and they are not right."""
    found = _complete(seen, asked, role)
    return bool(found) and not any(all(one.is_that_of(forward) for one in passes) for passes in found)


def _complete(seen: Seen, asked: Probe, role: Function) -> list[list[ForwardPass]]:
    """The forms of asking in which every call gave states and outputs."""
    observation = seen.if_asked(asked)
    if observation is None or not observation.is_answered:
        return []
    groups = by_form(seen, asked, role, FORMS)
    read = [[read_pass(one) for one in group if one.called.error is None] for group in groups]
    passes = [[one for one in some if isinstance(one, ForwardPass)] for some in read]
    return [some for some, group in zip(passes, groups, strict=True) if len(some) == len(group)]
