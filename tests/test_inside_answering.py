"""Which of a notebook's models stands for a name of the sheet: the one that was trained, where that is
certain."""

import pytest

pytestmark = pytest.mark.real
tf = pytest.importorskip("tensorflow")

from grader.run.inside.answering import Answering, _without_leftovers  # noqa: E402
from grader.run.inside.witness import Witness  # noqa: E402

KIND = {"kind": "model"}


def network():
    made = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    made(tf.zeros((1, 2)))
    return made


@pytest.mark.parametrize(
    ("declared", "taken"),
    [
        ({"model": KIND}, "copy"),
        ({"model": KIND, "first": KIND}, None),  # the copy may stand for either
        ({"model": KIND, "train": {"kind": "data set"}}, "copy"),
    ],
)
def test_a_trained_copy_stands_for_the_sheets_only_model(declared, taken):
    names = {"model": network(), "copy": network()}
    witness = Witness(lambda: list(names.values()))
    witness.applies(names["copy"].trainable_variables)
    request = {"needs": ["model"], "parts": {"model": {"name": "model", **KIND}}, "declared": declared}
    found = Answering(None, None, {}, witness)._taken(names, request)
    assert {name: own for name, (own, _) in found.items()} == ({"model": taken} if taken else {})


def test_an_array_that_a_function_held_is_not_the_sheets_function():
    function = {
        "kind": "function",
        "name": "forecast",
        "arguments": ["model"],
        "yields": False,
        "hands_on": "",
    }
    names = {"forecast": [1.0], "model_forecast": lambda model: model, "series": [2.0]}
    request = {"roles": {"forecast": ["model_forecast"]}, "declared": {"forecast": function}}
    assert set(_without_leftovers(names, request)) == {"model_forecast", "series"}
    assert set(_without_leftovers(names, {**request, "roles": {}})) == set(names)
