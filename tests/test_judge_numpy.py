"""The sheets of plain NumPy on every submission of their corpora: the right ones pass, each wrong one loses
exactly its check.

The functions are called here, as run/inside/of_calls.py calls them in a kernel; tests/test_corpus_real.py
asks real kernels.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.assignment import load_sheet
from grader.model import Status
from tests import corpus
from tests.corpus import Entry

pytest.importorskip("tensorflow")

from tests.numpy_homework import judged

ROOT = Path(__file__).resolve().parents[1]
SHEETS = {name: load_sheet(ROOT / "assignments" / name) for name in ("rnn_cells_numpy", "rnn_layers_numpy")}
ENTRIES = [(name, entry) for name in SHEETS for entry in corpus.all_submissions(name)]


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Some of the homework replaces functions of the libraries, and runs here in the process of the tests."""
    kept = [(module, dict(vars(module))) for module in (np, np.random, builtins)]
    yield
    for module, names in kept:
        vars(module).update(names)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("homework", "entry"), ENTRIES, ids=[f"{name}-{entry.name}" for name, entry in ENTRIES]
)
def test_each_loses_exactly_its_check(homework: str, entry: Entry, tmp_path: Path) -> None:
    corpus.write(entry.name, tmp_path / "class", homework)
    _, found = judged(SHEETS[homework], tmp_path / "class", tmp_path / "scratch")
    lost = {name: verdict.message for name, verdict in found.items() if verdict.status is not Status.PASSED}
    if entry.kind != "broken":
        assert entry.fails <= lost.keys() <= entry.fails | entry.may, lost
    assert entry.fails <= lost.keys()
    assert not [verdict.staff_note for verdict in found.values() if verdict.status is Status.ERROR]
