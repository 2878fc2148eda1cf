"""One optimizer for several models, and rates that are numbers of any kind, in either generation of Keras as
in the one that such notebooks were written for."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("tensorflow")

from grader.run.inside.period import optimizers
from tests.sampling import ALL

SCRIPT = """
import json, sys, numpy as np, tensorflow as tf
from grader.run.inside.period import keras_two, optimizers
def weights(start):
    return [tf.Variable([start, -start]), tf.Variable(start)]
def step(optimizer, of):
    optimizer.apply_gradients([(tf.cast(tf.ones_like(v) * 0.3, v.dtype) + v, v) for v in of])
def trained(optimizer, knows_all=False):
    a, b = weights(1.0), weights(2.0)
    if knows_all:
        optimizer.build(a + b)
    traced = tf.function(lambda: step(optimizer, a))
    traced(), step(optimizer, b), traced(), step(optimizer, a + b)
    return [float(x) for v in a + b for x in np.ravel(v.numpy())] + [int(optimizer.iterations)]
def each(kinds, **how):
    return {
        "adam": trained(kinds.Adam(0.1), **how), "momentum": trained(kinds.SGD(0.1, momentum=0.9), **how),
        "rmsprop": trained(kinds.RMSprop(0.1, centered=True), **how),
        "adagrad": trained(kinds.Adagrad(0.1), **how),
        "amsgrad": trained(kinds.Adam(0.1, amsgrad=True), **how),
    }
kinds = tf.keras.optimizers
wanted = each(kinds.legacy) if keras_two.is_wanted() else each(kinds, knows_all=True)
if keras_two.is_wanted():
    keras_two.install()
optimizers.install()
def rates_of(optimizer):
    before = float(np.array(optimizer.learning_rate))
    of = weights(1.0)
    step(optimizer, of), step(optimizer, of)
    return [before, float(np.array(optimizer.learning_rate))]
made = [
    kinds.SGD(lr=2e-6), kinds.Adam(lr=0.5, decay=0.5), kinds.RMSprop(decay=1.0, epsilon=None),
    kinds.Adam(lr=0.25, beta_1=0.9, epsilon=None, decay=0.0), kinds.SGD(0.5, decay=0.5),
    kinds.get({"class_name": "Adam", "config": {"lr": 0.125}}),
]
old = [rates_of(one) for one in made]
rates = [1, np.float32(0.5), tf.constant(0.25), tf.Variable(0.125), 0.0625]
read = [float(np.array(kinds.SGD(rate).learning_rate)) for rate in rates]
told = {"wanted": wanted, "found": each(kinds), "old": old}
print(json.dumps(told | {"rates": [list(map(float, rates)), read]}))
"""
KERAS_2 = pytest.param(True, marks=pytest.mark.skipif(not ALL, reason="as Keras 3: make test-all"))


@pytest.mark.real
@pytest.mark.parametrize("keras_two", [False, KERAS_2])
def test_a_second_model_is_trained_as_if_both_were_known(keras_two):
    """Under Keras 2 as the optimizers until 2.10 do, which lack no state."""
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": str(int(keras_two))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=env, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    after = 1 if keras_two else 2  # the rate of the last step, or of the next one
    slow = [(2e-6, 0), (0.5, 0.5), (0.001, 1.0), (0.25, 0), (0.5, 0.5), (0.125, 0)]
    assert told["old"] == [pytest.approx([rate, rate / (1 + by * after)], rel=1e-5) for rate, by in slow]
    for name, values in told["wanted"].items():
        assert told["found"][name] == pytest.approx(values, abs=2e-4), name
    assert told["rates"][0] == told["rates"][1]
    assert optimizers.ANOTHER in done.stderr
    assert (optimizers.NUMBER in done.stderr) is not keras_two


class Simple:
    """An optimizer with a state of each variable, as Keras builds it."""

    def __init__(self, fails=False):
        self.built, self.fails, self.places, self.steps = False, fails, {}, object()
        self.momenta, self.variables = [], []

    def _var_key(self, variable):
        return variable

    def build(self, variables):
        if self.built and self.fails:
            raise AssertionError
        self.places = {variable: n for n, variable in enumerate(variables)}
        self.momenta = [f"momentum of {variable}" for variable in variables]
        self.variables.extend(self.momenta)
        self.steps, self.built = object(), True
        if self.fails:
            raise ValueError("tf.function only supports singleton variables")

    def meet(self, *variables):
        optimizers._meet(self, variables, built="built", places="places")


def test_states_go_on_behind_what_was_kept():
    one = Simple()
    one.build(["a", "b"])
    steps = one.steps
    one.meet("b", "c")
    one.meet("d", "a")
    assert one.places == {"a": 0, "b": 1, "c": 2, "d": 3}
    assert one.momenta == one.variables == [f"momentum of {name}" for name in "abcd"]
    assert one.steps is steps
    assert one.built


def test_what_cannot_be_built_leaves_the_rest_alone():
    one = Simple()
    one.build(["a"])
    one.fails = True
    with pytest.raises(ValueError, match="singleton"):
        one.meet("b")
    assert one.places == {"a": 0}
    assert one.momenta[0] == "momentum of a"
    assert one.built
