"""Back-propagation through time by hand, through a simple recurrent network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.functions.asked import JudgedCase, best_form, by_form, in_forms, unanswered
from grader.judge.checks.functions.drawn_networks import (
    BESIDE,
    FORMS,
    as_batch,
    asks_forward,
    asks_gradients,
    asks_gradients_beside,
    network_of,
)
from grader.judge.checks.functions.passes import (
    is_charged,
    is_off,
    largest_difference,
    near,
    own_forward,
)
from grader.judge.follows import may_follow
from grader.model import Basis, Evidence, Mistake, Status, Verdict
from grader.model.verdict import failed, passed
from grader.rnn.taught import (
    GRADIENT_MISTAKES,
    Forward,
    TaughtGradients,
    exact_gradients,
    gradients,
)
from grader.rnn.weights import Array

LEAST_FACTOR = 1e-3  # smaller ones would make rounding errors of nothing look like a gradient


def through_time(role: Function, of: str, *, steps: int | None, along: Function) -> Criterion:
    """A function of (x, h0, U, W, V, b, c, y) gives the gradients by U and by W, here the one `of` "U" or "W"
    for sequences of so many `steps`; None: both, for longer ones. `along`: the student's forward pass, whose
    mistake was charged already."""
    asked, forwards, by_ours = asks_gradients(role), asks_forward(along), asks_gradients_beside(role, along)
    names = (of,) if of else ("U", "W")
    which = (
        f"dL/d{of} of {'two' if steps == 2 else steps} steps"
        if steps
        else "dL/dU and dL/dW of any number of steps"
    )

    def judge(seen: Seen) -> Verdict:
        own = own_forward(seen, forwards, along)

        def judged(groups: Sequence[Sequence[JudgedCase]], own: Forward | None) -> Verdict:
            of_length = [[one for one in group if _fits(one, steps)] for group in groups]
            return best_form(of_length, lambda group: _judge_gradients(group, role.name, names, own))

        verdict = judged(by_form(seen, asked, role, FORMS), own)
        if verdict.status is Status.FAILED and is_charged(seen, forwards, along):
            beside = _beside_ours(seen, by_ours, role)
            if beside and judged(beside, None).status is Status.PASSED:
                return passed(
                    f"{role.name} is right beside a right {along.name}; the mistake in yours is told there."
                )
        if verdict.undiagnosed and own is None and is_off(seen, forwards, along):
            return may_follow(verdict, along.name)
        return verdict

    return Criterion(
        id=f"{role.name}_{of}_{steps}" if steps else f"{role.name}_any",
        title=f"{role.name} gives {which}, by back-propagation through time.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(asked,),
        uses=(forwards, by_ours),
        hint=(
            "Go back from the last step. Each goes through its tanh (derivative: 1 - h_t^2), adds to the same"
            " U and W, and passes W^T times its own gradient on to the step before."
        ),
        forger_gains="nothing: inputs and weights are drawn",
    )


def _beside_ours(seen: Seen, asked: Probe, role: Function) -> list[list[JudgedCase]]:
    """What the function gave, form by form, while the host's answers stood for the student's forward pass."""
    observation = seen.if_asked(asked)
    if observation is None or not observation.is_answered:
        return []
    answers = seen[asked][1::2]  # before each call the answer was put in its place
    return in_forms(answers, role, len(BESIDE))


def _fits(one: JudgedCase, steps: int | None) -> bool:
    length = one.arguments["x"].shape[-2]
    return bool(length == steps if steps else length > 2)


def _judge_gradients(
    group: Sequence[JudgedCase], name: str, of: Sequence[str], own: Forward | None
) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    for part in of:
        found = [_part(one, part) for one in group]
        if any(array is None for array in found):
            wanted, one = group[0].arguments[part].shape, group[0]
            seen = ", ".join(str(array.shape) for array in one.called.arrays[:6]) or "nothing"
            return failed(f"{name} gives {seen}: no array of the shape of {part}, {wanted}, for dL/d{part}")
        arrays = [array.astype("f8") for array in found if array is not None]
        if _all_near(group, arrays, part, lambda x, n, y: gradients(x, n, y)):
            continue
        if own is not None and any(_all_near(group, arrays, part, one) for one in _along(own)):
            continue
        return _wrong_gradient(group, arrays, name, part)
    beside = " of your own forward pass" if own is not None else ""
    agree = "agrees" if len(of) == 1 else "agree"
    return passed(
        f"{name}: {' and '.join(f'dL/d{part}' for part in of)}{beside} {agree} with the exact derivative."
    )


def _along(own: Forward) -> tuple[TaughtGradients, TaughtGradients]:
    """What is right beside a forward pass with a mistake: its exact derivative, and the way back as it is
    taught, through the states that it gives."""
    return (
        lambda x, n, y: exact_gradients(x, n, y, own),
        lambda x, n, y: gradients(x, n, y, computes=own),
    )


def _part(one: JudgedCase, part: str) -> Array | None:
    """The gradient by U or by W, told by its shape: features and units differ."""
    return next((array for array in one.called.arrays if array.shape == one.arguments[part].shape), None)


def _all_near(
    group: Sequence[JudgedCase], arrays: Sequence[Array], part: str, computes: TaughtGradients
) -> bool:
    return all(near(array, _computed(one, computes)[part]) for one, array in zip(group, arrays, strict=True))


def _computed(one: JudgedCase, computes: TaughtGradients) -> dict[str, Array]:
    given = as_batch(one.arguments)
    return computes(given["x"].astype("f8"), network_of(given), given["y"].astype("f8"))


def _wrong_gradient(group: Sequence[JudgedCase], arrays: Sequence[Array], name: str, part: str) -> Verdict:
    known = next((one for one in GRADIENT_MISTAKES if _all_near(group, arrays, part, one.computes)), None)
    right = _computed(group[0], gradients)[part]
    mistake = (
        Mistake(id=known.id, confidence=1.0, words=f"a gradient {known.words}")
        if known
        else _scaled(group, arrays, part)
    )
    off = largest_difference(arrays[0], right)
    steps = group[0].arguments["x"].shape[-2]
    return failed(
        f"{name}: dL/d{part} of {steps} steps is off by {off}",
        evidence=[Evidence(what=f"largest difference of dL/d{part}", expected="0", actual=off)],
        mistake=mistake,
        undiagnosed=mistake is None,
    )


def _scaled(group: Sequence[JudgedCase], arrays: Sequence[Array], part: str) -> Mistake | None:
    """A gradient that is right but for a factor, of each case its own: a mean where the loss is a sum."""
    factors = []
    for one, array in zip(group, arrays, strict=True):
        right = _computed(one, gradients)[part]
        factor = float(np.sum(array * right) / np.sum(right * right))
        if not np.isfinite(factor) or abs(factor) < LEAST_FACTOR or not near(array / factor, right):
            return None
        factors.append(factor)
    words = (
        f"a gradient that is {factors[0]:.2g} times the sheet's, whose loss is half the sum of all squares"
    )
    return Mistake(id="scaled", confidence=1.0, words=words)
