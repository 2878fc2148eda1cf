"""A module of the student's own that was not handed in: charged once; what it takes away is for a person."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import Seen, load_sheet
from grader.judge.verdicts import judge_all
from grader.model import CellError, CellRun, Observation, Reply, Run, SourceFacts, Status, Submission
from grader.model.verdict import MISSING_FILE
from grader.run.host.cells import absent_modules

SHEET = Path(__file__).resolve().parents[1] / "assignments" / "sum_sequence"
GONE = CellError(
    name="ModuleNotFoundError", message="No module named 'my_cell'", traceback="", missing_package="my_cell"
)
NO_CELL = CellError(name="NameError", message="", traceback="", missing_name="LSTM_Cell")
GAP = CellError(name="NotImplementedError", message="LSTM_Layer.call is still to be written", traceback="")
TEXT = """# --- cell 1 ---
from my_cell import LSTM_Cell
# --- cell 2 ---
integration_task = my_integration_task = train_ds = LSTM_Layer = 1
# --- cell 3 ---
model = MyModel()
model.fit(train_ds)
"""
OTHERS = {"integration_task": 2, "LSTM_Layer": 2, "model": 3}
SOURCE = SourceFacts(
    text=TEXT,
    imports=("my_cell",),
    uses=frozenset({"fit"}),
    assigned={"LSTM_Cell": 1, **OTHERS},
)
CELLS = (
    CellRun(number=1, seconds=0.1, error=GONE),
    CellRun(number=2, seconds=0.1),
    CellRun(number=3, seconds=0.1, error=NO_CELL),
)


def judged(forgotten=("my_cell",), source=SOURCE, cells=CELLS, **observations):
    """check -> verdict; `observations` by probe: an error, or names that are missing."""
    said = {"one_step": ("LSTM_Cell",), "layer": NO_CELL, "model": ("model",), **observations}
    answers = {
        probe: Observation(probe=probe, status=Reply.RAISED, error=what)
        if isinstance(what, CellError)
        else Observation(probe=probe, status=Reply.MISSING, missing=what)
        for probe, what in said.items()
    }
    run = Run(run_id="r", cells=cells, observations=answers, forgotten_modules=forgotten)
    submission = Submission(student="ada", source=source)
    found = judge_all(Seen(assignment=load_sheet(SHEET), submission=submission, run=run))
    return {check.id: verdict for check, verdict in found}


def test_it_is_charged_once_by_name_and_the_rest_is_for_a_person():
    found = judged()
    first = found["returns_states"]
    assert first.status is Status.FAILED
    assert first.message == "my_cell.py was not handed in, from which LSTM_Cell should come"
    assert first.hint == "Hand in my_cell.py together with the notebook, in the same folder."
    waiting = ("computes_lstm", "one_output_per_step", "one_probability", "accuracy_80")
    assert {found[check].status for check in waiting} == {Status.NEEDS_REVIEW}
    assert {found[check].waits_for for check in waiting} == {MISSING_FILE}


def test_what_the_notebook_itself_lacks_stays_charged():
    found = judged(pipeline=("train_ds",), data=GAP)
    assert found["pipeline_batches"].status is Status.FAILED
    assert found["yields_pairs"].status in (Status.FAILED, Status.SKIPPED)


def test_a_module_that_nothing_waits_for_opens_nothing():
    source = replace(SOURCE, text=TEXT.replace("import LSTM_Cell", "import other"), assigned=OTHERS)
    cells = (*CELLS[:2], CellRun(number=3, seconds=0.1, error=GAP))
    found = judged(source=source, cells=cells, layer=GAP)
    assert Status.NEEDS_REVIEW not in {
        found[check].status for check in ("returns_states", "computes_lstm", "one_output_per_step")
    }


@pytest.mark.parametrize("forgotten", [(), ("other",)])
def test_without_a_forgotten_module_all_is_as_it_was(forgotten):
    found = judged(forgotten=forgotten)
    assert found["computes_lstm"].status in (Status.FAILED, Status.SKIPPED)


def test_a_file_of_a_package_that_was_handed_in_is_named_with_its_folder():
    text = TEXT.replace("from my_cell import", "from src.cells import")
    gone = CellError(name="ModuleNotFoundError", message="x", traceback="", missing_package="src.cells")
    cells = (replace(CELLS[0], error=gone), *CELLS[1:])
    source = replace(SOURCE, text=text, imports=())
    found = judged(forgotten=("src.cells",), source=source, cells=cells)
    assert found["returns_states"].message.startswith("src/cells.py was not handed in, from which LSTM_Cell")
    assert "where the code looks for it" in found["returns_states"].hint
    assert {check: one.status for check, one in found.items()} == {
        check: one.status for check, one in judged().items()
    }


def test_only_what_a_package_lacks_is_forgotten():
    error = CellError(name="ModuleNotFoundError", message="x", traceback="", missing_package="src.cells")
    cells = (CellRun(number=1, seconds=0.1, error=error),)
    for files, gone in {
        ("hw.ipynb", "src/layers.py"): ("src.cells",),
        ("hw.ipynb", "src/cells.py"): (),  # it is there, whatever somebody raises
        ("hw.ipynb", "other/layers.py"): (),  # nor is there such a package
    }.items():
        submission = Submission(student="ada", files=files)
        assert absent_modules(cells, {}, submission) == gone


def test_what_stands_in_a_module_that_is_not_here_is_not_read():
    assert judged(one_step=GONE)["own_lstm"].status is Status.NEEDS_REVIEW
    assert judged(one_step=GAP)["own_lstm"].status is not Status.NEEDS_REVIEW
    wrong = CellError(name="ValueError", message="shapes", traceback="")
    assert judged(one_step=wrong)["own_lstm"].status is Status.PASSED
