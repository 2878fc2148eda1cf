"""The house is open: new sheets, a new family and probes of a sheet's own need nothing but a sheet."""

import ast
import os
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.model import Status
from grader.pipeline import Examiner, best
from grader.run import Engine
from tests import corpus

HERE = Path(__file__).resolve().parent
SHEETS = HERE / "sheets"
FORECAST = (
    "import numpy as np\nimport tensorflow as tf\n",
    "WINDOW_SIZE = 20\nBATCH_SIZE = 32\n",
    """def windowed_dataset(series, window_size, batch_size, shuffle_buffer):
    data = tf.data.Dataset.from_tensor_slices(series).window(window_size + 1, shift=1, drop_remainder=True)
    data = data.flat_map(lambda window: window.batch(window_size + 1)).shuffle(shuffle_buffer)
    return data.map(lambda window: (window[:-1], window[-1])).batch(batch_size).prefetch(1)
""",
    """rng = np.random.default_rng(1)
steps = np.arange(1600)
series = 10 + 0.01 * steps % 4 + 3 * np.sin(2 * np.pi * steps / 30) + 0.2 * rng.standard_normal(1600)
train = windowed_dataset(series.astype("float32"), WINDOW_SIZE, BATCH_SIZE, 1000)
""",
    """forecaster = tf.keras.Sequential([
    tf.keras.layers.Reshape((WINDOW_SIZE, 1)),
    tf.keras.layers.Rescaling(1 / 4, offset=-11 / 4),
    tf.keras.layers.LSTM(32),
    tf.keras.layers.Dense(1),
    tf.keras.layers.Rescaling(4.0, offset=11.0),
])
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(3e-3))
history = forecaster.fit(train, epochs=12, verbose=0)
losses = history.history["loss"]
""",
)
OFF_BY_ONE = ("(window[:-1], window[-1])", "(window[:-1], window[-2])")
UNIT = (
    "import tensorflow as tf\n\nSEQ_LEN, BATCH_SIZE, READ_IN, UNITS = 6, 4, 3, 5\n",
    """class MGU_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.forget = tf.keras.layers.Dense(units, activation="sigmoid")
        self.candidate = tf.keras.layers.Dense(units, activation="tanh")

    def call(self, x, h):
        f = self.forget(tf.concat([x, h], -1))
        return (1 - f) * h + f * self.candidate(tf.concat([x, f * h], -1))


class MGU_Layer(tf.keras.layers.Layer):
    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def call(self, x, h):
        outputs = []
        for t in range(x.shape[1]):
            h = self.cell(x[:, t], h)
            outputs.append(h)
        return tf.stack(outputs, 1)


class MyModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.unit = MGU_Layer(MGU_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        return self.read_out(self.unit(self.read_in(x), tf.zeros((tf.shape(x)[0], UNITS)))[:, -1])
""",
    "model = MyModel()\nmodel(tf.random.normal((BATCH_SIZE, SEQ_LEN, 1)))\n",
)
CUT = ("self.forget(tf.concat([x, h], -1))", "self.forget(tf.concat([x, tf.stop_gradient(h)], -1))")
OFTEN = pytest.mark.skipif(not os.environ.get("GRADER_TEST_ALL"), reason="only in make test-all")
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def engine():
    with Engine.best() as engine:
        yield engine


def graded(cells, sheet, tmp_path, engine):
    """check -> (status, message) of a notebook of these cells."""
    home = tmp_path / "class"
    home.mkdir()
    made = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
        for text in cells
    ]
    (home / "homework.ipynb").write_text(
        corpus.as_file({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    )
    (candidate,) = find_candidates(home, tmp_path / "unpacked", Course())
    examiner = Examiner(assignment=sheet, out=tmp_path / "out", key=b"a key for tests", runner=engine.run)
    (tmp_path / "out").mkdir()
    result = grade(best(examiner.attempts(prepare(candidate, sheet))).verdicts, (), "digest")
    return {check.id: (check.status, check.message) for check in result.checks}


def test_a_right_forecast_gets_everything_under_a_sheet_of_its_own(tmp_path, engine):
    found = graded(FORECAST, load_sheet(SHEETS / "forecast"), tmp_path, engine)
    assert {status for status, _ in found.values()} == {Status.PASSED}, found


def test_a_forecast_of_the_last_value_fails_what_is_wrong_with_it(tmp_path, engine):
    cells = [text.replace(*OFF_BY_ONE) for text in FORECAST]
    found = graded(cells, load_sheet(SHEETS / "forecast"), tmp_path, engine)
    lost = {check for check, (status, _) in found.items() if status is not Status.PASSED}
    assert lost == {"windows_before_targets", "beats_baselines"}, found


def test_that_sheet_is_short():
    text = (SHEETS / "forecast" / "sheet.py").read_text()
    declared = [node for node in ast.parse(text).body if not isinstance(node, ast.FunctionDef)]
    assert len(declared) <= 20


@pytest.mark.parametrize(("swap", "lost"), [((), set()), (CUT, {"gradients_reach"})], ids=["right", "cut"])
def test_a_network_that_nobody_knows_is_proven_and_so_are_its_gradients(swap, lost, tmp_path, engine):
    cells = [text.replace(*swap) if swap else text for text in UNIT]
    found = graded(cells, load_sheet(SHEETS / "mgu"), tmp_path, engine)
    assert {check for check, (status, _) in found.items() if status is not Status.PASSED} == lost, found
    _, message = found["gradients_reach"]
    assert ("not those of the model" if lost else "are those of the equations") in message


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (None, set()),
        ((", mask_zero=True", ""), {"padding_of_model"}),
        pytest.param(("LSTM(16)", "GRU(16)"), {"layers_of_model"}, marks=OFTEN),
        pytest.param(("Adam(5e-3)", "Adam(1e-6)"), {"accuracy_of_model"}, marks=OFTEN),
    ],
    ids=["right", "padding is read", "another layer", "nothing is learned"],
)
def test_a_model_of_words_loses_what_is_wrong_with_it(tmp_path, engine, change, lost):
    cells = (SHEETS / "reviews" / "right.py").read_text().split("\n\n\n")
    cells = [text.replace(*change) for text in cells] if change else cells
    found = graded(cells, load_sheet(SHEETS / "reviews"), tmp_path, engine)
    assert {check for check, (status, _) in found.items() if status is not Status.PASSED} == lost, found


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (("Dense(3", "Dense(units=3"), set()),
        pytest.param(("L.Bidirectional(", "("), {"layers_of_tagger"}, marks=OFTEN),
        pytest.param(
            ("return words, tag(words)", "return words, np.roll(tag(words), 1, axis=1)"),
            {"x_train", "accuracy_of_tagger"},
            marks=OFTEN,
        ),
    ],
    ids=["right", "one direction", "tags of the word before"],
)
def test_a_model_that_tags_each_word_loses_what_is_wrong_with_it(tmp_path, engine, change, lost):
    text = (SHEETS / "tagger" / "right.py").read_text()
    assert change[0] in text
    cells = text.replace(*change).split("\n\n\n")
    found = graded(cells, load_sheet(SHEETS / "tagger"), tmp_path, engine)
    assert {check for check, (status, _) in found.items() if status is not Status.PASSED} == lost, found
