"""A layer and a whole network of any family: what known mistakes of a loop give, and gradients through it."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from grader.rnn.by_sequence import Sequences, explain_sequences, one_step
from grader.rnn.families import FAMILIES
from grader.rnn.gradients.network import gradients_of
from grader.rnn.gradients.through_time import forward
from grader.rnn.gru import GRU
from grader.rnn.layer_mistakes import LAYER_MISTAKES, LayerCall, layer_mistakes
from grader.rnn.lstm import LSTM
from grader.rnn.network import Network, Recurrent
from grader.rnn.pointwise import Dense
from grader.rnn.pooling import Pooling
from grader.rnn.search import explain
from grader.rnn.simple import SIMPLE
from tests.made_up import Style, asked, lstm
from tests.test_rnn_search import gru, simple

CODES = {
    "lstm": (("i", "f", "g", "o"), lstm),
    "gru": (("z", "r", "n"), gru(after=True, keeps=True)),
    "simple_rnn": (("n",), simple("tanh")),
}
BATCH, TIME = 3, 4


def mapped(family, kind="fused pair", **sizes):
    """(what was asked, the mapping that explains it)."""
    order, code = CODES[family.name]
    made = asked(Style(kind, order), 4, code, family=family, **sizes)
    found = explain(made)
    assert found is not None
    return made, found


def called(family):
    """One call of a layer of a right cell."""
    made, found = mapped(family)
    rng = np.random.default_rng(7)
    weights = found.layout.weights(made.draws[0].arrays, made.units, made.features)
    states = tuple(rng.standard_normal((BATCH, made.units)) for _ in family.states)
    x = rng.standard_normal((BATCH, TIME, made.features))
    return LayerCall(run=partial(found.chain, weights), x=x, states=states)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_mistake_of_a_loop_differs_from_the_right_one_and_from_all_others(family):
    call = called(family)
    given = {mistake.id: mistake.gives(call) for mistake in layer_mistakes(family)} | {"right": call.right()}
    names = list(given)
    same = [
        (one, two)
        for k, one in enumerate(names)
        for two in names[k + 1 :]
        if given[one].shape == given[two].shape and np.allclose(given[one], given[two], atol=1e-6)
    ]
    assert same == []


def test_one_state_makes_fewer_mistakes():
    assert len(layer_mistakes(LSTM)) == len(LAYER_MISTAKES)
    assert {mistake.id for mistake in LAYER_MISTAKES} - {mistake.id for mistake in layer_mistakes(GRU)} == {
        "cell_states",
        "both_states",
        "hidden_start_ignored",
        "cell_start_ignored",
        "start_swapped",
        "hidden_zero",
        "cell_zero",
        "hidden_not_carried",
        "cell_not_carried",
        "carried_swapped",
        "unpacked_swapped",
        "hidden_carried_twice",
        "cell_carried_twice",
    }


@pytest.mark.parametrize("pooling", Pooling, ids=lambda pooling: pooling.name)
@pytest.mark.parametrize("family", [GRU, SIMPLE], ids=lambda family: family.name)
def test_gradients_through_a_whole_network_are_its_derivatives(family, pooling):
    made, found = mapped(family, units=5, features=3)
    places = tuple(range(2, 2 + len(made.shapes)))
    inside = pooling.width(5, TIME)
    network = Network(
        read_in=(Dense(kernel=0, bias=1, activation="tanh"),),
        recurrent=(Recurrent(variables=places, units=5, features=3),),
        read_out=(Dense(kernel=len(places) + 2, bias=None, activation="sigmoid"),),
        cell=found,
        pooling=pooling,
        start=0.5,
    )
    rng = np.random.default_rng(3)
    arrays = [rng.standard_normal(shape) * 0.5 for shape in ((1, 3), (3,), *made.shapes, (inside, 2))]
    x, weights = rng.standard_normal((2, TIME, 1)), rng.standard_normal((2, 2))
    got = gradients_of(network, arrays, x, weights)
    for gradient, array in zip((*got.variables, got.input), (*arrays, x), strict=True):
        for place in list(np.ndindex(array.shape))[:6]:
            before, values = array[place], []
            for moved in (1e-6, -1e-6):
                array[place] = before + moved
                values.append(float(np.sum(network(arrays, x) * weights)))
            array[place] = before
            assert gradient[place] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_layer_without_a_cell_is_explained_by_its_sequences(family):
    made, found = mapped(family)
    rng = np.random.default_rng(9)
    zeros = tuple(np.zeros((BATCH, made.units)) for _ in family.states)
    told = []
    for time in (1, 2, TIME):
        x = rng.standard_normal((BATCH, time, made.features)).astype("f4")
        weights = found.layout.weights(made.draws[0].arrays, made.units, made.features)
        out = forward(weights, x.astype("f8"), zeros, found.variant)[0].astype("f4")
        told.append(Sequences(arrays=made.draws[0].arrays, x=x, out=out))
    alone = one_step(family, told[0], made.shapes, made.paths)
    explained = explain_sequences(alone, told)
    assert explained is not None
    assert explained.variant == found.variant
    assert explained.is_right
    backwards = [replace(some, out=some.out[:, ::-1]) for some in told]
    assert explain_sequences(alone, backwards) is None
