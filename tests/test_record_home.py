"""The folder of the grades: one grader at a time, and what it says when the folder goes away under its
feet."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from grader.errors import GradebookError
from grader.record import Gradebook, only_grader

HOLD = """
import pathlib, sys, time
from grader.record import only_grader
with only_grader(pathlib.Path(sys.argv[1])): print("held", flush=True); time.sleep(600)
"""


def holder(folder):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_grader_is_told_the_process_of_the_first(tmp_path):
    with holder(tmp_path) as first:
        with (
            pytest.raises(
                GradebookError,
                match=rf"another `grade` is writing to .*: process {first.pid} on .*, since 20",
            ),
            only_grader(tmp_path),
        ):
            pass
        first.kill()


def test_a_killed_grader_lets_go(tmp_path):
    with holder(tmp_path) as first:
        first.send_signal(signal.SIGKILL)
    with only_grader(tmp_path):
        assert (tmp_path / "grading.lock").read_text().startswith(f"{os.getpid()} on ")
    with only_grader(tmp_path):  # and so does one that came to its end
        pass


def test_a_gradebook_that_stands_is_fine(tmp_path):
    with Gradebook(tmp_path / "out") as book:
        book.check_home()
        assert {path.name for path in (tmp_path / "out").iterdir()} == {
            ".gitignore",
            "gradebook.sqlite",
            "key",
        }


def test_a_gradebook_that_went_away_is_told(tmp_path):
    with Gradebook(tmp_path / "out") as book:
        (tmp_path / "out").rename(tmp_path / "elsewhere")
        with pytest.raises(GradebookError, match=r"gradebook\.sqlite is gone: somebody deleted or moved it"):
            book.check_home()
        shutil.copytree(tmp_path / "elsewhere", tmp_path / "out")
        with pytest.raises(GradebookError, match="was replaced by another file"):
            book.check_home()
