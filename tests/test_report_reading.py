"""What `grade check` says within two seconds, from reading alone."""

from __future__ import annotations

import json
import re

import pytest

from grader.assignment import load_sheet
from grader.cli.own_work import read_own
from grader.model import Status
from grader.report.endless import endless_loops
from grader.report.excerpt import excerpt, lines_around
from grader.report.reading import read_lines
from tests.corpus import NOTEBOOK, write

SHEETS = "assignments"
REFERENCE = "reference/sum_sequence/solution.ipynb"
TEMPLATE = "student_template/sum_sequence/homework.ipynb"


@pytest.fixture
def read(tmp_path, request):
    """The lines about a notebook: (status, text, code)."""
    root = request.config.rootpath

    def read(path, change=lambda cells: None):
        content = json.loads((root / path).read_text() if isinstance(path, str) else path.read_text())
        change(content["cells"])
        copy = tmp_path / "copy.ipynb"
        copy.write_text(json.dumps(content))
        own = read_own(copy, name="sum_sequence", assignments=root / SHEETS, strict=True)
        return list(read_lines(own.submission, own.assignment))

    return read


def wrong(lines):
    return [line.text for line in lines if line.status is not Status.PASSED]


def code_cells(cells):
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source(cell, text):
    cell["source"] = text


def test_the_reference_has_nothing_to_mend(read):
    lines = read(REFERENCE)
    assert wrong(lines) == []
    assert [line.text.partition(" ")[0] for line in lines] == ["the", "no", "“Can", "“Should"]


def test_the_template_is_told_what_is_still_to_be_written(read):
    lines = read(TEMPLATE)
    told = wrong(lines)
    assert told[0].startswith("not found by these names: ")
    assert any(text.startswith("17 places are still to be written; the first is cell ") for text in told)
    assert [text for text in told if text.startswith("no answer was found to “")] == told[-2:]
    code = next(line.code for line in lines if line.code)
    assert any("raise NotImplementedError" in one.text and one.meant for one in code)


def test_a_name_in_a_cell_that_python_cannot_read_is_looked_for_there(read):
    def breaks(cells):
        cell = next(cell for cell in code_cells(cells) if "class MyModel" in "".join(cell["source"]))
        source(cell, "".join(cell["source"]).replace("def call(self,", "def call(self,(,"))

    (told,) = [text for text in wrong(read(REFERENCE, breaks)) if "MyModel" in text]
    assert told.endswith("MyModel; perhaps in the cell that Python cannot read")


def test_a_line_that_costs_itself_is_shown_as_it_was_written(read):
    def change(cells):
        code_cells(cells)[1]["source"] = (
            "%matplotlib inline\nSEQ_LEN = 25\nif SEQ_LEN = 3:\n    i++\nUNITS = 100"
        )

    (line,) = [line for line in read(REFERENCE, change) if "cannot read" in line.text]
    assert line.text.endswith("Python cannot read this line; the rest of the cell runs")
    assert [part.text for part in line.code] == ["SEQ_LEN = 25", "if SEQ_LEN = 3:", "    i++"]
    (whole,) = [
        line
        for line in read(REFERENCE, lambda cells: source(code_cells(cells)[1], "def f(:\n    return 1"))
        if "cannot read this" in line.text
    ]
    assert whole.text.endswith("Python cannot read this cell, so nothing in it runs")


def test_what_stands_behind_the_end_of_a_notebook_is_named(tmp_path, request):
    twice = (request.config.rootpath / REFERENCE).read_text().strip()
    copy = tmp_path / "copy.ipynb"
    copy.write_text(f"{twice}\n{twice}")
    own = read_own(copy, name="sum_sequence", assignments=request.config.rootpath / SHEETS, strict=True)
    line = twice.count("\n") + 1
    told = wrong(read_lines(own.submission, own.assignment))
    assert told == [f"text after the end of the notebook was ignored (line {line} of the file)"]


def test_a_syntax_error_is_named_with_its_lines(read):
    lines = read(REFERENCE, lambda cells: source(code_cells(cells)[2], "x = 1\ndef f(:\n    return 2\n"))
    assert wrong(lines)[0].endswith(
        ", line 2: invalid syntax. Python cannot read this cell, so nothing in it runs"
    )
    assert [(one.number, one.text, one.meant) for one in lines[0].code] == [
        (1, "x = 1", False),
        (2, "def f(:", True),
        (3, "    return 2", False),
    ]


def test_a_return_outside_of_a_function_is_named_with_its_line(read):
    lines = read(REFERENCE, lambda cells: source(code_cells(cells)[2], "x = 1\nreturn x"))
    assert wrong(lines)[0].endswith(", line 2: 'return' outside function. Python does not run this line")
    assert [(one.text, one.meant) for one in lines[0].code] == [("x = 1", False), ("return x", True)]


def test_a_name_that_is_used_too_early(read):
    def swap(cells):
        code = code_cells(cells)
        code[0]["source"], code[1]["source"] = "x = later + 1", [*code[0]["source"], "\nlater = 1"]

    assert any(
        text.startswith("cell 2 uses later, which only cell ") for text in wrong(read(REFERENCE, swap))
    )


def test_a_loop_that_nothing_ends_is_named_before_it_runs(read):
    lines = read(REFERENCE, lambda cells: source(code_cells(cells)[-1], "x = 1\nwhile True:\n    x += 1"))
    (line,) = [line for line in lines if "loop" in line.text]
    assert line.status is Status.NEEDS_REVIEW
    assert line.text.endswith(", line 2 begins a loop that nothing in it ends: the cell will be stopped")
    assert [one.text for one in line.code if one.meant] == ["while True:"]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("while True: pass", [1]),
        ("x = 1\nif x:\n    while 1:\n        for y in range(3):\n            break", [3]),
        ("while True:\n    def f():\n        return 1", [1]),
        ("while True:\n    while True:\n        break", [1]),
        ("while True:\n    if x: break", []),
        ("while True:\n    for y in z:\n        pass\n    else:\n        break", []),
        ("while True:\n    x = next(y)", []),
        ("while True:\n    sys.exit()", []),
        ("while True:\n    raise ValueError", []),
        ("while not done: pass", []),
        ("def f():\n    while True:\n        yield 1", []),
        ("while (", []),
    ],
)
def test_only_a_loop_without_a_way_out_is_meant(code, lines):
    assert endless_loops(code) == lines


def test_a_ready_made_layer_is_named_with_its_place(read, tmp_path):
    lines = read(
        REFERENCE,
        lambda cells: source(code_cells(cells)[-1], "import tensorflow as tf\nx = tf.keras.layers.LSTM(3)"),
    )
    (text,) = [text for text in wrong(lines) if "ready-made" in text]
    assert "line 2" in text
    assert text.endswith("is ready-made; the sheet wants your own")


def test_a_function_that_takes_less_is_worth_a_look(read):
    def change(cells):
        for cell in code_cells(cells):
            cell["source"] = "".join(cell["source"]).replace(
                "def zero_states(self, batch_size", "def zero_states(self"
            )

    (line,) = [line for line in read(REFERENCE, change) if "takes nothing" in line.text]
    assert line.status is Status.NEEDS_REVIEW
    assert line.text.endswith("takes nothing; the sheet's takes batch_size")


@pytest.mark.parametrize("name", ["no_output_tanh", "metrics_in_model"])
def test_what_only_running_shows_is_not_said(read, tmp_path, name):
    assert [text for text in wrong(read(write(name, tmp_path) / NOTEBOOK)) if "answer" not in text] == []


def test_what_the_run_finds_by_what_it_does_is_not_called_missing(read):
    other = {"MyModel": "Netz", "model": "netz", "train_losses": "fehler", "test_accuracies": "treffer"}

    def renamed(cells):
        for cell in cells:
            text = "".join(cell["source"])
            for old, new in other.items():
                text = re.sub(rf"\b{old}\b", new, text)
            source(cell, text)

    (told,) = wrong(read(REFERENCE, renamed))
    assert told.startswith("not found by these names: ")
    assert all(name in told for name in other)


def test_lines_around_a_line_that_is_not_there():
    assert lines_around("a\nb", 3) == []
    assert lines_around("", 1) == []


def test_a_place_that_is_no_cell_has_no_excerpt(request):
    own = read_own(
        request.config.rootpath / REFERENCE, assignments=request.config.rootpath / SHEETS, strict=True
    )
    assert excerpt(own.submission, "cell 999, line 1: invalid syntax") == []
    assert excerpt(own.submission, "the cell") == []


def test_a_line_of_code_shows_what_it_holds_and_is_short():
    (one,) = lines_around("x = '\u202e\x1b[31m" + "y" * 300 + "'", 1)
    assert "\u202e" not in one.text
    assert "\x1b" not in one.text
    assert len(one.text) <= 100


def test_every_sheet_that_wants_own_layers_says_so(request):
    for name in ("sum_sequence", "integration_task"):
        sheet = load_sheet(request.config.rootpath / SHEETS / name)
        assert sheet.own_layers
        assert {wanted.partition(".")[0] for wanted in sheet.signatures} <= set(sheet.names)
