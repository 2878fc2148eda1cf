"""A cell that did not end in an earlier run is stopped early, and the rest goes on as if it had been waited
for: the run comes to the same, only sooner."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from grader.model import CellRun, CellSource, Limits
from grader.run.job import Folder, Job
from grader.run.journal import Journal
from grader.run.runner.execution import Execution
from grader.run.runner.notebook import new_notebook

LIMITS = Limits(cell_seconds=900, wall_seconds=1200)
CELLS = tuple(CellSource(number=number, text="pass") for number in (1, 3))


class Idle:
    """A kernel that has computed nothing."""

    def cpu_seconds(self):
        return 0.0


@pytest.fixture
def execution(tmp_path):
    job = Job(cells=CELLS, requests=(), limits=LIMITS, unending=(3,))
    found = Execution(job, Folder(path=tmp_path), tmp_path, Journal(tmp_path / "journal.jsonl"))
    found.kernel = Idle()
    return found


def stopped(number, seconds):
    return CellRun(number=number, seconds=seconds, timed_out=True)


def test_only_what_did_not_end_gets_less_time(execution):
    assert [execution.seconds_for(cell) for cell in CELLS] == [900, 90]


def test_a_job_keeps_them_on_its_way(execution):
    assert Job.from_json(execution.job.to_json()) == execution.job
    assert new_notebook(execution.job.cells)


def test_the_rest_has_what_was_left_when_it_was_waited_for(execution):
    execution.began = time.monotonic() - 90
    execution.in_its_time(stopped(3, 90.0))
    assert execution.seconds_left == pytest.approx(300, abs=1)
    (said,) = execution.hurried.values()
    assert "stopped after 90 s" in said
    assert "does not end within 15 minutes" in said


def test_no_more_is_taken_than_there_was(execution):
    execution.began = time.monotonic() - 1000  # of 1200
    execution.in_its_time(stopped(3, 90.0))
    assert execution.seconds_left == pytest.approx(0, abs=1)
    assert execution.question_seconds_left > 100  # what is asked at the end keeps its own


def test_what_ends_this_time_takes_nothing(execution):
    execution.in_its_time(CellRun(number=3, seconds=5.0))
    execution.in_its_time(stopped(1, 900.0))
    assert execution.seconds_left == pytest.approx(1200, abs=1)
    assert not execution.hurried


def test_whoever_was_stopped_says_whether_it_had_a_processor(execution, monkeypatch):
    monkeypatch.setattr("grader.run.runner.patience.psutil.getloadavg", lambda: (99.0, 0.0, 0.0))
    assert execution.in_its_time(stopped(1, 900.0)).starved
    assert not execution.in_its_time(replace(stopped(1, 900.0), timed_out=False)).starved
