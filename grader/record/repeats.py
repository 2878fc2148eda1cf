"""The same answer gets the same decision: exact repeats are filled in, marked, and a tenth of them offered
for audit.

A repeat is a decision of its own in the gradebook that names the student about whom the person really
decided. It is made only for the same answer (grader/judge/checks/written/keys.py) to the same check under the
same rubric, follows when the person decides anew, and gives way to any decision that a person makes about
that student.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.grading.points import holds
from grader.model import CheckResult, Decision
from grader.record.records import Record
from grader.record.rows import value_of
from grader.record.words import insert_decision, read_decisions, read_where

AUDITED = 10  # one in so many repeats


def for_audit(decision: Decision) -> bool:
    """Whether a repeat is one of the tenth that a person is asked to look at; the same choice every time."""
    drawn = hashlib.sha256(
        f"{decision.student}\0{decision.check_id}\0{decision.answer}".encode("utf-8", "surrogatepass")
    )
    return bool(decision.repeats) and int.from_bytes(drawn.digest()[:4], "big") % AUDITED == 0


def with_answer(connection: sqlite3.Connection, decision: Decision) -> Decision:
    """The decision with the answer and the rubric that the student's current grade shows, where it says
    neither."""
    record = _current(connection, decision.student)
    if decision.answer or record is None or record.digest != decision.digest:
        return decision
    check = next((check for check in record.grade.checks if check.id == decision.check_id), None)
    return replace(decision, answer=check.answer, rubric=check.rubric) if check else decision


def repeat_for_others(connection: sqlite3.Connection, decision: Decision) -> list[str]:
    """Repeat a person's decision for everybody else with the same answer; the students whose grade is
    concerned."""
    if not decision.answer or decision.repeats:
        return []
    students: list[str] = []
    rows = connection.execute(
        "SELECT body FROM grades WHERE current = 1 AND student <> ? AND instr(body, ?) > 0",
        (decision.student, decision.answer),
    )
    for record in [value_of(Record, row[0]) for row in rows]:
        check = next((check for check in record.grade.checks if _is_about(decision, check)), None)
        if check is not None and _may_repeat(
            read_decisions(connection, record.student), check, record.digest
        ):
            _insert(connection, decision, record)
            students.append(record.student)
    return students


def fill_in(connection: sqlite3.Connection, record: Record) -> None:
    """Give a new record what people have decided about the same answers of others."""
    own = read_decisions(connection, record.student)
    for check in _with_answers(record.grade.checks):
        if any(holds(word, record.digest, check.answer) for word in own if word.check_id == check.id):
            continue
        said = read_where(
            connection, "answer = ? AND check_id = ? AND repeats = ''", (check.answer, check.id)
        )
        others = [word for word in said if word.student != record.student and _is_about(word, check)]
        if others and not others[-1].withdrawn:
            _insert(connection, others[-1], record)


def _with_answers(checks: Sequence[CheckResult]) -> Iterator[CheckResult]:
    return (check for check in checks if check.answer)


def _is_about(decision: Decision, check: CheckResult) -> bool:
    return (check.id, check.answer, check.rubric) == (decision.check_id, decision.answer, decision.rubric)


def _may_repeat(own: Sequence[Decision], check: CheckResult, digest: str) -> bool:
    """A person's own word about this student comes before any repeat, also when it was taken back."""
    held = [word for word in own if word.check_id == check.id and holds(word, digest, check.answer)]
    return not held or bool(held[-1].repeats)


def _insert(connection: sqlite3.Connection, decision: Decision, record: Record) -> None:
    insert_decision(
        connection, replace(decision, student=record.student, digest=record.digest, repeats=decision.student)
    )


def _current(connection: sqlite3.Connection, student: str) -> Record | None:
    row = connection.execute(
        "SELECT body FROM grades WHERE student = ? AND current = 1", (student,)
    ).fetchone()
    return value_of(Record, row[0]) if row else None
