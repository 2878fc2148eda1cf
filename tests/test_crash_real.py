"""Kill the grader, a runner or the fork server at random moments, and type the same command again: nothing is lost, nothing is
graded twice, and no process stays behind.

In `make test` a few moments, in `make test-all` fifty in classes of thirty.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from test_cli_fakes import a_notebook, a_sheet

pytestmark = pytest.mark.real

ALL = bool(os.environ.get("GRADER_TEST_ALL"))
PEOPLE, MOMENTS = (30, 50) if ALL else (5, 3)
GONE_SECONDS = 1.0  # within which every process below a killed one has ended
SLOW = 10.0  # seconds of slack for a machine that is busy with other tests
SHEET = '''
"""A small sheet with a real question."""
from grader import Assignment, Basis, Level, probes
from grader.model.verdict import failed, passed

hw = Assignment("small", title="A small sheet", contract=("answer",))
task = hw.task("1", "All of it.")

@task.check("The answer is right.", points=4, basis=Basis.READ, level=Level.PASSED, asks=probes.names("answer"))
def right(seen):
    found = seen.observation("names").answer["numbers"].get("answer")
    return passed("it is 42") if found == 42 else failed(f"the answer is {found}, expected 42")
'''


@pytest.fixture
def desk(tmp_path):
    """A folder with a sheet and a class, in which every second answer is right."""
    a_sheet(tmp_path / "assignments", SHEET)
    for number in range(PEOPLE):
        answer = 42 if number % 2 else 41
        a_notebook(
            tmp_path / "handed in" / f"s{number:02}" / "homework.ipynb", more=f"import time; time.sleep(0.2)\nanswer = {answer}"
        )
    return tmp_path


def start(desk: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "grader", "handed in", "--jobs", "2", "--quiet"]
    with (desk / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=desk, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def processes_of(host: psutil.Process, target: str) -> list[psutil.Process]:
    """The processes of one kind below a grader: "host" itself, its runners, or its fork servers."""
    if target == "host":
        return [host]
    word = {"runner": "grader.run.runner", "zygote": "zygote.py"}[target]
    return [child for child in host.children() if word in " ".join(child.cmdline())]


def kill_one(host: psutil.Process, target: str) -> list[psutil.Process]:
    """Kill -9 one process of that kind, if there is one now; returns everything that was below it."""
    family: list[psutil.Process] = []
    try:
        for process in processes_of(host, target)[:1]:
            family = [process, *process.children(recursive=True)]
            os.kill(process.pid, signal.SIGKILL)
    except (psutil.Error, ProcessLookupError):
        return []
    return family


def still_there(family: list[psutil.Process], seconds: float) -> list[str]:
    """What has not ended by then. Zombies have ended; whoever adopted them buries them."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        alive = [p for p in family if p.is_running() and _status(p) not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)]
        if not alive:
            return []
        time.sleep(0.02)
    return [f"{p.pid} {_status(p)}" for p in alive]


def _status(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.Error:
        return psutil.STATUS_DEAD


def results(desk: Path) -> dict[str, float]:
    data = json.loads((desk / "grades" / "small" / "results.json").read_text())
    return {entry["student"]: entry["points"] for entry in data["submissions"]}


def current(desk: Path) -> dict[str, int]:
    """student -> how many grades were ever saved."""
    path = desk / "grades" / "small" / "gradebook.sqlite"
    if not path.is_file():
        return {}
    with sqlite3.connect(path) as connection:
        try:
            return dict(connection.execute("SELECT student, count(*) FROM grades GROUP BY student").fetchall())
        except sqlite3.OperationalError:  # killed before its tables were made
            return {}


def test_whatever_is_killed_nothing_is_lost_and_nothing_done_twice(desk, request):
    dice = random.Random(20261120)
    moments = 0
    while moments < MOMENTS:
        for path in (desk / "grades",):
            subprocess.run(["rm", "-rf", str(path)], check=True)
        finished = False
        while not finished:
            before = current(desk)
            process = start(desk)
            host = psutil.Process(process.pid)
            target = dice.choice(("host", "runner", "zygote"))
            if moments < MOMENTS:
                time.sleep(dice.uniform(0.5, 6.0))
                if family := kill_one(host, target):
                    moments += 1
                    assert still_there(family, GONE_SECONDS + SLOW) == []
            process.wait(timeout=300)
            after = current(desk)
            assert {student: after[student] for student in before} == before  # who had a grade was not graded again
            finished = process.returncode in (0, 1)
        assert process.returncode == 0, (desk / "log").read_text()[-3000:]
        assert results(desk) == {f"s{number:02}": 4.0 * (number % 2) for number in range(PEOPLE)}
        assert set(current(desk).values()) == {1}
    assert moments >= MOMENTS
