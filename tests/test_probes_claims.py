"""What an answer says of itself: honest answers agree with what they send, and whatever else is said is
refused before it is computed."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge.verdicts import judge_all
from grader.model import Basis, Observation, Reply, Status
from grader.model.verdict import passed
from grader.probes.claims import held, objection
from grader.probes.model import read_model
from tests.made_up import KINDS, Style
from tests.made_up_model import Model
from tests.made_up_sheet import PROBES
from tests.made_up_student import Student


def variable(*shape):
    return {"path": "p", "name": "", "shape": list(shape), "tracked": True, "trainable": True}


def changed(probe="one_step", **changes):
    """An honest answer to this probe, with these entries instead."""
    seen = (Model() if probe == "model" else Student()).seen()
    found = seen.run.observations[probe]
    return replace(found, answer={**found.answer, **changes})


NORMAL = {"path": "p", "variables": [], "holds": ["scale"], "epsilon": 1e-3}


@pytest.mark.parametrize("kind", KINDS)
def test_honest_answers_agree_with_themselves(kind):
    for seen in (
        Student(style=Style(kind)).seen(),
        Model(style=Style(kind)).seen(),
        Model(idle=(3,), idle_dense=(2,)).seen(),
    ):
        assert {
            name: objection(observation, PROBES[name].form)
            for name, observation in seen.run.observations.items()
        } == dict.fromkeys(seen.run.observations)


@pytest.mark.parametrize(
    ("probe", "changes", "words"),
    [
        ("one_step", {"variables": [variable(12_000, 12_000)]}, "would hold more than"),
        (
            "one_step",
            {"variables": [variable(2, 2)]},
            "a variable of shape (2, 2) is described, and one of shape",
        ),
        ("one_step", {"variables": [variable(3, 3)] * 40, "initial/0": np.zeros((3, 3), "f4")}, "and"),
        ("one_step", {"variables": 7}, "not described"),
        ("one_step", {"variables": [variable(-1)]}, "not described"),
        ("one_step", {"variables": [variable(True)]}, "not described"),
        ("one_step", {"units": 600_000}, "none of those that were asked for"),
        ("one_step", {"features": 4.0}, "none of those that were asked for"),
        ("layer", {"variables": [variable(4, 4)] * 1000}, "1,000 variables"),
        ("layer", {"cell_variables": [0, 0]}, "not in its list"),
        ("model", {"own_cells": [{"path": "p", "variables": [-1]}]}, "not in its list"),
        ("model", {"own_cells": [{"path": "p", "variables": []}] * 1000}, "1,000 entries"),
        ("model", {"dense": {"a": 1}}, "no list"),
        ("model", {"normalised": [NORMAL | {"variables": [9999]}]}, "not in its list"),
        ("model", {"normalised": [NORMAL | {"epsilon": "small"}]}, ""),
        ("model", {"variables": [variable(1, 1)] * 3000}, "3,000 variables"),
        ("model", {"shapes": [[]] * 20_000}, "20,000 entries"),
        ("model", {"more": "x" * 100_000}, "a text of more than"),
        ("model", {"more": 10**100}, "an integer of more than 64 bits"),
        ("model", {"more": [[0] * 1000] * 1000}, "more than 200,000 items"),
    ],
)
def test_what_does_not_agree_is_not_judged(probe, changes, words):
    found = held(changed(probe, **changes), PROBES[probe].form)
    assert found.status in (Reply.CONTRADICTS, Reply.UNJUDGED)
    assert dict(found.answer) == {}
    assert words in found.error.message


def test_lists_within_each_other_end_somewhere():
    deep = []
    for _ in range(50):
        deep = [deep]
    assert "more than 12 deep" in objection(changed(more=deep), PROBES["one_step"].form).words


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)
NAMES = (
    "units",
    "features",
    "variables",
    "cell_variables",
    "own_cells",
    "dense",
    "normalised",
    "shapes",
    "structures",
    "errors",
    "structure",
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["one_step", "layer", "gradients"]),
    st.dictionaries(st.sampled_from(NAMES), json_like, max_size=4),
)
def test_whatever_is_said_it_is_an_observation_or_none(probe, said):
    assert held(changed(probe, **said), PROBES[probe].form).status in (
        Reply.ANSWERED,
        Reply.CONTRADICTS,
        Reply.UNJUDGED,
    )


def verdict_of(observation):
    """Of one check that asks for this observation, and of one after it."""
    seen = Student().seen()
    sheet = replace(seen.assignment, checks=[])

    task, asks = sheet.task("1", "The cell."), PROBES["one_step"]

    @task.own_check("First.", points=1, basis=Basis.PROVEN, asks=asks)
    def first(seen):
        return passed("right")

    @task.own_check("Second.", points=1, basis=Basis.PROVEN, asks=asks)
    def second(seen):
        return passed("right")

    run = replace(seen.run, observations={"one_step": held(observation, asks.form)})
    return [verdict for _, verdict in judge_all(replace(seen, assignment=sheet, run=run))]


def test_a_spoiled_answer_loses_what_it_would_have_earned_and_says_so_once():
    first, second = verdict_of(changed(variables=[variable(2, 2)]))
    assert (first.status, first.basis) == (Status.FAILED, Basis.OBSERVED)
    assert "what was answered about LSTM_Cell cannot be" in first.message
    assert (second.status, second.message) == (Status.SKIPPED, "not reached: see “First.”")


def test_what_is_larger_than_homework_goes_to_a_person():
    assert [v.status for v in verdict_of(changed(variables=[variable(1)] * 500))] == [Status.NEEDS_REVIEW] * 2


def test_many_dense_layers_by_hand_are_told_apart_quickly():
    model = changed("model")
    many = 500
    said = {
        "variables": [variable(3, 3)] * (many // 2) + [variable(3)] * (many // 2),
        "own_cells": [],
        "dense": [],
    }
    from grader.judge.identify.structures import _free_layers

    answer = read_model(replace(model, answer={**model.answer, **said}))
    began = time.process_time()
    assert len(_free_layers(answer)) == 6
    assert time.process_time() - began < 2


def test_other_observations_pass_through():
    missing = Observation(probe="model", status="missing", missing=("model",))
    assert held(missing, PROBES["model"].form) is missing
