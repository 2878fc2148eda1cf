"""The examples of docs/reference.md, run: what does all that they ask gets all points that no person
gives."""

import os
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.model import Basis, Status
from grader.pipeline import Examiner, best
from grader.run import Engine
from tests import corpus

SHEETS = Path(__file__).resolve().parent / "sheets"
OFTEN = pytest.mark.skipif(not os.environ.get("GRADER_TEST_ALL"), reason="only in make test-all")
SINE = """import numpy as np
import tensorflow as tf
SEQ_LEN, BATCH_SIZE = 20, 32
UNITS = 16
EPOCHS = 5
rng = np.random.default_rng()
def series(n):
    p = rng.uniform(0, 6.28, (n, 1)); t = np.arange(SEQ_LEN + 1)[None] * 0.3
    s = np.sin(p + t) + 0.05 * rng.standard_normal((n, SEQ_LEN + 1))
    return s[:, :-1, None].astype("float32"), s[:, -1:].astype("float32")
train_ds = tf.data.Dataset.from_tensor_slices(series(1600)).batch(BATCH_SIZE)
test_ds = tf.data.Dataset.from_tensor_slices(series(320)).batch(BATCH_SIZE)
model = tf.keras.Sequential([tf.keras.Input((SEQ_LEN, 1)), tf.keras.layers.SimpleRNN(UNITS), \
tf.keras.layers.Dense(1)])
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="mse")
h = model.fit(train_ds, validation_data=test_ds, epochs=EPOCHS, verbose=0)
train_losses, test_losses = h.history["loss"], h.history["val_loss"]
"""
FLAT, FEW, GATED = (
    ("Adam(1e-3)", "Adam(0.0)"),
    ("SimpleRNN(UNITS)", "SimpleRNN(8)"),
    ("SimpleRNN(UNITS)", "GRU(UNITS)"),
)
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def engine():
    with Engine.best() as engine:
        yield engine


def graded(text, sheet, tmp_path, engine):
    """check -> its result, of a notebook of one cell."""
    home = tmp_path / "class"
    home.mkdir()
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
    (home / "homework.ipynb").write_text(
        corpus.as_file({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    )
    (candidate,) = find_candidates(home, tmp_path / "unpacked", Course())
    examiner = Examiner(assignment=sheet, out=tmp_path / "out", key=b"a key for tests", runner=engine.run)
    (tmp_path / "out").mkdir()
    result = grade(best(examiner.attempts(prepare(candidate, sheet))).verdicts, (), "digest")
    return {check.id: check for check in result.checks}


def test_the_examples_are_answered_and_passed(tmp_path, engine):
    found = graded(
        (SHEETS / "examples" / "right.py").read_text("utf-8"),
        load_sheet(SHEETS / "examples"),
        tmp_path,
        engine,
    )
    lost = {name: check.message for name, check in found.items() if check.status is not Status.PASSED}
    assert {name for name in lost if found[name].basis is not Basis.JUDGED} == set(), lost


@OFTEN
@pytest.mark.parametrize(
    ("change", "loses"),
    [(None, set()), (FLAT, {"losses_fall"}), (FEW, {"rnn_parameters"}), (GATED, {"rnn_parameters"})],
)
def test_a_sheet_of_an_earlier_version_written_anew(change, loses, tmp_path, engine):
    text = SINE.replace(*change) if change else SINE
    found = graded(text, load_sheet(SHEETS / "simple_rnn"), tmp_path, engine)
    assert {
        name
        for name, check in found.items()
        if check.status in (Status.FAILED, Status.PARTIAL, Status.SKIPPED)
    } == loses
