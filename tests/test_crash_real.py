"""Kill the grader, a runner or the fork server at random moments, delete, fill and remount what it stands on,
and type the same command again: nothing is lost, nothing is graded twice, every class ends, with one line,
and no process stays behind.

In `make test` a few moments, in `make test-all` fifty in classes of thirty.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from test_cli_fakes import a_notebook, a_sheet

from grader.cli.app import ONE_WISH
from grader.errors import GraderError
from grader.model import Status
from grader.record import Gradebook, Record

pytestmark = pytest.mark.real

ALL = bool(os.environ.get("GRADER_TEST_ALL"))
PEOPLE, MOMENTS = (30, 50) if ALL else (5, 3)
GONE_SECONDS = 1.0  # within which every process below a killed one has ended
SLOW = 4.0  # seconds of slack for a machine that is busy with other tests
DISK_SECONDS = 60.0  # in which a disk answers at the latest, however busy
SHEET = '''
"""A small sheet with a real question."""
from grader import Assignment, Basis, Level, probes
from grader.model.verdict import failed, passed

hw = Assignment("small", title="A small sheet", contract=("answer",))
task = hw.task("1", "All of it.")

@task.own_check("The answer is right.", points=4, basis=Basis.READ, level=Level.PASSED, \
asks=probes.names("answer"))
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
            tmp_path / "handed in" / f"s{number:02}" / "homework.ipynb",
            more=f"import time; time.sleep(0.2)\nanswer = {answer}",
        )
    return tmp_path


def start(desk: Path, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "grader", "handed in", "--jobs", "2", "--quiet", *options]
    env = {**os.environ, "TMPDIR": str(desk / "tmp")} if (desk / "tmp").is_dir() else None
    with (desk / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=desk,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=env,
        )


def processes_of(host: psutil.Process, target: str) -> list[psutil.Process]:
    """The processes of one kind below a grader: "host" itself, its runners, or its fork servers."""
    if target == "host":
        return [host]
    word = {"runner": "grader.run.runner.main", "zygote": "zygote.py"}[target]
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


def last_to_end(family: list[psutil.Process], seconds: float) -> str:
    """What the last of them was; fails when one has not ended by then. Zombies have ended; whoever adopted
    them buries them. Who waits for a disk ends when it answers, however dead: the clock stops meanwhile."""
    names = {p.pid: _words(p) for p in family}
    began = time.monotonic()
    alive, deadline, last = family, began + seconds, family[0]
    while time.monotonic() < deadline:
        alive = [
            p
            for p in alive
            if p.is_running() and _status(p) not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        ]
        if not alive:
            return names[last.pid]
        last = alive[-1]
        time.sleep(0.02)
        if all(_status(p) == psutil.STATUS_DISK_SLEEP for p in alive):
            deadline = min(deadline + 0.02, began + DISK_SECONDS)
    raise AssertionError(f"still there: {[names[p.pid] for p in alive]}")


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()[-3:])[-60:]
    except psutil.Error:
        return "gone"


def _status(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.Error:
        return psutil.STATUS_DEAD


def results(desk: Path) -> dict[str, float]:
    data = json.loads((desk / "grades" / "small" / "results.json").read_text())
    return {entry["student"]: entry["points"] for entry in data["submissions"]}


def grades(desk: Path) -> dict[str, tuple[int, bool]]:
    """student -> (how many grades were ever saved, whether the current one is open because of us)."""
    folder = desk / "grades" / "small"
    try:
        with sqlite3.connect(folder / "gradebook.sqlite") as connection:
            saved = dict(
                connection.execute("SELECT student, count(*) FROM grades GROUP BY student").fetchall()
            )
        with Gradebook(folder, create=False) as book:
            return {record.student: (saved[record.student], is_ours(record)) for record in book.records()}
    except (sqlite3.OperationalError, GraderError):  # killed before its tables were made
        return {}


def is_ours(record: Record) -> bool:
    """Whether two kills hit the same homework, so that its one retry failed as well: its points stay open, it
    is run again."""
    return any(check.status is Status.ERROR for check in record.grade.checks)


def kill_at_random(process: subprocess.Popen, dice: random.Random, most: int) -> list[tuple[float, str, str]]:
    """Kill up to `most` processes of a running grader, one every few seconds, until the host itself was the
    one: (how long it took until everything below was gone, what was killed, what ended last)."""
    host, times = psutil.Process(process.pid), list[tuple[float, str, str]]()
    while len(times) < most and process.poll() is None:
        time.sleep(dice.uniform(0.5, 6.0))
        target = dice.choice(("host", "runner", "zygote"))
        if family := kill_one(host, target):
            began = time.monotonic()
            last = last_to_end(family, GONE_SECONDS + SLOW)
            times.append((time.monotonic() - began, target, last))
        if target == "host":
            break
    return times


def test_whatever_is_killed_nothing_is_lost_and_nothing_done_twice(desk):
    dice, times = random.Random(20261120), list[tuple[float, str, str]]()
    while len(times) < MOMENTS:
        shutil.rmtree(desk / "grades", ignore_errors=True)
        status = 1
        while status != 0:
            before = grades(desk)
            process = start(desk)
            times += kill_at_random(process, dice, MOMENTS - len(times))
            status = process.wait(timeout=300)
            after = grades(desk)
            settled = {student: count for student, (count, ours) in before.items() if not ours}
            # who had a grade was not graded again
            assert {student: after[student][0] for student in settled} == settled
            assert status in (0, 1, -signal.SIGKILL), (desk / "log").read_text()[-3000:]
        assert results(desk) == {f"s{number:02}": 4.0 * (number % 2) for number in range(PEOPLE)}
    times.sort()
    print(
        f"\n{len(times)} kills; everything below was gone after {times[len(times) // 2][0]:.2f} s (median);"
        " the longest took"
    )
    for seconds, target, last in times[-5:]:
        print(f"  {seconds:.2f} s: {target} killed, the last to end was {last}")


# ── what it stands on goes away
# ──────────────────────────────────────────────────────────────────────────────────────────

ALL_RIGHT = {f"s{number:02}": 4.0 * (number % 2) for number in range(PEOPLE)}
WAIT = 240  # seconds for a class of PEOPLE on a busy machine


@pytest.fixture
def temporary(desk):
    """A temporary folder of its own, which may be cleared away."""
    (desk / "tmp").mkdir()
    return desk / "tmp"


def disturb(desk: Path, process: subprocess.Popen, deed, every: float, most: int = 1000) -> int:
    """Do something again and again while a grader runs; how often it was done."""
    done, deadline = 0, time.monotonic() + WAIT
    while process.poll() is None and done < most:
        assert time.monotonic() < deadline, (desk / "log").read_text()[-3000:]
        done += bool(deed())
        time.sleep(every)
    return done


def wait_for(desk: Path, process: subprocess.Popen, graded: int) -> None:
    """Until so many have a grade."""
    disturb(desk, process, lambda: len(grades(desk)) >= graded, 0.1, most=1)
    assert process.poll() is None, (desk / "log").read_text()


def family_of(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def the_line(desk: Path) -> str:
    """The one line that was said."""
    lines = (desk / "log").read_text().strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def goes_on(desk: Path, *options: str) -> None:
    """The same command brings everybody to the right grade."""
    assert start(desk, *options).wait(timeout=WAIT) == 0, (desk / "log").read_text()
    assert results(desk) == ALL_RIGHT


def clear_away(folder: Path) -> bool:
    """What an eager cleaner does; whether there was something."""
    if not (folder.is_dir() and any(folder.iterdir())):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def test_a_temporary_folder_that_is_cleared_away_costs_nobody_a_grade(desk, temporary):
    process = start(desk)
    assert disturb(desk, process, lambda: clear_away(temporary), 2.5) > 0
    assert process.wait() in (0, 1), (desk / "log").read_text()
    assert "Traceback" not in (desk / "log").read_text()
    temporary.mkdir(exist_ok=True)
    goes_on(desk)


def test_run_folders_that_are_deleted_are_made_again(desk):
    process = start(desk)
    assert disturb(desk, process, lambda: clear_away(desk / "grades" / "small" / "runs"), 1.5) > 0
    assert process.wait() in (0, 1), (desk / "log").read_text()
    assert "Traceback" not in (desk / "log").read_text()
    goes_on(desk)


def test_a_fork_server_that_hangs_is_replaced(desk, monkeypatch):
    if not ALL:
        pytest.skip("a minute passes before it is called hung: in make test-all")
    process = start(desk)
    wait_for(desk, process, 1)
    for server in processes_of(psutil.Process(process.pid), "zygote"):
        server.suspend()
    assert process.wait(timeout=2 * WAIT) == 0, (desk / "log").read_text()
    assert results(desk) == ALL_RIGHT


def test_when_the_folder_of_the_grades_is_deleted_the_class_ends_with_one_line(desk):
    process = start(desk)
    wait_for(desk, process, 1)
    family = family_of(process)
    while (desk / "grades").exists():  # while it is emptied, something may be written into it
        shutil.rmtree(desk / "grades", ignore_errors=True)
    assert process.wait(timeout=60) == 2
    assert "gradebook.sqlite is gone: somebody deleted or moved it while we were grading" in the_line(desk)
    last_to_end(family, GONE_SECONDS + SLOW)
    assert not (desk / "grades").exists()
    goes_on(desk)


@pytest.fixture
def small_disk(desk):
    """A file system of its own for the grades."""
    folder = desk / "disk"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=40m,mode=700", "none", str(folder)]
    if (
        os.name != "posix"
        or os.geteuid() != 0
        or subprocess.run(mounted, capture_output=True, check=False).returncode
    ):
        pytest.skip("nothing can be mounted here")
    (desk / "grades").mkdir()
    (desk / "grades" / "small").symlink_to(folder)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("how", ["full", "mounted over"])
def test_a_disk_that_takes_no_more_ends_the_class_with_one_line_and_nothing_is_lost(desk, small_disk, how):
    process = start(desk)
    wait_for(desk, process, 1)
    family = family_of(process)
    if how == "full":
        fill(small_disk / "other people's files")
    else:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(small_disk)], check=True)
    assert process.wait(timeout=60) == 2, (desk / "log").read_text()
    said = {"full": "cannot be written: no space left on device", "mounted over": "gradebook.sqlite is gone"}
    assert said[how] in the_line(desk)
    last_to_end(family, GONE_SECONDS + SLOW)
    if how == "full":
        (small_disk / "other people's files").unlink()
    else:
        subprocess.run(["umount", str(small_disk)], check=True)
    settled = {student: count for student, (count, ours) in grades(desk).items() if not ours}
    assert settled
    goes_on(desk)
    after = grades(desk)
    # nothing lost, and nothing done twice
    assert {student: after[student][0] for student in settled} == settled


def fill(path: Path) -> None:
    """Take all the room there is."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass


# ── two at a time, and being told to stop
# ────────────────────────────────────────────────────────────────────────────────


def test_a_second_grader_of_the_same_folder_names_the_first(desk):
    first = start(desk)
    wait_for(desk, first, 1)
    os.kill(first.pid, signal.SIGSTOP)  # on a busy machine it might end before the second begins
    try:
        second = subprocess.run(
            [sys.executable, "-m", "grader", "handed in", "--quiet"],
            cwd=desk,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert second.returncode == 2
    assert f"another `grade` is writing to grades/small: process {first.pid} on " in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert first.wait(timeout=WAIT) == 0
    assert results(desk) == ALL_RIGHT


def test_sigterm_ends_in_order_and_the_next_one_goes_on(desk):
    process = start(desk)
    wait_for(desk, process, 1)
    family = family_of(process)
    process.terminate()
    assert process.wait(timeout=60) == 130
    assert "are graded and kept. The same command goes on with the rest." in the_line(desk)
    last_to_end(family, GONE_SECONDS + SLOW)
    goes_on(desk)


def test_a_second_signal_ends_at_once_in_one_line(desk):
    process = start(desk)
    wait_for(desk, process, 1)
    family = family_of(process)
    process.send_signal(signal.SIGINT)
    time.sleep(10 * ONE_WISH)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 130
    assert the_line(desk) == "grade: stopped at once; what is recorded stays, and the same command goes on"
    last_to_end(family, GONE_SECONDS + SLOW)
    goes_on(desk)
