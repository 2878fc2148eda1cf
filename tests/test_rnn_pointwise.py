"""Layers that work on each vector by itself: what they give, and their way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.rnn.pointwise import Dense, Normalised

SHAPES = [(3, 4), (4,), (3,), (3,), (3,), (3,)]  # kernel, bias, scale, shift, mean, variance
LAYERS = {
    "dense": Dense(kernel=0, bias=1, activation="tanh"),
    "dense without a bias": Dense(kernel=0, bias=None, activation="sigmoid"),
    "by each vector": Normalised(scale=2, shift=3, mean=None, variance=None, epsilon=1e-3),
    "by each vector, no scale": Normalised(scale=None, shift=None, mean=None, variance=None, epsilon=1e-3),
    "by what was gathered": Normalised(scale=2, shift=3, mean=4, variance=5, epsilon=1e-3),
    "then an activation": Normalised(scale=2, shift=3, mean=4, variance=5, epsilon=1e-3, activation="tanh"),
}
STEP = 1e-6


def numbers(seed=0):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in SHAPES]
    arrays[5] = np.abs(arrays[5]) + 0.5
    return arrays, rng.normal(size=(2, 5, 3))


def differences(value, array):
    """The gradient of a number by an array, from central differences."""
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + STEP
        above = value()
        array[place] = kept - STEP
        found[place], array[place] = (above - value()) / (2 * STEP), kept
    return found


@pytest.mark.parametrize("name", LAYERS)
def test_the_way_back_is_the_derivative(name):
    layer, (arrays, x) = LAYERS[name], numbers()
    out, back = layer.there_and_back(arrays, x)
    weights = np.random.default_rng(1).normal(size=out.shape)
    by_x, by_variables = back(weights)
    assert set(by_variables) == set(layer.places)

    def value():
        return float(np.sum(weights * layer(arrays, x)))

    assert np.allclose(by_x, differences(value, x), atol=1e-6)
    for place, gradient in by_variables.items():
        assert np.allclose(gradient, differences(value, arrays[place]), atol=1e-6)


def test_each_vector_has_a_mean_of_zero_and_a_variance_of_one():
    arrays, x = numbers()
    out = LAYERS["by each vector, no scale"](arrays, 5 * x + 3)
    assert np.allclose(out.mean(axis=-1), 0, atol=1e-12)
    assert np.allclose(out.var(axis=-1), 1, atol=1e-2)


def test_what_was_gathered_is_taken_off():
    arrays, x = numbers()
    layer = replace(LAYERS["by what was gathered"], scale=None, shift=None, epsilon=0.0)
    assert np.allclose(layer(arrays, x) * np.sqrt(arrays[5]) + arrays[4], x)


def test_only_layers_of_the_right_size_fit():
    assert LAYERS["dense"].gives(3, SHAPES) == 4
    assert LAYERS["dense"].gives(4, SHAPES) is None
    assert LAYERS["by what was gathered"].gives(3, SHAPES) == 3
    assert LAYERS["by what was gathered"].gives(4, SHAPES) is None
