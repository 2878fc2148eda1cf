"""What a CI job shows: true, short, and never a command that a student wrote."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from test_cli_fakes import FakeRunner, a_notebook, a_sheet
from test_report_fakes import PAYLOADS

from grader.cli.ci import from_the_root
from grader.cli.own_run import check_folder
from grader.grading.points import before_handing_in
from grader.model import Evidence, Level, Repair, Status
from grader.model.verdict import MISSING_FILE
from grader.report import ci
from grader.report.classroom50 import classroom50_result, wants_result
from grader.report.own_work import ending

FORGED = (
    "::error::forged",
    "\n::notice title=Autograding complete::Points 99/10",
    "##[error]forged",
    "text ##[add-mask]x",
    "  ::set-output name=result::x\r\n::stop-commands::x",
    "\u2028::error::x",
    "%0A::error::x",
    ":::error::x",
    "| a | b |\n|---|---|",
    "![x](http://evil.example/x.png) [y](http://evil.example) <script>alert(1)</script> <!-- `",
)


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """A homework that fails one check of the small sheet."""
    monkeypatch.chdir(tmp_path)
    a_sheet(tmp_path / ".grader")
    return check_folder(
        a_notebook(tmp_path / "homework.ipynb", "wrong", "wrong"), strict=True, runner=FakeRunner()
    )


def saying(record, text):
    """The record with the student's text in every place that a student's text can reach."""
    evidence = (Evidence(what=text, expected=text, actual=text, where=text),)
    checks = tuple(replace(check, message=text, evidence=evidence) for check in record.grade.checks)
    return replace(
        record,
        student=text,
        notices=(text,),
        repairs=(Repair.from_text(text),),
        grade=replace(record.grade, checks=checks),
    )


def test_a_line_of_the_log_says_verdict_task_check_and_why(checked):
    lines = ci.log_lines(checked.record)
    assert "✗ not yet · 1 · The answer is right · the answer is 41, expected 42" in lines
    assert not [line for line in lines if ".:" in line or "?:" in line]


def test_the_summary_says_what_fails_and_the_hint(checked):
    text = ci.summary(checked.record, checked.assignment)
    assert "## A small sheet" in text
    assert "**1 of 3 checks passes: 1 of 7 points, 2 still open; not passed**" in text
    assert "**Fix first:** The answer is right \\(task 1\\): the answer is 41, expected 42" in text
    assert "the answer is 41, expected 42" in text
    assert "**Hint:** Add one." in text
    assert "1 point in 1 check is looked at only after you have handed in." in text
    assert "Receipt: homework.ipynb " in text


def test_each_failing_check_is_an_annotation_of_the_notebook(checked):
    assert ci.commands(checked.record, "homework.ipynb") == [
        "::error file=homework.ipynb,title=The answer is right.::the answer is 41, expected 42. Add one"
    ]


def test_what_we_could_not_judge_is_a_warning(checked):
    ours = tuple(replace(check, status=Status.ERROR) for check in checked.record.grade.checks)
    record = replace(checked.record, grade=replace(checked.record.grade, checks=ours))
    assert all(command.startswith("::warning ") for command in ci.commands(record, ""))


def test_a_mistake_is_annotated_before_what_was_not_reached_for_it(checked):
    grade = checked.record.grade
    failing = next(check for check in grade.checks if check.status is Status.FAILED)
    waiting = replace(failing, status=Status.SKIPPED, title="What waits.", points_max=failing.points_max + 9)
    record = replace(checked.record, grade=replace(grade, checks=(waiting, failing)))
    assert ["title=What waits." in command for command in ci.commands(record, "")] == [False, True]


def test_there_are_never_more_annotations_than_github_shows(checked):
    check = checked.record.grade.checks[0]
    many = tuple(replace(check, id=f"c{n}") for n in range(30))
    commands = ci.commands(
        replace(checked.record, grade=replace(checked.record.grade, checks=many)), "homework.ipynb"
    )
    assert len(commands) == 10
    assert "21 more checks" in commands[-1]


@pytest.mark.parametrize("text", [*FORGED, *PAYLOADS])
def test_a_students_text_never_starts_a_command(checked, text):
    record = saying(checked.record, text)
    commands = ci.commands(record, text)
    lines = "\n".join(ci.log_lines(record)).splitlines()
    messages = [test["message"] for test in ci.reporter_result(record)["tests"]]
    assert not [line for line in (*lines, *messages) if line.lstrip().startswith("::") or "##[" in line]
    assert all(re.match(r"::error (file=[^,\n]*,)?title=[^,:\n]*::", command) for command in commands)
    assert not [command for command in commands if len(command.splitlines()) != 1 or "##[" in command]
    assert not [message for message in messages if len(message.splitlines()) > 1]


@pytest.mark.parametrize("text", [*FORGED, *PAYLOADS])
def test_a_students_text_is_plain_text_in_the_summary(checked, text):
    summary = ci.summary(saying(checked.record, text), checked.assignment)
    assert not re.search(r"<(?!br)[a-zA-Z!/]", summary)
    assert "](" not in summary
    assert "\x1b" not in summary
    rows = [line for line in summary.splitlines() if line.startswith("| ")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)


def test_the_result_is_what_the_reporter_reads(checked):
    output = ci.reporter_output(checked.record)
    assert len(output.splitlines()) == 1
    result = json.loads(base64.b64decode(output))
    assert (result["version"], result["status"], result["max_score"]) == (1, "fail", 7)
    assert [(test["status"], test["score"]) for test in result["tests"]] == [
        ("fail", 0),
        ("pass", 1),
        ("pass", 0),
    ]
    assert all(isinstance(test["score"], int | float) and test["line_no"] == 0 for test in result["tests"])


def test_the_result_fits_into_an_environment_variable(checked):
    record = saying(checked.record, "x" * 5000)
    checks = tuple(replace(record.grade.checks[0], id=f"c{n}", title="t" * 500) for n in range(250))
    result = ci.reporter_result(replace(record, grade=replace(record.grade, checks=checks)))
    assert len(json.dumps(result)) < 90_000
    assert len(result["tests"]) == 250


def test_what_was_missing_is_named(checked):
    text = ci.summary(replace(checked.record, missing_packages=("plotly",)), checked.assignment)
    assert "Not installed here: plotly. What needs it stays open." in text
    text = ci.missing_summary(
        checked.assignment, "tensorflow is not installed here: python -m pip install tensorflow"
    )
    assert "**Nothing was run.** tensorflow is not installed here" in text


def test_only_what_is_needed_to_pass_makes_the_reporters_job_red(checked):
    one, *others = checked.record.grade.checks
    right = replace(one, status=Status.PASSED, points=4, message="")
    extra = replace(one, id="extra", level=Level.OUTSTANDING)
    grade = replace(checked.record.grade, checks=(right, extra, *others), level_possible=Level.PASSED)
    result = ci.reporter_result(replace(checked.record, grade=grade))
    assert (result["status"], [test["status"] for test in result["tests"]]) == ("pass", ["pass"] * 4)
    assert result["tests"][1]["message"].startswith("not yet, and not needed to pass: the answer is 41")


def test_what_waits_for_a_file_of_the_student_is_red_where_it_is_needed(checked):
    waiting = {"status": Status.NEEDS_REVIEW, "waits_for": MISSING_FILE, "level": Level.PASSED}
    checks = tuple(replace(check, **waiting) for check in checked.record.grade.checks)
    grade = before_handing_in(replace(checked.record.grade, checks=checks))
    record = replace(checked.record, grade=grade)
    result = ci.reporter_result(record)
    assert (result["status"], {test["status"] for test in result["tests"]}) == ("fail", {"fail"})
    assert "… needs a missing file" in ci.summary(record, checked.assignment)
    assert "to be read" not in "".join(ci.log_lines(record))
    assert replace(checked, record=record).exit_code == 1
    told = [str(line) for line in ending(record, checked.assignment)]
    assert not [line for line in told if "Nobody can check this" in line]


# ── the checkout, and Classroom 50
# ───────────────────────────────────────────────────────────────────────────────────────


def test_annotations_name_the_notebook_from_the_root_of_the_checkout(tmp_path, monkeypatch):
    notebook = tmp_path / "hw7" / "home work, final.ipynb"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert from_the_root(notebook) == "hw7/home work, final.ipynb"
    monkeypatch.delenv("GITHUB_WORKSPACE")
    (tmp_path / ".git").mkdir()
    assert from_the_root(notebook) == "hw7/home work, final.ipynb"
    assert from_the_root(Path("/elsewhere/homework.ipynb")) == "homework.ipynb"


def test_a_checkout_in_a_folder_of_the_workspace_has_a_root_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "student" / ".git").mkdir(parents=True)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert from_the_root(tmp_path / "student" / "Übung 7" / "hw.ipynb") == "Übung 7/hw.ipynb"
    assert from_the_root(tmp_path / "other" / "hw.ipynb") == "other/hw.ipynb"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "student" / "Übung 7"))
    assert from_the_root(tmp_path / "student" / "Übung 7" / "hw.ipynb") == "hw.ipynb"


def test_a_submodule_is_a_part_of_the_checkout_around_it(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "hw7").mkdir()
    (tmp_path / "hw7" / ".git").write_text("gitdir: ../.git/modules/hw7\n")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert from_the_root(tmp_path / "hw7" / "hw.ipynb") == "hw7/hw.ipynb"


def test_a_homework_that_cannot_be_run_is_told_once_and_with_its_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    a_sheet(tmp_path / ".grader")
    (tmp_path / "hw7").mkdir()
    (tmp_path / "hw7" / "homework.ipynb").write_text('{"cells": [')
    found = check_folder(tmp_path / "hw7", strict=False, runner=FakeRunner())
    assert found.notebook == "homework.ipynb"
    (command,) = ci.commands(found.record, f"hw7/{found.notebook}")
    assert command.startswith("::error file=hw7/homework.ipynb,title=Nothing could be run::Your homework")
    said = "homework.ipynb is not a notebook: "
    assert [said in line for line in ci.log_lines(found.record)] == [True, False]
    assert ci.summary(found.record, found.assignment).count(said) == 1
    (tmp_path / "hw8").mkdir()
    (tmp_path / "hw8" / "notes.md").write_text("nothing yet")
    assert check_folder(tmp_path / "hw8", strict=False, runner=FakeRunner()).notebook == ""


def test_an_annotation_in_a_sub_folder_is_one_command(checked):
    (command,) = ci.commands(checked.record, "hw7/home work, final.ipynb")
    assert command.startswith("::error file=hw7/home work%2C final.ipynb,title=")


KEYS = [
    *(
        "schema",
        "classroom",
        "assignment",
        "assignment_type",
        "owner",
        "submission",
        "commit",
        "release",
        "review",
        "datetime",
    ),
    *("score", "max-score", "tests"),
]


@pytest.mark.parametrize("text", ["half a point", *FORGED])
def test_classroom_50_gets_whole_numbers_and_no_further_keys(checked, text):
    record = saying(checked.record, text)
    record = replace(record, grade=replace(record.grade, points=1.335))
    environment = {
        "CLASSROOM": "rnn",
        "ASSIGNMENT": "hw7",
        "SUBMISSION_TAG": "v1",
        "USERNAME": "ada",
        "OWNER": "org",
    }
    assert wants_result(environment)
    assert not wants_result({})
    result = classroom50_result(record, environment)
    assert list(result) == KEYS
    assert (result["classroom"], result["assignment_type"], result["score"], result["max-score"]) == (
        "rnn",
        "individual",
        134,
        700,
    )
    for test in result["tests"]:
        assert list(test) == ["test-name", "passed", "score", "max-score", "output"]
        assert type(test["score"]) is type(test["max-score"]) is int
        assert 0 <= test["score"] <= test["max-score"]
        assert type(test["passed"]) is bool
    json.dumps(result, allow_nan=False)
