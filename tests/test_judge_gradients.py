"""The way back through the LSTM is the derivative of the way forward, and cuts in a student's gradients are
found."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from grader.judge.checks.layers import gradients
from grader.judge.identify import detached
from grader.judge.identify.detached import compare, cuts_of
from grader.judge.identify.identification import identify_network
from grader.model import Observation, Reply, Status
from grader.rnn.activations import ACTIVATIONS, VJPS
from grader.rnn.flow import Flow
from grader.rnn.gradients.network import gradients_of
from grader.rnn.gradients.through_time import backward, forward
from grader.rnn.layer import unroll
from grader.rnn.lstm import LSTM, RIGHT, lstm_step
from grader.rnn.network import Network, Recurrent
from grader.rnn.pointwise import Dense
from grader.rnn.pooling import Pooling
from grader.rnn.search import explain
from grader.rnn.weights import Weights
from tests.made_up import KINDS, Style, asked
from tests.made_up_model import Model
from tests.made_up_student import Student

STEP = 1e-6


def numeric(function, array):
    """The gradient of a number by every entry of `array`, by central differences."""
    gradient = np.zeros_like(array)
    for place in itertools.product(*map(range, array.shape)):
        before = array[place]
        array[place] = before + STEP
        above = function()
        array[place] = before - STEP
        gradient[place] = (above - function()) / (2 * STEP)
        array[place] = before
    return gradient


@pytest.fixture
def case():
    rng = np.random.default_rng(1)
    w = Weights(
        kernel=rng.standard_normal((4, 2, 3)),
        recurrent=rng.standard_normal((4, 3, 3)),
        bias=rng.standard_normal((4, 3)),
    )
    return w, rng.standard_normal((2, 4, 2)), *rng.standard_normal((2, 2, 3)), rng.standard_normal((2, 4, 3))


def test_forward_is_the_equations(case):
    w, x, h, c, _ = case
    np.testing.assert_allclose(
        forward(w, x, (h, c), RIGHT)[0], unroll(w, x, (h, c), lstm_step)[0], atol=1e-12
    )


def test_backward_is_the_derivative_of_forward(case):
    w, x, h, c, given = case
    by_w, by_x = backward(w, forward(w, x, (h, c), RIGHT)[1], given, LSTM, RIGHT)

    def value():
        return float(np.sum(unroll(w, x, (h, c), lstm_step)[0] * given))

    for got, array in (
        (by_w.kernel, w.kernel),
        (by_w.recurrent, w.recurrent),
        (by_w.bias, w.bias),
        (by_x, x),
    ):
        np.testing.assert_allclose(got, numeric(value, array), rtol=1e-5, atol=1e-7)


def test_a_cut_lets_nothing_through(case):
    w, x, h, c, given = case
    moments = forward(w, x, (h, c), RIGHT)[1]
    given = given * (np.arange(4) == 3)[None, :, None]  # only the last step is read
    _, by_x = backward(w, moments, given, LSTM, RIGHT, Flow(cut=frozenset({"hidden", "cell"})))
    assert not by_x[:, :3].any()
    assert by_x[:, 3].any()
    by_w, _ = backward(w, moments, given, LSTM, RIGHT, Flow(cut=frozenset({"shown", "hidden", "cell"})))
    assert [bool(gate.any()) for gate in by_w.kernel] == [False, False, False, True]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_vector_jacobian_products_are_those_of_the_activations(name):
    rng = np.random.default_rng(2)
    z, given = rng.standard_normal((2, 3, 4))
    numbers = numeric(lambda: float(np.sum(ACTIVATIONS[name](z) * given)), z)
    np.testing.assert_allclose(VJPS[name](z, ACTIVATIONS[name](z), given), numbers, rtol=1e-5, atol=1e-7)


def network_of(style, pooling, time):
    """(network, arrays): a dense layer on 1 feature, two LSTM layers, two dense layers."""
    made = asked(style, 4, units=5, features=3)
    first, second = explain(made), style.shapes(5, 5)
    rng, shapes = np.random.default_rng(3), [(1, 3), (3,), *made.shapes, *second]
    inside = pooling.width(5, time)
    shapes += [(inside, 4), (4,), (4, 1)]
    n, m, k = 2, 2 + len(made.shapes), 2 + len(made.shapes) + len(second)
    network = Network(
        read_in=(Dense(kernel=0, bias=1, activation="tanh"),),
        recurrent=(
            Recurrent(variables=tuple(range(n, m)), units=5, features=3),
            Recurrent(variables=tuple(range(m, k)), units=5, features=5),
        ),
        read_out=(
            Dense(kernel=k, bias=k + 1, activation="softplus"),
            Dense(kernel=k + 2, bias=None, activation="sigmoid"),
        ),
        cell=first,
        pooling=pooling,
        start=0.5,
    )
    return network, [rng.standard_normal(shape) * 0.5 for shape in shapes]


@pytest.mark.parametrize("pooling", Pooling, ids=lambda pooling: pooling.name)
@pytest.mark.parametrize(
    "style",
    [
        Style("separate", ("f", "i", "o", "g"), hx=True),
        Style("nested", bias="two", transposed=True),
        Style("stacked"),
        Style("fused pair", bias="two"),
    ],
    ids=lambda style: style.kind,
)
def test_the_gradients_of_a_network_are_its_derivatives(style, pooling):
    network, arrays = network_of(style, pooling, time=3)
    rng = np.random.default_rng(5)
    x, weights = rng.standard_normal((2, 3, 1)), rng.standard_normal(2)

    def value():
        return float(np.sum(network(arrays, x) * weights[:, None]))

    got = gradients_of(network, arrays, x, weights)
    for gradient, array in zip((*got.variables, got.input), (*arrays, x), strict=True):
        np.testing.assert_allclose(gradient, numeric(value, array), rtol=1e-4, atol=1e-7)


# ── a whole submission
# ───────────────────────────────────────────────────────────────────────────────────────────────────


def gradients_verdict(student):
    return gradients.judge_gradients(student.seen())


@pytest.mark.parametrize("transposed", [False, True], ids=["", "transposed"])
@pytest.mark.parametrize("kind", KINDS)
def test_right_gradients_are_those_of_the_equations(kind, transposed):
    verdict = gradients_verdict(
        Student(style=Style(kind, ("f", "g", "o", "i"), hx=True, transposed=transposed))
    )
    assert verdict.status is Status.PASSED
    assert "those of the equations" in verdict.message


@pytest.mark.parametrize("name", cuts_of(LSTM))
def test_a_cut_is_named(name):
    verdict = gradients_verdict(Student(flow=cuts_of(LSTM)[name][1]))
    assert verdict.status is Status.FAILED
    assert verdict.mistake is not None
    assert verdict.mistake.id == name


def test_gradients_that_are_only_scaled_or_made_up_are_not_believed():
    verdict = gradients_verdict(Student(scale=0.5))
    assert verdict.message.startswith("the gradients are not those of the model")
    assert verdict.mistake is None
    infinite = {"gradient/2": np.full((10, 7), np.nan, "f4")}
    assert gradients_verdict(Student(changes={"gradients": infinite})).status is Status.FAILED


def test_variables_without_a_gradient_are_named():
    verdict = gradients_verdict(Student(without=(0, 3)))
    assert verdict.message == "no gradient reaches read_in.kernel, lstm.cell.gate0.bias"


def test_a_model_that_decides_itself_is_told_what_has_no_gradient():
    seen = Student().seen()
    found = dict(seen.run.observations)
    decided = {
        name: (array > np.median(array)).astype("f4")
        for name, array in found["model"].answer.items()
        if name.startswith(("out/", "again/"))
    }
    none = {name: np.zeros_like(one) for name, one in found["gradients"].answer.items() if "gradient" in name}
    for probe, other in (("model", decided), ("gradients", none)):
        found[probe] = replace(found[probe], answer={**found[probe].answer, **other})
    verdict = gradients.judge_gradients(replace(seen, run=replace(seen.run, observations=found)))
    assert verdict.status is Status.FAILED
    assert "nothing but 0 and 1" in verdict.hint


def test_a_relu_that_never_opens_is_no_mistake():
    assert gradients_verdict(Student(trained={1: -100.0})).status is Status.PASSED


def test_what_float32_loses_next_to_one_is_no_mistake(monkeypatch):
    outputs_next_to_one = Student(trained={max_variable(): 15.0}, precision="f4")
    assert gradients_verdict(outputs_next_to_one).status is Status.PASSED
    # the very same sums as the host's would lose the same
    monkeypatch.setattr(detached, "SINGLE_ROUNDING", -1.0)
    monkeypatch.setattr(detached, "ROUNDED", 0)
    monkeypatch.setattr(detached, "RESOLUTION", 0.0)
    # so much is lost that it would look like a mistake
    assert gradients_verdict(outputs_next_to_one).status is Status.FAILED


@pytest.mark.parametrize("bias", [18.0, 40.0, -40.0])
def test_a_model_that_is_sure_of_every_answer_has_nothing_but_rounding_to_show(bias):
    rounded = Student(trained={max_variable(): bias}, precision="f4")
    assert gradients_verdict(rounded).status is Status.PASSED
    assert (
        gradients_verdict(replace(rounded, without=tuple(range(max_variable() + 1)), scale=0.0)).status
        is Status.PASSED
    )
    seen = rounded.seen()
    network, asked_for = identify_network(seen).network, seen.answer("gradients").question
    open_end = replace(network, read_out=(replace(network.read_out[0], activation="linear"),))
    found = gradients_of(
        open_end, rounded._trained()[1], asked_for["x"], 1.2e-7 * asked_for["weights"]
    )  # y * (1 - y) is off by two roundings
    noise = {f"gradient/{k}": array for k, array in enumerate(found.variables)} | {
        "input_gradient": found.input
    }
    assert gradients_verdict(replace(rounded, changes={"gradients": noise})).status is Status.PASSED


def max_variable():
    """The number of the made-up model's last variable, the read-out's bias."""
    return len(Student().seen("model").answer("model").answer["variables"]) - 1


# ── two classes, stacks, an answer at every step ──


def with_gradients(model, weights, change=lambda k, gradient: gradient):
    """What is seen of a made-up model whose gradients are asked for with these weights."""
    seen = model.seen()
    network, answer = identify_network(seen).network, seen.answer("model").answer
    x = np.random.default_rng(11).standard_normal((4, 6, 1)).astype("f4")
    found = gradients_of(
        network, [answer[f"trained/{k}"] for k in range(len(answer["variables"]))], x, weights
    )
    gradients = {
        f"gradient/{k}": change(k, gradient).astype("f4") for k, gradient in enumerate(found.variables)
    }
    made = {"variables": answer["variables"], "input_gradient": found.input.astype("f4")} | gradients
    question = {"x": x, "weights": weights}
    observation = Observation(probe="gradients", status=Reply.ANSWERED, question=question, answer=made)
    return replace(model, others={"gradients": observation}).seen()


WEIGHTS = np.random.default_rng(12).standard_normal((4, 2)).astype("f4")
FORMS = [Model(read_out=((2, "softmax"),)), Model(per_step=True), Model(units=(5, 4, 3))]


@pytest.mark.parametrize("model", FORMS, ids=["two classes", "per step", "three layers"])
def test_gradients_of_every_form_of_model_are_compared(model):
    right = gradients.judge_gradients(with_gradients(model, WEIGHTS))
    assert right.status is Status.PASSED
    assert "are those of the equations" in right.message
    halved = with_gradients(model, WEIGHTS, lambda k, gradient: 0.5 * gradient if k == 0 else gradient)
    assert gradients.judge_gradients(halved).status is Status.FAILED


@pytest.mark.parametrize(("factor", "status"), [(1.0, Status.PASSED), (0.5, Status.FAILED)])
def test_gradients_of_an_answer_given_twice_are_those_of_both(factor, status):
    both = WEIGHTS.sum(axis=1, keepdims=True)
    seen = with_gradients(Model(repeated=2), both, lambda k, gradient: gradient if k else factor * gradient)
    told = seen.run.observations["gradients"]
    told = replace(told, question={**told.question, "weights": WEIGHTS})
    found = {**seen.run.observations, "gradients": told}
    verdict = gradients.judge_gradients(replace(seen, run=replace(seen.run, observations=found)))
    assert verdict.status is status, verdict.message


@pytest.mark.parametrize("model", [Model(idle_dense=(3,)), Model(idle=(4,))], ids=["dense", "cell"])
def test_idle_layers_have_no_gradient_in_a_right_model_either(model):
    """They are parameters too many, which is charged where parameters are counted."""
    assert gradients.judge_gradients(with_gradients(model, WEIGHTS)).status is Status.PASSED


def test_two_weights_tell_what_one_for_both_classes_does_not():
    model, lower = Model(read_out=((2, "softmax"),)), 2
    cut = with_gradients(model, WEIGHTS, lambda k, gradient: 0 * gradient if k >= lower else gradient)
    assert "no gradient reaches" in gradients.judge_gradients(cut).message
    # as it was asked once: the outputs sum to one, and every gradient is zero
    stored = with_gradients(model, WEIGHTS[:, 0])
    assert compare(stored) is None
