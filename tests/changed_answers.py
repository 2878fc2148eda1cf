"""Honest answers of a kernel, of which some parts are other ones, of another shape or type, or absent: what
no judge may raise at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from grader.assignment import Assignment, Seen
from grader.judge.remarks import remarks
from grader.judge.runtimes import second_runtime
from grader.judge.verdicts import judge_all
from grader.model import Observation, Reply, Run, Status, Submission
from grader.probes.claims import all_held

numbers = st.sampled_from([0.0, 1.0, -3.5, 1e30, np.nan, np.inf])
sides = st.lists(st.sampled_from([0, 1, 2, 3, 7, 25, 32, 64]), max_size=4).filter(
    lambda shape: np.prod(shape or [1]) <= 60_000
)
kinds = st.sampled_from(["f4", "f8", "i4", "i8", "b1", "u1"])
keys = st.sampled_from(["kind", "length", "parts", "x", "batches", "settings", "weights", "items", "error"])


@st.composite
def arrays(draw):
    with np.errstate(all="ignore"):
        return np.full(draw(sides), draw(numbers)).astype(draw(kinds))


plain = st.recursive(
    st.sampled_from([0, 1, -1, 2**40, 2**70, 0.5, float("nan"), True, False, None, "", "tensor", "LSTM"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def reshaped(draw, array):
    """The honest array with an axis more or less, turned, cut, constant or as another type."""
    ways = [
        lambda a: a[None], lambda a: a[..., None],
        lambda a: a[0] if a.size and a.ndim else a, lambda a: a[..., 0] if a.size and a.ndim else a,
        lambda a: np.swapaxes(a, 0, 1) if a.ndim > 1 else a,
        lambda a: a[:1] if a.ndim else a, lambda a: a[:0] if a.ndim else a, lambda a: a[1:] if a.ndim else a,
        lambda a: np.zeros_like(a), lambda a: np.full_like(a, 1),
        lambda a: a * np.nan if a.dtype.kind == "f" else a,
        lambda a: a * np.inf if a.dtype.kind == "f" else a,
        np.ravel, lambda a: np.repeat(a, 2, axis=-1) if a.ndim else a,
        lambda a: np.asarray(a, "f8"), lambda a: np.asarray(a > 0),
    ]  # fmt: skip
    with np.errstate(all="ignore"):
        return draw(st.sampled_from(ways))(array)


@st.composite
def within(draw, value):
    """Something else at one place of what is nested."""
    if isinstance(value, Mapping) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        rest = {name: one for name, one in value.items() if name != key}
        return rest if draw(st.integers(0, 4)) == 0 else {**rest, key: draw(within(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(value) - 1))
        other = [] if draw(st.integers(0, 4)) == 0 else [draw(within(value[place]))]
        return [*value[:place], *other, *value[place + 1 :]]
    return draw(plain)


@st.composite
def changed(draw, honest: Mapping[str, Observation]) -> dict[str, Observation]:
    """The honest answers, of which some parts are other ones or absent, and some probes have none."""
    seen = dict(honest)
    places = sorted({(probe, name) for probe, one in seen.items() for name in one.answer})
    for probe, name in draw(st.lists(st.sampled_from(places), min_size=1, max_size=5, unique=True)):
        answer = dict(seen[probe].answer)
        value = answer.get(name)
        if draw(st.integers(0, 5)) == 0:
            answer.pop(name, None)
        elif isinstance(value, np.ndarray) and draw(st.booleans()):
            answer[name] = draw(reshaped(value))
        elif isinstance(value, Mapping | list) and draw(st.booleans()):
            answer[name] = draw(within(value))
        else:
            answer[name] = draw(arrays() | plain)
        seen[probe] = replace(seen[probe], answer=answer)
    for probe in draw(st.lists(st.sampled_from(sorted(seen)), max_size=2)):
        if draw(st.booleans()):
            seen.pop(probe, None)
        elif probe in seen:
            status = draw(st.sampled_from([Reply.MISSING, Reply.RAISED, Reply.TIMED_OUT]))
            seen[probe] = replace(seen[probe], status=status, answer={})
    return seen


def faults(sheet: Assignment, submission: Submission, observations: Mapping[str, Any]) -> list[str]:
    """Those of our own in the verdicts."""
    run = Run(run_id="r", observations=all_held(sheet, dict(observations)))
    seen = Seen(assignment=sheet, submission=submission, run=run)
    with np.errstate(all="ignore"):
        verdicts = judge_all(seen)
        second_runtime(seen, verdicts)
        list(remarks(seen))
    found = [(check.id, verdict.staff_note) for check, verdict in verdicts if verdict.status is Status.ERROR]
    return [f"{check}: {note}" for check, note in found if "Traceback" in note]
