"""Ctrl-C against the real command and a real kernel: it ends in order, at the second time at once, and takes
everything along."""

import signal
import subprocess
import sys
import time

import psutil
import pytest
from test_cli_fakes import a_notebook, a_sheet

pytestmark = pytest.mark.real


@pytest.fixture
def grading(tmp_path):
    """`grade` at work on a notebook that sleeps, once its kernel is up."""
    a_sheet(tmp_path / "assignments")
    a_notebook(
        tmp_path / "handed in" / "ada" / "homework.ipynb",
        "right",
        more="also = 1\nimport time; time.sleep(120)",
    )
    (tmp_path / "handed in" / "zoe").mkdir()
    command = [sys.executable, "-m", "grader", "handed in", "--no-isolation", "--jobs", "1"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 60
    while (
        len(family := psutil.Process(process.pid).children(recursive=True)) < 2
        and time.monotonic() < deadline
    ):
        time.sleep(0.2)  # a runner and its kernel
    assert len(family) >= 2
    yield process, family
    process.kill()
    process.communicate()


def all_gone(family, seconds=10):
    _, alive = psutil.wait_procs(family, timeout=seconds)
    return not [
        process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


def test_ctrl_c_ends_in_order(grading, tmp_path):
    process, family = grading
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped: 0 of 2 are graded and kept. The same command goes on with the rest." in out
    assert "points" not in out.partition("0 submissions graded")[0]  # no table of headings alone
    assert err == ""
    assert (tmp_path / "grades" / "small" / "index.html").is_file()
    assert all_gone(family)


def test_a_second_ctrl_c_ends_at_once(grading):
    process, family = grading
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert all_gone(family)
