"""What the kernel's own files answer: samples of data sets, labels of two classes, layers of a functional
model."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from grader.run.inside import walk  # noqa: E402
from grader.run.inside.asked import as_trained, of_data, of_lengths, of_model, of_notebook, ways  # noqa: E402
from grader.run.inside.seen import governor, handed, latest, optimized  # noqa: E402
from tests.made_up_sheet import PROBES  # noqa: E402

PARTS = {kind: {part: role.told() for part, role in probe.parts} for kind, probe in PROBES.items()}


def batches(count, size=32, time=7, classes=1):
    rng = np.random.default_rng(count)
    return [(rng.standard_normal((size, time, 1)), np.zeros((size, classes), "int32")) for _ in range(count)]


def asked(train, test):
    return of_data.pipeline({"train_ds": train, "test_ds": test}, {"batches": 64}, PARTS["pipeline"])


def test_the_first_samples_of_a_data_set_are_kept_whole():
    train = batches(40)
    answer = asked(train, batches(2))
    assert answer["x/train_ds"].shape == (of_data.MOST_SAMPLES, 7, 1)
    np.testing.assert_array_equal(answer["x/train_ds"][:64], np.concatenate([x for x, _ in train[:2]]))
    assert answer["y/train_ds"].shape == (of_data.MOST_SAMPLES, 1)
    assert answer["x/test_ds"].shape == (64, 7, 1)
    assert answer["train_ds"]["seen"] == 40


@pytest.mark.parametrize(
    "dressed",
    [
        lambda x, y: {"noise": x, "label": y},
        lambda x, y: {"label": y, "noise": x},
        lambda x, y: ({"noise": x}, y),
        lambda x, y: ({"noise": x}, {"label": y}),
    ],
)
def test_elements_that_are_dicts_are_sequences_and_labels(dressed):
    plain = batches(3)
    answer = asked([dressed(x, y) for x, y in plain], batches(1))
    np.testing.assert_array_equal(answer["x/train_ds"], np.concatenate([x for x, _ in plain]))
    assert answer["y/train_ds"].shape == (96, 1)


def test_what_holds_more_than_two_things_is_told():
    found = asked([{"a": 1, "b": 2, "c": 3}], batches(1))["train_ds"]
    assert found["odd"]
    assert not found["batches"]


class Trained:
    """A Witness of a training whose batches had this form."""

    def __init__(self, key, flat):
        self.input_key, self.is_flat = key, lambda: flat


@pytest.mark.parametrize(
    ("key", "flat", "takes"),
    [
        ("", False, lambda x: x),
        ("noise", False, lambda x: x["noise"]),
        ("", True, lambda x: x[..., tf.newaxis]),
        ("noise", True, lambda x: x["noise"][..., tf.newaxis]),
    ],
)
def test_a_model_is_asked_in_the_form_of_its_training(key, flat, takes):
    class Net(tf.keras.Model):
        def call(self, x):
            x = takes(x)
            assert len(x.shape) == 3
            return x * 2.0

    x = np.ones((2, 5, 1), "float32")
    with as_trained.as_trained.like(Trained(key, flat)):
        np.testing.assert_array_equal(ways.runner(Net())(tf.constant(x)), 2 * x)
    assert not as_trained.as_trained.key


def test_a_step_of_the_class_itself_is_seen_where_it_was_traced():
    class Trainer:
        __module__ = "__main__"

        @classmethod
        @tf.function
        def step(cls, x):
            return x + 1

        @tf.function
        def never(self, x):
            return x

    Trainer.step(tf.constant(1))
    found = of_notebook.tracing({"Trainer": Trainer}, {}, {})["functions"]
    assert found == [{"name": "Trainer.step", "traces": 1}]


def test_a_task_that_is_a_class_gives_samples_when_its_object_is_called():
    class Task:
        def __init__(self, seq_len, num_samples):
            self.sizes = seq_len, num_samples

        def __call__(self):
            for _ in range(self.sizes[1]):
                yield np.zeros((self.sizes[0], 1), "float32"), np.array([1])

    answer = of_data.data({"task": Task}, {"calls": [[5, 4]]}, {"task": {"name": "task"}})
    assert answer["calls"][0]["count"] == 4
    assert answer["x/0"].shape == (4, 5, 1)


def test_batches_of_other_shapes_or_kinds_are_not_kept_beside_the_first():
    mixed = [*batches(1), *batches(1, time=9), *batches(1)]
    assert len(asked(mixed, batches(1))["x/train_ds"]) == 64
    words = [(np.array([["a"], ["b"]]), np.zeros((2, 1)))]
    assert "x/train_ds" not in asked(words, batches(1))


def test_a_sequence_is_known_again_also_when_its_first_values_are_common():
    coins = np.random.default_rng(1).choice([-1.0, 1.0], (300, 25, 1))
    labels = np.zeros((300, 1))
    answer = asked([(coins[:200], labels[:200])], [(coins[100:], labels[100:])])
    train, test = (
        {tuple(row) for row in answer[f"keys/{name}"].tolist()} for name in ("train_ds", "test_ds")
    )
    assert (len(train), len(test), len(train & test)) == (200, 200, 100)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.array([[0], [1]]), [0, 1]),
        (np.array([0, 1]), [0, 1]),
        (np.eye(2)[[1, 0, 1]], [1, 0, 1]),
        (np.array([[0.2, 0.8]]), [1]),
    ],
)
def test_labels_may_be_numbers_or_pairs(y, classes):
    assert latest.labels_of(y).tolist() == [bool(label) for label in classes]


@pytest.mark.parametrize(("cached", "same"), [(True, True), (False, False)])
def test_a_test_set_that_is_taken_from_cached_training_data_is_the_same_data(cached, same):
    """Also when nobody has read the training data to their end, as in a shortened training."""
    rng = np.random.default_rng(1)

    def drawn():
        for _ in range(640):
            yield rng.standard_normal((5, 1)).astype("f4"), [1]

    signature = (tf.TensorSpec((5, 1)), tf.TensorSpec((1,), tf.int64))
    source = tf.data.Dataset.from_generator(drawn, output_signature=signature)
    train = (source.cache() if cached else source).batch(64).prefetch(2)
    test = train.take(3)
    for _ in train.take(4):
        pass
    answer = asked(train, test)
    assert np.array_equal(answer["keys/train_ds"][:64], answer["keys/test_ds"][:64]) == same


def test_the_layers_of_a_functional_model_are_found():
    noise = tf.keras.Input((5, 1))
    hidden = tf.keras.layers.Dense(3, name="below")(noise)
    model = tf.keras.Model(noise, tf.keras.layers.Dense(1, name="above")(hidden[:, -1]))
    walk.prepare()
    found = [thing for _, thing in walk.objects(model) if isinstance(thing, tf.keras.layers.Dense)]
    assert {layer.name for layer in found} == {"below", "above"}


def gradients_of(model):
    """(three sequences, the weights of the outputs, the answer, the shapes of its variables)."""
    rng = np.random.default_rng(2)
    x, weights = rng.standard_normal((3, 5, 1)).astype("f4"), rng.standard_normal((3, 2)).astype("f4")
    try:
        answer = of_model.gradients({"model": model}, {"x": x, "weights": weights}, PARTS["gradients"])
    finally:
        tf.config.run_functions_eagerly(False)
    return x, weights, answer, [variable["shape"] for variable in answer["variables"]]


@pytest.mark.parametrize("per_step", [False, True])
def test_gradients_are_asked_of_the_last_step_with_a_weight_for_each_class(per_step):
    walk.prepare()
    layer = tf.keras.layers.Dense(2)
    model = tf.keras.Sequential(
        [layer] if per_step else [layer, tf.keras.layers.Lambda(lambda out: out[:, -1])]
    )
    x, weights, answer, paths = gradients_of(model)
    np.testing.assert_allclose(answer[f"gradient/{paths.index([1, 2])}"], x[:, -1].T @ weights, rtol=1e-4)
    np.testing.assert_allclose(answer[f"gradient/{paths.index([2])}"], weights.sum(axis=0), rtol=1e-4)
    assert not answer["input_gradient"][:, :-1].any()


def test_gradients_are_asked_of_answers_to_something_else_than_the_sequences():
    walk.prepare()
    layer = tf.keras.layers.Dense(1)
    model = tf.keras.Sequential([layer, tf.keras.layers.Lambda(lambda out: out[-1])])
    x, weights, answer, paths = gradients_of(model)
    of_each = weights[0, [0, 1, 0, 1, 0]]
    np.testing.assert_allclose(
        answer[f"gradient/{paths.index([1, 1])}"], [x[-1, :, 0] @ of_each[:, None]], rtol=1e-4
    )
    assert answer["input_gradient"][-1].all()
    assert not answer["input_gradient"][:-1].any()


def test_layers_that_are_made_anew_in_every_step_do_not_hide_the_others():
    class Stepped(tf.keras.layers.Layer):
        def call(self, x):
            return tf.stack([tf.keras.layers.Activation("tanh")(x[:, t]) for t in range(x.shape[1])], axis=1)

    walk.prepare()
    model = tf.keras.Sequential([tf.keras.layers.Dense(2), Stepped()])
    shapes, _, _ = of_model._layer_shapes(model, tf.zeros((3, 100, 1)), ("LSTM_Layer", Stepped))
    assert [(entry["class"], entry["role"]) for entry in shapes] == [
        ("Dense", ""),
        ("Activation", ""),
        ("Stepped", "LSTM_Layer"),
        ("Sequential", ""),
        ("output", ""),
    ]


class Scaled(tf.keras.Model):
    """Brings its input near zero, and drops some of it at every call."""

    def __init__(self):
        super().__init__()
        self.dense, self.dropout = tf.keras.layers.Dense(1), tf.keras.layers.Dropout(0.5)

    def call(self, x):
        return self.dropout(self.dense((x - 3.5) / 1.7)[:, -1], training=True)


def test_a_model_that_drops_at_every_call_is_computed_without_and_told_so():
    model, x = Scaled(), np.ones((2, 3, 40, 1), "f4") * np.arange(1, 41, dtype="f4")[:, None]
    item = {"start": 1, "noise": 0.0, "pool": 0, "graph": False, "batches": 1}
    question = {
        "x": x,
        "pools": np.ones((1, 9), "f4"),
        "gain": 1.5,
        "items": [item, {**item, "start": 0, "noise": 1.0}],
    }
    walk.prepare()
    try:
        looks = [of_model.model({"model": model}, question, PARTS["model"]) for _ in range(6)]
    finally:
        tf.config.run_functions_eagerly(False)
    wanted = model.dense(tf.constant((x[0] - 3.5) / 1.7))[:, -1]
    for answer in looks:
        np.testing.assert_allclose(answer["out/0/0/0"], wanted, rtol=1e-5)
        np.testing.assert_allclose(answer["fed"], (x[0] - 3.5) / 1.7, rtol=1e-5)
    assert any(np.any(answer["again/0/0/0"] == 0) for answer in looks)
    assert model.dropout.rate == 0.5


def test_a_model_is_asked_for_other_lengths_only_where_there_is_no_layer():
    def model(x):
        if x.shape[1] < 2:
            raise ValueError("too short")
        return x[:, -1]

    question = {"x/0": np.ones((2, 1, 1), "f4"), "x/1": np.full((3, 4, 1), 5, "f4")}
    try:
        answer = of_lengths.lengths({"model": model}, question, PARTS["lengths"])
    finally:
        tf.config.run_functions_eagerly(False)
    assert answer["errors"] == {"0": {"name": "ValueError", "message": "too short"}}
    np.testing.assert_array_equal(answer["out/1/0"], np.full((3, 1), 5))
    assert of_lengths.lengths({"model": model, "LSTM_Layer": object}, question, PARTS["lengths"]) == {
        "errors": {}
    }


@pytest.mark.parametrize("cells", [1, 2])
def test_a_model_is_asked_for_other_lengths_where_its_layer_holds_several_cells(cells):
    class Cell:
        __module__ = "__main__"

    class Layer:
        __module__ = "__main__"

        def __init__(self):
            self.cells = [Cell() for _ in range(cells)]

    class Net:
        __module__ = "__main__"

        def __init__(self):
            self.layer = Layer()

        def __call__(self, x):
            return x[:, -1]

    names = {"model": Net(), "LSTM_Layer": Layer, "LSTM_Cell": Cell}
    try:
        answer = of_lengths.lengths(names, {"x/0": np.ones((2, 3, 1), "f4")}, PARTS["lengths"])
    finally:
        tf.config.run_functions_eagerly(False)
    assert ("out/0/0" in answer) == (cells > 1)


def test_a_step_that_is_a_method_of_a_trainer_is_seen_once():
    class Trainer:
        __module__ = "__main__"

        @tf.function
        def step(self, x):
            return x + 1

    trainer = Trainer()
    trainer.step(tf.constant(1))
    found = of_notebook.tracing({"trainer": trainer, "self": trainer, "text": "no"}, {}, {})
    assert found == {"functions": [{"name": "trainer.step", "traces": 1}]}


def test_steps_that_stand_in_a_dict_are_seen():
    step = tf.function(lambda x: x + 1)
    step(tf.constant(1))
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(tf.zeros((4, 2)), tf.zeros((4, 1)), verbose=0)
    found = of_notebook.tracing({"things": {"step": step, "model": model, "n": [1, 2]}}, {}, {})["functions"]
    assert all(one["traces"] for one in found)
    assert [one["name"] for one in found] == ["things.step", "things.model.train_function"]


class Affine(tf.Module):
    def __init__(self):
        super().__init__()
        self.w, self.count = tf.Variable(tf.zeros((1, 3))), tf.Variable(0.0, trainable=False)


class OnlyModules(tf.Module):
    def __init__(self):
        super().__init__()
        self.parts = [Affine(), Affine()]
        self.aside = {"dense": tf.keras.layers.Dense(2)}
        self.aside["dense"].build((None, 3))


def test_a_module_of_tensorflow_trains_its_own_variables_and_no_keras_layers():
    model = OnlyModules()
    found = of_model.described(model, walk.variables(model))
    told = {one["path"]: (one["tracked"], one["trainable"]) for one in found}
    assert told["parts.0.w"] == told["parts.1.w"] == (True, True)
    assert told["parts.0.count"] == (True, False)
    if not issubclass(tf.keras.layers.Layer, tf.Module):  # Keras 3
        assert {tracked for path, (tracked, _) in told.items() if path.startswith("aside")} == {False}


def test_what_keras_does_not_know_is_trained_where_an_optimizer_is_handed_it(monkeypatch):
    monkeypatch.setattr(optimized, "_variables", {})
    model = OnlyModules()
    model.aside = {"dense": tf.keras.layers.Dense(2), "other": tf.keras.layers.Dense(2)}
    for dense in model.aside.values():
        dense.build((None, 3))
    handed = lambda: {one["path"].split(".")[1]: one["handed"] for one in of_model.described(model, found)}  # noqa: E731
    found = [entry for entry in walk.variables(model) if entry[0].startswith("aside")]
    assert handed() == {"dense": True, "other": True}  # nobody saw an optimizer
    optimized.note(walk.tensor_of(variable) for variable in model.aside["dense"].weights)
    if not issubclass(tf.keras.layers.Layer, tf.Module):  # Keras 3
        assert handed() == {"dense": True, "other": False}


@pytest.mark.parametrize(("held", "updates"), [("by name", 3), ("by a model", 3), ("not at all", None)])
def test_the_updates_of_the_weights_are_counted(held, updates):
    watch = governor.Governor(0)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    optimizer = tf.keras.optimizers.SGD(0.1)
    model.compile(optimizer, "mse")
    model.fit(np.zeros((12, 2)), np.zeros((12, 1)), batch_size=4, verbose=0)
    names = {
        "by name": {"optimizer": optimizer, "adam": optimizer},
        "by a model": {"model": model},
        "not at all": {"rate": 0.1},
    }
    watch.namespace = lambda: names[held]
    assert watch.answer({}, {}, {})["updates"] == updates


RAW, OTHER, LATER = np.zeros((4, 2)), np.ones((4, 2)), np.full((4, 2), 2.0)


@pytest.mark.parametrize(
    ("handed_over", "of_model", "found"),
    [
        ([("net", RAW)], True, RAW),  # bound again after the training
        ([("net", RAW), ("other", LATER)], True, RAW),
        ([("other", RAW)], True, LATER),  # another model's
        ([("other", RAW)], False, RAW),
        ([("other", RAW), ("net", LATER)], False, LATER),  # in use as it is
        ([("net", RAW), ("net", OTHER)], True, OTHER),
        ([], True, LATER),
    ],
)
@pytest.mark.parametrize("own", ["X_train", "x_train"])
def test_an_array_that_is_bound_again_is_what_the_model_was_handed(handed_over, of_model, found, own):
    names = {"net": object(), "other": object()}
    seen = handed.HandedData(lambda: names)
    for model, array in handed_over:
        names[own] = array
        seen.note(names[model], handed.things_of(array, (np.zeros(4),), {}, handed.OF_FIT))
    names[own] = LATER
    parts = {"model": {"name": "net"}} if of_model else {}
    asked = of_notebook.HandedArrays(seen)({**names, "X_train": LATER}, {"names": ["X_train"]}, parts)
    np.testing.assert_array_equal(asked["array/X_train"], found)


def test_of_several_names_of_one_thing_the_one_that_is_asked_for_counts():
    first, second = np.zeros(3), np.ones(3)
    names = {"net": object(), "data": first, "X_train": second}
    seen = handed.HandedData(lambda: names)
    seen.note(names["net"], [first, second])
    names |= dict.fromkeys(("data", "X_train"), now := np.full(3, 2.0))
    assert seen.under("X_train", now, names["net"]) is second
    assert seen.under("data", now, names["net"]) is first


def test_what_fit_tests_with_is_handed_over_too():
    x, y, beside = np.zeros(3), np.ones(3), (np.zeros(2), np.ones(2))
    found = handed.things_of(x, (y,), {"validation_data": beside}, handed.OF_FIT)
    assert [id(one) for one in found] == [id(one) for one in (x, y, *beside)]
