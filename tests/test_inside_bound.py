"""A name of the sheet that another model has by now stands for the one that was trained under it."""

import pytest

pytestmark = pytest.mark.real
tf = pytest.importorskip("tensorflow")

from grader.run.inside.asked.bound import MOST_MODELS, Bound  # noqa: E402
from grader.run.inside.seen.witness import Witness  # noqa: E402


def model():
    return tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])


def bound_in_turn(*models, trained):
    witness = Witness(lambda: dict(enumerate(models)))
    bound = Bound(witness)
    for one in models:
        bound.note("net", one)
        if one in trained:
            witness.applies(one.trainable_variables)
    return bound.trained("net", models[-1])


def test_what_was_trained_under_a_name_goes_before_what_was_not():
    first, second, third = model(), model(), model()
    assert bound_in_turn(first, second, trained=[first]) is first
    assert bound_in_turn(first, second, third, trained=[first, second]) is second


def test_what_has_the_name_counts_where_it_was_trained_or_nothing_was():
    first, second = model(), model()
    assert bound_in_turn(first, second, trained=[first, second]) is None
    assert bound_in_turn(first, second, trained=[second]) is None
    assert bound_in_turn(first, second, trained=[]) is None
    assert bound_in_turn(first, trained=[first]) is None


def test_a_model_that_was_loaded_counts():
    first, loaded = model(), model()
    loaded.compile(optimizer="sgd", loss="mse")
    assert bound_in_turn(first, loaded, trained=[first]) is first
    loaded.optimizer.iterations.assign(7)
    assert bound_in_turn(first, loaded, trained=[first]) is None


def test_a_name_that_nothing_has_stands_for_nothing():
    bound = Bound(Witness(dict))
    bound.note("net", None)
    assert bound.trained("net", model()) is None


def test_of_many_models_the_latest_are_kept():
    many = [model() for _ in range(MOST_MODELS + 1)]
    assert bound_in_turn(*many, trained=[many[0]]) is None


def test_the_parts_of_a_probe_are_those_that_were_trained():
    first, second, other = model(), model(), model()
    witness = Witness(lambda: dict(enumerate([first, second, other])))
    bound = Bound(witness)
    request = {"declared": {"net": {"kind": "model"}, "free": {"kind": "model"}}}
    bound.look({"net": first}, request)
    witness.applies(first.trainable_variables)
    names = {"net": second, "free": other}
    bound.look(names, request)
    parts = {"model": {"name": "net", "kind": "model"}, "x": {"name": "x", "kind": "thing"}}
    assert bound.meant(names, parts) == {"net": first}
    assert bound.meant({}, parts) == {}


def test_a_model_is_known_by_the_name_that_it_had_in_its_training():
    first, second = model(), model()
    names = {"net": first, "n": 3}
    witness = Witness(lambda: names)
    witness.applies(first.trainable_variables)  # nothing was asked until now
    names["net"] = second
    bound = Bound(witness)
    bound.note("net", second)
    assert bound.trained("net", second) is first
    assert bound.trained("other", second) is None
    witness.applies(second.trainable_variables)
    assert bound.trained("net", second) is None
