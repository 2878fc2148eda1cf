"""Gradescope's two scripts, run as it runs them: in an empty folder, with nothing but the zip and a
submission."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from test_cli_fakes import SHEET, a_notebook, a_sheet

from grader.cli.export.work import ExportWish, hand_back

pytestmark = pytest.mark.real
TOLD = 'seen.observation(ASKED).answer["text"]'  # what only the pretended runner answers


def a_course(folder: Path) -> None:
    """A sheet without packages, and a tutor's notebook with a gap."""
    assert TOLD in SHEET
    a_sheet(folder / "assignments", SHEET.replace(TOLD, '"right"'))
    notebook = a_notebook(folder / "reference" / "small" / "solution.ipynb", "right")
    content = json.loads(notebook.read_text())
    content["cells"][0]["source"] = (
        "### BEGIN SOLUTION: answer\nanswer = ['right']\nalso = 1\n### END SOLUTION"
    )
    notebook.write_text(json.dumps(content))


def give_packages(target: Path) -> None:
    """What pip would have brought, from where it is installed: linked, since the notebook's system shows
    nothing but this environment."""
    for place in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if "grader" in place.name or (target / place.name).exists() or place.suffix == ".pth":
            continue
        if place.is_dir():
            shutil.copytree(place, target / place.name, copy_function=linked)
        else:
            linked(place, target / place.name)


def linked(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another disk
        shutil.copy2(source, target)


def test_the_autograder_runs_in_an_empty_folder(tmp_path, monkeypatch, capsys):
    a_course(tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    assert (
        hand_back(
            ExportWish(
                form="gradescope", autograder=True, item="small", to=tmp_path, assignments=Path("assignments")
            )
        )
        == 0
    )
    assert "with the public checks (7 of 8 points)" in capsys.readouterr().out
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(root / "source")
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    # the hidden check
    assert "secret" not in (root / "source" / ".grader" / "small" / "sheet.py").read_text()
    a_notebook(root / "submission" / "homework.ipynb", "right")
    python = tmp_path / "bin"
    python.mkdir()
    (python / "python3").symlink_to(sys.executable)
    environment = {
        "AUTOGRADER": str(root),
        "HOME": str(tmp_path),
        "PATH": f"{python}:/usr/bin:/bin",
        "PIP_NO_DEPS": "1",  # what the grader needs is installed already: no test downloads TensorFlow
    }
    setup = subprocess.run(
        ["bash", str(root / "source" / "setup.sh")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert setup.returncode == 0, setup.stderr
    (packages,) = (root / "venv" / "lib").glob("python*/site-packages")
    give_packages(packages)
    run = subprocess.run(
        ["bash", str(root / "source" / "run_autograder")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads((root / "results" / "results.json").read_text())
    assert [test["name"] for test in found["tests"]] == [
        "1 The answer is right.",
        "1 It ran.",
        "1 The words are good.",
    ]
    assert found["score"] == 5
