"""The reports of a class, from the gradebook and the stored runs."""

from __future__ import annotations

import functools
from collections.abc import Collection

from grader.assignment import Assignment, Numbers
from grader.errors import BrokenFrame
from grader.probes.notebook import read_list
from grader.record import Gradebook, Record, run_path
from grader.report import Paths, write_reports
from grader.report.write import CurvesOf
from grader.run import load_observations

# what reading a stored run raises where its files are gone or damaged
DAMAGED = (OSError, ValueError, KeyError, TypeError, BrokenFrame)


def make_reports(
    gradebook: Gradebook, assignment: Assignment, *, only: Collection[str] | None = None
) -> Paths:
    """Write all reports beside the gradebook; pages only of the students in `only` and of those who have none
    yet.

    Raises:
        GraderError: a file cannot be written, or the packages that make pages are not installed.
    """
    out = gradebook.folder
    if only is not None:
        pages = out / "feedback"
        students = [record.student for record in gradebook.records()]
        only = {name for name in students if name in only or not (pages / f"{name}.html").is_file()}
    curves = functools.partial(curves_of, gradebook, assignment)
    return write_reports(out, gradebook, assignment, curves=curves, only=only)


def curves_of(gradebook: Gradebook, assignment: Assignment, record: Record) -> CurvesOf:
    """The losses and accuracies that a run recorded, as far as the stored answer holds any: of a run that was
    deleted or damaged a report has no curves."""
    if not record.run_id:
        return {}
    asked = [probe.name for probe in assignment.probes() if probe.answered_by == "names"]
    try:
        stored = load_observations(run_path(gradebook.folder, record.student, record.run_id))
        found = [stored[name] for name in asked if name in stored]
    except DAMAGED:
        return {}
    lists = [role.name for role in assignment.roles if isinstance(role, Numbers)]
    arrays = {name: read_list(seen, name) for name in lists for seen in found}
    return {name: [float(value) for value in array] for name, array in arrays.items() if array is not None}
