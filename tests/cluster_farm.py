"""A scheduler and workers for tests: real processes, whose runs are made up (cluster_worker.py), and a class
that they grade."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.cluster.host import Cluster
from grader.cluster.link import Link
from grader.cluster.order import Terms
from grader.cluster.workers import Workers
from grader.judging import HERE
from grader.pipeline import Examiner, LiveSession, Settings, Summary, collect, sort_out
from grader.record import Gradebook
from grader.run.host.fingerprint import engine_digest, installed
from tests.test_cli_fakes import a_notebook, a_sheet

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # for what takes a second on a quiet machine
SILENT = 5.0


def wait_for(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Until something is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("", 0))
        return int(found.getsockname()[1])


class Farm:
    """Processes of one test; all end with it."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder, self.log = folder, folder / "worker.log"
        self.address = f"tcp://{host}:{free_port()}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def scheduler(self) -> subprocess.Popen[bytes]:
        """Start it, also a second time at the same address."""
        host, port = self.address.removeprefix("tcp://").split(":")
        dask = [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            host,
            "--port",
            port,
            "--no-dashboard",
        ]
        return self.start(dask, {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2"})

    def worker(
        self, *words: str, within: Sequence[str] = (), env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start one. `within`: a command to start it by, such as `ip netns exec`."""
        command = [
            *within,
            sys.executable,
            str(ROOT / "tests" / "cluster_worker.py"),
            self.address,
            "--log",
            str(self.log),
            *words,
        ]
        self.workers.append(self.start(command, {"PYTHONPATH": str(ROOT), **(env or {})}))
        return self.workers[-1]

    def start(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """A process that ends with the test."""
        with (self.folder / "processes.log").open("ab") as log:
            found = subprocess.Popen(
                command,
                env={**os.environ, **env},
                cwd=cwd,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.processes.append(found)
        return found

    def notes(self) -> list[tuple[int, str, str]]:
        """(process, "begins" | "ends" | "stopped", first line of the notebook), in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(int(pid), what, which) for pid, what, which in (line.split(" ", 2) for line in lines)]

    def begun(self, which: str = "") -> list[int]:
        """The processes that began a run of a notebook."""
        return [pid for pid, what, of in self.notes() if what == "begins" and which in of]

    def close(self) -> None:
        """End all of them."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    @contextlib.contextmanager
    def cluster(self, workers: int, level: str = "namespaces", lonely: float = 60.0) -> Iterator[Cluster]:
        """A connected cluster, as soon as so many workers may be used."""
        terms = Terms(level=level, engine=engine_digest(), versions=installed())
        self.told: list[str] = []
        link = Link(self.address)
        crew = Workers(terms=terms, seen=lambda: link.seen, tell=self.told.append, silent=SILENT)
        link.look = crew.look
        wait_for(lambda: can_connect(self.address))
        with link:
            wait_for(lambda: len(crew.fit()) >= workers)
            yield Cluster(link, crew, lonely=lonely)


def can_connect(address: str) -> bool:
    """Whether somebody listens there."""
    host, port = address.removeprefix("tcp://").split(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False


class Class:
    """Homework, its sheet and its gradebook in one folder."""

    def __init__(self, folder: Path, students: Mapping[str, tuple[str, str]]) -> None:
        """`students`: what each answers, and what its run does."""
        self.folder = folder
        self.sheets = a_sheet(folder / "sheets")
        for student, (answers, more) in students.items():
            a_notebook(folder / "class" / student / "homework.ipynb", *answers.split(), more=more)

    def grade(self, cluster: Cluster, stop: threading.Event | None = None) -> Summary:
        """One session."""
        roll = collect(self.folder / "class", self.folder / "workspace", self.sheets)
        with Gradebook(self.folder / "out") as gradebook:
            examiner = Examiner(
                assignment=roll.assignment,
                out=gradebook.folder,
                key=b"the key",
                runner=cluster.run,
                judge=HERE,
                settings=Settings(isolation=cluster.level),
                slots=cluster.slots,
                check_runner=cluster.check,
                stop=stop or threading.Event(),
            )
            return LiveSession(sort_out(roll, gradebook, ()), gradebook, examiner).run()

    def statuses(self) -> dict[str, dict[str, str]]:
        """student -> check -> status."""
        with Gradebook(self.folder / "out") as gradebook:
            return {
                r.student: {check.id: check.status.name for check in r.grade.checks}
                for r in gradebook.records()
            }

    def outcomes(self) -> dict[str, str]:
        """student -> how the run ended that counts."""
        with Gradebook(self.folder / "out") as gradebook:
            return {record.student: record.outcome.name for record in gradebook.records() if record.outcome}
