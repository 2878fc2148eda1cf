"""A run that has not ended, as far as its journal tells."""

from __future__ import annotations

from grader.assignment.packages import is_package
from grader.model import Extent, Run
from grader.run.host.cells import absent_modules, cell_run, with_installed
from grader.run.host.shortened import within_budget
from grader.run.host.wanted import Wanted
from grader.run.journal import read_journal
from grader.run.runner.wire import Stored


def run_so_far(wanted: Wanted) -> Run:
    """The run with the cells that have run and the questions that are answered; what it trains less is in
    `overrides` and `cuts`."""
    submission, plan = wanted.submission, wanted.plan
    packages = with_installed(wanted.assignment.packages, submission)
    account = read_journal(wanted.where.journal)
    short = within_budget(submission, wanted.assignment, plan.extent, corrected=plan.corrected)
    cells = tuple(cell_run(entry, ()) for entry in account.cells)
    seen = Stored(wanted.where, account.observations)
    absent = absent_modules(cells, seen.without_frames(), submission)
    return Run(
        run_id=plan.run_id,
        attempt=plan.attempt,
        runtime=plan.runtime,
        limits=plan.limits,
        cells=cells,
        overrides=short.overrides,
        replaced=short.replaced,
        cuts=("loops over the data are cut",) if plan.extent is not Extent.FULL and short.steps else (),
        observations=dict(seen),
        missing_packages=tuple(name for name in absent if is_package(name, packages)),
        forgotten_modules=tuple(name for name in absent if not is_package(name, packages)),
    )
