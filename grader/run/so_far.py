"""A run that has not ended, as far as its journal tells."""

from __future__ import annotations

from pathlib import Path

from grader.assignment import Assignment, in_force
from grader.assignment.packages import is_package
from grader.model import Extent, Run, Submission
from grader.run.job import Folder
from grader.run.journal import read_journal
from grader.run.launch import Plan, absent_modules, cell_run, within_budget
from grader.run.wire import Stored


def run_so_far(submission: Submission, assignment: Assignment, plan: Plan, folder: Path) -> Run:
    """The run with the cells that have run and the questions that are answered; what it trains less is in
    `overrides` and `cuts`."""
    account = read_journal(Folder(path=folder).journal)
    short = within_budget(
        submission, assignment, in_force(assignment, submission.source.parameters), plan.extent
    )
    cells = tuple(cell_run(entry, ()) for entry in account.cells)
    seen = Stored(Folder(path=folder), account.observations)
    absent = absent_modules(cells, seen.without_frames(), submission)
    return Run(
        run_id=plan.run_id,
        attempt=plan.attempt,
        runtime=plan.runtime,
        limits=plan.limits,
        cells=cells,
        overrides=short.overrides,
        cuts=("loops over the data are cut",) if plan.extent is not Extent.FULL and short.steps else (),
        observations=dict(seen),
        missing_packages=tuple(name for name in absent if is_package(name, assignment.packages)),
        forgotten_modules=tuple(name for name in absent if not is_package(name, assignment.packages)),
    )
