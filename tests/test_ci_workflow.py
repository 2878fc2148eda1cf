"""The students' workflow: what it says, and its verdict. All of its words are performed in
test_handout_real.py."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader.model.verdict import ITS_SHEET, MISSING_FILE

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "student_template" / "sum_sequence"
WORKFLOW = yaml.safe_load((TEMPLATE / ".github" / "workflows" / "classroom.yml").read_text())
STEPS = WORKFLOW["jobs"]["grade"]["steps"]


@pytest.fixture
def checkout(tmp_path):
    """What a student's repository holds, with the grader taken from here, and GitHub's files beside it."""
    folder = tmp_path / "checkout"
    shutil.copytree(TEMPLATE, folder)
    return folder


def environment(folder):
    """Nothing of ours but the path to this Python; GitHub's own variables."""
    github = {
        name: str(folder.parent / name.lower())
        for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV")
    }
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": str(folder.parent),
        "LANG": "C.UTF-8",
        "GITHUB_ACTIONS": "true",
        "CI": "true",
        "PIP_NO_INDEX": "1",
        **github,
    }


def run_step(step, folder):
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]  # what the runner uses
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )


def test_the_workflow_is_what_plain_actions_need():
    assert set(WORKFLOW[True]) == {"push", "workflow_dispatch"}  # YAML reads the key `on` as true
    assert WORKFLOW["permissions"] == {"checks": "write", "actions": "read", "contents": "read"}
    assert [step["run"] for step in STEPS if "run" in step] == [
        "python -m pip install --quiet -r .grader/requirements.txt",
        "grade ci",
        "grade ci --verdict",
    ]
    assert STEPS[-1]["run"] == "grade ci --verdict"
    assert not any("if" in step or "continue-on-error" in step for step in STEPS)
    assert {step["uses"].partition("@")[0] for step in STEPS if "uses" in step} == {
        "actions/checkout",
        "actions/setup-python",
    }


def test_the_reporter_is_optional_and_gets_the_result():
    reporter = WORKFLOW["jobs"]["run-autograding-tests"]
    assert "vars.CLASSROOM_REPORTER == 'on'" in reporter["if"]
    (step,) = reporter["steps"]
    assert step["uses"] == "classroom-resources/autograding-grading-reporter@v1"
    assert step["with"] == {"runners": "grade"}
    assert step["env"] == {"GRADE_RESULTS": "${{ needs.grade.outputs.result }}"}
    assert WORKFLOW["jobs"]["grade"]["outputs"] == {"result": "${{ steps.grade.outputs.result }}"}
    assert [step["id"] for step in STEPS if "id" in step] == ["grade"]


@pytest.mark.parametrize(
    ("statuses", "possible", "code", "said"),
    [
        (["PASSED", "NEEDS_REVIEW"], "OUTSTANDING", 0, "1 pass, 0 fail, 1 wait for a person"),
        (["PASSED", "FAILED"], "NOT_PASSED", 1, "1 pass, 1 fail, 0 wait for a person"),
        (
            ["PASSED", "FAILED"],
            "PASSED",
            0,
            "1 pass, 1 fail, none of which is needed to pass, 0 wait for a person",
        ),
        (["PARTIAL"], "NOT_PASSED", 1, "0 pass, 1 fail, 0 wait for a person"),
        (["SKIPPED", "ERROR"], "NOT_PASSED", 1, "0 pass, 1 fail, 0 wait for a person, 1 failed by our fault"),
        (["PASSED", "ERROR"], "PASSED", 2, "1 pass, 0 fail, 0 wait for a person, 1 failed by our fault"),
    ],
)
def test_the_verdict_is_red_only_for_what_is_needed_to_pass(checkout, statuses, possible, code, said):
    data = {
        "submissions": [{"checks": [{"status": status} for status in statuses], "level_possible": possible}]
    }
    (checkout / ".grader-results.json").write_text(json.dumps(data))
    done = run_step(STEPS[-1], checkout)
    assert (done.returncode, done.stdout.strip()) == (code, said)


@pytest.mark.parametrize("waits_for", [MISSING_FILE, ITS_SHEET])
def test_what_is_not_in_the_repository_is_counted_apart(checkout, waits_for):
    waiting = {"status": "NEEDS_REVIEW", "waits_for": waits_for}
    checks = [{"status": "PASSED"}, {"status": "FAILED"}, waiting, waiting]
    data = {"submissions": [{"checks": checks, "level_possible": "NOT_PASSED"}]}
    (checkout / ".grader-results.json").write_text(json.dumps(data))
    done = run_step(STEPS[-1], checkout)
    said = "1 pass, 1 fail, 2 wait for what is not in the repository, 0 wait for a person"
    assert (done.returncode, done.stdout.strip()) == (1, said)


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"submissions": 3}', '{"submissions": [{}]}'])
def test_results_that_are_not_there_fail_the_job(checkout, text):
    (checkout / ".grader-results.json").write_text(text)
    done = run_step(STEPS[-1], checkout)
    assert done.returncode == 2
    assert "run `grade ci` before" in done.stderr
