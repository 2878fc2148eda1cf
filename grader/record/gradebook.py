"""gradebook.sqlite: every grade ever given, one current per student, and what people decided."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from grader.errors import GradebookError, Overtaken
from grader.model import Decision, Grade, Person, Run, Submission, Versions
from grader.model.moments import now
from grader.record.directory import squash
from grader.record.files import safe_name
from grader.record.open_book import OpenBook
from grader.record.records import Record, Session, make_record
from grader.record.repeats import fill_in, repeat_for_others, with_answer
from grader.record.rows import go_back, insert_grade, text_of, value_of
from grader.record.words import About, bring_up_to_date, insert_decision, latest_decision, read_decisions


class Gradebook(OpenBook):
    """The gradebook of one assignment in the folder OUT. A context manager; usable from several threads and
    processes. Every write is on disk when the method returns, so a killed grader loses at most the
    submission it was about to save.
    """

    def start_session(
        self,
        *,
        assignment: str,
        sheet_digest: str,
        versions: Versions,
        started: str,
        kind: str = "grade",
        missing: Sequence[Person] | None = None,
        nobodys: Sequence[str] | None = None,
    ) -> int:
        """Open a session of grading and return its number. `started`: ISO 8601, UTC; `missing`: who is on the
        roster and has handed in nothing, `nobodys`: loose files that are nobody's; None when nobody looked.

        Raises:
            GradebookError: this gradebook belongs to another assignment.
        """
        known = self.last_session()
        if known is not None and known.assignment != assignment:
            raise GradebookError(
                f"{self.folder} holds the grades of {known.assignment}, not of {assignment}: choose another"
                " folder with --out"
            )
        absent = (
            None if missing is None else [[one.student, one.name, one.email, one.ident] for one in missing]
        )
        lists = (None if names is None else json.dumps(names) for names in (absent, nobodys))
        values = (assignment, sheet_digest, text_of(versions), started, kind, *lists)
        with self._change() as connection:
            row = connection.execute(
                "INSERT INTO sessions (assignment, sheet_digest, versions, started, kind, missing, nobodys) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                values,
            ).fetchone()
        return int(row[0])

    def finish_session(self, id: int, finished: str) -> None:
        """Note that a session came to its end. `finished`: ISO 8601, UTC."""
        with self._change() as connection:
            connection.execute("UPDATE sessions SET finished = ? WHERE id = ?", (finished, id))

    def sessions(self) -> list[Session]:
        """All sessions, oldest first."""
        rows = self._rows(
            "SELECT id, assignment, sheet_digest, versions, started, finished, kind FROM sessions ORDER BY id"
        )
        return [
            Session(
                id=row[0],
                assignment=row[1],
                sheet_digest=row[2],
                versions=value_of(Versions, row[3]),
                started=row[4],
                finished=row[5],
                kind=row[6],
            )
            for row in rows
        ]

    def last_session(self) -> Session | None:
        """The latest session; None in a new gradebook."""
        return next(reversed(self.sessions()), None)

    def missing(self) -> tuple[str, ...]:
        """The ids of those who are `absent`."""
        return tuple(person.student for person in self.absent())

    def absent(self) -> tuple[Person, ...]:
        """Who is on the roster and has handed in nothing, as far as the last session that looked could
        tell."""
        rows = self._rows("SELECT missing FROM sessions WHERE missing IS NOT NULL ORDER BY id DESC LIMIT 1")
        graded = self._rows("SELECT student, json_extract(body, '$.members') FROM grades WHERE current = 1")
        there = {name for student, members in graded for name in (student, *json.loads(members or "[]"))}
        absent = (_person(entry) for row in rows for entry in json.loads(row[0]))
        return tuple(person for person in absent if person.student not in there)

    def nobodys(self) -> tuple[str, ...]:
        """Loose files that were nobody's, as the last session that looked saw them."""
        rows = self._rows("SELECT nobodys FROM sessions WHERE nobodys IS NOT NULL ORDER BY id DESC LIMIT 1")
        return tuple(name for row in rows for name in json.loads(row[0]))

    def save(
        self,
        submission: Submission,
        run: Run | None,
        grade: Grade,
        *,
        session: int,
        when: str | None = None,
        runs: Sequence[str] = (),
    ) -> Record:
        """Make this the current grade of its student; the one before stays as history. `run` is None when
        nothing could run; `runs` are the ids of all that were judged.

        Raises:
            GradebookError: the student's name is no safe name, the session is unknown, or the file cannot be
            written.
        """
        record = make_record(submission, run, grade, when=when or now(), session=session, runs=runs)
        self.save_all([record])
        return record

    def save_all(self, records: Iterable[Record]) -> None:
        """Make these the current grades of their students, all of them or none; the ones before stay as
        history.

        Raises:
            GradebookError: a student's name is no safe name, the session is unknown, or the file cannot be
            written.
        """
        with self._change() as connection:
            for record in records:
                student = (safe_name(record.student),)
                before = connection.execute(
                    "SELECT id FROM grades WHERE student = ? AND current = 1", student
                ).fetchone()
                connection.execute("UPDATE grades SET current = 0 WHERE student = ? AND current = 1", student)
                insert_grade(connection, record, before[0] if before else None)
                fill_in(connection, record)
                # somebody may have decided while this was being graded
                bring_up_to_date(connection, record.student)

    def undo(self, session: int) -> list[str]:
        """Go back to the grades before `session`, where there were any; returns the students whose grade went
        back.

        Raises:
            GradebookError: the file cannot be written.
        """
        with self._change() as connection:
            saved = connection.execute(
                "SELECT id, student FROM grades WHERE session = ? AND current = 1", (session,)
            ).fetchall()
            students = [student for grade, student in saved if go_back(connection, grade, session)]
            for student in students:
                bring_up_to_date(connection, student)
            return students

    def record_of(self, student: str) -> Record | None:
        """The current record of a student; None when there is none."""
        found = self._records("WHERE student = ? AND current = 1", (student,))
        return found[0] if found else None

    def student_called(self, name: str) -> str:
        """Whose grade is meant: a student's id, else whoever has this name, address, login or number, or
        handed in with others; else who alone has it as a part of one.

        Raises:
            GradebookError: nobody is called so, or several are.
        """
        if self.record_of(name) is not None:
            return name
        records, key = self.records(), squash(name)
        names = {record.student: [squash(one) for one in _names_of(record)] for record in records}
        found = [student for student, mine in names.items() if key in mine]
        if not found and key:
            found = [student for student, mine in names.items() if any(key in one for one in mine)]
        if len(found) == 1:
            return found[0]
        close = found or difflib.get_close_matches(name, [record.student for record in records], n=3)
        meant = f": did you mean {' or '.join(map(repr, close[:3]))}?" if close else ""
        raise GradebookError(f"{self.folder} has no grade of {name!r}{meant}")

    def records(self) -> list[Record]:
        """The current record of every student, by name."""
        return self._records("WHERE current = 1 ORDER BY student")

    def history(self, student: str) -> list[Record]:
        """Every record ever saved of a student, oldest first; the current one is usually the last."""
        return self._records("WHERE student = ? ORDER BY id", (student,))

    def grades_now(self) -> dict[str, int]:
        """The number of every student's current grade: a new one tells that there is something new to
        read."""
        return dict(self._rows("SELECT student, id FROM grades WHERE current = 1 ORDER BY student"))

    def decide(self, decision: Decision) -> None:
        """Add a person's decision; earlier ones stay, and the student's grade follows at once.

        Raises:
            GradebookError: the file cannot be written.
        """
        self.decide_all([decision])

    def decide_all(
        self, decisions: Sequence[Decision], known: Mapping[About, int] | None = None
    ) -> list[int]:
        """Add these decisions, all of them or none, and return their numbers; the grades of their students
        follow at once. A decision about a written answer is repeated for everybody else who gave that very
        answer (grader/record/repeats.py).

        `known` maps a (student, check) to the number of the latest decision about it that the person had
        seen, 0 for none.

        Raises:
            Overtaken: somebody has decided later than what was known.
            GradebookError: the file cannot be written.
        """
        with self._change() as connection:
            for about, number in (known or {}).items():
                if latest_decision(connection, about) != number:
                    raise Overtaken("somebody else has just decided about this: look at it again")
            whole = [with_answer(connection, decision) for decision in decisions]
            numbers = [insert_decision(connection, decision) for decision in whole]
            students = [decision.student for decision in whole]
            for decision in whole:
                students += repeat_for_others(connection, decision)
            for student in dict.fromkeys(students):
                bring_up_to_date(connection, student)
        return numbers

    def decisions(self, student: str | None = None, *, after: int = 0) -> list[Decision]:
        """The decisions about one student, or all of them; oldest first, so a later one about the same check
        wins.

        `after`: only those with a higher number.
        """
        with self._lock, self._explained():
            return read_decisions(self._connection, student, after)

    def _records(self, where: str, values: Sequence[Any] = ()) -> list[Record]:
        return [value_of(Record, row[0]) for row in self._rows(f"SELECT body FROM grades {where}", values)]


def _names_of(record: Record) -> Iterator[str]:
    """All by which the people of a homework are known."""
    yield from record.members
    for person in record.people:
        yield from filter(None, (person.student, person.name, person.email, person.ident, person.login))


def _person(entry: str | Sequence[str]) -> Person:
    """Who is missing, as a session has it; older ones have the id alone."""
    student, name, email, ident = (entry, "", "", "") if isinstance(entry, str) else entry
    return Person(student=student, name=name, email=email, ident=ident)
