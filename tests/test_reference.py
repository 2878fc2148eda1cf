"""The reference solution computes what it says, in a graph and eagerly, under Keras 3 and under tf-keras."""

from __future__ import annotations

import ast
import builtins
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from reference import build
from reference.integration_task import sizes as sizes_of_any_model
from reference.sum_sequence import sizes

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = [ROOT / "reference" / name / "solution.ipynb" for name in ("sum_sequence", "integration_task")]
UNITS, FEATURES, BATCH, STEPS = 7, 3, 5, 4

tf = pytest.importorskip("tensorflow")

from reference.integration_task.model import MyModel as ModelOfAnySize  # noqa: E402
from reference.integration_task.task import integration_task as task_with_a_threshold  # noqa: E402
from reference.sum_sequence.cell import LSTM_Cell  # noqa: E402
from reference.sum_sequence.layer import LSTM_Layer  # noqa: E402
from reference.sum_sequence.model import MyModel  # noqa: E402
from reference.sum_sequence.task import integration_task, make_dataset  # noqa: E402
from reference.sum_sequence.training import train, train_step  # noqa: E402


@pytest.mark.parametrize(
    "path", sorted((ROOT / "reference").glob("*/solution.ipynb")), ids=lambda path: path.parent.name
)
def test_a_solution_uses_no_name_that_it_does_not_define(path: Path) -> None:
    code = (cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    lines = [line for text in code for line in text.splitlines() if not line.startswith(("%", "!"))]
    nodes = list(ast.walk(ast.parse("\n".join(lines))))
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    imported = [
        each for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for each in node.names
    ]
    bound |= {(each.asname or each.name).partition(".")[0] for each in imported}
    assert read - bound - set(dir(builtins)) == set()


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype("float32")


def pair() -> tuple[np.ndarray, np.ndarray]:
    return normal(BATCH, UNITS), 2 * normal(BATCH, UNITS)


def random_weights(thing: Any) -> None:
    thing.set_weights([normal(*weight.shape) * 0.5 for weight in thing.get_weights()])


def lstm_step(
    cell: Any, x: np.ndarray, hidden: np.ndarray, memory: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The equations in float64, from the weights of the cell's four Dense layers."""
    seen = np.concatenate([x, hidden], axis=1).astype("float64")
    gates = (cell.forget_gate, cell.input_gate, cell.candidate, cell.output_gate)
    f, i, g, o = (
        seen @ np.asarray(gate.kernel, "float64") + np.asarray(gate.bias, "float64") for gate in gates
    )
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory


@pytest.mark.parametrize("mode", ["eager", "graph"])
def test_the_cell_computes_the_equations(mode: str) -> None:
    cell = LSTM_Cell(UNITS)
    cell.build((None, FEATURES))
    random_weights(cell)
    x, states = normal(BATCH, FEATURES), pair()
    step = cell if mode == "eager" else tf.function(lambda x, states: cell(x, states))
    for seen, wanted in zip(step(x, states), lstm_step(cell, x, *states), strict=True):
        np.testing.assert_allclose(seen, wanted, atol=1e-5)  # float32, one step


def test_the_forget_bias_starts_at_one_and_the_others_at_zero() -> None:
    cell = LSTM_Cell(UNITS)
    cell.build((None, FEATURES))
    assert np.all(np.asarray(cell.forget_gate.bias) == 1)
    assert all(
        np.all(np.asarray(gate.bias) == 0) for gate in (cell.input_gate, cell.candidate, cell.output_gate)
    )


@pytest.mark.parametrize("mode", ["eager", "graph"])
def test_the_layer_steps_its_cell_from_the_given_states(mode: str) -> None:
    layer = LSTM_Layer(LSTM_Cell(UNITS))
    x, states = normal(BATCH, STEPS, FEATURES), pair()
    unroll = layer if mode == "eager" else tf.function(lambda x, states: layer(x, states))
    outputs = np.asarray(unroll(x, states))
    assert outputs.shape == (BATCH, STEPS, UNITS)
    for t in range(STEPS):
        states = lstm_step(layer.cell, x[:, t], *states)
        np.testing.assert_allclose(outputs[:, t], states[0], atol=1e-5)  # float32, four steps


def test_one_trace_serves_every_length_and_batch() -> None:
    layer, traces = LSTM_Layer(LSTM_Cell(UNITS)), []
    layer.build((None, None, FEATURES))

    @tf.function(input_signature=[tf.TensorSpec((None, None, FEATURES))])
    def unroll(x: Any) -> Any:
        traces.append(x.shape)
        return layer(x, layer.zero_states(tf.shape(x)[0]))

    assert [tuple(unroll(normal(b, t, FEATURES)).shape) for b, t in ((1, 1), (4, 9))] == [
        (1, 1, UNITS),
        (4, 9, UNITS),
    ]
    assert len(traces) == 1


def test_the_model_has_the_parameters_that_its_widths_imply() -> None:
    model = MyModel()
    assert model(normal(BATCH, STEPS, 1)).shape == (BATCH, 1)
    counted = [part.count_params() for part in (model.read_in, model.lstm, model.read_out)]
    assert counted == [64, 53_200, 101]
    assert sum(counted) == model.count_params() == sizes.model_parameters() == 53_365
    assert len(model.trainable_variables) == 2 + 8 + 2


@pytest.mark.parametrize(
    ("read_in", "units", "parameters"),
    [((), (25,), 2_726), ((), (25, 25), 7_826), ((32,), (100,), 53_365), ((4, 3), (5, 6, 7), 891)],
)
def test_a_model_of_any_sizes_has_the_parameters_that_they_imply(
    read_in: tuple[int, ...], units: tuple[int, ...], parameters: int
) -> None:
    model = ModelOfAnySize(read_in, units)
    assert model(normal(BATCH, STEPS, 1)).shape == (BATCH, 1)
    assert model.count_params() == sizes_of_any_model.model_parameters(read_in, units) == parameters
    assert len(model.trainable_variables) == 2 * len(read_in) + 8 * len(units) + 2


@pytest.mark.parametrize("mode", ["eager", "graph"])
def test_stacked_layers_each_follow_the_one_below(mode: str) -> None:
    model = ModelOfAnySize((2,), (UNITS, 4))
    model(normal(BATCH, STEPS, 1))
    random_weights(model)
    x = normal(BATCH, STEPS, 1)
    answer = model(x) if mode == "eager" else tf.function(lambda x: model(x))(x)
    x = np.asarray(model.read_in[0](x))
    for layer in model.lstm_layers:
        states, outputs = (np.zeros((BATCH, layer.cell.units)),) * 2, []
        for t in range(STEPS):
            states = lstm_step(layer.cell, x[:, t], *states)
            outputs.append(states[0])
        x = np.stack(outputs, axis=1)
    # float32, two layers of four steps
    np.testing.assert_allclose(answer, model.read_out(x[:, -1].astype("float32")), atol=1e-5)


def test_the_task_with_a_threshold_labels_what_lies_above_one() -> None:
    noise, labels = (np.stack(part) for part in zip(*task_with_a_threshold(25, 400), strict=True))
    assert (noise.shape, labels.shape, labels.dtype) == ((400, 25, 1), (400, 1), "int32")
    np.testing.assert_array_equal(labels, noise.sum(axis=1) > 1)


def test_a_model_first_called_inside_a_graph_still_learns() -> None:
    """Keras 3 freezes sub-layers that are built inside a trace; ours are built before."""
    model, optimizer = MyModel(), tf.keras.optimizers.Adam(1e-2)
    noise = normal(32, 5, 1)
    label = (noise.sum(axis=1) > 0).astype("int32")
    losses = [float(train_step(model, optimizer, noise, label)) for _ in range(30)]
    assert losses[-1] < losses[0] / 2


def test_the_task_labels_the_sign_of_standard_normal_noise() -> None:
    samples = list(integration_task(25, 400))
    noise, labels = (np.stack(part) for part in zip(*samples, strict=True))
    assert (noise.shape, noise.dtype, labels.shape, labels.dtype) == (
        (400, 25, 1),
        "float32",
        (400, 1),
        "int32",
    )
    np.testing.assert_array_equal(labels, noise.sum(axis=1) > 0)
    assert abs(noise.mean()) < 0.05  # five standard deviations of 10,000 draws
    assert abs(noise.std() - 1) < 0.036
    assert not np.array_equal(noise[0], next(integration_task(25, 1))[0])


def test_one_short_epoch_reaches_the_bar() -> None:
    np.random.seed(1)
    tf.keras.utils.set_random_seed(1)
    first, second = MyModel(), MyModel()
    for model in (first, second):
        model(normal(BATCH, STEPS, 1))
    # the second call below brings a second model and optimizer
    train(first, make_dataset(32), make_dataset(32), epochs=1)
    train_losses, test_losses, accuracies = train(
        second, make_dataset(9_600), make_dataset(1_280).cache(), epochs=1
    )
    assert (len(train_losses), len(test_losses), len(accuracies)) == (1, 2, 2)
    assert test_losses[1] < test_losses[0]
    assert accuracies[1] > 0.85  # ten seeds lay above .93 after 200 steps; these are 300


def test_all_of_this_holds_under_keras_2() -> None:
    if os.environ.get("TF_USE_LEGACY_KERAS") == "1":
        pytest.skip("this is the run under Keras 2")
    pytest.importorskip("tf_keras")
    environment = {**os.environ, "TF_USE_LEGACY_KERAS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", __file__, "-k", "not notebook", "-p", "no:cacheprovider"]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout[-3000:]


def test_the_notebook_is_what_the_modules_and_the_story_make() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path in build.outdated()]
    assert not stale, f"run python -m reference.build: {stale}"


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.parent.name)
def test_the_notebook_is_clean(solution: Path) -> None:
    notebook = nbformat.read(solution, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert [cell.id for cell in code if "parameters" in cell.metadata.get("tags", [])] == ["parameters"]
    assert "reference" not in "".join(cell.source for cell in code)  # students do not have our modules


@pytest.mark.parametrize(
    ("module", "names", "wanted"),
    [
        ('"""About."""\nimport os\n\nA = 1  # one\nB = 2\n', (), "A = 1  # one\nB = 2"),
        (
            "@wraps\ndef f():\n    pass\n    # end\n\n\nx = 1\n",
            ("f",),
            "@wraps\ndef f():\n    pass\n    # end",
        ),
        ("x = 1\n\n\ndef f():\n    pass\n", ("f", "x"), "def f():\n    pass\n\n\nx = 1"),
    ],
)
def test_definitions_are_copied_as_they_stand(module: str, names: tuple[str, ...], wanted: str) -> None:
    assert build.definitions(module, names) == wanted


def test_a_story_that_names_a_missing_definition_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not define g"):
        build.definitions("def f():\n    pass\n", ("g",))


def test_a_story_may_take_definitions_of_another_homework(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    (tmp_path / "first" / "cell.py").write_text("A = 1\n", encoding="utf-8")
    story = "<!-- cell: a | from first/cell.py: A -->\n"
    (tmp_path / "second" / "story.md").write_text(story, encoding="utf-8")
    assert build.solution(tmp_path / "second").cells[0].source == "A = 1"


def test_a_story_begins_with_a_cell(tmp_path: Path) -> None:
    (tmp_path / "story.md").write_text("# Homework\n", encoding="utf-8")
    with pytest.raises(ValueError, match="must begin with a line"):
        build.solution(tmp_path)


@pytest.mark.real
@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.parent.name)
def test_the_notebook_runs_from_top_to_bottom(solution: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(solution, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("NUM_SAMPLES = 64_000", "NUM_SAMPLES = 3_200").replace(
            "EPOCHS = 3", "EPOCHS = 1"
        )
    # raises what a cell raises
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
