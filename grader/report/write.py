"""Write every file that is derived from the gradebook; all of them may be deleted and made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.assignment import Assignment
from grader.errors import UsageError
from grader.record import (
    Gradebook,
    Record,
    Session,
    ensure_folder,
    load_executed,
    run_path,
    safe_name,
    write_atomically,
)
from grader.report.class_page import class_page
from grader.report.look.first import look_here_first
from grader.report.results import grades_csv, results_text
from grader.report.staff_page import Neighbours, neighbours_of, staff_page
from grader.report.student_page import student_page

CurvesOf = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The files that were written; `problems` names the people whose pages could not be made, and why."""

    results: Path
    grades: Path
    index: Path
    feedback: Mapping[str, Path] = field(default_factory=dict)
    staff: Mapping[str, Path] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def write_reports(
    out: Path,
    gradebook: Gradebook,
    assignment: Assignment,
    *,
    curves: Callable[[Record], CurvesOf] = lambda record: {},
    only: Collection[str] | None = None,
) -> Paths:
    """Write results.json, grades.csv, index.html and the pages of every student (or only of those in `only`),
    each atomically.

    `curves` gives the learning curves of a record ("loss" to its values).

    Raises:
        GradebookError: the gradebook cannot be read or a file cannot be written. UsageError: pages were asked
        for, and the instructor's packages are not installed; the data files are written.
    """
    records, sessions = gradebook.records(), {session.id: session for session in gradebook.sessions()}
    last = gradebook.last_session()
    results = write_atomically(
        out / "results.json", results_text(records, last, assignment, gradebook.missing()), durable=False
    )
    grades = write_atomically(out / "grades.csv", grades_csv(records, assignment), durable=False)
    _need_templates()
    feedback, staff, problems = {}, {}, []
    beside = neighbours_of(records)
    for record in records:
        if only is None or record.student in only:
            try:
                session, drawn = sessions.get(record.session), curves(record)
                feedback[record.student] = _write_feedback(out, record, assignment, session, drawn)
                staff[record.student] = _write_staff(
                    out, gradebook, record, assignment, session, drawn, beside[record.student]
                )
            except Exception as problem:  # one person's odd record must not cost the others their pages
                problems.append(
                    f"the pages of {record.student} could not be written: {type(problem).__name__}: {problem}"
                )
    missing = gradebook.missing()
    items = look_here_first(records, assignment, missing=missing, nobodys=gradebook.nobodys())
    page = class_page(records, assignment, items, session=last, missing=missing)
    index = write_atomically(out / "index.html", page, durable=False)
    return Paths(
        results=results, grades=grades, index=index, feedback=feedback, staff=staff, problems=tuple(problems)
    )


def _need_templates() -> None:
    try:
        import jinja2  # noqa: F401
    except ImportError as problem:
        raise UsageError("pages need more packages: pip install 'rnn-grader[instructor]'") from problem


def _write_feedback(
    out: Path, record: Record, assignment: Assignment, session: Session | None, curves: CurvesOf
) -> Path:
    executed = load_executed(run_path(out, record.student, record.run_id)) if record.run_id else None
    page = student_page(record, assignment, session=session, curves=curves, executed=executed)
    return _write_page(out, "feedback", record.student, page)


def _write_staff(
    out: Path,
    gradebook: Gradebook,
    record: Record,
    assignment: Assignment,
    session: Session | None,
    curves: CurvesOf,
    neighbours: Neighbours,
) -> Path:
    decisions, history = gradebook.decisions(record.student), gradebook.history(record.student)
    executed = load_executed(run_path(out, record.student, record.run_id)) if record.run_id else None
    page = staff_page(
        record,
        assignment,
        session=session,
        decisions=decisions,
        history=history,
        curves=curves,
        executed=executed,
        neighbours=neighbours,
    )
    return _write_page(out, "staff", record.student, page)


def _write_page(out: Path, room: str, student: str, page: str) -> Path:
    return write_atomically(ensure_folder(out, room) / f"{safe_name(student)}.html", page, durable=False)
