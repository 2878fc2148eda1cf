"""The way back through time is the derivative of the way forward, for every right rule of every family."""

from dataclasses import replace

import numpy as np
import pytest

from grader.rnn.families import FAMILIES
from grader.rnn.family import Variant
from grader.rnn.flow import Flow
from grader.rnn.gradients.through_time import backward, forward, step_back
from grader.rnn.gradients.traced import NoDerivative, traced
from grader.rnn.gru import GRU
from grader.rnn.layer import step, unroll
from grader.rnn.lstm import LSTM
from grader.rnn.mistakes import known_mistakes
from grader.rnn.simple import SIMPLE
from grader.rnn.weights import Weights

BATCH, TIME, FEATURES, UNITS = 2, 4, 2, 3
RULES = [(family, rule) for family in FAMILIES for rule in family.rules]
IDS = [rule.id for _, rule in RULES]
# of a complex step: no difference is taken, so the derivative is exact to rounding (Squire & Trapp 1998)
H = 1e-30


def drawn(family, seed=1):
    """(weights with biases inside of the recurrent product, x, start states, upstream gradient)."""
    rng, gates = np.random.default_rng(seed), len(family.gates)
    w = Weights(
        kernel=rng.standard_normal((gates, FEATURES, UNITS)),
        recurrent=rng.standard_normal((gates, UNITS, UNITS)),
        bias=rng.standard_normal((gates, UNITS)),
        recurrent_bias=rng.standard_normal((gates, UNITS)),
    )
    states = tuple(rng.standard_normal((BATCH, UNITS)) for _ in family.states)
    return w, rng.standard_normal((BATCH, TIME, FEATURES)), states, rng.standard_normal((BATCH, TIME, UNITS))


def by_complex_step(function, array):
    """The gradient of a number by every entry of `array`."""
    gradient = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        moved = array.astype(complex)
        moved[place] += 1j * H
        gradient[place] = function(moved).imag / H
    return gradient


def by_difference(function, array, h=1e-6):
    """The same by central differences, for what has no complex continuation."""
    gradient = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        above, below = array.copy(), array.copy()
        above[place] += h
        below[place] -= h
        gradient[place] = (function(above) - function(below)) / (2 * h)
    return gradient


@pytest.mark.parametrize(("family", "variant"), RULES, ids=IDS)
def test_backward_is_the_derivative_of_unrolling(family, variant):
    w, x, states, upstream = drawn(family)
    by_weights, by_x = backward(w, forward(w, x, states, variant)[1], upstream, family, variant)
    numeric = by_difference if variant.id.endswith("relu") else by_complex_step
    close = {"rtol": 1e-5, "atol": 1e-7} if numeric is by_difference else {"rtol": 1e-11, "atol": 1e-11}

    def value(w, x):
        x = (
            x.astype(complex)
            if any(np.iscomplexobj(part) for part in (w.kernel, w.recurrent, w.bias, w.recurrent_bias, x))
            else x
        )
        out = np.sum(unroll(w, x, states, variant.rule)[0] * upstream)
        return out if np.iscomplexobj(x) else float(out)

    for name in ("kernel", "recurrent", "bias", "recurrent_bias"):
        expected = numeric(lambda part, name=name: value(replace(w, **{name: part}), x), getattr(w, name))
        np.testing.assert_allclose(getattr(by_weights, name), expected, **close)
    np.testing.assert_allclose(by_x, numeric(lambda part: value(w, part), x), **close)


@pytest.mark.parametrize(("family", "variant"), RULES, ids=IDS)
def test_forward_unroll_and_step_agree(family, variant):
    w, x, states, _ = drawn(family, seed=2)
    outputs, last = unroll(w, x, states, variant.rule)
    np.testing.assert_allclose(forward(w, x, states, variant)[0], outputs, atol=1e-12)
    now = states
    for t in range(TIME):
        now = step(w, x[:, t], now, variant.rule)
        np.testing.assert_allclose(now[0], outputs[:, t], atol=1e-12)
    np.testing.assert_allclose(now, last, atol=1e-12)
    shown = unroll(w, x, states, variant.rule, shows=len(states) - 1)[0]
    np.testing.assert_allclose(shown[:, -1], last[-1], atol=1e-12)


@pytest.mark.parametrize(("family", "variant"), RULES, ids=IDS)
def test_a_cut_lets_nothing_through(family, variant):
    w, x, states, upstream = drawn(family, seed=3)
    moments = forward(w, x, states, variant)[1]
    last = upstream * (np.arange(TIME) == TIME - 1)[None, :, None]  # only the last step is read
    _, by_x = backward(w, moments, last, family, variant, Flow(cut=frozenset(family.states)))
    assert not by_x[:, :-1].any()
    for place, gate in enumerate(family.gates):
        by_weights, _ = backward(w, moments, upstream, family, variant, Flow(cut=frozenset({gate})))
        assert not by_weights.kernel[place].any()


def test_a_gru_resets_its_own_candidate_only():
    w, x, states, _ = drawn(GRU)
    closed = replace(w, bias=w.bias + np.array([0, -1e3, 0])[:, None])  # the reset gate is zero
    inner = np.zeros_like(w.bias)
    results = {
        rule.id: unroll(replace(closed, recurrent_bias=inner), x, states, rule.rule)[0] for rule in GRU.rules
    }
    keeps = [results[name] for name in results if name.endswith("keeps")]
    np.testing.assert_allclose(*keeps, atol=1e-12)  # nothing is left that before and after could differ in
    other = replace(closed, recurrent=w.recurrent * np.array([1, 1, 7])[:, None, None], recurrent_bias=inner)
    np.testing.assert_allclose(
        unroll(other, x, states, GRU.rules[0].rule)[0], results[GRU.rules[0].id], atol=1e-12
    )


def test_wrong_rules_have_no_gradients():
    with pytest.raises(ValueError, match="no gradients are known of the rule state_not_carried"):
        step_back(next(variant for variant in known_mistakes(LSTM) if variant.id == "state_not_carried"))


def test_a_simple_cell_forgets_nothing_of_its_activation():
    w, x, states, _ = drawn(SIMPLE)
    linear = next(rule for rule in SIMPLE.rules if rule.id.endswith("linear"))
    out, _ = unroll(w, x[:, :1], states, linear.rule)
    np.testing.assert_allclose(out[:, 0], x[:, 0] @ w.kernel[0] + states[0] @ w.recurrent[0] + w.biases[0])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def minimal(z, h):
    """A minimal gated unit (Zhou et al. 2016), as a sheet would write it."""
    f = sigmoid(z.gates[0])
    n = np.tanh(z.gates[1] - z.from_hidden[1] + z.product(1, f * h))
    return ((1 - f) * h + f * n,)


def many_operations(z, h):
    """Every operation that can be gone back through without a complex step going wrong."""
    a, b = z.gates[0], z.gates[1] + z.recurrent_biases[1]
    a = np.log1p(np.square(a)) + np.sqrt(1 + a**2) / (2 + np.sin(b)) - np.cos(h)
    b = np.expm1(np.tanh(b)) * np.reciprocal(3 + np.tanh(+a)) - np.log(2 + np.tanh(-b))
    h = 0.1 * (a + b)
    h -= 0.2
    return (h,)


def with_corners(z, h):
    """Those that have no complex continuation."""
    return (
        np.maximum(z.gates[0], 0.1 * h) - np.minimum(z.gates[1], 0) + np.abs(h) + np.logaddexp(0, z.gates[1]),
    )


def two_gates(rule, rng_seed=1):
    """(family, weights, x, states, upstream) of a family with such a rule and two gates."""
    variant = Variant(id="own", words="that is a sheet's own", rule=rule)
    family = replace(
        GRU, name="own", gates=("forget", "candidate"), gate_words=("forget", "candidate"), rules=(variant,)
    )
    return family, *drawn(family, seed=rng_seed)


@pytest.mark.parametrize("rule", [minimal, many_operations, with_corners], ids=lambda rule: rule.__name__)
def test_a_traced_rule_is_gone_back_through_exactly(rule):
    family, w, x, states, upstream = two_gates(rule)
    passed = traced(w, x, states, rule, family)
    np.testing.assert_allclose(passed.states, unroll(w, x, states, rule)[0], atol=1e-12)
    by_weights, by_x = passed.back(upstream)
    numeric = by_difference if rule is with_corners else by_complex_step
    close = {"rtol": 1e-5, "atol": 1e-7} if numeric is by_difference else {"rtol": 1e-10, "atol": 1e-10}

    def value(w, x):
        kind = np.result_type(w.kernel, w.recurrent, w.bias, w.recurrent_bias, x)
        return np.sum(unroll(w, x.astype(kind), states, rule)[0] * upstream)

    for name in ("kernel", "recurrent", "bias", "recurrent_bias"):
        expected = numeric(lambda part, name=name: value(replace(w, **{name: part}), x), getattr(w, name))
        np.testing.assert_allclose(getattr(by_weights, name), expected, **close)
    np.testing.assert_allclose(by_x, numeric(lambda part: value(w, part), x), **close)


@pytest.mark.parametrize("cut", [("forget",), ("candidate",), ("hidden",), ("cell",), ("hidden", "cell")])
def test_a_traced_lstm_is_that_of_its_family_with_every_cut(cut):
    w, x, states, upstream = drawn(LSTM, seed=4)
    flow, rule = Flow(cut=frozenset(cut)), LSTM.rules[0]
    expected, by_x = backward(w, forward(w, x, states, rule)[1], upstream, LSTM, rule, flow)
    found, found_x = traced(w, x, states, rule.rule, LSTM, flow).back(upstream)
    for name in ("kernel", "recurrent", "bias"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found_x, by_x, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "rule",
    [
        lambda z, h: (np.where(z.gates[0] > 0, h, z.gates[1]),),
        lambda z, h: (np.asarray(z.gates[0]),),
        lambda z, h: (np.arctan(z.gates[0]),),
        lambda z, h: (np.add.reduce(z.gates[0]),),
        lambda z, h: (np.zeros((BATCH, UNITS)),),
    ],
)
def test_a_rule_that_cannot_be_traced_is_told_as_that(rule):
    family, w, x, states, _ = two_gates(rule)
    with pytest.raises(NoDerivative):
        traced(w, x, states, rule, family)
