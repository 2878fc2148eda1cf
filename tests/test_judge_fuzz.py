"""No judge raises, whatever was answered: every probe's answer in every shape, of every type, and absent, to
both sheets."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assignment import Seen, load_sheet
from grader.judge.remarks import remarks
from grader.judge.runtimes import second_runtime
from grader.judge.verdicts import judge_all
from grader.model import Observation, Reply, Run, SourceFacts, Status, Submission
from grader.probes.claims import all_held
from tests.made_up_model import Model
from tests.made_up_student import Student

SHEETS = [
    load_sheet(Path(__file__).resolve().parents[1] / "assignments" / name)
    for name in ("sum_sequence", "integration_task")
]
rng = np.random.default_rng(5)
X, Y = rng.standard_normal((64, 25, 1)).astype("f4"), rng.integers(0, 2, (64, 1)).astype("f4")
SAMPLES = {
    "count": 403,
    "type": "generator",
    "is_generator": True,
    "x_shape": [25, 1],
    "y_shape": [1],
    "x_dtype": "f4",
    "y_dtype": "i4",
}
DATA_SET = {
    "type": "Dataset",
    "is_dataset": True,
    "batches": [[[32, 25, 1], [32, 1]]],
    "seen": 2,
    "x_dtype": "f4",
    "y_dtype": "f4",
}
LIST = np.array([0.7, 0.5, 0.3])


def answered(probe: str, question: dict[str, object], answer: dict[str, object]) -> Observation:
    return Observation(probe=probe, status=Reply.ANSWERED, question=question, answer=answer)


HONEST = {**Student().seen().run.observations, **Model().seen().run.observations} | {
    "data": answered(
        "data",
        {"calls": [[25, 64], [25, 64], [7, 12]]},
        {
            "calls": [SAMPLES] * 3,
            "x/0": X,
            "y/0": Y,
            "x/1": X + 1,
            "y/1": Y,
            "x/2": X[:, :7],
            "y/2": Y,
            "wrapped": SAMPLES,
        },
    ),
    "pipeline": answered(
        "pipeline",
        {"batches": 64},
        {"same_object": False, "train_ds": DATA_SET, "test_ds": DATA_SET}
        | {
            f"{k}/{ds}": v
            for ds in ("train_ds", "test_ds")
            for k, v in (("x", X), ("y", Y), ("keys", X[:, :4, 0].astype("f8")))
        },
    ),
    "names": answered(
        "names",
        {"names": ["model"], "lists": ["train_losses"]},
        {"kinds": {}, "numbers": {}}
        | {"list/train_losses": LIST, "list/test_losses": LIST, "list/test_accuracies": 1 - LIST},
    ),
    "training": answered(
        "training",
        {},
        {
            "steps": [60],
            "updates": 60,
            "gradients": 3,
            "bursts": 0,
            "assigned": [],
            "loaded": [],
            "known": True,
        },
    ),
    "tracing": answered("tracing", {}, {"functions": [{"name": "train_step", "traces": 1}]}),
}
KEYS = sorted({(probe, name) for probe, seen in HONEST.items() for name in seen.answer})

numbers = st.sampled_from([0.0, 1.0, -3.5, 1e30, np.nan, np.inf])
sides = st.lists(st.sampled_from([0, 1, 2, 3, 7, 25, 32, 64]), max_size=4).filter(
    lambda shape: np.prod(shape or [1]) <= 60_000
)
kinds = st.sampled_from(["f4", "f8", "i4", "i8", "b1", "u1"])


@st.composite
def arrays(draw):
    with np.errstate(all="ignore"):
        return np.full(draw(sides), draw(numbers)).astype(draw(kinds))


plain = st.recursive(
    st.sampled_from([0, 1, -1, 2**40, 0.5, float("nan"), True, False, None, "", "tensor", "rank"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "length", "parts", "x", "batches"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def reshaped(draw, array):
    """The honest array with an axis more or less, turned, cut, constant or as another type."""
    ways = [
        lambda a: a[None], lambda a: a[..., None],
        lambda a: a[0] if a.ndim else a, lambda a: a[..., 0] if a.ndim else a,
        lambda a: np.swapaxes(a, 0, 1) if a.ndim > 1 else a,
        lambda a: a[:1] if a.ndim else a, lambda a: a[:0] if a.ndim else a,
        lambda a: np.zeros_like(a), lambda a: np.full_like(a, 1),
        lambda a: a * np.nan if a.dtype.kind == "f" else a, np.ravel,
        lambda a: np.repeat(a, 2, axis=-1) if a.ndim else a,
        lambda a: np.asarray(a, "f8"), lambda a: np.asarray(a > 0),
    ]  # fmt: skip
    return draw(st.sampled_from(ways))(array)


@st.composite
def changed(draw):
    """The honest answers, of which some parts are other ones or absent, and some probes have none."""
    seen = dict(HONEST)
    for probe, name in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True)):
        answer = dict(seen[probe].answer)
        value = answer.get(name)
        if draw(st.integers(0, 5)) == 0:
            answer.pop(name, None)
        elif isinstance(value, np.ndarray) and draw(st.booleans()):
            answer[name] = draw(reshaped(value))
        else:
            answer[name] = draw(arrays() | plain)
        seen[probe] = replace(seen[probe], answer=answer)
    for probe in draw(st.lists(st.sampled_from(sorted(seen)), max_size=2)):
        if draw(st.booleans()):
            seen.pop(probe, None)
        elif probe in seen:
            seen[probe] = replace(
                seen[probe],
                status=draw(st.sampled_from([Reply.MISSING, Reply.RAISED, Reply.TIMED_OUT])),
                answer={},
            )
    return seen


def raised(sheet, observations) -> list[str]:
    """The faults of our own in the verdicts."""
    run = Run(run_id="r", observations=all_held(sheet, observations))
    source = SourceFacts(parameters={"UNITS": 7, "READ_IN": 3, "SEQ_LEN": 6, "BATCH_SIZE": 4})
    seen = Seen(assignment=sheet, submission=Submission(student="ada", source=source), run=run)
    verdicts = judge_all(seen)
    second_runtime(seen, verdicts)
    list(remarks(seen))
    faults = [(check.id, verdict.staff_note) for check, verdict in verdicts if verdict.status is Status.ERROR]
    return [f"{check}: {note}" for check, note in faults if "Traceback" in note]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
# In test-all other answers at every run; in make test, which says whether a change is right, always the same
# ones.
@settings(
    max_examples=60,
    deadline=None,
    derandomize=not os.environ.get("GRADER_TEST_ALL"),
    suppress_health_check=list(HealthCheck),
)
@given(observations=changed())
def test_whatever_was_answered_no_judge_raises(sheet, observations):
    assert raised(sheet, observations) == []
