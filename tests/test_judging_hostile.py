"""Answers of any content to the real sheet: the judge ends within its limits, says something of every check,
and never fails the host."""

import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assignment import load_sheet
from grader.judging import JudgeLimits
from grader.judging.judges import Children
from grader.model import Run, SourceFacts, Submission
from grader.record import save_run, save_submission
from grader.run.inside import frames
from tests.made_up_model import Model
from tests.made_up_student import Student

SHEET = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / "sum_sequence")
LIMITS = JudgeLimits(cpu_seconds=20.0, wall_seconds=120.0, memory_mb=600)
HONEST = {**Student().seen().run.observations, **Model().seen().run.observations}
NAMES = sorted({name for seen in HONEST.values() for name in seen.answer})

sides = st.lists(st.sampled_from([0, 1, 3, 4, 7, 32]), max_size=4)
arrays = sides.map(lambda shape: np.zeros(shape, "f4")) | st.sampled_from(
    [np.full((4, 7), np.nan, "f4"), np.full((4, 7), 1e38, "f4")]
)
odd = st.sampled_from(
    [0, -1, 12_000, 10**12, 2**62, 1e308, float("nan"), float("inf"), True, None, "", "(tensor, tensor)"]
)
plain = st.recursive(
    odd, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
described = st.lists(sides, max_size=12).map(
    lambda shapes: [
        {"path": f"p{k}", "name": "", "shape": s, "tracked": True, "trainable": True}
        for k, s in enumerate(shapes)
    ]
)
changes = st.dictionaries(st.sampled_from(NAMES), arrays | plain | described, min_size=1, max_size=4)


@pytest.fixture(scope="module")
def children():
    made = Children(LIMITS)
    yield made
    made.close()


def stored(folder, answers):
    """A run that answered this, and the submission."""
    for part in ("questions", "answers"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name, seen in HONEST.items():
        (folder / "questions" / f"{name}.frame").write_bytes(frames.pack(seen.question))
        (folder / "answers" / f"{name}.frame").write_bytes(frames.pack(answers.get(name, seen.answer)))
    noted = {name: {"status": "answered"} for name in HONEST}
    (folder / "outcome.json").write_text(json.dumps({"outcome": "COMPLETED", "observations": noted}))
    submission, run = (
        Submission(student="ada", source=SourceFacts(parameters={"UNITS": 7, "READ_IN": 3})),
        Run(run_id="r"),
    )
    save_submission(folder, submission)
    save_run(folder, run)
    return submission, run


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(HONEST)), changes)
def test_whatever_was_answered_every_check_has_a_verdict_in_time(children, tmp_path, probe, changed):
    submission, run = stored(tmp_path, {probe: {**HONEST[probe].answer, **changed}})
    began = time.monotonic()
    found = children(SHEET, submission, run, tmp_path, threading.Event())
    assert time.monotonic() - began < LIMITS.wall_seconds
    assert set(found.verdicts) == {check.id for check in SHEET.checks}
    assert all(0 <= verdict.share <= 1 for verdict in found.verdicts.values())


def test_an_honest_answer_is_judged_as_ever(children, tmp_path):
    submission, run = stored(tmp_path, {})
    found = children(SHEET, submission, run, tmp_path, threading.Event())
    assert found.verdicts["computes_lstm"].share == 1
    assert found.verdicts["one_output_per_step"].share == 1
    assert found.flags == ()
