"""What a probe draws, what answers it, and what its reader makes of the answer: calls, Keras' own
description, figures, gradients."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from grader import probes
from grader.assignment import Assignment, Seen, roles
from grader.judge.checks.keras_models.reported import (
    counts_by_formula,
    judge_compiled,
    judge_counts,
    judge_kinds,
)
from grader.model import Observation, Reply, Run, Status, Submission
from grader.run.inside import frames

tf = pytest.importorskip("tensorflow")

from grader.run.inside.asked import of_calls, of_fitted, of_keras  # noqa: E402

HW = Assignment("any", title="Any")
FUNCTION = HW.role(roles.function("add_up", ["values", "start"]))
CELL = HW.role(roles.function("RNNCell", ["i", "h"]))
MODEL = HW.role(roles.model("model", answers="numbers", length="STEPS"))
HISTORY = HW.role(roles.thing("history"))
NUMBERS = {"STEPS": 7, "BATCH_SIZE": 4}


def asked(probe, names, answered_by):
    """The probe's answer by this function, sent as between kernel and host, and read."""
    question = frames.unpack(frames.pack(probe.draw(np.random.default_rng(0), NUMBERS)))
    parts = {part: role.told() for part, role in probe.parts}
    answer = frames.unpack(frames.pack(answered_by(names, question, parts)))
    return Observation(probe=probe.name, status=Reply.ANSWERED, question=question, answer=answer)


def read(probe, names, answered_by):
    return probe.reads(asked(probe, names, answered_by))


def seen(probe, names, answered_by):
    run = Run(run_id="r", observations={probe.name: asked(probe, names, answered_by)})
    return Seen(assignment=HW, submission=Submission(student="ada"), run=run, probes=(probe,))


class RNNCell:
    """As a student of another course writes it."""

    def __init__(self, i, h):
        self.w, self.b = np.random.normal(size=(i + h, h)), np.zeros((1, h))

    def forward(self, before, x):
        before += 0.0 if not before.size else 1.0  # a change of an argument, which is remarked
        return np.tanh(np.concatenate([before, x], axis=1) @ self.w + self.b), {"before": before}


def test_a_function_is_called_with_drawn_arguments_and_what_it_raises_is_told():
    def add_up(values, start):
        return float(values.sum()) + start

    probe = probes.calls(
        FUNCTION,
        draw=lambda rng, numbers: [
            probes.call(FUNCTION, rng.normal(size=5), 2.0),
            probes.call(FUNCTION, values=np.ones(3), start="two"),
        ],
    )
    good, bad = read(probe, {"add_up": add_up}, of_calls.calls)
    assert good.array == pytest.approx(good.given[0].sum() + 2)
    assert bad.error is not None
    assert bad.error["name"] == "TypeError"


def test_arrays_made_into_lists_are_the_arrays_that_they_were():
    def add_up(values, start):
        pair = values.reshape(3, 2, 2), values.reshape(2, 6)
        return pair[0].tolist(), {"second": pair[1].tolist(), "sizes": [[3, 2, 2], [2, 6]]}

    probe = probes.calls(FUNCTION, draw=lambda rng, numbers: [probes.call(FUNCTION, np.arange(12.0), 0)])
    (called,) = read(probe, {"add_up": add_up}, of_calls.calls)
    assert [array.shape for array in called.arrays] == [(3, 2, 2), (2, 6), *[()] * 5]
    assert np.array_equal(called.part(0), called.given[0].reshape(3, 2, 2))


def test_columns_of_pandas_are_arrays():
    pandas = pytest.importorskip("pandas")

    def add_up(values, start):
        return pandas.Series(values, index=range(5, 9)), pandas.DataFrame({"a": values, "b": values})

    probe = probes.calls(FUNCTION, draw=lambda rng, numbers: [probes.call(FUNCTION, np.arange(4.0), 0)])
    (called,) = read(probe, {"add_up": add_up}, of_calls.calls)
    assert [array.shape for array in called.arrays] == [(4,), (4, 2)]
    assert called.part(0).tolist() == [0, 1, 2, 3]


def test_a_class_is_made_set_called_and_read_and_what_is_held_is_handed_on():
    before, x = np.zeros((2, 4)), np.ones((2, 3))
    probe = probes.calls(
        CELL,
        draw=lambda rng, numbers: [
            probes.call(CELL, 3, 4),
            probes.set_to(probes.Result(0), "b", np.full((1, 4), 0.5)),
            probes.call(probes.Result(0), before, x, method="forward"),
            probes.call(probes.Result(0), probes.Result(2, part=0), x, method="forward"),
            probes.get(probes.Result(0), "w"),
        ],
    )
    _, _, first, second, weights = read(probe, {"RNNCell": RNNCell}, of_calls.calls)
    wanted = np.tanh(np.concatenate([before + 1, x], axis=1) @ weights.array + 0.5)
    assert np.allclose(first.arrays[0], wanted)
    assert first.changed == ("0",)
    assert second.error is None
    assert np.all(before == 0)  # what was drawn stays as it was


def test_what_brings_no_numbers_is_asked_with_other_arguments():
    def add_up(values, start):
        if start == 1:
            raise ValueError("too few")
        return values[start:]

    def either(start, values, others):
        return replace(
            probes.call(FUNCTION, np.arange(values * 1.0), start),
            otherwise=(np.arange(others * 1.0), start + 0),
        )

    probe = probes.calls(
        FUNCTION,
        draw=lambda rng, numbers: [either(3, 5, 9), either(5, 5, 9), either(1, 5, 9), either(9, 5, 9)],
    )
    first, second, raises, nothing = read(probe, {"add_up": add_up}, of_calls.calls)
    assert (len(first.given[0]), first.array.tolist()) == (5, [3, 4])
    assert (len(second.given[0]), second.array.tolist()) == (9, [5, 6, 7, 8])
    assert (len(raises.given[0]), raises.error["name"]) == (5, "ValueError")
    assert (len(nothing.given[0]), nothing.array.size, nothing.error) == (5, 0, None)


def test_what_works_in_a_graph_alone_is_done_in_one():
    @tf.function
    def slope(values):
        return tf.gradients(tf.reduce_sum(values**2), values)[0]

    def add_up(values, start):
        return slope(tf.constant(values)) if start == 0 else values + "text"

    probe = probes.calls(
        FUNCTION, draw=lambda rng, numbers: [probes.call(FUNCTION, np.arange(3.0), start) for start in (0, 1)]
    )
    in_a_graph, raises = read(probe, {"add_up": add_up}, of_calls.calls)
    assert in_a_graph.array.tolist() == [0, 2, 4]
    assert raises.error is not None
    assert tf.config.functions_run_eagerly()


def test_items_are_read_and_no_more_than_asked_for():
    def add_up(values, start):
        yield from ((values, np.array(k)) for k in range(1000))

    probe = probes.calls(
        FUNCTION, draw=lambda rng, numbers: [probes.call(FUNCTION, np.arange(3), 0)], items=5
    )
    (called,) = read(probe, {"add_up": add_up}, of_calls.calls)
    assert [int(second) for _, second in called.items] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("number", [float, tf.constant])
def test_a_long_list_of_numbers_is_read_as_the_row_that_it_is(number):
    def add_up(values, start):
        return [number(one) for one in values]

    probe = probes.calls(FUNCTION, draw=lambda rng, numbers: [probes.call(FUNCTION, np.arange(90.0), 0)])
    (called,) = read(probe, {"add_up": add_up}, of_calls.calls)
    assert called.array is not None
    assert called.array.tolist() == list(range(90))


def test_an_answer_that_is_none_is_read_as_such():
    probe = probes.calls(FUNCTION, draw=lambda rng, numbers: [probes.call(FUNCTION, np.arange(3), 0)])
    question = probe.draw(np.random.default_rng(0), NUMBERS)
    for said in ({}, {"steps": 3}, {"steps": [{"items": -1, "error": 4, "changed": [1]}]}):
        (called,) = probe.reads(Observation(probe="x", status=Reply.ANSWERED, question=question, answer=said))
        assert called.arrays == ()


@pytest.fixture(scope="module")
def model():
    made = tf.keras.Sequential(
        [
            tf.keras.layers.SimpleRNN(5, return_sequences=True),
            tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(4)),
            tf.keras.layers.Dense(1),
        ]
    )
    made(tf.zeros((1, 7, 1)))
    made.compile(
        loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.SGD(0.1, momentum=0.0, clipvalue=0.25)
    )
    return made


def test_keras_layers_are_told_with_their_settings_and_counts(model):
    found = read(probes.keras_model(MODEL), {"model": model}, of_keras.keras_model)
    assert [layer.kind for layer in found.layers] == ["SimpleRNN", "Bidirectional", "Dense"]
    first, both, last = found.layers
    assert (first.settings["units"], first.settings["return_sequences"], first.gives) == (5, True, (4, 7, 5))
    assert (first.count, both.count, last.count) == (5 * 7, 2 * 4 * ((5 + 4) * 4 + 4), 9)
    assert found.out.shape == (4, 1)
    assert sum(array.size for array in found.weights) == model.count_params()


def test_counts_and_kinds_are_judged(model):
    probe = probes.keras_model(MODEL)
    assert counts_by_formula(MODEL).asks == (probe,)
    looked_at = seen(probe, {"model": model}, of_keras.keras_model)
    assert judge_counts(looked_at, MODEL).status is Status.PASSED
    assert judge_kinds(looked_at, MODEL, ("SimpleRNN", "Bidirectional LSTM", "Dense")).status is Status.PASSED
    assert judge_kinds(looked_at, MODEL, ("SimpleRNN", "LSTM", "Dense")).status is Status.FAILED


def test_what_an_optimizer_makes_of_a_gradient_shows_its_clip(model):
    probe = probes.compiled(MODEL)
    found = read(probe, {"model": model}, of_fitted.compiled)
    assert (found.loss, found.optimizer, found.numbers["clipvalue"]) == ("Huber", "SGD", 0.25)
    for step, gradient in zip(found.steps, found.gradients, strict=True):
        assert np.allclose(step, -0.1 * np.clip(gradient, -0.25, 0.25), atol=1e-6)
    looked_at = seen(probe, {"model": model}, of_fitted.compiled)
    assert judge_compiled(looked_at, MODEL, "huber", "SGD", {"learning_rate": 0.1}).status is Status.PASSED
    other = judge_compiled(looked_at, MODEL, "", "SGD", {"momentum": 0.9})
    assert other.message == "the momentum is 0, expected 0.9"


def test_what_fit_recorded_is_read_and_texts_are_left_out():
    held = {"loss": [3.0, 2.0], "lr": [np.float32(0.1)] * 2, "names": ["a", "b"]}
    found = read(probes.history(HISTORY), {"history": held}, of_fitted.history)
    assert {name: list(curve) for name, curve in found.curves.items() if name == "loss"} == {
        "loss": [3.0, 2.0]
    }
    assert set(found.curves) == {"loss", "lr"}


def test_the_gradient_by_each_step_is_that_of_the_loss(model):
    found = read(probes.gradient_by_step(MODEL), {"model": model}, of_fitted.gradient_by_step)
    assert found.norms.shape == (7,)
    changed = found.x.astype("f4").copy()
    changed[0, 3, 0] += 1e-2
    losses = [float(np.mean((model(tf.constant(x)).numpy() - found.y) ** 2)) for x in (found.x, changed)]
    # float32 differences
    assert (losses[1] - losses[0]) / 1e-2 == pytest.approx(float(found.gradient[0, 3, 0]), abs=2e-3)


FIGURES = """
from dataclasses import replace

import numpy as np
from grader.run.inside import frames
from grader.run.inside.seen import figures
from grader.model import Observation, Reply
from grader import probes
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
figures.install()
plt.semilogy([1, 2, 3], [0.1, 1, 10], label="loss")
plt.xlabel("epoch")
plt.legend()
plt.close("all")
plt.subplots(1, 2)
answer = frames.unpack(frames.pack(figures.figures({}, {}, {})))
first, open_one = probes.figures().reads(Observation(probe="figures", status=Reply.ANSWERED, answer=answer))
(axes,) = first.axes
assert (axes.x_label, axes.y_scale, axes.legend) == ("epoch", "log", ("loss",)), axes
assert list(axes.lines[0].y) == [0.1, 1, 10]
assert len(open_one.axes) == 2
"""


def test_figures_are_noted_when_pyplot_lets_go_of_them():
    subprocess.run([sys.executable, "-c", FIGURES], check=True, timeout=120)
