"""Right submissions in styles that differ: caches of every kind, a file as courses hand it out, Python 2, other names."""

from pathlib import Path

import nbformat

from reference.build import ROOT, solution
from tests.corpus import Rename, right, text

HOME = "rnn_layers_numpy"
OTHER = Rename({"lstm_forward": "run_lstm", "lstm_backward": "lstm_back", "rnn_forward": "rnn_Forward", "word_embedding_forward": "embed_words"})
COURSES = """

def temporal_softmax_loss(x, y, mask, verbose=False):
    dx_flat = x.reshape(-1, x.shape[-1])
    if verbose: print 'dx_flat: ', dx_flat.shape
    return dx_flat
"""
TRIES = """from layers.rnn_layers import *
import numpy as np

print(rnn_forward(np.ones((2, 3, 4)), np.zeros((2, 5)), np.ones((4, 5)), np.ones((5, 5)), np.zeros(5))[0].shape)
"""


def reference_notebook() -> dict:
    """The tutor's solution."""
    return nbformat.from_dict(solution(ROOT / "reference" / HOME))


def whole_numbers(folder: Path) -> None:
    """Python 2 cuts the gates apart by a division of whole numbers."""
    code = _whole().replace("H = prev_h.shape[1]", "H = Wx.shape[1] / 4")
    assert "Wx.shape[1] / 4" in code
    (folder / "rnn_layers.py").write_text(code + COURSES, encoding="utf-8")


def _whole(**chosen: str) -> str:
    return "\n\n\n".join(text(part, chosen.get(part), HOME) for part in ("imports", "simple", "vectors", "gated"))


def in_a_file(folder: Path) -> None:
    """A file in a folder, beside a script that tries it."""
    (folder / "layers").mkdir()
    (folder / "layers" / "__init__.py").touch()
    (folder / "layers" / "rnn_layers.py").write_text(_whole(simple="dicts", gated="in_place"), encoding="utf-8")
    (folder / "try_them.py").write_text(TRIES, encoding="utf-8")


def python_two(folder: Path) -> None:
    """As the course handed it out in 2016: its own part has a print statement."""
    code = _whole().replace("in range(T", "in xrange(T") + COURSES
    (folder / "rnn_layers.py").write_bytes(code.replace("\n", "\r\n").encode())


SUBMISSIONS = [
    right("reference", "The tutor's solution.", notebook=reference_notebook),
    right("numpy", "Tuples as caches, steps that are called."),
    right("dicts", "Dicts with keys of every kind as caches.", simple="dicts", vectors="one_hot", gated="gate_by_gate"),
    right("differences", "The simple network's gradients by moving every number a little.", simple="differences", vectors="loops"),
    right("in_place", "What is given is changed; the bias has an axis more.", simple="in_place", gated="in_place"),
    right("own_names", "Some functions have names of the student's own.", simple=OTHER, vectors=OTHER, gated=OTHER),
    right("in_a_file", "A Python file in a folder, tried by a script.", write=in_a_file),
    right("python_two", "A file of 2016, in Python 2.", write=python_two),
    right("whole_numbers", "A file in Python 2 that divides whole numbers.", write=whole_numbers),
]
