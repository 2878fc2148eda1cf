"""The host's way through Keras' own layers, there and back, beside Keras itself."""

import numpy as np
import pytest

from grader.judge.identify.keras_model import ready_made
from grader.probes.keras_model import KerasModel
from grader.rnn.keras_layers import LayerSpec, Stacked, layer_of
from grader.rnn.sgd import Descent

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.real

from grader.run.inside import walk  # noqa: E402
from grader.run.inside.asked import described  # noqa: E402

L = tf.keras.layers
RNG = np.random.default_rng(0)
CASES = {
    "simple": lambda: [L.SimpleRNN(5), L.Dense(1, activation="sigmoid")],
    "lstm": lambda: [L.LSTM(4, return_sequences=True), L.LSTM(3), L.Dense(2)],
    "gru": lambda: [L.GRU(4), L.Dense(1)],
    "gru reset before": lambda: [L.GRU(4, reset_after=False, use_bias=False), L.Dense(1)],
    "backwards": lambda: [L.LSTM(4, go_backwards=True), L.Dense(1)],
    "both ways": lambda: [
        L.Bidirectional(L.GRU(3, return_sequences=True)),
        L.Bidirectional(L.LSTM(2), merge_mode="sum"),
        L.Dense(1),
    ],
    "multiplied": lambda: [
        L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="mul"),
        L.GRU(2),
        L.Dense(1),
    ],
    "average": lambda: [L.Bidirectional(L.SimpleRNN(3, activation="relu"), merge_mode="ave"), L.Dense(1)],
    "mean of steps": lambda: [
        L.GRU(3, return_sequences=True),
        L.GlobalAveragePooling1D(),
        L.Dense(1),
        L.Activation("sigmoid"),
    ],
    "largest of steps": lambda: [
        L.LSTM(3, return_sequences=True),
        L.GlobalMaxPooling1D(),
        L.Dense(4),
        L.ReLU(),
        L.Dense(1),
    ],
    "normalised": lambda: [
        L.LayerNormalization(),
        L.GRU(4, return_sequences=True),
        L.LayerNormalization(scale=False),
        L.LSTM(3),
        L.LayerNormalization(center=False, epsilon=0.1),
        L.Dense(1),
    ],
    "scaled, dropped, flat": lambda: [
        L.Rescaling(0.5, offset=1.0),
        L.GRU(3, return_sequences=True),
        L.Dropout(0.5),
        L.Flatten(),
        L.Dense(1),
    ],
    "convolution": lambda: [
        L.Conv1D(4, 3, activation="relu", padding="causal"),
        L.Conv1D(3, 2, padding="same", use_bias=False),
        L.MaxPooling1D(2),
        L.LSTM(3),
        L.Dense(1),
    ],
    "convolution in strides": lambda: [
        L.Conv1D(3, 3, strides=2, padding="same", activation="tanh"),
        L.Conv1D(2, 2),
        L.AveragePooling1D(2, strides=1),
        L.GRU(2),
        L.Dense(1),
    ],
    "encoder and decoder": lambda: [
        L.LSTM(3),
        L.RepeatVector(5),
        L.GRU(4, return_sequences=True),
        L.TimeDistributed(L.Dense(2)),
    ],
    "reshaped": lambda: [L.Reshape((-1, 3)), L.LSTM(2), L.Reshape((2, 1)), L.SimpleRNN(3), L.Dense(1)],
    "layers of activations": lambda: [
        L.Dense(3),
        L.LeakyReLU(),
        L.LSTM(3),
        L.ELU(),
        L.Dense(4),
        L.LeakyReLU(0.1),
        L.Dense(3),
        L.Softmax(),
    ],
    "masked": lambda: [L.Masking(mask_value=5.0), L.GRU(3), L.Dense(1)],
}
# of words: padded before or behind, and what stands behind the table
OF_WORDS = {
    "last": lambda: [L.LSTM(4), L.Dense(1)],
    "stacked": lambda: [L.GRU(4, return_sequences=True), L.Dropout(0.3), L.SimpleRNN(3), L.Dense(1)],
    "reset before": lambda: [L.GRU(4, reset_after=False), L.Dense(1)],
    "both ways": lambda: [
        L.Bidirectional(L.LSTM(3, return_sequences=True)),
        L.Bidirectional(L.GRU(2)),
        L.Dense(1),
    ],
    "both ways at each step": lambda: [
        L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="sum"),
        L.Dense(2, activation="softmax"),
    ],
    "silent": lambda: [L.GRU(3, return_sequences=True, zero_output_for_mask=True), L.Dense(1)],
    "mean": lambda: [L.GlobalAveragePooling1D(), L.Dense(1)],
    "mean of states": lambda: [
        L.LSTM(3, return_sequences=True),
        L.LayerNormalization(),
        L.GlobalAveragePooling1D(),
        L.Dense(1),
    ],
    "each step": lambda: [L.LSTM(3, return_sequences=True), L.Dense(2, activation="softmax")],
    "backwards": lambda: [L.LSTM(3, go_backwards=True), L.Dense(1)],
}


def spec_of(layer):
    """A layer of Keras as the kernel tells it."""
    places = {id(walk.tensor_of(weight)): k for k, weight in enumerate(layer.weights)}
    arrays = [np.asarray(weight) for weight in layer.weights]
    return _spec_of(described.layer(layer, places), arrays)


def _spec_of(told, arrays):
    return LayerSpec(
        kind=told["kind"],
        settings=told["settings"],
        arrays=tuple(arrays[place] for place in told["places"]),
        inside=tuple(_spec_of(one, arrays) for one in told["inside"]),
    )


@pytest.mark.parametrize("case", CASES)
def test_forward_and_back_are_those_of_keras(case):
    model = tf.keras.Sequential([L.Input((6, 2)), *CASES[case]()])
    model.set_weights([RNG.normal(size=w.shape) * 0.5 for w in model.get_weights()])
    layers = [layer for layer in model.layers if not isinstance(layer, L.InputLayer)]
    network = Stacked(layers=tuple(layer_of(spec_of(layer)) for layer in layers))
    x = RNG.normal(size=(3, 6, 2))
    watched = tf.constant(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(watched)
        out = model(watched)
        loss = tf.reduce_sum(out**2)
    by_x, *by_weights = tape.gradient(loss, [watched, *model.trainable_weights])
    assert np.allclose(network(x), out, atol=1e-5)
    found, by_arrays = network.back(x, lambda out: 2 * out)
    assert np.allclose(found, by_x, atol=1e-4)
    flat = [array for own in by_arrays for array in own]
    assert len(flat) == len(by_weights)
    for ours, theirs in zip(flat, by_weights, strict=True):
        assert np.allclose(ours, theirs, atol=1e-3)


@pytest.mark.parametrize("settings", [{}, {"scale": False}, {"center": False, "epsilon": 0.1}], ids=str)
def test_what_a_batch_normalisation_gathered_is_taken_off_and_nothing_is_said_of_its_training(settings):
    one = L.BatchNormalization(**settings)
    one(tf.zeros((1, 4, 3)))
    one.set_weights([RNG.uniform(0.5, 2, size=w.shape) for w in one.get_weights()])
    x = RNG.normal(size=(3, 4, 3)).astype("f4")
    assert np.allclose(layer_of(spec_of(one), back=False)(x)[0], one(x), atol=1e-5)
    assert layer_of(spec_of(one)) is None


@pytest.mark.parametrize("masks", [True, False], ids=["padding hidden", "padding seen"])
@pytest.mark.parametrize("case", OF_WORDS)
def test_words_are_looked_up_and_padding_is_hidden_as_by_keras(case, masks):
    model = tf.keras.Sequential([L.Input((7,)), L.Embedding(11, 3, mask_zero=masks), *OF_WORDS[case]()])
    model.set_weights([RNG.normal(size=w.shape) * 0.5 for w in model.get_weights()])
    layers = [layer for layer in model.layers if not isinstance(layer, L.InputLayer)]
    network = Stacked(layers=tuple(layer_of(spec_of(layer)) for layer in layers))
    x = RNG.integers(1, 11, size=(6, 7))
    x[1, 4:], x[2, :3], x[3, 2] = 0, 0, 0
    assert np.allclose(network(x.astype("f4")), model(tf.constant(x, tf.int32)), atol=1e-5)
    assert np.array_equal(network(x.astype("f4")), network(x.astype("f4")[..., None]))


def test_the_gradient_of_a_table_is_that_of_keras():
    model = tf.keras.Sequential([L.Input((5,)), L.Embedding(9, 3, mask_zero=True), L.GRU(2), L.Dense(1)])
    layers = [layer for layer in model.layers if not isinstance(layer, L.InputLayer)]
    network = Stacked(layers=tuple(layer_of(spec_of(layer)) for layer in layers))
    x = RNG.integers(1, 9, size=(4, 5))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(tf.constant(x, tf.int32)) ** 2)
    theirs = tape.gradient(loss, model.trainable_weights)
    _, by_arrays = network.back(x.astype("f4"), lambda out: 2 * out)
    flat = [array for own in by_arrays for array in own]
    for ours, keras in zip(flat, map(tf.convert_to_tensor, theirs), strict=True):
        assert np.allclose(ours, keras, atol=1e-4)
    x[0, 3:] = 0
    with pytest.raises(ValueError, match="do not count"):
        network.back(x.astype("f4"), lambda out: 2 * out)


@pytest.mark.parametrize("word", [-1, 9], ids=["below", "beyond"])
def test_a_word_that_the_table_does_not_have_is_an_error(word):
    table = layer_of(LayerSpec(kind="Embedding", arrays=(np.ones((9, 2)),)))
    with pytest.raises(IndexError):
        table(np.full((1, 1), float(word)))


@pytest.mark.parametrize(
    "spec",
    [
        LayerSpec(kind="Conv1D"),
        LayerSpec(
            kind="Conv1D",
            settings={"activation": "relu", "strides": 1, "padding": "same", "dilation_rate": 2},
            arrays=(np.ones((2, 1, 1)),),
        ),
        LayerSpec(kind="MaxPooling1D", settings={"pool_size": 2, "strides": 2, "padding": "same"}),
        LayerSpec(kind="Embedding"),
        LayerSpec(kind="Masking", settings={"mask_value": "x"}),
        LayerSpec(kind="RepeatVector", settings={"n": 10**12}),
        LayerSpec(kind="RepeatVector", settings={"n": 0}),
        LayerSpec(kind="Reshape", settings={"target_shape": "a x 3"}),
        LayerSpec(kind="LeakyReLU", settings={"negative_slope": "steep"}),
        LayerSpec(kind="Softmax", settings={"axis": 1}),
        LayerSpec(
            kind="LSTM",
            settings={"activation": "relu", "recurrent_activation": "sigmoid"},
            arrays=(np.ones((1, 4)),) * 3,
        ),
        LayerSpec(kind="Dense", settings={"activation": "something"}, arrays=(np.ones((1, 1)),)),
        LayerSpec(
            kind="SimpleRNN", settings={"activation": "tanh"}, arrays=(np.ones((1, 4)), np.ones((3, 4)))
        ),
        LayerSpec(kind="Bidirectional"),
        LayerSpec(
            kind="SimpleRNN", settings={"activation": "tanh", "stateful": True}, arrays=(np.ones((1, 1)),) * 2
        ),
    ],
    ids=lambda spec: spec.kind,
)
def test_a_layer_that_is_not_known_is_no_layer(spec):
    assert layer_of(spec) is None


def test_nothing_is_believed_without_answers_under_drawn_weights():
    assert ready_made(KerasModel(layers=(), x=np.zeros((2, 3, 1)), out=np.zeros((2, 1)))) is None


def test_a_step_of_descent_is_that_of_keras():
    for settings in ({"momentum": 0.9}, {"momentum": 0.5, "clipvalue": 0.3}):
        ours, variable = Descent(rate=0.1, **settings), tf.Variable(np.zeros(4, dtype="f4"))
        theirs, velocity, at = tf.keras.optimizers.SGD(0.1, **settings), [np.zeros(4)], np.zeros(4)
        for _ in range(3):
            gradient = RNG.normal(size=4)
            theirs.apply_gradients([(tf.constant(gradient, tf.float32), variable)])
            velocity = ours.velocity(velocity, [gradient])
            at = at + velocity[0]
            assert np.allclose(at, variable, atol=1e-6)
