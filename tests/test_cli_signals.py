"""Ctrl-C and `kill`: the first is passed on to what runs, the second ends at once; each says one line. See
test_cli_stop.py, too."""

import shutil
import signal
import subprocess
import sys
import time

import pytest

WORK = """
import sys, time
from grader.cli import app
app.COMMANDS = ("work",)
@app.app.command("work")
def work():
    try:
        print("begun", flush=True)
        time.sleep(60)
    finally:
        print("ending", flush=True)
        time.sleep({slow})
sys.argv = ["grade", "work"]
app.main()
"""


def at_work(slow=0, **options):
    process = subprocess.Popen(
        [sys.executable, "-c", WORK.format(slow=slow)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    assert process.stdout.readline() == "begun\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_ends_in_order(number):
    process = at_work()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "ending\n")
    assert err == "grade: stopped; what is recorded stays, and the same command goes on\n"


@pytest.mark.skipif(shutil.which("timeout") is None, reason="there is no timeout")
def test_the_command_timeout_ends_it_in_order():
    """It signals the process and then the process' group."""
    code = WORK.format(slow=0.5)
    done = subprocess.run(["timeout", "2", sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "begun\nending\n"
    assert done.stderr == "grade: stopped; what is recorded stays, and the same command goes on\n"


@pytest.mark.parametrize(
    "numbers", [(signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM), (signal.SIGTERM,) * 2]
)
def test_the_second_ends_at_once_and_says_so(numbers):
    process = at_work(slow=60)
    process.send_signal(numbers[0])
    assert process.stdout.readline() == "ending\n"
    time.sleep(0.1)  # as no two fingers do
    process.send_signal(numbers[1])
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "grade: stopped at once; what is recorded stays, and the same command goes on\n"


def test_in_the_background_ctrl_c_is_not_meant(tmp_path):
    process = at_work(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 130
    process.communicate()
