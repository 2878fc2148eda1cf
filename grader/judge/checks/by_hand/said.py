"""What is said of functions and methods written by hand: why one gave nothing, what it gave instead, by how
much it is off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from grader import probes
from grader.assignment.template import NOT_WRITTEN
from grader.judge.unfinished import TO_WRITE
from grader.judge.words import raised
from grader.model import Status, Verdict
from grader.model.verdict import failed, partial

T = TypeVar("T")
BUT_FOR_ONES = 0.75  # of the points for what is right but for sides of one
ONES_HINT = "np.squeeze and the like remove such an axis: name the axis, or do without them."
TYPE_OF_NONE = "NoneType"  # what a function without a return statement returns
MOST_SHAPES = 4


def best(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of the form of asking that goes best; the first of equals."""
    order = {Status.PASSED: 0, Status.PARTIAL: 1, Status.NEEDS_REVIEW: 2, Status.FAILED: 3}
    return min(verdicts, key=lambda one: (order.get(one.status, 4), not one.mistake, not one.evidence))


def but_for_ones(judge: Callable[[Sequence[T]], Verdict], cases: Sequence[T], of_ones: slice) -> Verdict:
    """The verdict on all cases; where it is right but for those whose sides are all one, most of the
    points."""
    verdict = judge(cases)
    if verdict.status is not Status.FAILED:
        return verdict
    kept = [*cases]
    del kept[of_ones]
    rest = judge(kept)
    if rest.status is not Status.PASSED:
        return verdict
    return partial(
        BUT_FOR_ONES,
        f"{rest.message} But where batch, input and state are one number each: {verdict.message}",
        hint=ONES_HINT,
    )


def how_it_failed(name: str, error: Mapping[str, str]) -> Verdict:
    """What is said where a call raised."""
    if error.get("name") == NOT_WRITTEN:
        return failed(error.get("message") or f"{name} is still to be written", hint=TO_WRITE)
    return failed(
        f"{name} {raised(error)}",
        hint=f"Call {name} in your own code with small drawn arrays to see the error.",
    )


def seen_shape(called: probes.Called, place: int = 0) -> str:
    """What stands at this place of a result: "an array of shape (3, 4)", "nothing", "2 arrays"."""
    if called.kind == TYPE_OF_NONE:
        return "nothing (None: is it still to be written, or does it return nothing?)"
    if called.parts and place >= len(called.parts):
        count = len(called.parts)
        return f"only {count} thing{'s' if count > 1 else ''}, and nothing"
    arrays = called.parts[place] if called.parts else called.arrays
    if len(arrays) == 1:
        return f"an array of shape {arrays[0].shape}"
    if not arrays:
        return "no array (None: is it still to be written?)" if not called.arrays else "no array"
    return f"{len(arrays)} arrays of the shapes {', '.join(str(one.shape) for one in arrays[:MOST_SHAPES])}"


def difference(seen: np.ndarray | None, wanted: np.ndarray) -> str:
    """By how much an array is off, in words."""
    if seen is None or seen.shape != wanted.shape:
        return "more than can be said: it has another shape"
    with np.errstate(all="ignore"):
        gap = float(np.max(np.abs(seen - wanted), initial=0.0))
    return f"{gap:.2g}" if np.isfinite(gap) else "more than any number (NaN or infinite)"


def changed_too(called: Sequence[probes.Called]) -> str:
    """A remark on arguments that were changed in place; "" when none was."""
    names = dict.fromkeys(
        name if not name.isdigit() else f"argument {int(name) + 1}" for one in called for name in one.changed
    )
    return (
        f" It changes what it is given ({', '.join(names)}): just a remark, no points lost." if names else ""
    )
