"""The gradebook keeps what it was given: through history, decisions, processes, kills and damage."""

from __future__ import annotations

import dataclasses
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grader.errors import GradebookError
from grader.model import (
    CheckResult,
    Decision,
    Grade,
    Level,
    Outcome,
    Person,
    Run,
    Status,
    Submission,
    Versions,
)
from grader.model.verdict import Basis
from grader.record import Gradebook
from grader.record.schema import migrate, migrations

VERSIONS = Versions(grader="0.1", python="3.12", tensorflow="2.21", keras="3.15", numpy="2.4")
CHECK = CheckResult(
    id="computes_lstm",
    task="2.1",
    title="The cell computes the LSTM equations.",
    hidden=False,
    status=Status.PASSED,
    points=4.0,
    points_auto=4.0,
    points_max=4.0,
    decided_by="checks",
    message="fine",
    hint="",
    basis=Basis.PROVEN,
    waits_for="",
    level=Level.PASSED,
)
RUN = Run(run_id="r1", outcome=Outcome.COMPLETED, seconds=3.5, isolation="namespaces")


def grade_of(points: float) -> Grade:
    return Grade(
        points=points,
        points_max=10.0,
        points_pending=1.0,
        penalty=0.0,
        level=Level.PASSED,
        level_possible=Level.OUTSTANDING,
        checks=(CHECK,),
    )


def start(book: Gradebook, assignment: str = "sum_sequence") -> int:
    return book.start_session(
        assignment=assignment, sheet_digest="d" * 64, versions=VERSIONS, started="2026-01-02T03:04:05+00:00"
    )


def test_who_is_missing_is_what_the_last_session_that_looked_could_tell(tmp_path: Path) -> None:
    def begin(names: list[str] | None) -> int:
        facts = {
            "assignment": "sum_sequence",
            "sheet_digest": "d" * 64,
            "versions": VERSIONS,
            "started": "2026-01-02T03:04:05+00:00",
        }
        missing = None if names is None else [Person(student=name, email="@") for name in names]
        return book.start_session(**facts, missing=missing)  # type: ignore[arg-type]

    with Gradebook(tmp_path / "out") as book:
        assert book.missing() == ()
        session = begin(["Ada", "Bob", "\udcff", "Eve"])
        begin(None)  # a regrade does not look
        assert book.missing() == ("Ada", "Bob", "\udcff", "Eve")
        book.save(
            Submission(student="team", members=("Ada", "Bob"), digest="abc"),
            RUN,
            grade_of(8),
            session=session,
        )
        assert book.missing() == ("\udcff", "Eve")
        assert book.absent()[1] == Person(student="Eve", email="@")
        begin([])
        assert book.missing() == ()


def test_a_saved_submission_is_read_back_whole(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "out") as book:
        session = start(book)
        submission = Submission(
            student="Ada", members=("Ada", "Bob"), files=("a\udcff.py",), digest="abc", flags=("uses exec",)
        )
        saved = book.save(submission, RUN, grade_of(8), session=session)
    with Gradebook(tmp_path / "out", create=False) as book:
        assert book.record_of("Ada") == saved
        assert book.records() == [saved]
    assert (saved.run_id, saved.outcome, saved.isolation, saved.members) == (
        "r1",
        Outcome.COMPLETED,
        "namespaces",
        ("Ada", "Bob"),
    )
    assert saved.session == session
    assert saved.when


def test_what_could_not_run_is_recorded_too(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        record = book.save(
            Submission(student="ada", problem="not a notebook"), None, grade_of(0), session=start(book)
        )
    assert (record.outcome, record.attempt, record.problem) == (None, 0, "not a notebook")


def test_a_new_grade_replaces_the_old_and_keeps_it_as_history(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        for points in (3, 5, 8):
            book.save(Submission(student="ada"), RUN, grade_of(points), session=start(book))
        book.save(Submission(student="bob"), RUN, grade_of(1), session=start(book))
        assert [r.grade.points for r in book.history("ada")] == [3, 5, 8]
        assert [(r.student, r.grade.points) for r in book.records()] == [("ada", 8), ("bob", 1)]
        assert book.record_of("carl") is None


def test_undo_goes_back_to_the_grades_before_a_session(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        first = start(book)
        book.save(Submission(student="ada"), RUN, grade_of(3), session=first)
        second = start(book)
        book.save(Submission(student="ada"), RUN, grade_of(4), session=second)
        book.save(Submission(student="ada"), RUN, grade_of(5), session=second)
        book.save(Submission(student="new"), RUN, grade_of(1), session=second)
        assert book.undo(second) == ["ada"]
        assert [(r.student, r.grade.points) for r in book.records()] == [("ada", 3), ("new", 1)]
        third = start(book)
        book.save(Submission(student="ada"), RUN, grade_of(6), session=third)
        assert book.undo(third) == ["ada"]
        assert book.record_of("ada") == book.history("ada")[0]  # not the undone one


def test_many_grades_are_saved_together_or_not_at_all(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        session = start(book)
        known = book.save(Submission(student="ada"), RUN, grade_of(3), session=session, runs=("r1", "r2"))
        assert known.runs == ("r1", "r2")
        new = [dataclasses.replace(known, student=name, grade=grade_of(9)) for name in ("ada", "bob")]
        with pytest.raises(GradebookError, match="this session of grading is unknown"):
            book.save_all([*new, dataclasses.replace(known, student="eve", session=99)])
        assert [(r.student, r.grade.points) for r in book.records()] == [("ada", 3)]
        book.save_all(new)
        assert [(r.student, r.grade.points) for r in book.records()] == [("ada", 9), ("bob", 9)]
        assert [r.grade.points for r in book.history("ada")] == [3, 9]


def test_an_older_gradebook_gets_what_it_lacks(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "gradebook.sqlite", isolation_level=None)
    migrate(connection, migrations()[:2], name="gradebook.sqlite")
    connection.execute(
        "INSERT INTO sessions (assignment, sheet_digest, versions, started) VALUES ('a', 'd', '{}', 's')"
    )
    connection.close()
    with Gradebook(tmp_path, create=False) as book:
        assert [session.kind for session in book.sessions()] == ["grade"]


def test_sessions_are_remembered(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        assert book.last_session() is None
        session = start(book)
        first = book.last_session()
        book.finish_session(session, "2026-01-02T04:00:00+00:00")
        last = book.last_session()
    assert first is not None
    assert last == dataclasses.replace(first, finished="2026-01-02T04:00:00+00:00")
    assert (last.assignment, last.versions, first.finished) == ("sum_sequence", VERSIONS, None)


def test_decisions_are_only_ever_added(tmp_path: Path) -> None:
    one = Decision(
        student="ada",
        check_id="q1",
        points=1.5,
        reason="argued well",
        person="kim",
        when="2026-01-02",
        digest="abc",
    )
    two = dataclasses.replace(one, points=2.0, person="lee")
    with Gradebook(tmp_path) as book:
        book.decide(one)
        book.decide(two)
        book.decide(dataclasses.replace(one, student="bob"))
        assert book.decisions("ada") == [one, two]
        assert len(book.decisions()) == 3
    raw = sqlite3.connect(tmp_path / "gradebook.sqlite")
    for statement in ("UPDATE decisions SET points = 9", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            raw.execute(statement)
    raw.close()


def test_the_folder_is_private_and_hidden_from_git(tmp_path: Path) -> None:
    out = tmp_path / "grades" / "hw"
    with Gradebook(out) as book:
        key = book.key
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE((out / name).stat().st_mode) for name in ("key", "gradebook.sqlite")} == {0o600}
    assert (out / ".gitignore").read_text() == "*\n"
    assert len(key) == 32
    with Gradebook(out) as book:
        assert book.key == key
    with Gradebook(tmp_path / "other") as book:
        assert book.key != key


def test_a_folder_with_other_work_does_not_vanish_from_git(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with Gradebook(tmp_path):
        pass
    ignored = (tmp_path / ".gitignore").read_text().split()
    assert "*" not in ignored
    assert {"/key", "/runs/", "/gradebook.sqlite*"} <= set(ignored)


def test_sql_by_hand_finds_checks(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        book.save(Submission(student="ada"), RUN, grade_of(3), session=start(book))
    raw = sqlite3.connect(tmp_path / "gradebook.sqlite")
    rows = raw.execute("SELECT student, check_id, status, points FROM checks").fetchall()
    raw.close()
    assert rows == [("ada", "computes_lstm", "PASSED", 4.0)]


def test_one_gradebook_holds_one_assignment(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        start(book)
        with pytest.raises(GradebookError, match="holds the grades of sum_sequence, not of rnn_concepts"):
            start(book, "rnn_concepts")


def test_a_session_of_another_gradebook_is_refused(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        with pytest.raises(GradebookError, match="session of grading is unknown"):
            book.save(Submission(student="ada"), RUN, grade_of(1), session=7)
        assert book.records() == []


def test_a_hostile_student_is_refused(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book, pytest.raises(GradebookError, match="cannot be a folder's name"):
        book.save(Submission(student="../key"), RUN, grade_of(1), session=start(book))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(GradebookError, match="is not a folder"):
        Gradebook(tmp_path / "out")
    with pytest.raises(GradebookError, match="cannot be written"):
        Gradebook(tmp_path / "out" / "below")


def test_a_later_command_does_not_make_a_gradebook(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="there is no gradebook in"):
        Gradebook(tmp_path / "typo", create=False)
    assert not (tmp_path / "typo").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which even root cannot write")
def test_a_read_only_folder_is_said() -> None:
    with pytest.raises(GradebookError, match="/proc/grades cannot be written"):
        Gradebook(Path("/proc/grades"))


def test_a_read_only_database_is_said(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        book._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(GradebookError, match=r"cannot be written|cannot be used"):
            start(book)


def test_another_file_is_no_gradebook(tmp_path: Path) -> None:
    (tmp_path / "gradebook.sqlite").write_text("student,points\nada,3\n" * 50)
    with pytest.raises(GradebookError, match="is not a gradebook"):
        Gradebook(tmp_path)


def test_another_programs_database_is_no_gradebook(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "gradebook.sqlite")
    raw.execute("CREATE TABLE bookmarks (url TEXT)")
    raw.commit()
    raw.close()
    with pytest.raises(GradebookError, match="another program wrote it"):
        Gradebook(tmp_path)


def test_a_newer_gradebook_is_not_touched(tmp_path: Path) -> None:
    with Gradebook(tmp_path):
        pass
    raw = sqlite3.connect(tmp_path / "gradebook.sqlite")
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(GradebookError, match="written by a newer version"):
        Gradebook(tmp_path)


def test_a_damaged_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(GradebookError, match="is damaged: it has 5 bytes"):
        Gradebook(tmp_path)


def test_a_busy_gradebook_is_said(tmp_path: Path) -> None:
    with Gradebook(tmp_path, patience=0.05) as book:
        other = sqlite3.connect(tmp_path / "gradebook.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookError, match="another grade command is writing"):
            start(book)
        other.execute("ROLLBACK")
        other.close()
        assert start(book) == 1


def test_a_broken_migration_changes_nothing(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x", isolation_level=None)
    migrate(connection, migrations()[:1], name="x")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [*migrations()[:1], "CREATE TABLE more (a);\nCREATE NONSENSE;\n"], name="x")
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'more'").fetchone() is None
    migrate(connection, migrations(), name="x")
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations()),)
    connection.close()


def test_threads_share_one_gradebook(tmp_path: Path) -> None:
    with Gradebook(tmp_path) as book:
        session = start(book)

        def save(number: int) -> None:
            book.save(Submission(student=f"s{number}"), RUN, grade_of(number), session=session)

        threads = [threading.Thread(target=save, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(book.records()) == 12


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_record_gradebook import RUN, Gradebook, Submission, grade_of, start
book = Gradebook(Path(sys.argv[1]))
session = start(book)
for number in range(100_000):
    book.save(Submission(student=f"s{number % 50}"), RUN, grade_of(number), session=session)
    print(number, flush=True)
"""


def test_a_killed_grader_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(0.15)
        process.kill()
        saved = [0, *(int(line) for line in process.stdout if line.endswith("\n"))]
    with Gradebook(tmp_path) as book:
        assert book._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        newest = max(record.grade.points for record in book.records())
        assert newest >= max(saved)
        assert len([r for n in range(50) for r in book.history(f"s{n}")]) == newest + 1
