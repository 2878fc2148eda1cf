"""Right submissions in styles that differ: one notebook, a file for each part, Python 2, other names, classes that extend one another."""

from pathlib import Path

import nbformat

from reference.build import ROOT, solution
from tests.corpus import Rename, right, text

HOME = "rnn_cells_numpy"
OWN_HELPERS = {
    "imports": "bare",
    "simple": "own_helpers",
    "sequence": "filled",
    "gru": "own_helpers",
    "lstm": "own_helpers",
    "deep": "filled",
    "both": "own_helpers",
    "directions": "filled",
}
EXTENDS = {"imports": "shared", "simple": "extends", "gru": "extends", "lstm": "extends", "both": "extends"}
FILES = {
    "0-rnn_cell.py": "simple",
    "1-rnn.py": "sequence",
    "2-gru_cell.py": "gru",
    "3-lstm_cell.py": "lstm",
    "4-deep_rnn.py": "deep",
    "7-bi_output.py": "both",
    "8-bi_rnn.py": "directions",
}
OTHER = Rename({"RNNCell": "RNN_Cell", "GRUCell": "GruCell", "LSTMCell": "Lstm_Cell", "BidirectionalCell": "BidirectionalCellOfMine"})
TRIES = """#!/usr/bin/env python3
import numpy as np
RNNCell = __import__('0-rnn_cell').RNNCell
rnn = __import__('1-rnn').rnn

np.random.seed(1)
H, Y = rnn(RNNCell(10, 15, 5), np.random.randn(6, 8, 10), np.zeros((8, 15)))
print(H.shape, Y.shape)
"""


def reference_notebook() -> dict:
    """The tutor's solution."""
    return nbformat.from_dict(solution(ROOT / "reference" / HOME))


def _file(part: str) -> str:
    return f"#!/usr/bin/env python3\n'''One part of the homework'''\nimport numpy as np\n\n\n{text(part, OWN_HELPERS[part], HOME)}\n"


def in_files(folder: Path) -> None:
    """One file for each part, under names that no import statement can say, beside older versions and trials."""
    for file, part in FILES.items():
        (folder / file).write_text(_file(part), encoding="utf-8")
    older = _file("both")
    (folder / "5-bi_forward.py").write_text(older[: older.index("    def backward")], encoding="utf-8")
    (folder / "6-bi_backward.py").write_text(older[: older.index("    def output")], encoding="utf-8")
    (folder / "1-main.py").write_text(TRIES, encoding="utf-8")


def extended_by_file(folder: Path) -> None:
    """A class that grows: each file takes it from the file before, and extends it."""
    in_files(folder)
    head, forward, backward, output = _methods(_file("both"))
    (folder / "5-bi_forward.py").write_text(head + forward, encoding="utf-8")
    for file, before, method in (("6-bi_backward", "5-bi_forward", backward), ("7-bi_output", "6-bi_backward", output)):
        takes = f"import numpy as np\nBidirectionalCell = __import__('{before}').BidirectionalCell\n\n\n"
        extends = f"class BidirectionalCell(BidirectionalCell):\n{method}\n"
        (folder / f"{file}.py").write_text(takes + extends, encoding="utf-8")


def _methods(text: str) -> list[str]:
    """The text up to the class's constructor, and its three methods."""
    begins = [text.index(f"    def {name}") for name in ("forward", "backward", "output")]
    return [text[a:b] for a, b in zip([0, *begins], [*begins, len(text)], strict=True)]


def python_two(folder: Path) -> None:
    """The same, with what only Python 2 reads, and a softmax of another axis in each file."""
    in_files(folder)
    for file in ("1-rnn.py", "4-deep_rnn.py"):
        code = (folder / file).read_text(encoding="utf-8").replace("in range(", "in xrange(").replace("\n", "\r\n")
        (folder / file).write_bytes(code.encode())
    code = (folder / "0-rnn_cell.py").read_text(encoding="utf-8")
    (folder / "0-rnn_cell.py").write_text(code.replace('print("one step", x_t.shape)', 'print "one step", x_t.shape  # tried'), encoding="utf-8")
    for name in ("GRU cell (1).py", "old"):
        assert not (folder / name).exists()
    (folder / "2-gru_cell.py").rename(folder / "2 gru cell.py")


SUBMISSIONS = [
    right("reference", "The tutor's solution.", notebook=reference_notebook),
    right("numpy", "The equations, one line each."),
    right("own_helpers", "Helpers in every class, arrays filled step by step, prints in every call.", **OWN_HELPERS),
    right("extends", "All cells extend one class that draws their weights.", sequence="filled", deep="layer_by_layer", **EXTENDS),
    right("in_place", "The simple cell overwrites the state that it is given.", simple="in_place", sequence="copies", deep="layer_by_layer"),
    right("own_spelling", "The classes are spelled in other ways.", simple=OTHER, gru=OTHER, lstm=OTHER, both=OTHER),
    right("in_files", "A file for each part, whose names begin with digits, beside older versions and trials.", write=in_files),
    right("extended_by_file", "A file for each part, in which a class extends that of the file before.", write=extended_by_file),
    right("python_two", "The same in Python 2, with a space in a name.", write=python_two),
]
