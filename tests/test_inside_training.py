"""What a model was trained with is handed over: arrays, data sets, and the data of a loop."""

import contextlib
import types

import numpy as np
import pytest

pytestmark = pytest.mark.real
tf = pytest.importorskip("tensorflow")

from grader.run.inside.asked.of_data import beside  # noqa: E402
from grader.run.inside.asked.of_training import MOST_ROWS, Fed  # noqa: E402
from grader.run.inside.seen import handed  # noqa: E402
from grader.run.inside.seen.trained import well_trained  # noqa: E402
from grader.run.inside.seen.witness import MOST_MODELS, Witness  # noqa: E402

X = np.arange(24.0).reshape(6, 4)
PARTS = {"model": {"name": "model", "kind": "model"}}


def network():
    made = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    made(tf.zeros((1, 4)))
    return made


def data_set(x=X):
    return tf.data.Dataset.from_tensor_slices((x, x[:, :1])).batch(4)


def rows(witness, model):
    return Fed(witness)({"model": model}, {}, PARTS).get("rows")


@pytest.mark.parametrize(
    ("handed", "seen"),
    [
        (X, X),
        (X[..., None], X),
        (tf.constant(X), X),
        (data_set(), X),
        (data_set().repeat(), X),
        (iter([(X, X[:, :1])]), None),
        (np.array(["a", "b"]), None),
    ],
    ids=["array", "with an axis", "tensor", "data set", "endless", "generator", "words"],
)
def test_what_fit_was_handed_is_told(handed, seen):
    model = network()
    witness = Witness(lambda: dict(enumerate([model])))
    witness.fits(network(), X + 100, None)  # another model's
    witness.fits(model, handed, None)
    found = rows(witness, model)
    if seen is None:
        assert found is None
    else:
        assert found.shape[1:] == (4, 1)
        assert len(found) in (len(seen), MOST_ROWS)
        assert np.array_equal(found[: len(seen), :, 0], seen)


def test_a_model_that_holds_the_trained_one_was_trained_with_the_same():
    inner = network()
    outer = tf.keras.Sequential([inner, tf.keras.layers.Rescaling(2.0)])
    outer(tf.zeros((1, 4)))
    witness = Witness(lambda: dict(enumerate([inner, outer])))
    witness.fits(inner, X, data_set(X + 50))
    assert np.array_equal(rows(witness, outer)[:, :, 0], X)


def test_of_a_loop_the_data_sets_of_the_passes_that_trained_are_told():
    model, other = network(), data_set(X + 50)
    witness = Witness(lambda: dict(enumerate([model])))
    witness.applies(model.trainable_variables)
    for made, step in ((data_set(), 1.0), (other, 0.0)):
        witness.begins(made)
        for batch in made:
            witness.batch(batch)
            model.trainable_variables[0].assign_add(step * tf.ones((4, 1)))
        witness.ends()
    assert np.array_equal(rows(witness, model)[:, :, 0], X)


def test_of_many_models_the_last_is_known_and_one_with_a_name():
    named, *objects = [network()]
    witness = Witness(lambda: dict(enumerate([named, *objects])))
    witness.applies(named.trainable_variables)
    for _ in range(12):  # one for each rate of a sweep
        objects = [network()]
        witness.applies(objects[0].trainable_variables)
    assert witness.model(objects[0]) is objects[0]
    assert witness.model(named) is named
    assert len(witness.states()) == MOST_MODELS


def test_the_data_of_a_training_that_raised_at_once_are_those_it_computed_gradients_for():
    whole = tf.data.Dataset.from_tensor_slices((X.reshape(6, 2, 2), X[:, :1]))
    lots, few, raw = whole.take(4).batch(2), whole.skip(4).batch(2), whole
    witness = Witness(dict)
    for made, tapes in ((few, False), (lots, True)):
        witness.begins(made)
        witness.batch(next(iter(made)))
        if tapes:
            witness.tapes()
    witness.ends()
    assert witness.data_sets() == (lots, None)
    assert witness.data_sets(train=few)[0] is None  # a name leads to others: those are asked
    assert beside(lots, [raw, lots, few, lots]) is few
    assert beside(lots, [raw, lots, few, few.take(1)]) is not few  # made from it, and nobody knows which
    assert beside(lots, [raw, lots]) is None


def test_a_model_with_cells_of_ones_own_comes_before_a_ready_made_one_of_its_name():
    kind = type("Cell", (tf.keras.layers.Dense,), {"__module__": "__main__"})
    own, ready, never = tf.keras.Sequential([kind(1)]), network(), network()
    own(tf.zeros((1, 4)))
    witness = Witness(lambda: dict(enumerate([own, ready, never])))
    for model in (own, ready):
        witness.applies(model.trainable_variables)
    assert witness.model(ready) is ready
    assert witness.model(ready, kind) is own
    assert witness.model(own, kind) is own
    assert witness.model(never, kind) is own
    assert witness.model(ready, type("Other", (), {})) is ready  # nobody trained one with such a cell


def test_a_look_at_some_batches_after_the_training_is_no_test():
    whole = tf.data.Dataset.from_tensor_slices((X.reshape(6, 2, 2), X[:, :1])).batch(1)
    trained, tested, look = whole.take(3), whole.skip(3), whole.take(2)
    witness = Witness(dict)
    for made in (trained, tested, trained, tested, look):
        witness.begins(made)
        witness.batch(next(iter(made)))
        witness.batch(next(iter(made)))
        witness._passes[id(made)].trained = made is trained
    assert witness.data_sets() == (trained, tested)
    assert witness.data_sets(test=look) == (trained, look)


def test_a_model_that_was_barely_trained_is_not_taken_for_its_name():
    named, long, short = network(), network(), network()
    witness = Witness(lambda: dict(enumerate([named, long, short])))
    for model, steps in ((named, 2), (long, 40), (short, 9)):
        optimizer = tf.keras.optimizers.SGD(0.1)
        for _ in range(steps):
            optimizer.apply_gradients(zip(model.trainable_variables, model.trainable_variables, strict=True))
        witness.applies(model.trainable_variables, optimizer)
    assert witness.model(named) is witness.model() is long
    assert witness.model(long) is long
    witness.applies(named.trainable_variables, object())  # one that does not count: nobody knows
    assert witness.model(named) is named


def fed_by(witness, of_call, x, *args, **kwargs):
    kernel = types.SimpleNamespace(
        witness=witness, changes=types.SimpleNamespace(paused=contextlib.nullcontext)
    )
    handed.note(kernel, of_call, x, args, kwargs)
    return [made and np.concatenate([part for part, _ in made]) for made in witness.data_sets()]


def test_arrays_that_fit_was_handed_are_data_sets():
    x, y = X.reshape(6, 2, 2), X[:, :1]
    train, test = fed_by(Witness(dict), handed.of_fit, x, y, 2, validation_data=(x + 50, y))
    assert np.array_equal(train, x)
    assert np.array_equal(test, x + 50)
    train, test = fed_by(Witness(dict), handed.of_fit, x, y, validation_split=0.5)
    assert np.array_equal(train, x[:3])
    assert np.array_equal(test, x[3:])
    witness = Witness(dict)
    assert fed_by(witness, handed.of_fit, x, y)[1] is None
    assert np.array_equal(fed_by(witness, handed.of_evaluate, x + 9, y)[1], x + 9)
    assert fed_by(Witness(dict), handed.of_fit, iter([x]), None) == [None, None]


class ByNumber(tf.keras.utils.Sequence):
    def __init__(self, x):
        super().__init__()
        self.x = x

    def __len__(self):
        return 3

    def __getitem__(self, place):
        return self.x[2 * place : 2 * place + 2], X[2 * place : 2 * place + 2, :1]


def test_batches_by_number_that_fit_was_handed_are_data_sets():
    x = X.reshape(6, 2, 2)
    train, test = fed_by(Witness(dict), handed.of_fit, ByNumber(x), validation_data=ByNumber(x + 50))
    assert np.array_equal(train, x)
    assert np.array_equal(test, x + 50)


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ((4, 750), (750,)),  # tried out
        ((300, 750), (300, 750)),
        ((675, 3375), (675, 3375)),  # trained, after a long sweep with another
        ((34, 3375), (3375,)),
        ((None, 750), (None, 750)),
    ],
)
def test_a_model_is_barely_trained_beside_another_only_where_it_took_few_steps(steps, kept):
    found = [types.SimpleNamespace(steps=lambda count=count: count) for count in steps]
    assert tuple(one.steps() for one in well_trained(found)) == kept
