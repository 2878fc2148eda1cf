"""`grade DIR` with a runner that only pretends: what is said, what is written, and the exit codes."""

import io
import json
import os
import re
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from test_cli_fakes import SHEET, FakeRunner, a_class, a_notebook, a_sheet

from grader.assignment import load_sheet
from grader.cli.grade import work
from grader.cli.grade.pace import THAT_CALCULATES, THAT_TRAINS, pace, slots
from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.cli.places import graded_folder
from grader.cli.progress import LOG_LINES, QUIET_SECONDS, Clock, Progress, between, duration
from grader.cli.report import report
from grader.cli.words import log_width
from grader.errors import GradebookError, UsageError
from grader.pipeline import Event, EventKind
from grader.record import Gradebook
from grader.run import Offer


@pytest.fixture
def grade(tmp_path, monkeypatch):
    """Grade a class of two, or what the options say: the exit code."""
    a_class(tmp_path / "handed in", ada="right", bob="wrong")
    a_sheet(tmp_path / "assignments")
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    monkeypatch.setenv("COLUMNS", "120")

    def grade(runner=None, **options):
        options = {"source": tmp_path / "handed in", "no_isolation": True, "jobs": 2} | options
        return grade_class(GradeWish(**options), FakeRunner() if runner is None else runner or None)

    return grade


def test_the_first_line_then_the_class_then_where_the_reports_are(grade, capsys):
    assert grade() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 people, 2 notebooks, small, about 5 to 10 s"
    text = "\n".join(lines)
    assert "6 of 8" in text
    assert "the answer is 41, expected 42" in text
    assert "Reports: grades/small/index.html" in text


def test_a_class_of_which_nothing_changed_has_nothing_to_run(grade, capsys):
    grade()
    capsys.readouterr()
    assert grade() == 0
    assert capsys.readouterr().out.startswith("2 people, 2 notebooks, small, nothing to run\n")


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (145, 580, "2 to 10 min"),
        (20, 20, "20 s"),
        (40, 160, "40 s to 3 min"),
        (3000, 12000, "50 min to 3 h 20 min"),
        (7200, 7300, "2 h"),
    ],
)
def test_how_long_it_takes_is_a_range_as_long_as_nothing_was_measured(least, most, words):
    assert between(least, most) == words


def test_a_class_that_only_calculates_is_said_to_take_less():
    sheets = Path(__file__).resolve().parents[1] / "assignments"
    assert pace(load_sheet(sheets / "sum_sequence")) == THAT_TRAINS
    assert pace(load_sheet(sheets / "rnn_cells_numpy")) == THAT_CALCULATES


def test_all_files_are_there_and_private(grade, tmp_path):
    grade()
    out = tmp_path / "desk" / "grades" / "small"
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in out.iterdir()} >= {
        "results.json",
        "grades.csv",
        "index.html",
        "feedback",
        "gradebook.sqlite",
    }
    data = json.loads((out / "results.json").read_text())
    assert {entry["student"]: entry["points"] for entry in data["submissions"]} == {"ada": 6, "bob": 2}


def test_scripts_are_counted_in_the_first_line(grade, tmp_path, capsys):
    (tmp_path / "handed in" / "eve").mkdir()
    (tmp_path / "handed in" / "eve" / "main.py").write_text("x = 1\n")
    assert grade(dry_run=True) == 0
    assert capsys.readouterr().out.startswith("3 people, 2 notebooks, 1 script, small, about ")


def test_what_cannot_be_read_is_counted_in_the_first_line(grade, tmp_path, capsys):
    (tmp_path / "handed in" / "eve").mkdir()
    (tmp_path / "handed in" / "joe").mkdir()
    (tmp_path / "handed in" / "joe" / "notes.txt").write_text("see my e-mail")
    assert grade() == 0
    assert capsys.readouterr().out.startswith(
        "4 people, 2 notebooks, 1 empty, 1 without a notebook, small, about "
    )


def test_one_that_we_could_not_grade_means_exit_code_1(grade, tmp_path, capsys):
    a_notebook(tmp_path / "handed in" / "eve" / "homework.ipynb", "broken runner")
    assert grade() == 1
    text = capsys.readouterr().out
    assert "eve: our problem, no points are lost: OSError: the disk is full" in text


def test_isolation_is_never_dropped_silently(grade, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "best_offer", lambda: Offer(level="none", works=True))
    with pytest.raises(UsageError, match=r"they would run with your rights.*give --no-isolation"):
        grade(no_isolation=False, runner=False)
    assert not (tmp_path / "desk" / "grades").exists()


def test_a_dry_run_says_what_would_be_graded_and_writes_nothing(grade, tmp_path, capsys):
    (tmp_path / "handed in" / "eve").mkdir()
    assert grade(dry_run=True, no_isolation=False) == 0
    text = capsys.readouterr().out
    assert "ada: homework.ipynb" in text
    assert "eve: the folder is empty" in text
    assert list((tmp_path / "desk").iterdir()) == []


def test_a_dry_run_knows_what_would_be_kept(grade, capsys):
    grade()
    capsys.readouterr()
    grade(dry_run=True)
    assert "ada: unchanged, kept" in capsys.readouterr().out


def test_json_prints_the_results_and_nothing_else(grade, capsys):
    assert grade(json=True) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["schema"] == "grader/results/v1"
    assert captured.err == ""


def test_quiet_prints_only_troubles(grade, tmp_path, capsys):
    assert grade(quiet=True) == 0
    assert capsys.readouterr() == ("", "")
    a_notebook(tmp_path / "handed in" / "eve" / "homework.ipynb", "broken runner")
    assert grade(quiet=True) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("eve: our problem")


def test_no_colours_where_nobody_asked_for_them(grade, capsys):
    grade()
    assert "\x1b" not in capsys.readouterr().out


def test_unchanged_homework_is_kept_and_said(grade, capsys):
    grade()
    grade()
    assert "2 of 2 unchanged, kept; `--rerun all` to run again" in capsys.readouterr().out


def handed_in(tmp_path, answer, hour):
    """Ada's homework in a class whose deadline is noon, as it was left at that hour."""
    (tmp_path / "handed in" / "course.toml").write_text(
        "deadline = 2026-01-18T12:00:00Z\n[late]\npercent_per_day = 50\n"
    )
    a_class(tmp_path / "handed in", ada=answer)
    moment = datetime(2026, 1, 18, hour, tzinfo=UTC).timestamp()
    for path in (tmp_path / "handed in" / "ada").iterdir():
        os.utime(path, (moment, moment))


def test_the_last_version_on_time_counts_whatever_comes_later(grade, tmp_path, capsys):
    def points():
        with Gradebook(tmp_path / "desk" / "grades" / "small") as book:
            record = book.record_of("ada")
        return record.grade.points, record.late

    for answer, hour in (("wrong", 9), ("right", 11)):
        handed_in(tmp_path, answer, hour)
        assert grade(only=frozenset({"ada"})) == 0
    assert points() == (6, False)
    handed_in(tmp_path, "half", 13)
    for rerun in ((), ("all",)):
        capsys.readouterr()
        assert grade(only=frozenset({"ada"}), rerun=frozenset(rerun)) == 0
        assert (
            "1 homework was changed after the deadline (ada): the version that was graded on time counts; "
            "`--rerun STUDENT` grades the late one instead" in capsys.readouterr().out
        )
        assert points() == (6, False)
    assert grade(only=frozenset({"ada"}), dry_run=True) == 0
    assert "ada: changed after the deadline, the version graded on time is kept" in capsys.readouterr().out
    assert grade(only=frozenset({"ada"}), rerun=frozenset({"ada"})) == 0
    assert points() == (0, True)  # half of four and two for having run, less half of all eight


def test_an_error_of_ours_does_not_make_a_late_version_count(grade, tmp_path):
    handed_in(tmp_path, "unavailable", 11)
    grade()
    handed_in(tmp_path, "right", 13)
    runner = FakeRunner()
    grade(runner, rerun=frozenset({"errors"}))
    assert runner.asked == []
    grade(runner, rerun=frozenset({"ada"}))
    assert {name for name, *_ in runner.asked} == {"ada"}


def test_a_further_notebook_after_the_deadline_is_set_aside(grade, tmp_path):
    handed_in(tmp_path, "right", 11)
    late = a_notebook(tmp_path / "handed in" / "ada" / "homework_v2.ipynb", "wrong")
    moment = datetime(2026, 1, 18, 13, tzinfo=UTC).timestamp()
    os.utime(late, (moment, moment))
    grade(only=frozenset({"ada"}))
    with Gradebook(tmp_path / "desk" / "grades" / "small") as book:
        ada = book.record_of("ada")
    assert (ada.grade.points, ada.late, ada.files) == (6, False, ("homework.ipynb",))
    assert (
        "homework_v2.ipynb: handed in after the deadline, not looked at; the version on time counts"
        in ada.notices
    )


def test_who_only_handed_in_late_is_graded_late_also_anew(grade, tmp_path):
    for answer in ("wrong", "right"):
        handed_in(tmp_path, answer, 13)
        grade(only=frozenset({"ada"}))
    with Gradebook(tmp_path / "desk" / "grades" / "small") as book:
        assert (book.record_of("ada").grade.points, book.record_of("ada").late) == (2, True)


def test_who_is_missing_stays_on_the_page_when_it_is_made_again(grade, tmp_path):
    (tmp_path / "handed in" / "course.toml").write_text(
        '[[student]]\nstudent = "ada"\n[[student]]\nstudent = "carl"\n'
    )
    grade()
    out = tmp_path / "desk" / "grades" / "small"
    for again in (
        lambda: grade(only=frozenset({"ada"}), rerun=frozenset({"ada"})),
        lambda: report("", out, tmp_path / "assignments"),
    ):
        (out / "index.html").unlink()
        again()
        assert '<th scope="row">carl</th>' in (out / "index.html").read_text()


def test_how_a_grade_came_about_is_told_check_by_check(grade, tmp_path, capsys):
    (tmp_path / "handed in" / "course.toml").write_text(
        '[[student]]\nstudent = "ada"\nname = "Ada Byron"\nemail = "a.byron@uni.edu"\n'
    )
    grade()
    out = tmp_path / "desk" / "grades" / "small"
    for called in ("ada", "ada byron", "a.byron@uni.edu", "Byron"):
        capsys.readouterr()
        report(called, out, tmp_path / "assignments")
        lines = capsys.readouterr().out.splitlines()
        assert "  + passed 1 The answer is right. (4 of 4) [observed]" in lines, called
        assert lines[-1] == f"Reports: {out / 'staff' / 'ada.html'}, {out / 'feedback' / 'ada.html'}"
    with pytest.raises(GradebookError, match=r"has no grade of 'adda': did you mean 'ada'\?"):
        report("adda", out, tmp_path / "assignments")


def test_changed_checks_are_said(grade, tmp_path, capsys):
    grade()
    a_sheet(tmp_path / "assignments", SHEET.replace("points=4", "points=5"))
    grade()
    text = capsys.readouterr().out
    assert (
        "the checks changed since they were graded: grades stay as they are; `grade regrade` shows who would"
        " move" in text
    )


def test_a_stored_run_that_stands_is_said(grade, tmp_path, capsys):
    grade()
    with sqlite3.connect(tmp_path / "desk" / "grades" / "small" / "gradebook.sqlite") as connection:
        connection.execute("DELETE FROM grades")
    connection.close()
    capsys.readouterr()
    assert grade() == 0
    text = capsys.readouterr().out
    assert "ada: an equal run is stored and stands" in text
    assert "2 of 2: " in text


def test_two_classes_in_one_gradebook_are_said(grade, tmp_path, capsys):
    grade()
    a_class(tmp_path / "another", zoe="right")
    grade(source=tmp_path / "another")
    assert (
        "these grades also hold 2 people not in this folder (ada, bob): --out FOLDER keeps classes apart"
        in capsys.readouterr().out
    )
    grade(only=frozenset({"ada"}))
    assert "1 person not in this folder (zoe)" in capsys.readouterr().out


def test_rerun_errors_means_those_with_errors(grade, tmp_path):
    a_notebook(tmp_path / "handed in" / "eve" / "homework.ipynb", "unavailable")
    grade()
    runner = FakeRunner()
    grade(runner, rerun=frozenset({"errors", "bob"}))
    assert {name for name, *_ in runner.asked} == {"bob", "eve"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rerun": frozenset({"zoe"})}, "--rerun zoe: nobody here is called so"),
        ({"only": frozenset({"zoe"})}, "nobody here is called 'zoe'"),
        ({"runtime": "keras4"}, "no runtime 'keras4'"),
        ({"assignment": "large"}, "no sheet called 'large'"),
    ],
)
def test_what_cannot_be_done_as_typed_is_said(grade, options, said):
    with pytest.raises(UsageError, match=said):
        grade(**options)


def test_grades_never_lie_among_the_submissions(grade, tmp_path):
    with pytest.raises(UsageError, match="inside the submissions"):
        grade(out=tmp_path / "handed in" / "grades")


def test_a_sheet_that_came_with_a_submission_is_never_run(grade, tmp_path, monkeypatch, capsys):
    trap = SHEET + "\nopen('ran', 'w')\n"
    a_sheet(tmp_path / "handed in" / "ada" / ".grader", trap)
    with pytest.raises(UsageError, match="sheets are programs"):
        grade(assignments=tmp_path / "handed in" / "ada" / ".grader")
    monkeypatch.chdir(tmp_path / "handed in" / "ada")
    for student in ("ada", "bob"):
        assert grade(source=tmp_path / "handed in" / student, out=tmp_path / "desk" / student) == 0
    assert f"Sheet: {tmp_path / 'assignments' / 'small' / 'sheet.py'}" in capsys.readouterr().out
    assert not list(tmp_path.rglob("ran"))


def test_the_sheet_and_the_course_that_are_used_are_printed(grade, tmp_path, capsys):
    (tmp_path / "handed in" / "course.toml").write_text("deadline = 2026-01-18T12:00:00Z\n")
    grade(dry_run=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == [
        f"Sheet: {tmp_path / 'assignments/small/sheet.py'}",
        f"Course: {tmp_path / 'handed in/course.toml'}",
    ]


def test_a_seed_stands_in_the_report(grade, tmp_path):
    grade(seed=7)
    with Gradebook(tmp_path / "desk" / "grades" / "small") as gradebook:
        assert any("--seed 7" in flag for flag in gradebook.record_of("ada").flags)


def test_a_students_name_cannot_act_in_the_terminal(grade, tmp_path, capsys):
    a_notebook(tmp_path / "handed in" / "\x1b[2J[bold]eve" / "homework.ipynb", "broken runner")
    grade()
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "bold" in text


class Interrupted(FakeRunner):
    """Ctrl-C comes while the second notebook runs."""

    def play(self, run, answer, plan, before, stop, long):
        import _thread

        if len(self.asked) == 2:
            _thread.interrupt_main()
            stop.wait(20)
            return super().play(run, "unavailable", plan, before, stop, long)
        return super().play(run, answer, plan, before, stop, long)


def test_ctrl_c_writes_reports_of_what_is_done_and_says_how_to_go_on(grade, tmp_path, capsys):
    a_class(tmp_path / "handed in", eve="right")
    assert grade(Interrupted(), jobs=1) == 130
    text = capsys.readouterr().out
    assert "Stopped: 1 of 3 are graded and kept. The same command goes on with the rest." in text
    assert (tmp_path / "desk" / "grades" / "small" / "feedback" / "ada.html").is_file()
    assert grade() == 0
    assert "1 of 3 unchanged, kept" in capsys.readouterr().out


def test_later_commands_find_the_only_grades(grade, tmp_path):
    grade()
    assert graded_folder(None).name == "small"
    (tmp_path / "desk" / "grades" / "other").mkdir()
    (tmp_path / "desk" / "grades" / "other" / "gradebook.sqlite").touch()
    with pytest.raises(
        UsageError, match="several folders with grades: give --out grades/other or --out grades/small"
    ):
        graded_folder(None)


# ── time
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "5 s"), (42, "40 s"), (58, "1 min"), (470, "8 min"), (5000, "83 min"), (9000, "2 h 30 min")],
)
def test_a_duration_is_as_exact_as_a_guess(seconds, text):
    assert duration(seconds) == text


def test_the_time_left_learns_from_what_was_measured():
    now = [0.0]
    clock = Clock(3, 1, guess=10.0, now=lambda: now[0])
    assert clock.left() == 30
    clock.hear(Event(kind=EventKind.STARTED, student="ada"))
    now[0] = 20.0
    clock.hear(Event(kind=EventKind.GRADED, student="ada"))
    assert clock.left() == 40
    clock.hear(Event(kind=EventKind.STARTED, student="bob"))
    now[0] = 40.0
    clock.hear(Event(kind=EventKind.AGAIN, student="bob"))
    assert (clock.left(), clock.done, clock.queued) == (20 + 60, 1, {"bob"})
    assert clock.text().startswith("1 further run to come, about ")
    clock.hear(Event(kind=EventKind.GRADED, student="bob"))
    clock.hear(Event(kind=EventKind.GRADED, student="eve"))
    assert (clock.left(), clock.done, clock.queued) == (0, 3, set())


def test_a_run_that_does_not_end_is_named_and_never_about_to_end():
    now = [0.0]
    clock = Clock(2, 1, guess=10.0, now=lambda: now[0], cell_seconds=900)
    for kind in (EventKind.STARTED, EventKind.GRADED):
        clock.hear(Event(kind=kind, student="ada"))
        now[0] += 20
    clock.hear(Event(kind=EventKind.STARTED, student="bob"))
    now[0] += 15
    assert clock.text() == "about 5 s left"
    now[0] += 285
    assert (
        clock.text()
        == "about 5 min left (bob has been running for 5 min, and a cell is stopped after 15 minutes)"
    )


def test_a_log_in_which_nothing_happens_says_who_is_waited_for():
    now, out = [0.0], io.StringIO()
    with Progress(Console(file=out, width=200), Clock(1, 1, guess=10.0, now=lambda: now[0])) as progress:
        progress(Event(kind=EventKind.STARTED, student="bob"))
        progress(Event(kind=EventKind.CELL, student="bob", text="7"))
        now[0] = 50.0
        assert progress.after_silence() == ""
        now[0] = 130.0
        line = "0 of 1 graded; about 2 min left (bob has been running for 2 min): bob (cell 7)"
        assert progress.after_silence() == line
        assert progress.after_silence() == ""


def a_log(people, seconds_each):
    """The lines of a log while so many people are graded, each run twice."""
    now, out = [0.0], io.StringIO()
    clock = Clock(people, 1, guess=10.0, now=lambda: now[0])
    with Progress(Console(file=out, width=120), clock) as progress:
        for number in range(people):
            for kind in (EventKind.STARTED, EventKind.AGAIN, EventKind.STARTED, EventKind.GRADED):
                now[0] += seconds_each / 4
                progress(Event(kind=kind, student=f"s{number}", text="3 of 8 points"))
    return out.getvalue().splitlines()


def test_a_log_of_a_small_class_has_a_line_for_everybody():
    lines = a_log(3, 20)
    assert len(lines) == 6
    assert lines[0] == "s0: will run again 3 of 8 points"
    assert lines[1].startswith("1 of 3: s0, 3 of 8 points; about ")
    assert lines[-1] == "3 of 3: s2, 3 of 8 points"


@pytest.mark.parametrize("people", [26, 60, 150, 300])
def test_a_log_of_a_large_class_says_how_far_it_is(people):
    lines = a_log(people, 8)
    assert LOG_LINES / 2 <= len(lines) <= LOG_LINES
    assert re.fullmatch(rf"\d+ of {people} graded; about \d+ (s|min) left", lines[0])
    assert lines[-1] == f"{people} of {people} graded"


def test_a_log_is_never_silent_for_long():
    lines = a_log(300, 240)  # 48 minutes for each twelve people
    assert 300 * 240 / QUIET_SECONDS * 0.7 < len(lines) < 300 * 240 / QUIET_SECONDS * 1.2


def test_tables_are_wide_where_no_terminal_says_how_wide_it_is(grade, monkeypatch, capsys):
    monkeypatch.delenv("COLUMNS")
    assert grade() == 0
    assert "the answer is 41, expected 42" in capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "60")
    assert log_width() is None


def test_at_least_one_notebook_runs_at_a_time():
    assert slots(10**9) == 1


def test_events_may_come_from_many_threads(grade, tmp_path):
    a_class(tmp_path / "handed in", **{f"s{n}": "right" for n in range(20)})
    assert grade(jobs=8) == 0
    assert threading.active_count() < 20
