"""Half-done homework in scripts: a cell and a layer that are written, and nothing yet that uses them."""

from __future__ import annotations

from pathlib import Path

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.model import Submission
from tests.strangers.homework import CELL, DATA, IMPORTS, LAYER, MODEL, TASK

SHEET = load_sheet(Path(__file__).parents[1] / "assignments" / "integration_task")
MADE = f"{IMPORTS}{TASK}{DATA}\nfor x, y in train_ds.take(1):\n    print(x.shape, y.shape)\n"
CELL_FILE, LAYER_FILE = f"{IMPORTS}{CELL}", f"{IMPORTS}{LAYER}"


def read(tmp_path: Path, **files: str) -> Submission:
    home = tmp_path / "class" / "ada"
    home.mkdir(parents=True)
    for name, text in files.items():
        (home / f"{name}.py").write_text(text, encoding="utf-8")
    (candidate,) = find_candidates(tmp_path / "class", tmp_path / "scratch", Course())
    return prepare(candidate, SHEET)


def test_a_cell_and_a_layer_that_nothing_uses_so_far_are_judged(tmp_path: Path) -> None:
    found = read(tmp_path, main=MADE, cell=CELL_FILE, layer=LAYER_FILE, notes="x = 1")
    assert not found.problem
    assert [cell.text for cell in found.cells[-2:]] == [
        "from cell import LSTM_Cell",
        "from layer import LSTM_Layer",
    ]
    assert found.notices == (
        "main.py is run as a script: of the 16 names of the sheet it brings 4",
        "nothing that runs uses cell.py and layer.py so far: LSTM_Cell and LSTM_Layer are judged all the"
        " same",
        "not run: notes.py",
    )
    assert found.modules == ("main.py", "cell.py", "layer.py")


def test_so_they_are_under_other_names(tmp_path: Path) -> None:
    other = CELL_FILE.replace("LSTM_Cell", "Zelle")
    found = read(tmp_path, main=MADE, zelle=other, layer=LAYER_FILE)
    assert found.source.roles["LSTM_Cell"] == ("Zelle",)


def test_beside_a_cell_of_another_name_that_runs_they_are_drafts(tmp_path: Path) -> None:
    own = f"{MADE}{CELL}".replace("LSTM_Cell", "Zelle")
    found = read(tmp_path, main=own, cell=CELL_FILE, layer=LAYER_FILE)
    assert "not run: layer.py and cell.py" in " ".join(found.notices)
    assert found.source.roles["LSTM_Cell"] == ("Zelle",)


def test_beside_a_model_that_runs_they_are_drafts(tmp_path: Path) -> None:
    net = 'model = tf.keras.Sequential([tf.keras.layers.Dense(1, "sigmoid")])'
    found = read(tmp_path, main=f"{MADE}{net}\n", cell=CELL_FILE, layer=LAYER_FILE)
    assert "cell.py" not in found.modules


def test_what_does_more_than_define_is_not_run(tmp_path: Path) -> None:
    tries = f"{CELL_FILE}\nprint(LSTM_Cell(3)(tf.zeros((2, 1)), (tf.zeros((2, 3)), tf.zeros((2, 3)))))\n"
    found = read(tmp_path, main=MADE, cell=tries, model=f"{IMPORTS}{MODEL}")
    assert "cell.py" not in found.modules


def test_a_model_that_is_still_none_is_no_model(tmp_path: Path) -> None:
    found = read(tmp_path, main=f"{MADE}model = None  # TODO\nprint(model)\n", cell=CELL_FILE)
    assert "cell.py" in found.modules


def test_a_layer_that_python_cannot_read_is_told_where_it_stands(tmp_path: Path) -> None:
    begun = f"{IMPORTS}\n\nclass LSTM_Layer:\n    def call(self, x, states):\n"
    found = read(tmp_path, main=MADE, cell=CELL_FILE, layer=begun)
    assert found.cells[-1].text == "from layer import LSTM_Layer"
    assert any("layer.py" in error for error in found.source.syntax_errors)
