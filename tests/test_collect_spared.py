"""A line that cannot be read costs itself in a cell of imports and numbers, and its whole in a definition."""

import ast

import pytest

from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces
from grader.collect.reading.runnable import _as_it_runs
from grader.collect.reading.spared import spared

CONFLICT = "A = 1\n<<<<<<< HEAD\nB = 2\n=======\nB = 3\n>>>>>>> main\nC = 4"


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("import numpy as np as n\nimport json\n\nx = 1", "import json\nx = 1"),
        (CONFLICT, "A = 1\nB = 2\nB = 3\nC = 4"),
        ("x = f(1,\ny = 2", "y = 2"),
        ("y = [\n  1,\n]\nimport json as\nz = '''\na b\n'''", "y = [1]\nz = '\\na b\\n'"),
        ("if x:\n    y = 1\nelse\n    y = 2\nz = 3", "z = 3"),
    ],
)
def test_the_rest_of_a_cell_is_read(code, kept):
    assert ast.dump(ast.parse(spared(code))) == ast.dump(ast.parse(kept))
    assert len(spared(code).split("\n")) == len(code.split("\n"))


@pytest.mark.parametrize(
    "code",
    [
        "import json\nx = 1",  # nothing is wrong
        "import numpy as np as n",  # nothing is left
        "import json\n\ndef f(:\n    return 1",
        "@wraps\nclass A\n    x = 1\nimport json",
        "x = 1\0\ny = 2",
    ],
)
def test_what_cannot_be_spared_stays_as_it_is(code):
    assert spared(code) == ""


def test_what_runs_is_what_is_read_and_the_error_is_told_at_the_end():
    text = "%matplotlib inline\nimport numpy as np as n\n!pip install x\nx = 1"
    runs, _ = _as_it_runs(text)
    assert runs.split("\n")[0] == "%matplotlib inline"
    code, names = runs.replace("%matplotlib inline", "pass"), {}
    with pytest.raises(SyntaxError) as told:
        exec(code, names)
    assert (names["x"], told.value.lineno, told.value.text) == (1, 2, "import numpy as np as n")
    (piece,) = cell_pieces([NotebookCell(kind="code", text=text, number=3, id="a")])
    assert piece.error == "cell 3, line 2: invalid syntax"
    assert piece.tree is not None
    assert [type(one).__name__ for one in piece.tree.body][-1] == "Assign"


@pytest.mark.parametrize("text", ["%%writefile a.py\nimport a as\nx = 1", "%%bash\nls (\nx = 1"])
def test_cells_that_are_no_python_stay_as_they_are(text):
    assert "raise SyntaxError" not in _as_it_runs(text)[0]
