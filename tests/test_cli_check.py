"""`grade check` with a runner that only pretends: which notebook, what is told, and the exit codes."""

import dataclasses
import io
import json
import subprocess
import sys

import pytest
from rich.console import Console
from test_cli_fakes import SHEET, FakeRunner, WrittenForKeras2, a_notebook, a_sheet

from grader.cli import own_work
from grader.cli.own_run import check_folder
from grader.errors import GraderError, UsageError
from grader.grading.points import grade
from grader.model import Basis, Evidence, Mistake, Status, Submission, Verdict
from grader.record.records import make_record
from grader.report import ci
from grader.report.own_work import student_report
from grader.report.story import as_told


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A student's folder with the public part of the sheet in .grader/; the student stands in it."""
    folder = tmp_path / "my homework"
    folder.mkdir()
    a_sheet(folder / ".grader")
    monkeypatch.chdir(folder)
    return folder


def check(path, runner=None, *, strict=True, **options):
    return check_folder(path, strict=strict, runner=runner or FakeRunner(), **options)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (("right",), 0),
        (("wrong", "wrong"), 1),
        (("half", "half"), 1),
        (("unavailable",), 2),
        (("wrong", "right"), 0),
    ],
)
def test_the_exit_code_tells_what_came_out(home, answers, code):
    assert check(a_notebook(home / "homework.ipynb", *answers)).exit_code == code


def test_what_is_written_beside_it_while_it_runs_is_of_no_concern(home):
    """`grade check homework.ipynb > told.txt`, or an editor that saves."""
    notebook, runner = a_notebook(home / "homework.ipynb", "half", "half"), FakeRunner()
    (home / "told.txt").write_text("")
    roots = []

    def run(wanted):
        (home / "told.txt").write_text("more")
        a_notebook(notebook, "wrong")
        roots.append(wanted.submission.root)
        return runner(wanted)

    checked = check(notebook, run)
    assert roots
    assert home not in roots
    assert checked.record.grade.checks
    assert all(check.status is not Status.ERROR for check in checked.record.grade.checks)


def test_the_only_notebook_in_the_folder_is_taken(home):
    a_notebook(home / "homework.ipynb", "right")
    assert check(home).notebook == "homework.ipynb"


def test_of_several_notebooks_the_only_one_that_fits_is_taken(home):
    a_notebook(home / "homework.ipynb", "right")
    (home / "notes.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}')
    assert check(home).notebook == "homework.ipynb"


def test_among_many_none_is_looked_for(home):
    for number in range(own_work.MOST_TRIED + 1):
        a_notebook(home / f"try{number}.ipynb", "right")
    with pytest.raises(UsageError, match=r"13 notebooks lie in .* and below: name yours"):
        check(home)


def test_two_that_fit_are_both_named(home):
    for name in ("final.ipynb", "final2.ipynb"):
        a_notebook(home / name, "right")
    with pytest.raises(UsageError, match=r"name one of final.ipynb, final2.ipynb"):
        check(home)
    assert check(home / "final2.ipynb").notebook == "final2.ipynb"


def test_a_ci_job_takes_one_of_several_and_says_so(home):
    for name in ("final.ipynb", "final2.ipynb"):
        a_notebook(home / name, "right")
    checked = check(home, strict=False)
    assert checked.exit_code == 0
    assert any("2 notebooks" in notice for notice in checked.record.notices)


def test_whoever_stands_below_the_homework_is_told_where_it_lies(home, monkeypatch):
    a_notebook(home / "homework.ipynb", "right")
    (home / "data").mkdir()
    monkeypatch.chdir(home / "data")
    with pytest.raises(UsageError, match=r"your homework seems to lie in \.\.: go there"):
        check(home / "data")


@pytest.mark.parametrize("typed", ["homework", "Homework.ipynb", "homework.ipynbb"])
def test_a_name_like_it_is_offered(home, typed):
    a_notebook(home / "homework.ipynb", "right")
    with pytest.raises(UsageError, match=r"did you mean .*homework\.ipynb\?"):
        check(home / typed)


def test_no_notebook_is_said(home):
    with pytest.raises(UsageError, match="there is no notebook and no script in"):
        check(home)
    (home / "homework.txt").write_text("")
    with pytest.raises(
        UsageError, match=r"is neither a notebook nor a script: its name does not end in .ipynb or .py"
    ):
        check(home / "homework.txt")


def test_a_ci_job_without_a_notebook_fails_every_check_with_the_reason(home):
    checked = check(home, strict=False)
    assert checked.exit_code == 1
    assert {c.status for c in checked.record.grade.checks} == {Status.SKIPPED}


def test_sheets_are_found_upward(home):
    path = a_notebook(home / "deep" / "down" / "homework.ipynb", "right")
    assert check(path).assignment.name == "small"


def test_no_sheets_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="give --assignments FOLDER"):
        check(a_notebook(tmp_path / "homework.ipynb", "right"))
    with pytest.raises(UsageError, match="nowhere is no folder"):
        check(a_notebook(tmp_path / "homework.ipynb", "right"), assignments=tmp_path / "nowhere")


def test_with_several_sheets_the_right_one_is_recognised(home):
    a_sheet(home / ".grader")
    (home / ".grader" / "other").mkdir()
    (home / ".grader" / "other" / "sheet.py").write_text(
        SHEET.replace('"answer", "also"', '"quite", "different"')
    )
    path = a_notebook(home / "homework.ipynb", "right")
    assert check(path).assignment.contract == ("answer", "also")
    with pytest.raises(UsageError, match="no sheet called 'third'; there is: other, small"):
        check(path, name="third")


def test_what_cannot_be_read_is_said_and_no_sheet_is_asked_for(home):
    a_sheet(home / ".grader")
    (home / ".grader" / "other").mkdir()
    (home / ".grader" / "other" / "sheet.py").write_text(
        SHEET.replace('"answer", "also"', '"quite", "different"')
    )
    path = home / "homework.ipynb"
    path.write_text('{"cells": [')
    with pytest.raises(UsageError, match="is not a notebook: it ends too early") as raised:
        check(path)
    assert "--assignment" not in str(raised.value)


def test_of_a_huge_folder_only_code_is_taken(home, monkeypatch):
    monkeypatch.setattr(own_work, "MOST_BYTES", 1000)
    (home / "film.mp4").write_bytes(bytes(2000))
    (home / "helper.py").write_text("")
    checked = check(a_notebook(home / "homework.ipynb", "right"))
    assert set(checked.record.files) == {"homework.ipynb", "helper.py"}
    assert any("only notebooks and Python files" in notice for notice in checked.record.notices)


# ── what is told before the deadline
# ─────────────────────────────────────────────────────────────────────────────────────


def told(checked):
    out = io.StringIO()
    Console(file=out, width=200).print(student_report(checked.record, checked.assignment))
    return out.getvalue()


def test_a_notebook_for_keras_2_runs_there_and_its_student_reads_it(home):
    checked = check(a_notebook(home / "homework.ipynb", "right"), WrittenForKeras2())
    assert (checked.exit_code, checked.record.runtime) == (0, "keras2")
    assert "Your notebook was written for Keras 2; it ran there." in told(checked)
    assert "written for Keras 2; it ran there" in ci.summary(checked.record, checked.assignment)


def test_a_keras_that_is_not_installed_is_named(home):
    checked = check(a_notebook(home / "homework.ipynb", "right"), WrittenForKeras2(keras2=False))
    assert (checked.exit_code, checked.record.runtime) == (2, "keras3")
    assert "seems to be written for Keras 2, which does not run here: pip install tf-keras" in told(checked)
    assert "this needs Keras 2, which does not run here (the package tf-keras): our problem" in told(checked)
    assert "it ran there" not in told(checked)


def test_hidden_checks_are_counted_and_not_shown(home):
    checked = check(a_notebook(home / "homework.ipynb", "right"))
    assert checked.hidden == 1
    assert "secret" not in {c.id for c in checked.record.grade.checks}
    assert checked.record.grade.points_max == 7


def a_record():
    from test_points import a_check

    verdict = Verdict(
        status=Status.FAILED,
        message="the cell state differs by 0.3",
        hint="Compare line by line.",
        evidence=(Evidence(what="cell state", expected="0.1", actual="0.4"),),
        mistake=Mistake(id="no_carry", confidence=1.0, words="a cell that forgets"),
        staff_note="layout: fused",
        basis=Basis.PROVEN,
    )
    submission = Submission(student="ada", flags=("cell 4, line 2: exec(...)",))
    return make_record(
        submission, None, grade([(a_check(), verdict)], (), "d"), when="2026-01-01T00:00:00+00:00", session=0
    )


def test_by_default_a_student_is_told_the_deviation_but_not_the_mistake():
    record = as_told(a_record(), "deviation")
    found = record.grade.checks[0]
    assert (found.message, found.mistake, found.staff_note, record.flags) == (
        "the cell state differs by 0.3",
        None,
        "",
        (),
    )
    assert found.evidence


def test_a_sheet_may_name_the_mistake():
    assert as_told(a_record(), "mistake").grade.checks[0].mistake.words == "a cell that forgets"


def test_a_sheet_may_tell_only_pass_or_fail():
    found = as_told(a_record(), "pass or fail").grade.checks[0]
    assert "0.3" not in json.dumps(dataclasses.asdict(found), default=str)
    assert (found.evidence, found.hint, found.mistake) == ((), "", None)


def test_the_report_says_what_seen_wanted_and_the_hint(home):
    from rich.console import Console

    checked = check(a_notebook(home / "homework.ipynb", "wrong", "wrong"))
    console = Console(record=True, width=100, file=io.StringIO())
    console.print(student_report(checked.record, checked.assignment))
    text = console.export_text()
    assert "the answer is 41, expected 42" in text
    assert "Add one." in text
    assert "A person will read this" in text


# ── the command
# ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.real
def test_the_command_runs_a_real_notebook(home):
    """The small sheet looks for an answer that only the fake gives, so what needs it is our fault; all else
    is real."""
    a_notebook(home / "homework.ipynb", "right")
    command = [sys.executable, "-m", "grader", "check", "--json"]
    done = subprocess.run(
        command, cwd=home, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
    )
    data = json.loads(done.stdout)
    assert data["submissions"][0]["outcome"] == "COMPLETED"
    assert {c["id"]: c["status"] for c in data["submissions"][0]["checks"]} == {
        "right": "ERROR",
        "ran": "PASSED",
        "words": "NEEDS_REVIEW",
    }
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_full_temporary_folder_is_no_fault_of_ours(tmp_path, monkeypatch):
    """Every check was "our problem", and nobody was told to make room."""

    class FillsTheDisk(FakeRunner):
        def play(self, run, *rest):
            (tmp_path / "file").write_text("no folder")
            monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file" / "x"))
            raise OSError("no space left")

    a_sheet(tmp_path / "assignments")
    a_notebook(tmp_path / "hw" / "hw.ipynb", "right")
    with pytest.raises(GraderError, match=r"the temporary folder .* cannot be written: .* Make room there"):
        check(tmp_path / "hw", FillsTheDisk(), assignments=tmp_path / "assignments")
