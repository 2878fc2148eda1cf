"""The code of a class, and the template that everybody was given: for those who compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.assignment.template import student_notebook
from grader.cli.handout import tutors_files
from grader.cli.sheets import sheets_of_course
from grader.collect.reading.notebook import read_notebook
from grader.errors import GradebookError, GraderError
from grader.model.stored_text import stored_text
from grader.record import Record, load_submission, run_path


def code_of_class(folder: Path, records: Iterable[Record]) -> dict[str, str]:
    """Submission -> all of its code, as it was read when it ran; without those of which nothing ran."""
    found: dict[str, str] = {}
    for record in records:
        if record.run_id:
            try:
                text = load_submission(run_path(folder, record.student, record.run_id)).source.text
            except GradebookError:  # its run's folder is gone: who compares lists who is without code
                continue
            if text.strip():
                found[record.student] = text
    return found


def template_of(assignment: Assignment, assignments: Path | None, given: Path | None = None) -> str:
    """The code of the notebook that students get; "" where there is none beside the sheets."""
    if given is not None:
        return code_of(given)
    try:
        sheet = sheets_of_course(assignments, assignment.name)
        return _joined(student_notebook(tutors_files(sheet, None).notebook)["cells"])
    except GraderError:  # no tutor's notebook beside the sheets
        return ""


def _joined(cells: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(stored_text(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def code_of(path: Path) -> str:
    """All code of a notebook or script."""
    if path.suffix.lower() == ".py":
        return path.read_text("utf-8", "replace")
    return "\n".join(cell.text for cell in read_notebook(path, path.name).cells if cell.kind == "code")
