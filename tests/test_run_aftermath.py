"""What is left when a runner ends before its time, and what of a notebook's outputs is kept."""

import json

import nbformat
import pytest

from grader.model import Limits, Outcome
from grader.run.host.aftermath import settle
from grader.run.host.runners import Ending
from grader.run.job import Folder
from grader.run.journal import Journal, read_journal
from grader.run.runner.outputs import DEEPEST, save, weigh

CELL = {"number": 3, "seconds": 1.0, "timed_out": False, "where": "", "error": None}


@pytest.fixture
def folder(tmp_path):
    """A run whose runner ended while it handled cell 5."""
    where = Folder(path=tmp_path)
    journal = Journal(where.journal)
    journal.versions({"python": "3.12"})
    journal.doing("cell 3")
    journal.cell(CELL)
    journal.observation("data", {"status": "answered"})
    journal.doing("cell 5")
    journal.close()
    return where


@pytest.mark.parametrize(
    ("ending", "outcome", "lost_at"),
    [
        (Ending.LATE, Outcome.TIMED_OUT, ""),
        (Ending.FELL, Outcome.UNAVAILABLE, "cell 5"),
        (Ending.KILLED, Outcome.UNAVAILABLE, ""),
        (Ending.STOPPED, Outcome.UNAVAILABLE, ""),
    ],
)
def test_what_was_answered_before_the_end_is_kept(folder, ending, outcome, lost_at):
    found = settle(folder, ending, Limits())
    assert (found["outcome"], found["lost_at"]) == (outcome, lost_at)
    assert found["cells"] == [CELL]
    assert found["observations"] == {"data": {"status": "answered"}}
    assert json.loads(folder.outcome.read_text()) == found  # regrading reads the same


def test_a_runner_that_was_busy_with_nothing_is_our_problem(tmp_path):
    found = settle(Folder(path=tmp_path), Ending.LATE, Limits())
    assert (found["outcome"], found["observations"]) == (Outcome.UNAVAILABLE, {})


def test_a_line_that_was_not_finished_is_left_out(folder):
    with folder.journal.open("a") as file:
        file.write('{"observation": "layer", "no')
    assert list(read_journal(folder.journal).observations) == ["data"]


def test_an_outcome_that_was_written_counts(folder):
    folder.outcome.write_text('{"outcome": "COMPLETED"}')
    assert settle(folder, Ending.FELL, Limits()) == {"outcome": "COMPLETED"}


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_nested_too_deep_is_not_shown():
    assert weigh({"data": {"application/json": nested(20), "text/plain": "x" * 1000}}) > 1000
    for bad in ({"data": nested(DEEPEST)}, nested(5000), {"a": {"b": nested(DEEPEST)}}):
        with pytest.raises(ValueError, match="nested"):
            weigh(bad)


def test_outputs_that_one_message_made_large_are_cut_when_written(tmp_path):
    picture = {"text/plain": "y" * 100_000}
    cells = [nbformat.v4.new_code_cell("x"), nbformat.v4.new_code_cell("x")]
    for cell in cells:
        cell.outputs = [nbformat.v4.new_output("display_data", data=picture) for _ in range(20)]
    save(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb", 1_000_000)
    assert (tmp_path / "n.ipynb").stat().st_size < 1_100_000
    first, second = nbformat.read(tmp_path / "n.ipynb", as_version=4).cells
    assert [len(first.outputs), first.outputs[-1].output_type, len(second.outputs)] == [10, "stream", 1]


def test_outputs_that_cannot_be_written_are_left_out(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x")])
    notebook.cells[0].outputs = [{"output_type": "stream", "name": "stdout", "text": object()}]
    save(notebook, tmp_path / "n.ipynb", 1000)
    assert nbformat.read(tmp_path / "n.ipynb", as_version=4).cells[0].outputs == []
