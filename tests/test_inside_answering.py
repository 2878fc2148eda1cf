"""Which of a notebook's models stands for a name of the sheet: the one that was trained, where that is
certain."""

from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.real
tf = pytest.importorskip("tensorflow")

from grader.run.inside.answering import Answering  # noqa: E402
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
    found = Answering(None, None, {}, SimpleNamespace(witness=witness))._taken(names, request)
    assert {name: own for name, (own, _) in found.items()} == ({"model": taken} if taken else {})
