"""The three jobs of docs/three_jobs.md, their steps performed word for word in three folders that share
nothing but what is handed over.

What GitHub does between the steps (checkout, artifacts) is done by copying; the installation is
tests/test_handout_real.py's matter.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "three_jobs.md").read_text("utf-8")
WORKFLOW = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])
JOBS = WORKFLOW["jobs"]
NAME = "rnn_concepts"  # nothing is trained in it
KEY = "a secret of the course"
real = pytest.mark.real


def steps(job):
    return [step for step in JOBS[job]["steps"] if "run" in step and "pip install" not in step["run"]]


def perform(job, folder):
    """The job's own lines, with the secrets that it names and nothing else of the machine that runs this."""
    said = ""
    for step in steps(job):
        secrets = {
            name: KEY for name, value in step.get("env", {}).items() if value == "${{ secrets.GRADER_KEY }}"
        }
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            **secrets,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, (step["run"], done.stdout, done.stderr)
        said += done.stdout
    return said


def course(folder):
    """The course's repository with the student's checkout in it, as the first and the third job have it."""
    shutil.copytree(
        ROOT / "assignments", folder / "assignments", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "grader").mkdir()
    (folder / "grader" / "grader.whl").write_bytes(b"")
    (folder / "grader" / "requirements.txt").write_text("tensorflow\n")
    (folder / "homework").mkdir()
    shutil.copy(ROOT / "reference" / NAME / "solution.ipynb", folder / "homework" / "homework.ipynb")
    return folder


def handed_over(uploads, source, target):
    """What upload-artifact and download-artifact do: of several paths, what lies below their common
    folder."""
    paths = [source / line for line in uploads["path"].split()]
    base = Path(os.path.commonpath(paths)) if len(paths) > 1 else paths[0]
    for path in paths:
        place = target / path.relative_to(base)
        if path.is_dir():
            shutil.copytree(path, place, dirs_exist_ok=True)
        elif path.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)


def upload(job):
    return next(
        step["with"]
        for step in JOBS[job]["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact")
    )


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """What the first two jobs leave."""
    first, second = course(tmp_path_factory.mktemp("draw")), tmp_path_factory.mktemp("answer")
    perform("draw", first)
    handed_over(upload("draw"), first, second / "drawn")
    assert not list(second.rglob("*.hidden.frame"))
    assert not list(second.rglob("sheet.py"))
    assert not any(KEY.encode() in path.read_bytes() for path in second.rglob("*") if path.is_file())
    perform("answer", second)
    return second


def judged(answered, folder, *, spoil=lambda drawn: None):
    second, third = shutil.copytree(answered, folder / "answer"), folder / "judge"
    spoil(second / "drawn")
    third.mkdir()
    course(third)
    handed_over(upload("answer"), second, third / "answered")
    perform("judge", third)
    (submission,) = json.loads((third / "results.json").read_text())["submissions"]
    return submission


@real
def test_the_right_solution_gets_what_a_run_in_one_place_gives(answered, tmp_path):
    submission = judged(answered, tmp_path)
    lost = {
        check["id"]: (check["status"], check["message"])
        for check in submission["checks"]
        if check["points_max"]
    }
    assert {status for status, _ in lost.values()} <= {"PASSED", "NEEDS_REVIEW"}, lost
    assert submission["points"] + submission["points_pending"] == submission["points_max"]
    assert submission["points"] >= 25


@real
def test_nothing_that_the_second_job_changes_makes_points(answered, tmp_path):
    """It puts other questions in place, of which it knows the answers, and throws away what it cannot
    answer."""

    def spoil(drawn):
        for path in sorted((drawn / "questions").glob("*.frame")):
            path.write_bytes(b"other questions")
        for path in sorted((drawn / "answers").glob("*.frame")):
            path.write_bytes(b"all right")

    honest, spoiled = judged(answered, tmp_path / "a"), judged(answered, tmp_path / "b", spoil=spoil)
    proven = {
        check["id"]
        for check in honest["checks"]
        if check["basis"] == "proven" and check["status"] == "PASSED"
    }
    after = {check["id"]: check for check in spoiled["checks"]}
    assert proven
    assert {after[name]["status"] for name in proven} <= {"FAILED", "SKIPPED"}
    # nor keeps them open
    assert not [check["id"] for check in spoiled["checks"] if check["status"] == "ERROR"]


@real
@pytest.mark.parametrize(
    "text", ["", "[]", '{"outcome": "COMPLETED"}', '{"outcome": "x", "observations": {}}', "[" * 99_999]
)
def test_what_is_no_account_of_a_run_earns_nothing_that_runs(answered, tmp_path, text):
    submission = judged(answered, tmp_path, spoil=lambda drawn: (drawn / "outcome.json").write_text(text))
    assert submission["outcome"] == "DIED"
    passed = {check["basis"] for check in submission["checks"] if check["status"] == "PASSED"}
    assert passed <= {"read"}


def test_only_the_jobs_that_draw_and_judge_see_a_secret():
    assert WORKFLOW["permissions"] == {}
    assert JOBS["answer"]["permissions"] == {}
    assert "secrets" not in json.dumps(JOBS["answer"])
    assert not [
        step for step in JOBS["answer"]["steps"] if step.get("uses", "").startswith("actions/checkout")
    ]
    for job in ("draw", "judge"):
        checkouts = [
            step for step in JOBS[job]["steps"] if step.get("uses", "").startswith("actions/checkout")
        ]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)
        assert not any("--answer" in step.get("run", "") for step in JOBS[job]["steps"])


def test_no_text_of_a_student_becomes_a_part_of_a_command():
    for job in JOBS.values():
        assert not any("${{" in step["run"] for step in job["steps"] if "run" in step)


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (["--draw", "drawn"], "", "set GRADER_KEY"),
        (["--draw", "drawn"], "short", "set GRADER_KEY"),
        (["--judge", "answered"], "", "set GRADER_KEY"),
        (["--answer", "drawn"], KEY, "must not run where the key is"),
    ],
)
def test_a_job_that_holds_what_it_should_not_is_refused(tmp_path, words, key, said):
    course(tmp_path)
    environment = (
        {**os.environ, "GRADER_KEY": key}
        if key
        else {k: v for k, v in os.environ.items() if k != "GRADER_KEY"}
    )
    command = [
        str(Path(sys.executable).with_name("grade")),
        "ci",
        "homework",
        "--assignments",
        "assignments",
        *words,
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
