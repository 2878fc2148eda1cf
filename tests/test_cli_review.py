"""`grade review` and `grade report STUDENT` as they are typed: the link, the end by Ctrl-C, the story of one
grade."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from test_regrade import Home

from grader.model import Decision
from grader.record import Gradebook
from grader.report.history import history_lines
from grader.review.desk import single_key

GRADE = [sys.executable, "-m", "grader"]


@pytest.fixture(name="home")
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    return Home(tmp_path, ada=("wrong", "right"), bob="right")


def typed(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*GRADE, *words], cwd=home.folder, capture_output=True, text=True, timeout=120)


def decide(
    home: Home, points: float, *, when: str, student: str = "ada", withdrawn: bool = False, reason: str = ""
) -> None:
    with Gradebook(home.out) as book:
        digest = book.record_of(student).digest
        told = {"person": "Kim", "reason": reason, "when": when, "digest": digest, "withdrawn": withdrawn}
        book.decide(Decision(student=student, check_id="words", points=points, **told))


def test_it_says_the_link_and_after_ctrl_c_the_reports_hold_what_was_decided(home):
    command = [*GRADE, "review", "out", "--person", "Kim", "--assignments", "assignments"]
    with subprocess.Popen(command, cwd=home.folder, stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        link = re.fullmatch(
            r"2 of 2 answers wait for you\. Open (http://127\.0\.0\.1:\d+/\?token=\S+)\n", first
        )[1]
        address = link.partition("/?")[0]
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        assert "Nothing waits" not in opener.open(link, timeout=60).read().decode()
        data = json.dumps(
            {"points": {single_key("ada", "words"): 2}, "reason": "kindly put", "seen": 0}
        ).encode()
        headers = {"Content-Type": "application/json", "Origin": address}
        opener.open(urllib.request.Request(f"{address}/decide", data, headers), timeout=60).close()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest.endswith("Reports: out/index.html\n")
    assert "kindly put" in (home.out / "feedback" / "ada.html").read_text()
    assert home.points() == {"ada": 8.0, "bob": 6.0}


def test_without_grades_it_says_what_to_type(home):
    done = typed(home, "review", "nowhere", "--assignments", "assignments")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "grade: there is no gradebook in nowhere: name the folder that `grade DIR` wrote\n"


def test_a_port_that_is_taken_is_said(home):
    from grader.review import listen

    with listen() as opened:
        port = str(opened.getsockname()[1])
        done = typed(home, "review", "out", "--assignments", "assignments", "--port", port)
    assert done.returncode == 2
    assert (
        done.stderr
        == f"grade: port {port} cannot be used: address already in use; without --port a free one is taken\n"
    )


def test_report_of_one_student_tells_how_the_grade_came_about(home):
    decide(home, 1, when="2100-01-01T10:00:00+00:00", reason="half \x1b[31mof it")
    decide(home, 2, when="2100-01-02T10:00:00+00:00")
    done = typed(home, "report", "ada", "--out", "out", "--assignments", "assignments")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0].endswith(": graded")
    assert sum(line.startswith("  run ") for line in lines) == 2
    assert sum("(this one counts)" in line for line in lines) == 1
    assert "  6 of 8 points, 2 open; passed, outstanding possible" in lines
    assert (
        "1 January 2100, 10:00 (UTC): Kim gives 1 of 2 for words: half of it. 7 of 8 points; passed" in lines
    ), "as it was after the first decision"
    assert "2 January 2100, 10:00 (UTC): Kim gives 2 of 2 for words. 8 of 8 points; outstanding" in lines
    assert lines[-1] == "Reports: out/staff/ada.html, out/feedback/ada.html"


def test_report_of_everybody_makes_all_files_again(home):
    decide(home, 1, when="2100-01-01T10:00:00+00:00", student="bob", reason="well put")
    made = [
        path
        for path in home.out.rglob("*")
        if path.suffix in (".html", ".csv", ".json") and "runs" not in path.parts
    ]
    for path in made:
        path.unlink()
    done = typed(home, "report", "--out", "out", "--assignments", "assignments")
    assert (done.returncode, done.stdout) == (0, "Reports: out/index.html\n")
    assert all(path.is_file() for path in made)
    assert "well put" in (home.out / "feedback" / "bob.html").read_text()


def story(home: Home, student: str = "ada") -> list[str]:
    with Gradebook(home.out) as book:
        sessions = {session.id: session for session in book.sessions()}
        return history_lines(book.history(student), book.decisions(student), sessions, {})


def test_the_story_says_what_was_taken_back_and_which_runs_are_gone(home):
    decide(home, 1, when="2100-01-01T10:00:00+00:00")
    decide(home, 0, when="2100-01-02T10:00:00+00:00", withdrawn=True, reason="my mistake")
    lines = story(home)
    assert sum("no longer stored" in line for line in lines) == 2
    assert "Kim takes the decision back for words: my mistake. 6 of 8 points, 2 open" in lines[-1]


def test_the_story_goes_grade_by_grade_with_what_was_decided_by_then(home):
    decide(home, 1, when="2026-01-01T10:00:00+00:00")  # before it was graded: known to that grade
    decide(home, 2, when="2100-01-01T10:00:00+00:00")
    lines = story(home)
    assert next(line for line in lines if "points" in line) == "  7 of 8 points; passed"
    assert lines[-1].endswith("8 of 8 points; outstanding")


def test_the_story_says_what_was_filled_in_and_holds_for_the_answer(home):
    with Gradebook(home.out) as book:
        record = book.record_of("ada")
        checks = tuple(
            replace(check, answer="a-key" if check.id == "words" else "") for check in record.grade.checks
        )
        book.save_all([replace(record, grade=replace(record.grade, checks=checks))])
        told = {
            "student": "ada",
            "check_id": "words",
            "points": 2,
            "reason": "",
            "person": "Kim",
            "when": "2100-01-01T10:00:00+00:00",
        }
        book.decide(Decision(**told, digest="of an earlier version", answer="a-key", repeats="bob"))
    last = story(home)[-1]
    assert (
        "Kim gives 2 of 2 for words (filled in: the same answer as bob's, about which Kim decided). 8 of 8"
        " points" in last
    )
