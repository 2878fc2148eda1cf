"""A model that steps its cell itself is charged once for having no layer, and its loop is judged in its
answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import Assignment, Basis, Verdict, checks
from grader.assignment import Seen
from grader.judge.checks.layers import own_loop
from grader.judge.checks.shapes.layer_shapes import judge_shapes
from grader.judge.identify.identification import identify_network
from grader.judge.verdicts import judge_all
from grader.model import Status
from grader.model.verdict import passed
from tests.made_up_loop import MISSING, backwards, forgets, six_steps, sixth_root, stops_early, without_layer
from tests.made_up_sheet import PROBES, SHEET
from tests.made_up_student import NUMBERS, Student


def verdict_of(judge, seen) -> Verdict:
    verdict = judge(seen)
    assert verdict is not None
    return verdict


def test_a_right_loop_is_charged_once():
    seen = without_layer()
    charged = verdict_of(own_loop.no_layer, seen)
    assert charged.status is Status.FAILED
    assert charged.message.startswith(
        "there is no layer of your own: the model steps its cell LSTM_Cell itself"
    )
    assert verdict_of(own_loop.unrolls_its_cell, seen).status is Status.PASSED
    assert verdict_of(own_loop.any_batch_and_length, seen).status is Status.PASSED


def test_the_loop_of_keras_is_not_called_the_models_own():
    seen = without_layer()
    asked = seen.run.observations["model"]
    inside = {**asked.answer["own_cells"][0], "path": "rnn.cell"}
    around = {"path": "rnn", "class": "RNN", "input": [], "output": []}
    told = {**asked.answer, "own_cells": [inside], "shapes": [around]}
    observations = {**seen.run.observations, "model": replace(asked, answer=told)}
    charged = verdict_of(own_loop.no_layer, replace(seen, run=replace(seen.run, observations=observations)))
    assert charged.message.startswith("there is no layer of your own: Keras' RNN steps the cell LSTM_Cell")
    assert "itself" not in charged.message


@pytest.mark.parametrize(("loop", "mistake"), [(forgets, "cell_not_carried"), (backwards, "time_reversed")])
def test_a_wrong_loop_is_named_and_computed_as_it_is(loop, mistake):
    seen = without_layer(loop)
    found = verdict_of(own_loop.unrolls_its_cell, seen)
    assert found.status is Status.FAILED
    assert found.mistake is not None
    assert (found.mistake.id, found.mistake.words.split()[:2]) == (mistake, ["a", "loop"])
    assert verdict_of(own_loop.any_batch_and_length, seen).status is Status.PASSED
    assert identify_network(seen).network is not None


def test_the_line_of_a_wrong_loop_is_shown():
    found = verdict_of(own_loop.unrolls_its_cell, without_layer(forgets))
    assert found.hint.endswith("Look at cell 5, line 5: h, _ = self.cell(x[:, t], (h, c))")


def test_a_loop_of_no_known_kind_waits_for_a_person():
    assert verdict_of(own_loop.unrolls_its_cell, without_layer(sixth_root)).status is Status.NEEDS_REVIEW


def test_a_length_written_into_the_code_is_told():
    seen = without_layer(six_steps)
    assert verdict_of(own_loop.unrolls_its_cell, seen).status is Status.PASSED
    found = verdict_of(own_loop.any_batch_and_length, seen)
    assert found.status is Status.FAILED
    assert found.message.startswith("with 4 sequences of 1 step the model raises IndexError")


def test_steps_that_are_left_out_are_seen_in_the_answer():
    found = verdict_of(own_loop.any_batch_and_length, without_layer(stops_early))
    assert found.message.startswith(
        "with 4 sequences of 10 steps the model answers differently from its cell stepped through all"
    )


def test_where_there_is_a_layer_or_no_model_nothing_takes_its_place():
    with_layer = Student().seen()
    seen = without_layer()
    alone = replace(seen, run=replace(seen.run, observations={"layer": MISSING}))
    no_cell = {**seen.run.observations, "layer": replace(MISSING, missing=("LSTM_Cell", "LSTM_Layer"))}
    for other in (with_layer, alone, replace(seen, run=replace(seen.run, observations=no_cell))):
        assert own_loop.no_layer(other) is None
        assert own_loop.unrolls_its_cell(other) is None
        assert own_loop.any_batch_and_length(other) is None


def a_sheet(instead) -> Assignment:
    sheet = Assignment("small", title="A small sheet", roles=list(SHEET.hw.roles))
    others = tuple(probe for kind, probe in PROBES.items() if kind != "layer")

    @sheet.task("1", "The layer.").own_check(
        "It has a layer.", points=1, basis=Basis.PROVEN, asks=PROBES["layer"], uses=others, instead=instead
    )
    def has_layer(seen: Seen) -> Verdict:
        return passed("There is a layer.")

    return sheet


def test_a_check_may_be_judged_in_another_way_where_a_name_is_missing():
    seen = without_layer()
    for instead, status in (
        (own_loop.no_layer, Status.FAILED),
        (lambda seen: None, Status.FAILED),
        (None, Status.FAILED),
    ):
        ((_, verdict),) = judge_all(replace(seen, assignment=a_sheet(instead)))
        assert verdict.status is status
        assert ("model steps its cell" in verdict.message) == (instead is own_loop.no_layer)


def test_the_charge_stands_where_start_states_are_asked():
    layer, model = SHEET.layer, SHEET.model
    sheet = Assignment("small", title="A small sheet", roles=list(SHEET.hw.roles))
    sheet.task("1", "The layer.").check(checks.zero_states(layer, inside=model), points=1)
    ((_, verdict),) = judge_all(replace(without_layer(), assignment=sheet))
    assert verdict.status is Status.FAILED
    assert "the model steps its cell" in verdict.message


def test_a_fault_of_ours_there_costs_nothing():
    ((_, verdict),) = judge_all(replace(without_layer(), assignment=a_sheet(lambda seen: 1 / 0)))
    assert verdict.status is Status.ERROR


def _called(seen, *shapes):
    """The same with a model whose layers tell these shapes."""
    model = seen.run.observations["model"]
    told = replace(model, answer={**model.answer, "shapes": shapes})
    return replace(seen, run=replace(seen.run, observations={**seen.run.observations, "model": told}))


def test_sizes_are_those_of_the_cell():
    cell = {"path": "lstm.cell", "class": "Zelle", "role": "", "input": [4, 3], "output": [[4, 7], [4, 7]]}
    whole = {"path": "", "class": "output", "role": "", "input": [4, 6, 1], "output": [4, 1]}
    seen = without_layer()
    sheet = replace(seen.assignment, parameters=NUMBERS)
    seen = _called(replace(seen, assignment=sheet), cell, whole)
    assert judge_shapes(seen).status is Status.PASSED
    wider = replace(seen, assignment=replace(sheet, parameters={**NUMBERS, "UNITS": 8}))
    assert judge_shapes(wider).message == "units of the cell: 7, expected 8"
    assert judge_shapes(_called(seen, {**cell, "output": []}, whole)).status is Status.SKIPPED
