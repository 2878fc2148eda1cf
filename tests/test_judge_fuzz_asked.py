"""No judge raises, whatever was answered, on the sheets that ask for functions, for classes of NumPy and for
models of Keras' own layers: what a right homework answers, asked in this process, with other parts."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import checks
from grader.assignment import Assignment, load_sheet, roles
from grader.model import Observation, Reply, SourceFacts, Submission
from tests import corpus, numpy_homework
from tests.changed_answers import changed, faults

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.real  # no kernels, but TensorFlow

from grader.run.inside import walk  # noqa: E402
from tests.asked_here import BY, asked_here  # noqa: E402

L, HERE = tf.keras.layers, Path(__file__).resolve().parents[1]
FUNCTIONS = ("rnn_concepts", "rnn_cells_numpy", "rnn_layers_numpy")
ALL = bool(os.environ.get("GRADER_TEST_ALL"))


def often(examples):
    return settings(
        max_examples=examples * (10 if ALL else 1),
        deadline=None,
        derandomize=not ALL,
        suppress_health_check=list(HealthCheck),
    )


def answered_by_functions(name, tmp):
    """(sheet, submission, what the reference's functions answer)."""
    sheet = load_sheet(HERE / "assignments" / name)
    right = next(one.name for one in corpus.all_submissions(name) if not one.fails)
    corpus.write(right, tmp / "class", name)
    (candidate,) = numpy_homework.find_candidates(tmp / "class", tmp / "unpacked", numpy_homework.Course())
    submission = numpy_homework.prepare(candidate, sheet)
    names = numpy_homework.defined(submission, Path(submission.root or tmp))
    return sheet, submission, numpy_homework.observed(sheet, names, 1)


@pytest.fixture(scope="module", params=FUNCTIONS)
def functions(request, tmp_path_factory):
    return answered_by_functions(request.param, tmp_path_factory.mktemp(request.param))


@often(6)
@given(data=st.data())
def test_no_judge_of_functions_raises(functions, data):
    sheet, submission, honest = functions
    assert faults(sheet, submission, data.draw(changed(honest))) == []


# --- models of Keras' own layers ----------------------------------------------------------------------------

HW = Assignment("models", title="Models", parameters={"STEPS": 9, "WORDS": 12, "BATCH_SIZE": 8})
DENSE = HW.role(roles.model("dense", features=4, vectors=True, answers="numbers"))
RNN = HW.role(roles.model("rnn", length="STEPS"))
READER = HW.role(roles.model("reader", vocabulary="WORDS", length="STEPS"))
NORMS = HW.role(roles.function("norms", ["model", "x", "y"]))
X, Y, X_TEST, Y_TEST = (HW.role(roles.thing(name)) for name in ("x", "y", "x_test", "y_test"))
U, V, ERROR, RECORD = (HW.role(roles.thing(name)) for name in ("u", "v", "error", "record"))
ROWS, SEQUENCES = checks.Rows(inputs=U, targets=V), checks.LabelledSequences(inputs=X, labels=Y)
UNSEEN = checks.LabelledSequences(inputs=X_TEST, labels=Y_TEST)


def digits(rng, many, steps):
    return rng.integers(1, 10, size=(many, steps, 1)).astype("float32")


TASK = checks.SequenceTask(words="anything", draw=digits, label=lambda x: x.sum(axis=(1, 2)) > 45)
PART = HW.task("1", "All.")
for criterion in (
    checks.made_of(DENSE, ["Dense 3 relu he_uniform", "Dense 1"]),
    checks.steps_like(DENSE, rate=0.01, momentum=0.9, clipvalue=3.0),
    checks.fits_linear_data(DENSE, train=ROWS, below=0.5),
    checks.errors_agree(DENSE, {ERROR: ROWS}),
    checks.blows_up(RECORD),
    checks.remembers_by(RNN, ["LSTM", "GRU"]),
    checks.layers_are(RNN, ["LSTM", "Dense"]),
    checks.counts_by_formula(RNN),
    checks.compiled_with(RNN, loss="mse", optimizer="SGD", learning_rate=0.01),
    checks.accuracy_on(RNN, TASK, bar=0.6, train=SEQUENCES, record=RECORD),
    checks.gradient_arrives(RNN, share=0.1, draw=digits, train=SEQUENCES),
    checks.norms_by_step(NORMS, [RNN], digits),
    checks.norms_plotted(checks.Shown(model=RNN, inputs=X, targets=Y)),
    checks.sequences_of(TASK, train=SEQUENCES, test=UNSEEN),
    checks.curves_plotted(RECORD),
    checks.made_of(READER, ["Embedding 4", "LSTM 3", "Dense 1 sigmoid"]),
    checks.ignores_padding(READER),
):
    PART.check(criterion, points=1)
READS = checks.accuracy_on(READER, TASK, bar=0.6, train=SEQUENCES)
PART.check(READS, points=1)


def norms(model, x, y):
    x = tf.convert_to_tensor(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((tf.reshape(y, (-1, 1)) - model(x)) ** 2)
    return tf.reduce_mean(tf.norm(tape.gradient(loss, x), axis=-1), axis=0).numpy()


@pytest.fixture(scope="module")
def models():
    """What right models answer."""
    walk.prepare()
    rng, sgd = np.random.default_rng(2), lambda: tf.keras.optimizers.SGD(0.01, momentum=0.9, clipvalue=3.0)
    u = rng.normal(size=(60, 4)).astype("f4")
    names = {"u": u, "v": u @ np.ones((4, 1), "f4"), "error": 0.5, "norms": norms}
    names |= {"record": {"loss": [3.0, 2.0, 1.0]}, "x": digits(rng, 40, 9), "x_test": digits(rng, 20, 9)}
    names |= {label: TASK.label(names[of]).astype("f4") for label, of in (("y", "x"), ("y_test", "x_test"))}
    wide, share = L.Dense(3, "relu", kernel_initializer="he_uniform"), L.Dense(1, "sigmoid")
    names["dense"] = tf.keras.Sequential([L.Input((4,)), wide, L.Dense(1)])
    names["rnn"] = tf.keras.Sequential([L.Input((None, 1)), L.LSTM(3), L.Dense(1, "sigmoid")])
    names["reader"] = tf.keras.Sequential([L.Embedding(12, 4, mask_zero=True), L.LSTM(3), share])
    names["reader"](tf.ones((1, 9), tf.int32))
    for name in ("dense", "rnn", "reader"):
        names[name].compile(loss="mse", optimizer=sgd())
    found = {
        probe.name: asked_here(probe, names, HW.parameters)
        if probe.answered_by in BY
        else Observation(probe=probe.name, status=Reply.MISSING)
        for probe in HW.probes()
    }
    tf.config.run_functions_eagerly(False)
    return found


SUBMISSION = Submission(student="ada", source=SourceFacts())


def test_what_right_models_answer_is_judged(models):
    assert faults(HW, SUBMISSION, models) == []
    silent = {probe for probe, one in models.items() if one.status is not Reply.ANSWERED}
    assert silent <= {"figures", "training"}


@often(25)
@given(data=st.data())
def test_no_judge_of_models_raises(models, data):
    assert faults(HW, SUBMISSION, data.draw(changed(models))) == []
