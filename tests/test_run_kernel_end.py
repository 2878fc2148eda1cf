"""How a run ended, from why its kernels did: the first that did not end in order tells, in one sentence."""

import pytest

from grader.model import CellError, CellRun, Limits, Outcome
from grader.run.job import Job
from grader.run.runner.kernel_end import KernelEnd, Why, outcome_of

JOB = Job(cells=(), requests=(), limits=Limits(cell_seconds=60.0, wall_seconds=600.0, memory_mb=2048))
FINE = CellRun(number=1, seconds=0.1)
RAISED = CellRun(number=2, seconds=0.1, error=CellError(name="KeyError", message="x", traceback=""))
LATE = CellRun(number=3, seconds=60.0, timed_out=True)
AGAIN = "; the rest was run without it in a fresh start"


def ended(*whys: Why, cells: tuple[CellRun, ...] = (FINE,), where: str = "cell 1") -> tuple[Outcome, str]:
    return outcome_of([KernelEnd(why=why, where=where) for why in whys], cells, JOB)


@pytest.mark.parametrize(
    ("why", "outcome", "reason"),
    [
        (Why.DONE, Outcome.COMPLETED, ""),
        (Why.OURS, Outcome.UNAVAILABLE, "the process that watches over the notebook was lost"),
        (Why.MEMORY, Outcome.OUT_OF_MEMORY, "cell 1 needed more than 2048 MB of memory"),
        (
            Why.DEAD,
            Outcome.DIED,
            "the kernel ended while cell 1 was running (os._exit, exit() or a crash)",
        ),
        (
            Why.WALL,
            Outcome.TIMED_OUT,
            "the notebook ran longer than 10 minutes; it was stopped after cell 1",
        ),
        (Why.STUCK, Outcome.TIMED_OUT, "cell 1 could not be ended"),
    ],
)
def test_one_kernel_tells_how_the_run_ended(why, outcome, reason):
    assert ended(why) == (outcome, reason)


def test_questions_without_an_answer_are_told_with_the_time_they_had():
    outcome, reason = ended(Why.LATE)
    assert outcome is Outcome.TIMED_OUT
    assert reason.startswith("the questions about the code were not answered within ")


def test_what_a_fresh_kernel_made_up_for_is_said():
    assert ended(Why.DEAD, Why.DONE)[1].endswith(AGAIN)
    assert ended(Why.STUCK, Why.DONE) == (Outcome.TIMED_OUT, f"cell 1 could not be ended{AGAIN}")


def test_a_cell_that_ran_too_long_is_named_before_an_error_and_what_ended_there():
    late = (Outcome.TIMED_OUT, "cell 3 ran longer than 60 s")
    assert ended(Why.DONE, cells=(FINE, RAISED, LATE)) == late
    assert ended(Why.STUCK, cells=(LATE,)) == late
    assert ended(Why.DONE, cells=(FINE, RAISED)) == (Outcome.RAISED, "cell 2 raised KeyError")
