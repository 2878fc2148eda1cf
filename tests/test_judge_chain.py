"""The host's own forward pass of Keras' layers: equal to Keras for every kind, and what it cannot explain it
does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader import probes
from grader.assignment import Assignment, roles
from grader.judge.checks.keras_models.builders import _below, _each, kinds_of, lacks_sequence
from grader.judge.identify.chain import chain_of, near, recurrent_steps
from grader.model import Observation, Reply, Status
from grader.probes.keras_model import KerasModel
from grader.run.inside import frames

tf = pytest.importorskip("tensorflow")

from grader.run.inside.asked import of_keras  # noqa: E402

pytestmark = pytest.mark.real  # no kernels, but TensorFlow
HW = Assignment("any", title="Any")
MODEL = HW.role(roles.model("model", answers="numbers", length="STEPS"))
MAKER = HW.role(roles.function("build", ["layers", "bidirectional"]))
NUMBERS = {"STEPS": 9, "BATCH_SIZE": 6}
L = tf.keras.layers


def asked(probe: Any, names: dict[str, Any], answers: Any) -> Any:
    """The probe's answer, sent as between kernel and host, and read."""
    question = frames.unpack(frames.pack(probe.draw(np.random.default_rng(0), NUMBERS)))
    answer = frames.unpack(
        frames.pack(answers(names, question, {part: role.told() for part, role in probe.parts}))
    )
    return probe.reads(Observation(probe=probe.name, status=Reply.ANSWERED, question=question, answer=answer))


def described(model: Any) -> KerasModel:
    found: KerasModel = asked(probes.keras_model(MODEL), {"model": model}, of_keras.keras_model)
    return found


def axis() -> Any:
    return L.Lambda(lambda x: tf.expand_dims(x, axis=-1))


class Scales(tf.keras.Model):  # type: ignore[misc]
    """Scales in call(), on both sides."""

    def __init__(self) -> None:
        super().__init__()
        self.below, self.above, self.out = (
            L.LSTM(4, return_sequences=True),
            L.LSTM(5, return_sequences=True),
            L.Dense(1),
        )

    def call(self, x: Any) -> Any:
        return self.out(self.above(self.below((x - 3.0) / 2.0))[:, -1]) * 20.0 + 50.0


class Beside(tf.keras.Model):  # type: ignore[misc]
    """Repeats the last value; an LSTM runs beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.out = L.LSTM(4), L.Dense(1)

    def call(self, x: Any) -> Any:
        return x[:, -1] + 0.0 * self.out(self.lstm(x))


MODELS = {
    "simple": lambda: [
        axis(),
        L.SimpleRNN(5, return_sequences=True),
        L.SimpleRNN(4),
        L.Dense(1),
        L.Rescaling(100.0),
    ],
    "lstm": lambda: [
        L.LSTM(5, return_sequences=True),
        L.Dropout(0.3),
        L.LSTM(3),
        L.Dense(4, activation="relu"),
        L.Dense(1),
    ],
    "gru after": lambda: [L.GRU(5), L.Dense(1)],
    "gru before": lambda: [L.GRU(5, reset_after=False), L.Dense(1), L.Lambda(lambda x: 7.0 * x - 2.0)],
    "both ways": lambda: [
        L.Bidirectional(L.LSTM(4, return_sequences=True)),
        L.Bidirectional(L.LSTM(3)),
        L.Dense(1),
    ],
    "summed": lambda: [L.Bidirectional(L.SimpleRNN(4), merge_mode="sum"), L.Dense(1)],
    "normalised": lambda: [
        L.Normalization(mean=2.0, variance=9.0),
        L.GRU(4, return_sequences=True),
        L.BatchNormalization(),
        L.GRU(3),
        L.Dense(1),
    ],
    "each vector normalised": lambda: [
        L.GRU(4, return_sequences=True),
        L.LayerNormalization(),
        L.GRU(3),
        L.Dense(1),
    ],
    "other activations": lambda: [
        L.GRU(4, activation="relu", recurrent_activation="hard_sigmoid"),
        L.Dense(1),
    ],
    "multiplied": lambda: [
        L.Bidirectional(L.SimpleRNN(4, activation="softplus"), merge_mode="mul"),
        L.Dense(1),
    ],
    "backwards": lambda: [L.LSTM(4, go_backwards=True, activation="relu", use_bias=False), L.Dense(1)],
    "convolution": lambda: [
        L.Conv1D(5, 3, padding="causal", activation="relu"),
        L.LSTM(4, return_sequences=True),
        L.GRU(3),
        L.Dense(1),
        L.Rescaling(40.0),
    ],
    "pooled": lambda: [
        L.Conv1D(4, 3, strides=2, padding="same", activation="tanh"),
        L.MaxPooling1D(2),
        L.BatchNormalization(),
        L.LSTM(3, return_sequences=True),
        L.GlobalAveragePooling1D(),
        L.Dense(1),
    ],
}
UNEXPLAINED = {
    "dilated": lambda: [L.Conv1D(4, 2, dilation_rate=2, activation="relu"), L.LSTM(3), L.Dense(1)],
    "padded pooling": lambda: [
        L.LSTM(3, return_sequences=True),
        L.MaxPooling1D(2, padding="same"),
        L.LSTM(3),
        L.Dense(1),
    ],
}


def test_a_forecaster_that_keeps_its_state_is_left_to_a_person() -> None:
    model = tf.keras.Sequential([L.Input((9, 1), batch_size=6), L.LSTM(3, stateful=True), L.Dense(1)])
    found = described(model)
    assert found.out is not None  # it answered
    assert chain_of(found) is None


@pytest.mark.parametrize("name", MODELS)
def test_the_host_computes_what_keras_does(name: str) -> None:
    model = tf.keras.Sequential(MODELS[name]())
    model(tf.zeros((2, 9) if name == "simple" else (2, 9, 1)))
    model.set_weights(
        [
            np.random.default_rng(1).normal(size=w.shape).astype("f4") + (w.ndim == 1)
            for w in model.get_weights()
        ]
        if name not in ("normalised", "pooled")
        else model.get_weights()
    )
    chain = chain_of(described(model))
    assert chain is not None
    other = np.random.default_rng(3).normal(size=(12, 9, 1)).astype("f4")
    given = model(tf.constant(other[..., 0] if name == "simple" else other)).numpy()
    assert near(chain(other), given)
    assert recurrent_steps(chain.recurrent) == (2 if name == "pooled" else 9)


def test_scales_within_call_are_found_and_what_stands_beside_is_not_explained() -> None:
    chain = chain_of(described(Scales()))
    assert chain is not None
    assert chain.scale == pytest.approx(20, rel=1e-3)
    assert chain_of(described(Beside())) is None


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_what_is_not_known_is_not_explained(name: str) -> None:
    assert chain_of(described(tf.keras.Sequential(UNEXPLAINED[name]()))) is None


def test_a_forged_description_explains_nothing() -> None:
    told = described(tf.keras.Sequential(MODELS["lstm"]()))
    assert chain_of(told) is not None
    other = KerasModel(layers=told.layers, x=told.x, out=told.x[:, -1])
    assert chain_of(other) is None


def test_models_that_a_function_builds_are_described_case_by_case() -> None:
    def build(layers: int, bidirectional: bool) -> Any:
        stack = [L.LSTM(4, return_sequences=k + 1 < layers) for k in range(layers)]
        return tf.keras.Sequential(
            [axis(), *((L.Bidirectional(one) if bidirectional else one) for one in stack), L.Dense(1)]
        )

    def broken(layers: int, bidirectional: bool) -> Any:
        return tf.keras.Sequential([axis(), *(L.LSTM(4) for _ in range(layers)), L.Dense(1)])

    cases = [{"layers": n, "bidirectional": both} for n in (1, 2) for both in (False, True)]
    probe = probes.built(MAKER, cases, length="STEPS")
    found = asked(probe, {"build": build}, of_keras.built)
    assert [kinds_of(one) for one in found] == [
        [("LSTM", 4)],
        [("Bidirectional LSTM", 4)],
        [("LSTM", 4)] * 2,
        [("Bidirectional LSTM", 4)] * 2,
    ]
    assert all(chain_of(one.model) is not None for one in found)
    refused = asked(probe, {"build": broken}, of_keras.built)
    assert [one.error is None for one in refused] == [True, True, False, False]
    assert [lacks_sequence(one) for one in refused] == [False, False, True, True]
    assert refused[2].stopped.takes == (4, 4)  # the error of the axis that was missing first is not told
    assert "found ndim=2" in refused[2].error["message"]


@pytest.mark.parametrize("sequences", [False, True])
def test_layers_that_return_the_wrong_thing_are_charged_where_that_is_asked(sequences: bool) -> None:
    def functional(layers: int, bidirectional: bool) -> Any:
        inputs = tf.keras.Input(shape=(None, 1))
        x = inputs
        for _ in range(layers):
            one = L.LSTM(4, return_sequences=sequences)
            x = L.Bidirectional(one)(x) if bidirectional else one(x)
        return tf.keras.Model(inputs, L.Dense(1)(x))

    cases = [{"layers": n, "bidirectional": both} for n in (1, 2) for both in (False, True)]
    probe = probes.built(MAKER, cases, length="STEPS")
    found = asked(probe, {"build": functional}, of_keras.built)
    seen = {probe: found}
    assert _each(seen, probe, "LSTM", 4, "build").status is Status.PASSED  # type: ignore[arg-type]
    below = _below(seen, probe, "build")  # type: ignore[arg-type]
    told = "the uppermost recurrent layer returns sequences" if sequences else "does not return sequences"
    assert (below.status, told in below.message) == (Status.FAILED, True)
