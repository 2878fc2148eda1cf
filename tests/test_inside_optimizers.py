"""One optimizer for several models, and rates that are numbers of any kind, in either generation of Keras as
in the one that such notebooks were written for."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("tensorflow")

from grader.run.inside import optimizers

INSTALL = """
from grader.run.inside import {keras_two}optimizers
{keras_two_install}
optimizers.install()
kinds = tf.keras.optimizers
"""
SCRIPT = """
import json, numpy as np, tensorflow as tf
{install}
def weights(start):
    return [tf.Variable([start, -start]), tf.Variable(start)]
def step(optimizer, of):
    optimizer.apply_gradients([(tf.cast(tf.ones_like(v) * 0.3, v.dtype) + v, v) for v in of])
def trained(optimizer):
    a, b = weights(1.0), weights(2.0)
    traced = tf.function(lambda: step(optimizer, a))
    traced(), step(optimizer, b), traced(), step(optimizer, a + b)
    return [float(x) for v in a + b for x in np.ravel(v.numpy())] + [int(optimizer.iterations)]
told = {{
    "adam": trained(kinds.Adam(0.1)), "momentum": trained(kinds.SGD(0.1, momentum=0.9)),
    "rmsprop": trained(kinds.RMSprop(0.1, centered=True)),
    "amsgrad": trained(kinds.Adam(0.1, amsgrad=True)), "adagrad": trained(kinds.Adagrad(0.1)),
}}
rates = [1, np.float32(0.5), tf.constant(0.25), tf.Variable(0.125), 0.0625]
told["rates"] = [float(np.array(kinds.SGD(rate).learning_rate)) for rate in rates]
print(json.dumps(told))
"""


def told(install, keras_two=True):
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": str(int(keras_two))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(install=install)],
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture(scope="module")
def wanted():
    """What the optimizers of Keras until 2.10 do, which never lack a state."""
    return told("kinds = tf.keras.optimizers.legacy")[0]


@pytest.mark.real
@pytest.mark.parametrize("keras_two", [False, True])
def test_a_second_model_is_trained_as_it_was(wanted, keras_two):
    ours = INSTALL.format(
        keras_two="keras_two, " if keras_two else "",
        keras_two_install="keras_two.install()" if keras_two else "",
    )
    found, said = told(ours, keras_two)
    for name, values in wanted.items():
        assert found[name] == pytest.approx(values, abs=2e-4), name
    assert optimizers.ANOTHER in said
    assert (optimizers.NUMBER in said) is not keras_two


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
