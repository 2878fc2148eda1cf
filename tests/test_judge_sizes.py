"""Models of any sizes: they are identified, their shapes and counts follow from the sizes found, and their
answers may have several forms."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge.checks.shapes import answers, layer_shapes
from grader.judge.checks.shapes.counts_found import judge_counts_of_any_size
from grader.judge.checks.trained import measured
from grader.judge.identify.identification import identify_network
from grader.model import Status
from tests.made_up import GATES, KINDS, Style
from tests.made_up_model import NORMALISING, Model, unsteady

EVERY_SIZE = [
    Model(read_in=(), units=(25,)),
    Model(read_in=(), units=(25, 25)),
    Model(read_in=((32, "linear"),), units=(100,)),
    Model(
        read_in=((8, "relu"), (6, "tanh"), (3, "linear")),
        units=(5, 7, 4),
        read_out=((6, "relu"), (1, "sigmoid")),
    ),
    Model(read_out=((2, "softmax"),)),
    Model(per_step=True),
    Model(keeps_axis=True),
    Model(keeps_axis=True, read_out=((2, "softmax"),)),
    Model(batch=1),
    Model(batch=2, per_step=True),
    Model(batch=3, read_out=((2, "softmax"),)),
    Model(read_out=((1, "linear"),)),
    Model(units=(5, 5, 5), cells_from_the_top=True),
    Model(units=(5, 5, 5), cells_from_the_top=True, called_order_known=False),
    Model(read_in=((4, "relu"), (4, "tanh")), reported="linear"),
    Model(read_in=(), read_out=((2, "softmax"),), reported="softmax_v2"),  # as tf.nn.softmax is called
    Model(idle=(6,)),
    Model(idle_dense=(3, 8)),
    Model(
        read_in=((5, "relu"), (5, "tanh")),
        units=(5, 5, 5),
        read_out=((5, "relu"), (1, "sigmoid")),
        reported="linear",
    ),
    Model(style=Style("fused", ("f", "i", "o", "g"), hx=True), units=(6, 5, 4)),
    Model(style=Style("eight", bias="two"), units=(6, 5)),
    Model(read_in=((6, "gelu"),), units=(5,)),
    Model(read_in=((6, "sigmoid"),), read_out=((1, "sigmoid, then sigmoid"),), reported="sigmoid"),
    Model(read_in=((6, "relu"),), units=(5,), by_hand=True),
    Model(read_in=((5, "linear"),), units=(5, 5), read_out=((5, "tanh"), (1, "sigmoid")), by_hand=True),
    Model(
        read_in=((6, "tanh"),),
        units=(5,),
        by_hand=True,
        variables={1: {"path": "b_in"}, 5: {"path": "b_out"}},
    ),
    Model(scaled_first=(0.6, -2.1)),  # noise that is no standard normal is brought near it
    Model(read_in=(), scaled_first=(1 / 255, 0.0)),
    Model(read_in=(), by_hand=True),  # x @ W + b
    Model(read_in=(), by_hand=True, read_out=((1, "linear"),)),
    Model(by_hand=True, read_in=((3, "tanh"), (4, "relu")), called_order_known=False),
]


@pytest.mark.parametrize(
    "model", EVERY_SIZE, ids=lambda model: f"{model.read_in}-{model.units}-{model.read_out}"
)
def test_a_model_of_any_sizes_is_identified(model):
    proof = identify_network(model.seen())
    assert proof.network is not None, proof.reason
    assert [layer.units for layer in proof.network.recurrent] == list(model.units)
    assert [dense.activation for dense in proof.network.read_in] == [name for _, name in model.read_in]


DENSE = st.tuples(st.integers(1, 6), st.sampled_from(["linear", "tanh", "relu", "sigmoid"]))
STYLES = st.builds(
    Style,
    kind=st.sampled_from(KINDS),
    order=st.permutations(GATES).map(tuple),
    hx=st.booleans(),
    bias=st.sampled_from(["one", "two"]),
    transposed=st.booleans(),
)
SIZES = st.integers(3, 8)  # of fewer units and features a layout cannot always be told


@settings(max_examples=40, deadline=None)
@given(
    style=STYLES,
    read_in=st.lists(DENSE, max_size=3).map(tuple),
    units=st.lists(SIZES, min_size=1, max_size=3).map(tuple),
    between=st.lists(DENSE, max_size=1),
    last=st.sampled_from([(1, "sigmoid"), (2, "softmax"), (1, "linear")]),
    turned=st.booleans(),
    per_step=st.booleans(),
)
def test_whatever_the_sizes_the_layout_and_the_order_a_model_is_identified_and_counted(
    style, read_in, units, between, last, turned, per_step
):
    model = Model(
        style=style,
        read_in=read_in,
        units=units,
        read_out=(*between, last),
        cells_from_the_top=turned,
        per_step=per_step,
    )
    seen = model.seen()
    proof = identify_network(seen)
    assert proof.network is not None, proof.reason
    verdict = judge_counts_of_any_size(seen)
    assert verdict.status is Status.PASSED, verdict.message


@pytest.mark.parametrize("kind", NORMALISING)
@pytest.mark.parametrize("below", [True, False])
def test_layers_that_normalise_are_identified_and_counted_as_they_are(kind, below):
    layers = {"read_in": ((3, "tanh"), (3, kind))} if below else {"read_out": ((4, kind), (1, "sigmoid"))}
    seen = Model(**layers).seen()
    proof = identify_network(seen)
    assert proof.network is not None, proof.reason
    verdict = judge_counts_of_any_size(seen)
    assert verdict.status is Status.PASSED, verdict.message
    assert "layers of other kinds: as it is" in verdict.message


@pytest.mark.parametrize("epsilon", [float("nan"), -1e9, 10.0])
def test_a_layer_that_tells_another_epsilon_proves_nothing(epsilon):
    model = Model(read_out=((4, "by each vector"), (1, "sigmoid")))
    told = model.seen().answer("model").answer["normalised"]
    other = replace(model, changes={"model": {"normalised": [one | {"epsilon": epsilon} for one in told]}})
    assert identify_network(other.seen()).network is None


def test_what_is_no_stack_of_dense_and_lstm_layers_is_not_identified():
    assert identify_network(Model(scale=0.5).seen()).network is None


def test_layers_that_the_sheet_has_no_formula_for_are_counted_as_they_are():
    """A read-out of raw weights, behind what nobody knows: the cells and what is of Keras are derived."""
    verdict = judge_counts_of_any_size(Model(scale=0.5, by_hand=True).seen())
    assert verdict.status is Status.PASSED, verdict.message
    assert "layers of other kinds: as it is" in verdict.message


@pytest.mark.parametrize(
    ("model", "total", "said"),
    [
        (Model(read_in=(), units=(25,)), "2,726", "4*((1+25)*25+25) = 2,700"),
        (Model(read_in=(), units=(25, 25)), "7,826", "4*((25+25)*25+25) = 5,100"),
        (Model(read_in=((32, "linear"),), units=(100,)), "53,365", "4*((32+100)*100+100) = 53,200"),
        (
            Model(style=Style("eight", bias="two"), read_in=(), units=(25,)),
            "2,826",
            "4*((1+25)*25+25) + 4*25 = 2,800",
        ),
        (
            Model(style=Style("mixed", bias="two"), read_in=(), units=(25,)),
            "2,751",
            "4*((1+25)*25+25) + 1*25 = 2,725",
        ),
    ],
)
def test_the_count_is_derived_from_the_sizes_found(model, total, said):
    verdict = judge_counts_of_any_size(model.seen())
    assert verdict.status is Status.PASSED
    assert verdict.message.startswith(f"{total} parameters, all trainable")
    assert said in verdict.message


def test_a_gate_without_bias_has_too_few_parameters():
    verdict = judge_counts_of_any_size(Model(style=Style(bias="none"), read_in=(), units=(25,)).seen())
    assert verdict.status is Status.FAILED
    assert (
        verdict.message == "LSTM layer of 25 units on 1: 2,600 parameters, expected 4*((1+25)*25+25) = 2,700"
    )


@pytest.mark.parametrize("model", [Model(idle=(6,)), Model(idle_dense=(3,))])
def test_layers_that_are_not_called_are_parameters_too_many(model):
    verdict = judge_counts_of_any_size(model.seen())
    assert verdict.status is Status.FAILED
    assert verdict.message.startswith("all parameters: ")


def test_a_ready_made_layer_is_charged_by_a_check_of_its_own():
    seen = Model(idle=(6,), changes={"model": {"ready_made": ["upper: LSTM"]}}).seen()
    assert judge_counts_of_any_size(seen).status is Status.PASSED


def test_layers_that_share_a_cell_are_told_and_computed_as_they_are():
    seen = Model(read_in=((5, "tanh"),), units=(5,), rounds=3).seen()
    verdict = judge_counts_of_any_size(seen)
    assert verdict.status is Status.FAILED
    assert verdict.message == "3 LSTM layers use one and the same LSTM_Cell, so they share their weights"
    proof = identify_network(seen)
    assert proof.network is not None
    assert len(proof.network.recurrent) == 3


@pytest.mark.parametrize("told", [{"trainable": False}, {"handed": False}])
def test_what_is_not_trained_is_told(told):
    verdict = judge_counts_of_any_size(Model(variables={0: told}).seen())
    assert verdict.status is Status.FAILED
    assert verdict.message.startswith("trainable parameters: ")
    verdict = judge_counts_of_any_size(Model(variables={0: {"tracked": False, **told}}).seen())
    assert "Keras does not train read_in0.kernel" in verdict.hint


def test_the_shapes_of_every_lstm_layer_are_told():
    verdict = layer_shapes.judge_shapes_of_any_size(Model().seen())
    assert (verdict.status, verdict.message) == (
        Status.PASSED,
        "2 LSTM layers: 5 units on 3 features and then 4 units on 5 features.",
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"input": [6, 4, 3]}, "the input of LSTM layer 1 has shape (6, 4, 3), expected (4, 6, 3)"),
        ({"output": [4, 5, 6]}, "the output of LSTM layer 1 has shape (4, 5, 6), expected (4, 6, 5)"),
        ({"output": [4, 5]}, ""),  # of the last step
        (
            {"output": [6, 4, 5]},
            "the output of LSTM layer 1 has shape (6, 4, 5), expected (4, 6, 5)",
        ),  # the one charge for time first
        ({"output": [[4, 6, 5], [4, 5]]}, ""),  # with the states beside it
        ({"input": []}, ""),  # handed over by name
    ],
)
def test_a_shape_of_another_order_is_told(entry, said):
    changed = [layer | entry if layer["path"] == "lstm0" else layer for layer in _called()]
    verdict = layer_shapes.judge_shapes_of_any_size(Model(changes={"model": {"shapes": changed}}).seen())
    assert (verdict.status is Status.PASSED) == (not said)
    assert verdict.message.startswith(said)


def test_a_cell_that_is_not_known_costs_neither_shapes_nor_counts():
    told = Model().seen().answer("one_step").answer
    unknown = {
        name: np.ones_like(array) for name, array in told.items() if name.startswith(("eager", "graph"))
    }
    seen = Model(changes={"one_step": unknown}).seen()
    assert identify_network(seen).network is None
    assert layer_shapes.judge_shapes_of_any_size(seen).status is Status.PASSED
    assert judge_counts_of_any_size(seen).status is Status.PASSED
    exchanged = [layer | {"input": [6, 4, 3]} if layer["path"] == "lstm0" else layer for layer in _called()]
    seen = Model(changes={"one_step": unknown, "model": {"shapes": exchanged}}).seen()
    assert layer_shapes.judge_shapes_of_any_size(seen).status is Status.FAILED


def _called():
    return Model().seen().answer("model").answer["shapes"]


def test_without_a_cell_of_their_own_shapes_and_counts_are_not_reached():
    seen = Model(changes={"model": {"own_cells": [], "dense": []}}).seen()
    assert layer_shapes.judge_shapes_of_any_size(seen).status is Status.SKIPPED
    assert judge_counts_of_any_size(seen).status is Status.SKIPPED


def test_an_answer_given_twice_is_no_usual_one_and_its_network_is_known():
    seen = Model(repeated=2).seen()
    assert answers.judge_answer(seen).status is Status.FAILED
    assert identify_network(seen).network is not None


@pytest.mark.parametrize(
    "model", EVERY_SIZE, ids=lambda model: f"{model.read_in}-{model.units}-{model.read_out}"
)
def test_every_usual_form_of_an_answer_is_right(model):
    assert answers.judge_answer(model.seen()).status is Status.PASSED


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Model(read_out=((1, "softmax"),)), "the same for every sequence"),
        (Model(read_out=((3, "softmax"),)), "has shape (4, 3), expected (4, 1), or (4, 2) for two classes"),
        (Model(read_out=((1, "relu"),), scale=9.0), "expected probabilities between 0 and 1"),
        (Model(read_out=((3, "sigmoid"), (1, "relu"))), "ends in relu"),
        (Model(read_out=((2, "sigmoid"),)), "do not sum to one"),
        (Model(scale=float("nan")), "not all finite"),
    ],
)
def test_other_answers_are_told(model, said):
    verdict = answers.judge_answer(model.seen())
    assert verdict.status is Status.FAILED
    assert said in verdict.message


def test_a_model_that_cannot_be_called_and_one_that_changes_its_mind():
    seen = Model().seen()
    answer = seen.answer("model").answer
    mute = {name: None for name in answer if name.startswith("out/")}
    broken = Model(
        changes={"model": mute | {"errors": {"0": {"name": "ValueError", "message": "no"}}}}
    ).seen()
    assert "ValueError" in answers.judge_answer(broken).message
    again = {name: array + np.float32(0.1) for name, array in answer.items() if name.startswith("again/")}
    assert (
        "answers differently, by up to 0.1"
        in answers.judge_answer(Model(changes={"model": again}).seen()).message
    )


@pytest.mark.parametrize("model", [Model(by_hand=True), Model(scaled_first=(0.6, -2.1))])
def test_what_is_written_by_hand_is_counted_like_a_layer(model):
    verdict = judge_counts_of_any_size(model.seen())
    assert verdict.status is Status.PASSED, verdict.message
    assert [entry.what for entry in verdict.evidence] == [
        entry.what for entry in judge_counts_of_any_size(Model().seen()).evidence
    ]


def test_what_no_answer_depends_on_is_named():
    assert judge_counts_of_any_size(Model(idle=(6,)).seen()).message.endswith(
        "; the answers do not depend on idle0"
    )


def test_a_read_in_of_one_unit_is_no_scaling():
    """The first layer after it is seen to get its input changed, but otherwise under other weights."""
    model = Model(read_in=((1, "linear"),))
    question = model.seen().answer("model").question
    fed = 0.3 * question["x"][0] + 0.7
    proof = identify_network(Model(read_in=((1, "linear"),), changes={"model": {"fed": fed}}).seen())
    assert proof.network is not None
    assert (proof.network.scale, proof.network.shift) == (1.0, 0.0)


def test_a_linear_read_out_gives_logits_also_where_the_model_cannot_be_computed():
    unknown = Model(read_out=((1, "linear"),), scale=2.0).seen()
    assert identify_network(unknown).network is None
    assert answers.judge_answer(unknown).status is Status.PASSED
    squashed = Model(read_out=((1, "relu"),), reported="linear", scale=99.0).seen()
    assert answers.judge_answer(squashed).status is Status.FAILED


def test_layers_that_drop_at_random_are_named_when_answers_change():
    for layers, said in ((("Dropout",), "dropout (Dropout)"), ((), "zero_states")):
        verdict = answers.judge_answer(unsteady(*layers).seen())
        assert verdict.status is Status.FAILED
        assert said in verdict.hint


def test_weights_that_are_no_numbers_cost_neither_the_form_of_the_answers_nor_the_counts():
    seen = Model(exploded=True).seen()
    proof = identify_network(seen)
    assert proof.network is not None, proof.reason
    assert answers.judge_answer(seen).status is Status.PASSED
    assert judge_counts_of_any_size(seen).status is Status.PASSED
    verdict = measured.judge_accuracy(seen)
    assert verdict.status is Status.FAILED
    assert "trained weights are not numbers (nan)" in verdict.message


def test_a_softmax_over_the_batch_is_told():
    answer = Model(read_out=((2, "linear"),)).seen().answer("model").answer
    outs = {
        name: np.exp(out) / np.exp(out).sum(axis=0)
        for name, out in answer.items()
        if name.startswith(("out/", "again/"))
    }
    verdict = answers.judge_answer(Model(read_out=((2, "linear"),), changes={"model": outs}).seen())
    assert verdict.status is Status.FAILED
    assert "sum to one over the sequences of a batch" in verdict.message
