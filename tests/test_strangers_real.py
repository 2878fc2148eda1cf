"""What strangers do otherwise: a right homework keeps its points, and one with a mistake loses what the
mistake costs, and no more."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.model import Status
from grader.model.verdict import ITS_SHEET
from grader.pipeline import Examiner, best
from grader.run import Engine
from tests.sampling import ALL, some
from tests.strangers.homework import (
    AUTOMATIC,
    CELL,
    FORGETS,
    KINDS,
    LAYER,
    MODEL,
    OF_STACK,
    UNTYPED,
    Kind,
)

pytestmark = pytest.mark.real
ROOT = Path(__file__).resolve().parents[1]
OTHER = """
import tensorflow as tf


def windowed(series, size):
    return tf.data.Dataset.from_tensor_slices(series).window(size, shift=1, drop_remainder=True)


def forecast(model, series):
    return model.predict(series)


model = tf.keras.Sequential([tf.keras.layers.LSTM(4), tf.keras.layers.Dense(1)])
"""


@pytest.fixture(scope="module")
def engine():
    """Kernels as `grade DIR` has them on this machine."""
    with Engine.best() as engine:
        yield engine


@pytest.fixture
def examine(engine, tmp_path):
    """Grades the cells of a notebook, with files beside it: (check -> result, points, notices)."""

    def examined(cells, files=(), programs=()):
        home = tmp_path / "class" / "ada"
        home.mkdir(parents=True)
        if not programs:
            notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
            nbformat.write(notebook, home / "homework.ipynb")
        for name, text in (dict(files) | dict(programs)).items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        sheet = load_sheet(ROOT / "assignments" / "integration_task")
        sheet.budget = replace(sheet.budget, cell_minutes=4, wall_minutes=8)
        (candidate,) = find_candidates(tmp_path / "class", tmp_path / "unpacked", Course())
        (tmp_path / "out").mkdir()
        examiner = Examiner(assignment=sheet, out=tmp_path / "out", key=b"a key for tests", runner=engine.run)
        attempt = best(examiner.attempts(prepare(candidate, sheet)))
        given = grade(attempt.verdicts, (), "digest")
        return {result.id: result for result in given.checks}, given, attempt.told

    return examined


def lost(results):
    """check -> points that it costs, where that is decided."""
    open_ones = (Status.NEEDS_REVIEW, Status.ERROR, Status.INCONCLUSIVE)
    return {
        check: one.points_max - one.points
        for check, one in results.items()
        if one.status not in open_ones and one.points < one.points_max
    }


slow = pytest.mark.skipif(not ALL, reason="each is a whole run: make test-all")


def sample(kinds, salt):
    """One of them, chosen by hash: each is a whole run. All in `make test-all`."""
    return some(kinds, 1, lambda kind: f"{salt}{kind.name}")


def named(kind):
    return kind.name.replace(" ", "_")


@pytest.mark.parametrize("kind", sample(KINDS, "right"), ids=named)
def test_a_right_homework_keeps_its_points(kind: Kind, examine):
    results, given, told = examine(kind.cells(), kind.files, kind.programs())
    assert lost(results) == {UNTYPED: 1, **kind.loses}
    assert given.points == AUTOMATIC - 1 - sum(kind.loses.values())
    assert kind.says in " ".join(told)


@pytest.mark.parametrize("kind", sample(KINDS, "wrong"), ids=named)
def test_a_wrong_one_loses_just_its_own(kind: Kind, examine):
    results, _, _ = examine(kind.cells(FORGETS), kind.files, kind.programs(FORGETS))
    assert lost(results) == {UNTYPED: 1, "forget_bias_one": 1, **kind.loses}


@slow
def test_time_first_that_is_read_as_batch_first_is_wrong(examine):
    results, _, _ = examine(
        Kind(name="", changes={"layer": (("tf.stack(outputs, axis=1)", "tf.stack(outputs)"),)}).cells()
    )
    assert {"unrolls_its_cell", "one_answer"} <= set(lost(results))


@slow
def test_several_cells_of_which_one_forgets_its_states_are_wrong(examine):
    forgets = (("states[number] = cell(hidden, states[number])\n                hidden = states[number][0]",
                "new = cell(hidden, states[number])\n                hidden = new[0]\n"
                "                states[number] = states[number] if number else new"),)  # fmt: skip
    layer, other = OF_STACK["layer"][0]
    for old, new in forgets:
        assert old in other
        other = other.replace(old, new)
    results, _, _ = examine(Kind(name="", changes=OF_STACK | {"layer": ((layer, other),)}).cells())
    assert results["unrolls_its_cell"].status is Status.NEEDS_REVIEW
    assert results["computes_lstm"].status is Status.PASSED


@slow
def test_a_forgotten_module_is_told_by_name(examine):
    changes = {"imports": (("import numpy as np", "import numpy as np\nfrom my_own_settings import UNITS"),),
               "model": (("LSTM_Cell(16)", "LSTM_Cell(UNITS)"),)}  # fmt: skip
    results, _, told = examine(Kind(name="", changes=changes).cells())
    assert any("my_own_settings.py was not handed in" in one for one in told)
    assert results["computes_lstm"].status is Status.PASSED
    assert not any(one.status is Status.ERROR for one in results.values())


@slow
@pytest.mark.parametrize(
    ("indent", "said"), [("    ", "is defined inside `__init__` of"), ("", "stands outside of")]
)
def test_a_call_that_is_no_method_is_told_by_name(indent, said, examine):
    cells = Kind(name="").cells()
    (place,) = [n for n, text in enumerate(cells) if "class LSTM_Cell" in text]
    kind, start, call = cells[place].partition("    def call")
    lines = textwrap.indent(f"{start}{call}", indent) if indent else textwrap.dedent(f"{start}{call}")
    cells[place] = f"{kind.rstrip()}\n\n{lines}"
    results, _, _ = examine(cells)
    assert results["returns_states"].message.startswith(f"`call` {said}")
    assert results["returns_states"].hint.startswith("Move `call` one level to the")


@slow
@pytest.mark.parametrize("line", ["import librosa", "from toolz_that_nobody_has import librosa"])
def test_a_package_that_is_missing_where_the_data_are_drawn_leaves_them_open(line, examine):
    place = "    for _ in range(num_samples):"
    results, _, _ = examine(Kind(name="", changes={"task": ((place, f"{place}\n        {line}"),)}).cells())
    if line.startswith("import"):
        assert lost(results) == {UNTYPED: 1}
        assert results["accuracy_80"].status is results["pipeline_batches"].status is Status.ERROR
    else:  # a module of the student's own: charged where it is missed first
        assert lost(results) == {UNTYPED: 1, "yields_pairs": 1}
        waiting = ("noise_is_random", "label_rule", "pipeline_batches", "accuracy_80")
        assert {results[check].status for check in waiting} == {Status.NEEDS_REVIEW}


@slow
def test_a_cell_in_a_module_that_was_forgotten_costs_one_check(examine):
    place = {"cell": ((CELL, "from my_own_cell import LSTM_Cell"),)}
    results, given, _ = examine(Kind(name="", changes=place).cells())
    assert lost(results) == {UNTYPED: 1, "returns_states": 2}
    assert results["returns_states"].message.startswith("my_own_cell.py was not handed in")
    assert given.points == 11 - 1  # of what does not need it


@slow
def test_data_under_names_that_say_nothing_are_judged_where_the_model_raises(examine):
    changes = {
        "data": (("train_ds, test_ds = ", "lots, few = "),),
        "model": (("hidden[:, -1]", "hidden[:, -1, :, 0]"),),
        "training": (("in train_ds", "in lots"), ("test(test_ds)", "test(few)")),
    }
    results, _, _ = examine(Kind(name="", changes=changes).cells())
    assert not {"pipeline_batches", "separate_test_data"} & set(lost(results))


@slow
@pytest.mark.parametrize("name", ["LSTM_Cell", "Zelle"])
def test_a_cell_that_gives_the_hidden_state_alone_costs_itself(name, examine):
    changes = {
        "cell": (("class LSTM_Cell", f"class {name}"), ("tf.tanh(cell), cell", "tf.tanh(cell)")),
        "layer": (("states = self.cell(x[:, t], states)", "states = self.cell(x[:, t], states), states[1]"),),
        "model": (("LSTM_Cell(16)", f"{name}(16)"),),
    }
    results, _, _ = examine(Kind(name="", changes=changes).cells())
    assert lost(results) == {UNTYPED: 1, "returns_states": 2, "computes_lstm": 12}
    assert (
        results["forget_bias_one"].status is Status.NEEDS_REVIEW
    )  # of the hidden state alone nobody can tell


AS_FUNCTIONS = """
glorot = tf.keras.initializers.GlorotUniform()
params = {"W" + gate: tf.Variable(glorot((1, 16))) for gate in "ifgo"}
params |= {"U" + gate: tf.Variable(glorot((16, 16))) for gate in "ifgo"}
params |= {"bi": tf.Variable(tf.zeros(16)), "bf": tf.Variable(tf.ones(16)), "bg": tf.Variable(tf.zeros(16))}
params |= {"bo": tf.Variable(tf.zeros(16)), "V": tf.Variable(glorot((16, 1))), "d": tf.Variable(tf.zeros(1))}


def lstm_step(x, h, c):
    gate = lambda k: x @ params["W" + k] + h @ params["U" + k] + params["b" + k]
    c = tf.sigmoid(gate("f")) * c + tf.sigmoid(gate("i")) * tf.tanh(gate("g"))
    return tf.sigmoid(gate("o")) * tf.tanh(c), c


def model(xs):
    h = c = tf.zeros((tf.shape(xs)[0], 16))
    for t in range(xs.shape[1]):
        h, c = lstm_step(xs[:, t], h, c)
    return tf.sigmoid(h @ params["V"] + params["d"])
"""
READY_MADE = """
model = tf.keras.Sequential([tf.keras.layers.LSTM(16), tf.keras.layers.Dense(1, "sigmoid")])


def smooth(xs):
    return [tf.sigmoid(tf.tanh(x)) for x in xs]
"""


@slow
@pytest.mark.parametrize(("network", "is_open"), [(AS_FUNCTIONS, True), (READY_MADE, False)])
def test_a_network_of_functions_alone_is_for_a_person_and_one_without_a_step_is_not(
    network, is_open, examine
):
    changes = {
        "cell": ((CELL, network),),
        "layer": ((LAYER, ""),),
        "model": ((MODEL, ""),),
        "training": (
            ("model = MyModel()", ""),
            (
                "model.trainable_variables",
                "list(params.values())" if is_open else "model.trainable_variables",
            ),
        ),
    }
    results, _, _ = examine(Kind(name="", changes=changes).cells())
    charged = set(lost(results))
    assert not charged if is_open else {"returns_states", "unrolls_its_cell"} <= charged
    assert (results["computes_lstm"].status is Status.NEEDS_REVIEW) == is_open


def normalising(layer: str) -> Kind:
    return Kind(
        name="",
        changes={
            "model": (
                ("self.read =", f"self.norm = tf.keras.layers.{layer}()\n        self.read ="),
                ("def call(self, x):", "def call(self, x, training=False):"),
                ("self.read(hidden[:, -1])", "self.read(self.norm(hidden[:, -1], training=training))"),
            )
        },
    )


@slow
@pytest.mark.parametrize("layer", ["BatchNormalization", "LayerNormalization"])
@pytest.mark.parametrize("mistake", [None, FORGETS])
def test_a_layer_that_normalises_is_computed_as_it_is(layer, mistake, examine):
    results, _, _ = examine(normalising(layer).cells(mistake))
    assert lost(results) == {UNTYPED: 1} | ({"forget_bias_one": 1} if mistake else {})
    decided = ("one_answer", "accuracy_80", "parameter_counts", "gradients_reach")
    assert {results[check].status for check in decided} == {Status.PASSED}


def test_another_homework_is_told_as_such_and_charged_nothing(examine):
    results, _, _ = examine([OTHER])
    assert {one.status for one in results.values()} == {Status.NEEDS_REVIEW}
    first, *others = results.values()
    assert "does not look like the homework of this sheet" in first.message
    assert all(one.waits_for == ITS_SHEET for one in (first, *others))
