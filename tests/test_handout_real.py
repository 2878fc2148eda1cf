"""The hand-out's words performed in a clean environment, letter by letter: the README's, then the workflow's.

Nothing is replaced: pip installs what .grader/requirements.txt names. Where no package can be had (no
network), this is skipped, loudly.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.corpus import NOTEBOOK, write

ROOT = Path(__file__).resolve().parent.parent
NAME = "sum_sequence"
EVERYTHING = "GRADER_TEST_ALL" in os.environ
SECONDS = 1800
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("handout")]


@dataclass(frozen=True)
class Home:
    """A machine with nothing but Python, and a student's repository on it."""

    repository: Path

    @property
    def environment(self):
        """Nothing of ours: pip's own settings, so that it finds its registry, and its cache."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(("PIP_", "SSL_", "http", "HTTP"))
        }
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return {
            **kept,
            "PATH": os.pathsep.join(
                [
                    str(self.repository / ".venv" / "bin"),
                    str(Path(sys.base_prefix) / "bin"),
                    "/usr/bin",
                    "/bin",
                ]
            ),
            "HOME": str(self.repository.parent),
            "XDG_CACHE_HOME": cache,
            "LANG": "C.UTF-8",
        }

    def type_in(self, line, **more):
        """What bash does with a line, as GitHub's runner calls it."""
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line]
        return subprocess.run(
            command,
            cwd=self.repository,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )

    def hand_in(self, notebook):
        shutil.copyfile(notebook, self.repository / "homework.ipynb")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machine")
    trial = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder / "trial"),
        "tqdm",
    ]
    if subprocess.run(trial, capture_output=True, timeout=300).returncode:
        warnings.warn("no package can be had here: the words of the hand-out were NOT tried", stacklevel=1)
        pytest.skip("no package can be had here: the words of the hand-out were NOT tried")
    made = subprocess.run(
        [sys.executable, "-m", "grader", "template", NAME, str(folder / "repository")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    home = Home(folder / "repository")
    shutil.copy(home.repository / "homework.ipynb", folder / "template.ipynb")
    install, check = readme_lines("sh")[:-1], readme_lines("sh")[-1]
    assert check == ".venv/bin/grade check"
    for line in install:
        done = home.type_in(line)
        assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def notebooks(home):
    """The three situations: handed out, right, and with one mistake in the cell."""
    return {
        "template": home.repository.parent / "template.ipynb",
        "reference": ROOT / "reference" / NAME / "solution.ipynb",
        "wrong": write("no_output_tanh", home.repository.parent) / NOTEBOOK,
    }


def readme_lines(kind):
    text = (ROOT / "student_template" / NAME / "README.md").read_text()
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return dict(blocks)[kind].splitlines()


def workflow_steps():
    workflow = yaml.safe_load(
        (ROOT / "student_template" / NAME / ".github" / "workflows" / "classroom.yml").read_text()
    )
    return [step for step in workflow["jobs"]["grade"]["steps"] if "run" in step]


CODES = {"reference": 0, "template": 1, "wrong": 1}  # of `grade check`, and of the workflow's verdict
SOME = {"readme": ["wrong"], "workflow": ["reference", "template"]}


def situations(which):
    return list(CODES) if EVERYTHING else SOME[which]


@pytest.mark.parametrize("situation", situations("readme"))
def test_the_words_of_the_readme(home, notebooks, situation):
    home.hand_in(notebooks[situation])
    done = home.type_in(readme_lines("sh")[-1])
    assert done.returncode == CODES[situation], done.stdout + done.stderr
    assert "our problem" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    if situation == "reference":
        assert "52 of 60 points, 8 still open" in done.stdout


@pytest.mark.parametrize("situation", situations("workflow"))
def test_the_words_of_the_workflow(home, notebooks, situation, tmp_path):
    home.hand_in(notebooks[situation])
    github = {
        name: str(tmp_path / name.lower()) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV")
    }
    done = {
        step["name"]: home.type_in(step["run"], GITHUB_ACTIONS="true", CI="true", **github)
        for step in workflow_steps()
    }
    said = {name: each.stdout + each.stderr for name, each in done.items()}
    codes = {"Install the grader": 0, "Run the checks": 0, "Verdict": CODES[situation]}
    assert {name: each.returncode for name, each in done.items()} == codes, said
    summary = (tmp_path / "github_step_summary").read_text()
    name, _, value = (tmp_path / "github_output").read_text().partition("=")
    result = json.loads(base64.b64decode(value.splitlines()[0]))
    commands = [line for line in done["Run the checks"].stdout.splitlines() if line.startswith("::")]
    assert "our problem" not in summary
    assert "Traceback" not in "".join(said.values())
    assert (name, result["status"]) == ("result", "fail" if CODES[situation] else "pass")
    if situation == "reference":
        assert "52 of 60 points, 8 still open" in summary
        assert sum(test["score"] for test in result["tests"]) == 52
        assert not commands
    else:
        assert all(line.startswith("::error file=homework.ipynb,") for line in commands[:-1])
    if situation == "template":
        assert "is still to be written" in summary


@pytest.mark.skipif(not EVERYTHING, reason="make test-all")
def test_the_words_for_colab(home, notebooks, tmp_path):
    """Only the address of the student's repository is filled in, as the README says. `!cd` is one line with
    what follows it."""
    clone, install, check = (line.removeprefix("!") for line in readme_lines(""))
    home.hand_in(notebooks["template"])
    for line in ("git init -q", "git add -A", "git -c user.name=a -c user.email=a@b commit -q -m x"):
        assert home.type_in(line).returncode == 0
    assert "https://github.com/OWNER/REPOSITORY" in clone
    lines = (clone.replace("https://github.com/OWNER/REPOSITORY", str(home.repository)), install, check)
    codes = [home.type_in(f"cd {tmp_path}; {line}") for line in lines]
    assert [done.returncode for done in codes] == [0, 0, 1], [done.stderr for done in codes]
    assert "is still to be written" in codes[-1].stdout
