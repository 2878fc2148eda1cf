"""`grade --profile` with real kernels: a kernel's time is known to the system when it has ended, and it
stands in the table."""

import json
import subprocess
import sys

import pytest
from test_cli_fakes import a_notebook, a_sheet
from test_crash_real import SHEET

from grader.cli.grade.account import NOBODY_KNOWS

pytestmark = pytest.mark.real
BURNS = """
import os, time
def burn(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
burn(2)
if (child := os.fork()) == 0:
    burn(1)
    os._exit(0)
os.waitpid(child, 0)
if os.fork() == 0:  # nobody waits for this one
    burn(1)
    time.sleep(600)
answer = 42
time.sleep(3)
"""


def test_what_a_kernel_used_is_known_to_the_system_and_stands_in_the_table(tmp_path):
    a_notebook(tmp_path / "handed in" / "ada" / "homework.ipynb", more=BURNS)
    sheets = a_sheet(tmp_path / "assignments", SHEET)
    command = [sys.executable, "-m", "grader", "handed in", "--assignments", sheets, "--out", "out"]
    # a process of its own: other tests' children are reaped in this one
    subprocess.run([*command, "--jobs", "1", "--profile"], cwd=tmp_path, check=True, capture_output=True)
    data = json.loads((tmp_path / "out" / "profile.json").read_text())
    cells = data["submissions"]["ada"]["cells"]
    assert 3.9 < cells < 6
    assert cells < data["total"]
    assert abs(data["for all"][NOBODY_KNOWS]) < 0.05 * data["total"]
