"""A notebook that is still to be written gets its last word from one run, and it is that of a full one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.assignment.template import without_markers
from grader.collect import Course, find_candidates, prepare
from grader.model import Extent
from grader.pipeline import Examiner
from grader.pipeline.attempts import Turn
from grader.run import Engine
from tests.sampling import ALL

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.real
EVERY = sorted(path.parent.name for path in (ROOT / "student_template").glob("*/homework.ipynb"))
SHEETS = EVERY if ALL else ["sum_sequence"]


@pytest.fixture(scope="module")
def engine():
    with Engine.best() as engine:
        yield engine


def half_done(sheet, parts):
    """The template, with so many of the parts that are to be written taken from the solution, the rest
    untouched."""
    written = json.loads((ROOT / "reference" / sheet / "solution.ipynb").read_text("utf-8"))
    template = json.loads((ROOT / "student_template" / sheet / "homework.ipynb").read_text("utf-8"))
    for cell, solved in zip(template["cells"], written["cells"], strict=True):
        source = without_markers("".join(solved["source"]))
        if parts and cell["cell_type"] == "code" and source != "".join(cell["source"]):
            cell["source"], parts = source, parts - 1
    return template


@pytest.mark.parametrize("parts", [0, 3])
@pytest.mark.parametrize("sheet", SHEETS)
def test_one_run_says_what_a_full_one_would(tmp_path, engine, sheet, parts):
    home = tmp_path / "class" / "ada"
    home.mkdir(parents=True)
    (home / "homework.ipynb").write_text(json.dumps(half_done(sheet, parts)), "utf-8")
    (tmp_path / "out").mkdir()
    assignment = load_sheet(ROOT / "assignments" / sheet)
    (candidate,) = find_candidates(home.parent, tmp_path / "unpacked", Course())
    examiner = Examiner(
        assignment=assignment, out=tmp_path / "out", key=b"a key for tests", runner=engine.run
    )
    submission = prepare(candidate, assignment)
    (once,) = examiner.attempts(submission)
    full = examiner.attempt(submission, Turn(number=2, extent=Extent.FULL))
    assert statuses(once) == statuses(full)


def statuses(attempt):
    return {check.id: verdict.status for check, verdict in attempt.verdicts}
