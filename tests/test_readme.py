"""The README's commands are run, its options and files exist, and `make setup` says in one line what is
missing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_cli_fakes import a_notebook, a_sheet

from grader.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
LINES = [
    line for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()
]
GRADE_LINES = [
    line.removeprefix(".venv/bin/") for line in LINES if line.startswith((".venv/bin/grade", "grade"))
]
TEMPLATE_LINE = "grade template sum_sequence build/handout/sum_sequence"
MAKE_LINES = [line for line in LINES if line.startswith("make")]


@pytest.fixture
def home(tmp_path):
    """A folder in which the README's commands can be typed, with a small sheet and one notebook."""
    a_sheet(tmp_path / "assignments")
    a_notebook(tmp_path / "path" / "to" / "submissions" / "anna" / "homework.ipynb", "right")
    return tmp_path


def type_in(home, line):
    command = [sys.executable, "-m", "grader", *line.split()[1:]]
    return subprocess.run(
        command, cwd=home, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
    )


def test_every_command_of_the_readme_is_looked_at_here():
    others = [
        line
        for line in LINES
        if line.removeprefix(".venv/bin/") not in GRADE_LINES and line not in MAKE_LINES
    ]
    assert others == ["pip install .grader/*.whl"]
    assert MAKE_LINES[:2] == ["make grade", "make test"]


def test_the_dry_run_of_the_readme(home):
    (line,) = [line for line in GRADE_LINES if "--dry-run" in line]
    done = type_in(home, line)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 person, 1 notebook, small, about ")


@pytest.mark.real
def test_the_grading_of_the_readme_and_its_report(home):
    """The small sheet's one proven answer is the fake runner's: a real kernel cannot give it, which is our
    fault, exit code 1."""
    grading, report = (line for line in GRADE_LINES if line in ("grade path/to/submissions", "grade report"))
    done = type_in(home, grading)
    assert (done.returncode, done.stderr) == (1, "")
    done = type_in(home, report)
    assert (done.returncode, done.stderr) == (0, "")
    assert "grades/small/index.html" in done.stdout
    for name in (
        "index.html",
        "grades.csv",
        "results.json",
        "gradebook.sqlite",
        "feedback/anna.html",
        "staff/anna.html",
    ):
        assert (home / "grades" / "small" / name).is_file()


def test_the_hand_out_of_the_readme(tmp_path):
    assert TEMPLATE_LINE in GRADE_LINES
    out = tmp_path / "out"
    done = type_in(ROOT, TEMPLATE_LINE.replace("build/handout/sum_sequence", str(out)))
    assert (done.returncode, done.stderr) == (0, "")
    assert list(out.glob(".grader/*.whl"))


def test_every_make_target_of_the_readme_exists():
    for target in {line.split()[1] for line in [*MAKE_LINES, *re.findall(r"`(make [\w-]+)`", README)]}:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_every_command_and_option_of_the_readme_exists():
    options = set(re.findall(r"--[a-z][a-z-]+", README))
    helped = "".join(type_in(ROOT, f"grade {command} --help").stdout for command in COMMANDS)
    assert {option for option in options if option not in helped} == set()
    named = set(re.findall(r"`grade ([a-z]+)", README)) - {"submissions"}
    assert named <= set(COMMANDS)


def test_every_command_is_in_the_readme():
    for command in set(COMMANDS) - {"DIR"}:
        assert f"grade {command}" in README


@pytest.mark.parametrize(
    "page", ["README.md", "docs/points.md", "docs/again.md", "docs/review.md", "CHANGELOG.md"]
)
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text()
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)", text):
        assert (ROOT / page).parent.joinpath(link).exists(), link


def test_the_readme_promises_the_statuses_and_bases_that_exist():
    from grader.model import Basis, Status

    points = (ROOT / "docs" / "points.md").read_text()
    assert all(f"**{basis.value}**" in points for basis in Basis)
    # never the last word
    assert all(f"| {status.value} |" in points for status in Status if status is not Status.INCONCLUSIVE)


# ── make setup
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TOOLS = ("sh", "make", "sed", "test", "awk", "rm", "touch", "env", "echo", "df", "cat")


def setup_with(tmp_path, *, free_kb=10**8, **pythons):
    """`make setup` in an empty folder where only these Pythons exist, each a shell script."""
    here, tools = tmp_path / "clone", tmp_path / "tools"
    here.mkdir()
    tools.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, here)
    for tool in TOOLS:
        if (found := shutil.which(tool)) is not None:
            (tools / tool).symlink_to(os.path.realpath(found) if tool != "sh" else found)
    (tools / "df").unlink()
    pythons["df"] = f"echo header; echo x 1 1 {free_kb} 1% /"
    for name, script in pythons.items():
        (tools / name.replace("_", ".")).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name.replace("_", ".")).chmod(0o755)
    return subprocess.run(
        [shutil.which("make"), "setup"],
        cwd=here,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        timeout=60,
    )


TOO_OLD = 'case "$2" in *version_info*) exit 1;; esac'
NO_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
GOOD = 'test "$1" = --version && echo Python 3.12.1; case "$2" in venv) exit 1;; esac'


@pytest.mark.parametrize(
    ("pythons", "said"),
    [
        ({}, "no Python from 3.11 to 3.13 found: install one"),
        ({"python3": TOO_OLD}, "no Python from 3.11 to 3.13 found, only python3: install one"),
        ({"python3": NO_VENV}, "install its venv module"),
        ({"python3_13": NO_VENV, "python3": TOO_OLD}, "install its venv module"),
        ({"python3": GOOD}, "python3 could not make .venv"),
    ],
)
def test_setup_says_in_one_line_what_is_missing(tmp_path, pythons, said):
    done = setup_with(tmp_path, **pythons)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make:")]
    assert len(lines) == 1
    assert lines[0].startswith("make setup: ")
    assert said in lines[0]


def test_setup_says_when_the_disk_is_too_full(tmp_path):
    done = setup_with(tmp_path, free_kb=3 << 20, python3=GOOD)
    assert "make setup: the environment needs 4 GB of disk, and 3 GB are free" in done.stderr


def test_setup_takes_another_python_when_the_newest_cannot_make_environments(tmp_path):
    done = setup_with(tmp_path, python3_13=NO_VENV, python3_12=TOO_OLD, python3_11=GOOD, python3=TOO_OLD)
    assert "Making .venv with Python 3.12.1" in done.stdout
    assert "python3.11 could not make .venv" in done.stderr
