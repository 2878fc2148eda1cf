"""A name of the sheet that another model has by now stands for the one that was trained under it."""

import pytest

pytestmark = pytest.mark.real
tf = pytest.importorskip("tensorflow")

from grader.run.inside.asked.bound import meant, trained_before  # noqa: E402
from grader.run.inside.seen.witness import Witness  # noqa: E402


def model():
    return tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])


def bound_in_turn(*models, trained):
    """What the name of all these in turn means in the end; each cell binds it and may train what has it."""
    names = {}
    witness = Witness(lambda: names)
    for one in models:
        names["net"] = one
        if one in trained:
            witness.applies(one.trainable_variables)
        witness.look()
    return trained_before(witness, "net", models[-1])


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
    assert trained_before(Witness(dict), "net", model()) is None


def test_the_parts_of_a_probe_are_those_that_were_trained():
    first, second, other = model(), model(), model()
    names = {"net": first, "free": other}
    witness = Witness(lambda: names)
    witness.applies(first.trainable_variables)
    names["net"] = second
    witness.look()
    parts = {"model": {"name": "net", "kind": "model"}, "x": {"name": "x", "kind": "thing"}}
    assert meant(witness, names, parts) == {"net": first}
    assert meant(witness, {}, parts) == {}


def test_a_model_that_was_named_and_bound_again_in_the_cell_of_its_training_is_known():
    first, second = model(), model()
    names = {"net": first, "n": 3}
    witness = Witness(lambda: names)
    witness.applies(first.trainable_variables)
    names["net"] = second  # before the cell is over
    witness.look()
    assert trained_before(witness, "net", second) is first
    assert trained_before(witness, "other", second) is None
    witness.applies(second.trainable_variables)
    assert trained_before(witness, "net", second) is None


def test_a_model_that_gets_its_name_when_its_training_is_over_is_known_by_it():
    first, second = model(), model()
    names = {"inner": first}
    witness = Witness(lambda: names)
    witness.applies(first.trainable_variables)
    names["net"] = names.pop("inner")
    witness.look()
    names["net"] = second
    assert trained_before(witness, "net", second) is first
