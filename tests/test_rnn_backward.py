"""The way back through time is the derivative of the way forward, for every right rule of every family."""

from dataclasses import replace

import numpy as np
import pytest

from grader.rnn.backward import backward, forward, step_back
from grader.rnn.families import FAMILIES
from grader.rnn.flow import Flow
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
