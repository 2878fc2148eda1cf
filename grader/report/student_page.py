"""feedback/<student>.html: what a student reads. It is made from a view that has no field for what only staff
may see."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.assignment import Assignment
from grader.model import CheckResult, Evidence, Status
from grader.record import Record, Session
from grader.record.called import behind, called
from grader.report.html import render
from grader.report.notebook_view import notebook_document
from grader.report.pictures.curves import curve_svg
from grader.report.places import PlaceView, cell_text, find_cell, place_views
from grader.report.story import (
    RECEIPT_DIGITS,
    as_told,
    change_texts,
    ended_text,
    fix_first_text,
    likeness,
    notice_texts,
    with_causes,
)
from grader.report.words import SIGNS, Sign, moment_text, open_text, pending_text

MOST_JUDGED = 60  # files with their digests
MOST_OTHERS = 12  # files that nothing was read from, by name
X_LABEL = "recorded values, in order"
# "val_loss" belongs beside "loss"
SPLIT = re.compile(r"^(?:val|valid|validation|test|train|training)[_ -]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """What a student sees of a check: no basis, no mistake's confidence, no note of staff, nothing drawn for
    a hidden check."""

    id: str
    title: str
    sign: Sign
    points: float
    points_max: float
    pending: bool
    message: str
    likeness: str
    hint: str
    kind_word: str
    evidence: tuple[Evidence, ...]
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A part of the sheet with its checks."""

    number: str
    title: str
    checks: tuple[CheckView, ...]
    points: float
    points_max: float
    points_pending: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A cell that raised or ran out of time; `source` is "" when we are not sure of it."""

    number: int
    name: str
    message: str
    traceback: str
    source: str
    timed_out: bool
    where: str = ""  # of a script: which file and lines


def student_page(
    record: Record,
    assignment: Assignment,
    *,
    session: Session | None,
    curves: Mapping[str, Sequence[float]] | None = None,
    executed: Mapping[str, Any] | None = None,
) -> str:
    """The page as HTML. `curves` maps names such as "loss" to values, `executed` is the untrusted executed
    notebook.

    Raises:
        jinja2.TemplateError: a fault of our template.
    """
    record = with_causes(as_told(record, "mistake"), assignment)
    tasks = task_views(record, assignment)
    checks = [check for task in tasks for check in task.checks]
    return render(
        "student.html",
        title=assignment.title,
        student=called(record),
        members=behind(record),
        submitted=record.submitted,
        late=record.late,
        grade=record.grade,
        ended=ended_text(record),
        unreadable=bool(record.problem)
        or (record.run_id == "" and not record.grade.points and not record.grade.points_pending),
        tasks=tasks,
        tally=tally(checks),
        first=[check for check in checks if check.sign.css in ("failed", "partial")][:3],
        unfixed=fix_first_text(record, assignment),
        open_words=open_text(record.grade.checks),
        curves=curve_pictures(curves or {}),
        cells=(cells := cell_views(record, executed)),
        places=(places := _places_besides(record, executed, cells)),
        linked={*(cell.number for cell in cells if not cell.where), *(place.number for place in places)},
        notebook=notebook_document(executed),
        changes=change_texts(record),
        notices=notice_texts(record),
        judged=bool(record.receipt),
        digits=RECEIPT_DIGITS,
        receipt=_receipt(record, session),
    )


def task_views(record: Record, assignment: Assignment) -> list[TaskView]:
    """The checks by task, in the order of the sheet; a task the sheet no longer has keeps its number."""
    titles = {task.number: task.title for task in assignment.tasks}
    order = [*titles, *dict.fromkeys(check.task for check in record.grade.checks if check.task not in titles)]
    views = []
    for number in order:
        checks = [check for check in record.grade.checks if check.task == number]
        if checks:
            views.append(
                TaskView(
                    number=number,
                    title=titles.get(number, ""),
                    checks=tuple(check_view(check, told=record.problem) for check in checks),
                    points=sum(check.points for check in checks if not check.pending),
                    points_max=sum(check.points_max for check in checks),
                    points_pending=sum(check.points_max for check in checks if check.pending),
                )
            )
    return views


def check_view(check: CheckResult, *, told: str = "") -> CheckView:
    """The part of a check's result that its student may see. `told`: why nothing could be run, which stands
    above all checks already."""
    return CheckView(
        id=check.id,
        title=check.title,
        sign=SIGNS[check.status],
        points=check.points,
        points_max=check.points_max,
        pending=check.pending,
        message="" if told and check.status is Status.SKIPPED else check.message,
        likeness=likeness(check),
        hint="" if check.status is Status.PASSED else check.hint,
        kind_word=pending_text(check),
        evidence=check.evidence,
        hidden=check.hidden,
    )


def tally(checks: Sequence[CheckView]) -> list[tuple[Sign, int]]:
    """How many checks ended which way, in the order of the words of the house."""
    counts: dict[str, tuple[Sign, int]] = {}
    for sign in SIGNS.values():
        number = sum(check.sign.word == sign.word for check in checks)
        if number:
            counts[sign.word] = (sign, number)
    return list(counts.values())


def cell_views(record: Record, executed: Mapping[str, Any] | None) -> list[CellView]:
    """The cells that raised or ran out of time, at most ten, with their code where the executed notebook
    confirms it."""
    bad = [cell for cell in record.cells if cell.error is not None or cell.timed_out]
    return [
        CellView(
            number=cell.number,
            where=cell.where,
            name=cell.error.name if cell.error else "",
            message=cell.error.message if cell.error else "",
            traceback=cell.error.traceback if cell.error else "",
            source=_source(executed, cell.number, cell.error.name) if cell.error else "",
            timed_out=cell.timed_out,
        )
        for cell in bad[:10]
    ]


def _source(executed: Mapping[str, Any] | None, number: int, error: str) -> str:
    """The code of the cell that raised `error`; "" unless the notebook shows that error in that very cell."""
    cell = find_cell(executed, number)
    if cell is None or not isinstance(outputs := cell.get("outputs"), list):
        return ""
    if not any(isinstance(output, Mapping) and output.get("ename") == error for output in outputs):
        return ""
    return cell_text(executed, number)


def _places_besides(
    record: Record, executed: Mapping[str, Any] | None, cells: Sequence[CellView]
) -> list[PlaceView]:
    """The cells that checks name, without those that stand among the ones that did not run through."""
    shown = {cell.number for cell in cells if not cell.where and cell.source}
    return [place for place in place_views(record.grade.checks, executed) if place.number not in shown]


def curve_pictures(curves: Mapping[str, Sequence[float]]) -> list[Any]:
    """One picture for each quantity, training and validation together, as markup."""
    from markupsafe import Markup

    groups: dict[str, dict[str, Sequence[float]]] = {}
    for name, values in curves.items():
        groups.setdefault(SPLIT.sub("", name), {})[name] = values
    pictures = []
    for name, series in list(groups.items())[:6]:
        bounded = "acc" in name.lower() and all(
            _is_share(value) for values in series.values() for value in values
        )
        pictures.append(
            Markup(
                curve_svg(
                    series,
                    title=f"{name} during training",
                    x_label=X_LABEL,
                    bounds=(0.0, 1.0) if bounded else None,
                )
            )
        )
    return pictures


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and (math.isnan(value) or 0 <= value <= 1)


def _receipt(record: Record, session: Session | None) -> list[tuple[str, str]]:
    """What identifies this grade, for a question about it."""
    rows = [
        *list(record.receipt.items())[:MOST_JUDGED],
        *_other_files(record),
        ("all files together", record.digest),
        ("handed in", moment_text(record.submitted or "")),
        ("run", f"{record.run_id}, attempt {record.attempt}" if record.run_id else ""),
        ("graded", moment_text(record.when)),
        ("grader", session.versions.grader if session else ""),
        ("sheet", session.sheet_digest[:12] if session else ""),
        ("libraries", ", ".join(f"{n} {v}" for n, v in _libraries(record))),
    ]
    return [(name, value) for name, value in rows if value]


def _other_files(record: Record) -> list[tuple[str, str]]:
    """What else was handed in; of a grade from before there was a receipt for each file, everything."""
    others = [file for file in record.files if file not in record.receipt]
    more = f" and {len(others) - MOST_OTHERS} more" if len(others) > MOST_OTHERS else ""
    name = "handed in besides" if record.receipt else "files"
    return [(name, ", ".join(others[:MOST_OTHERS]) + more)] if others else []


def _libraries(record: Record) -> list[tuple[str, str]]:
    versions = record.versions
    named = [
        ("Python", versions.python),
        ("TensorFlow", versions.tensorflow),
        ("Keras", versions.keras),
        ("NumPy", versions.numpy),
    ]
    return [(name, version) for name, version in named if version]
