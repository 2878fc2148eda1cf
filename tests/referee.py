"""The referee of the hostile corpus: lays out bait, grades an attack, and looks what it won and what it left
behind.

python -m tests.referee LEVEL NAME...    run these attacks here, one after another, and print what they did
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import select
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import psutil

from grader.assignment import Assignment, Probe, load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.model import Run, Status, Submission
from grader.pipeline import Examiner, Settings
from grader.pipeline.attempts import noted
from grader.run import Engine, offer
from tests.corpus import NOTEBOOK
from tests.submissions.hostile import attacks
from tests.submissions.hostile.entry import Hostile, laid_out

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "grader"
WATCH_SECONDS = 0.1
GONE_SECONDS = 2.0  # after a run nothing it started may be left
KERNEL_MB = 1500
PROBE_SECONDS = 15.0
MB = 1 << 20


def small_sheet() -> Assignment:
    """The real sheet of sum_sequence with limits for attacks that never end."""
    sheet = load_sheet(ROOT / "assignments" / "sum_sequence")
    sheet.budget = replace(sheet.budget, cell_minutes=5 / 60, wall_minutes=40 / 60, memory_mb=KERNEL_MB)
    probes = {probe.name: replace(probe, seconds=PROBE_SECONDS) for probe in sheet.probes()}

    def in_short(asked: Iterable[Probe]) -> tuple[Probe, ...]:
        return tuple(probes[probe.name] for probe in asked)

    sheet.checks = [
        replace(check, asks=in_short(check.asks), uses=in_short(check.uses)) for check in sheet.checks
    ]
    return sheet


class Bait:
    """Files, servers and names that no notebook may read, change or reach. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.token, self.name = secrets.token_hex(16), secrets.token_hex(8)
        self.key = f"GRADER-KEY-{self.token}".encode()
        self.secret = folder / "bait" / "secret.txt"
        self.others = folder / "bait" / "others"
        self.others.mkdir(parents=True)
        self.secret.write_text(f"the secret is {self.token}\n")
        (self.others / "homework.ipynb").write_text(f"another student's {self.token}")
        self.reached: list[str] = []  # who called on our servers, and with what
        self._servers = self._open_servers(folder / "bait")
        self._screen, self._terminal = os.openpty()  # ours, like the one of the person who grades
        self._before = self._digest()
        self._over = threading.Event()

    def places(self) -> dict[str, str]:
        """What stands for the words between at signs."""
        return {
            "SECRET": str(self.secret),
            "OTHERS": str(self.others),
            "PORT": str(self._servers["tcp"].getsockname()[1]),
            "ABSTRACT": f"bait-{self.name}",
            "SOCKET": self._servers["path"].getsockname(),
            "HOST": str(os.getpid()),
            "PACKAGE": str(PACKAGE),
            "TERMINAL": os.ttyname(self._terminal),
        }

    def laid_out(self, attack: Hostile) -> tuple[list[str], dict[str, str]]:
        """Its cells, and the files beside its notebook."""
        places = self.places()
        files = {name: laid_out(content, places) for name, content in attack.files.items()}
        return [laid_out(cell, places) for cell in attack.cells], files

    def __enter__(self) -> Bait:
        for name, server in self._servers.items():
            threading.Thread(target=self._listen, args=(name, server), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for server in self._servers.values():
            server.close()
        os.close(self._terminal)
        os.close(self._screen)

    def written_to(self) -> bool:
        """Whether something was written to our terminal."""
        return bool(select.select([self._screen], [], [], 0)[0])

    def touched(self) -> bool:
        """Whether a file has another content, mode, owner or time than at the beginning."""
        return self._digest() != self._before

    def _open_servers(self, folder: Path) -> dict[str, socket.socket]:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(tcp.getsockname())
        place = Path(os.path.relpath(folder / "s"))  # a socket's path must be short
        path, datagrams, abstract = (
            socket.socket(socket.AF_UNIX),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
            socket.socket(socket.AF_UNIX),
        )
        short = str(min((folder / "s", place), key=lambda one: len(str(one))))
        path.bind(short)
        datagrams.bind(f"{short}.dgram")
        abstract.bind(f"\0bait-{self.name}")
        for server in (path, abstract):
            server.listen(5)
        return {"tcp": tcp, "udp": udp, "path": path, "datagrams": datagrams, "abstract": abstract}

    def _listen(self, name: str, server: socket.socket) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                if server.type is socket.SOCK_DGRAM:
                    self.reached.append(f"{name} {server.recv(1000)!r}")
                else:
                    connection, _ = server.accept()
                    self.reached.append(name)
                    connection.close()

    def _digest(self) -> str:
        found = hashlib.sha256()
        for path in sorted(self.secret.parent.rglob("*")):
            facts = path.lstat()
            found.update(
                f"{path} {facts.st_mode} {facts.st_uid} {facts.st_mtime_ns} {facts.st_nlink}\n".encode()
            )
            if path.is_file():
                found.update(path.read_bytes())
        return found.hexdigest()


class Watch(threading.Thread):
    """Looks at our own family while an attack runs: who belongs to it, and how much memory runner and host
    take."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.us = psutil.Process()
        self.before = set(self.us.children(recursive=True))
        self.family: set[psutil.Process] = set()
        self.runner_mb = self.host_mb = 0.0
        self._start_mb = self.us.memory_info().rss / MB
        self._over = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(WATCH_SECONDS):
            runners = [process for process in self.us.children() if _is_runner(process)]
            self.family |= set(self.us.children(recursive=True)) - self.before
            self.host_mb = max(self.host_mb, self.us.memory_info().rss / MB - self._start_mb)
            for process in runners:
                with contextlib.suppress(psutil.Error):
                    self.runner_mb = max(self.runner_mb, process.memory_info().rss / MB)

    def left_behind(self) -> list[str]:
        """The processes of the attack that are still there two seconds after it; a runner waits for its next
        notebook."""
        self._over.set()
        self.join()
        deadline = time.monotonic() + GONE_SECONDS
        while (alive := self._alive()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return alive

    def _alive(self) -> list[str]:
        """Asked at the end: a runner that is just being started is not known as one yet."""
        return [str(process) for process in self.family if _alive(process) and not _is_ours(process)]


def _is_runner(process: psutil.Process) -> bool:
    return "grader.run.runner.main" in _command(process)


def _is_ours(process: psutil.Process) -> bool:
    """A runner or a judge, which wait for the next notebook."""
    return _is_runner(process) or "grader.judging.worker" in _command(process)


def _command(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return list(process.cmdline())
    return []


def _alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def hand_in(folder: Path, cells: Sequence[str], files: Mapping[str, str]) -> None:
    """Write these cells as a notebook, with files beside it."""
    folder.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    (folder / NOTEBOOK).write_text(nbformat.writes(notebook), encoding="utf-8")
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one attack did."""

    submission: Submission
    run: Run
    fault: str  # of ours
    passed: frozenset[str]  # ids of checks
    pending: frozenset[str]  # ids of checks that end as a fault of ours
    points: float
    said: str  # what it printed
    files: tuple[Path, ...] = field(default_factory=tuple)  # of its run


class Referee:
    """Grades attacks and honest submissions through one engine, one after another in the same slot."""

    def __init__(self, engine: Engine, bait: Bait, folder: Path) -> None:
        self.engine, self.bait, self.folder = engine, bait, folder
        self._count = 0

    def grade_attack(self, attack: Hostile) -> Report:
        """Hand it in, run it, judge it."""
        return self.grade(attack.name, *self.bait.laid_out(attack))

    def grade(self, name: str, cells: list[str], files: dict[str, str] | None = None) -> Report:
        """Hand cells in as a notebook beside some files, run them, judge them."""
        self._count += 1
        home = self.folder / f"{self._count}-{name}"
        hand_in(home / "class" / name, cells, files or {})
        (home / "out").mkdir()
        sheet = small_sheet()
        (candidate,) = find_candidates(home / "class", home / "unpacked", Course())
        submission = prepare(candidate, sheet)
        settings = Settings(budgeted=False, runtime="keras3", isolation=self.engine.offer.level)
        examiner = Examiner(
            assignment=sheet, out=home / "out", key=self.bait.key, settings=settings, runner=self.engine.run
        )
        turn = examiner.next_turn(submission)
        assert turn is not None
        attempt = examiner.attempt(submission, turn)
        assert attempt.run is not None, submission.problem or attempt.fault
        result = grade(attempt.verdicts, (), "digest")
        found = tuple(path for path in (home / "out").rglob("*") if path.is_file())
        return Report(
            submission=noted(submission, [attempt], attempt),
            run=attempt.run,
            fault=attempt.fault,
            passed=frozenset(
                check.id for check in result.checks if check.status in (Status.PASSED, Status.PARTIAL)
            ),
            pending=frozenset(check.id for check in result.checks if check.status is Status.ERROR),
            points=result.points,
            said="".join(_printed(attempt.run)),
            files=found,
        )


def _printed(run: Run) -> Iterator[str]:
    """What cells printed: an error's traceback would quote the source."""
    for cell in (run.executed or {}).get("cells", ()):
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "stream":
                yield str(output.get("text", ""))


def holes(attack: Hostile, report: Report, bait: Bait, watch: Watch) -> Iterator[str]:
    """What must not be, one line each."""
    if left := watch.left_behind():
        yield f"left behind: {left}"
    if extra := report.passed - attack.wins:
        yield f"passed {sorted(extra)}"
    if report.fault:
        yield f"the grader itself failed: {report.fault}"
    if report.run.outcome not in attack.ends:
        yield f"the run ended as {report.run.outcome}: {report.run.reason}"
    if "WON" in report.said:
        yield f"a cell reached its goal: {report.said[max(0, report.said.index('WON') - 100) :][:400]}"
    if bait.touched():
        yield "the bait was changed"
    if bait.written_to():
        yield "the terminal was written to"
    if bait.reached:
        yield f"a server was reached: {bait.reached}"
    stolen = [path.name for path in report.files if bait.token.encode() in path.read_bytes()]
    if stolen:
        yield f"the secret stands in {stolen}"
    if attack.flagged and not report.submission.flags:
        yield "nobody is told to read the code"


def main(names: list[str]) -> None:
    """Run these attacks here and print what they did."""
    with tempfile.TemporaryDirectory() as folder, Engine(offer(names.pop(0))) as engine:
        for number, attack in enumerate(
            attack for name in names for attack in attacks() if attack.name == name
        ):
            with Bait(Path(folder) / str(number)) as bait:
                engine.zygotes.get("keras3")
                watch = Watch()
                watch.start()
                report = Referee(engine, bait, Path(folder) / str(number)).grade_attack(attack)
                print(
                    f"\n{attack.topic} {attack.name}: {report.run.outcome} {report.run.reason}"
                    f" {sorted(report.passed)} pending {sorted(report.pending)}"
                )
                print(
                    f"flags {report.submission.flags}, {report.run.seconds} s, runner {watch.runner_mb:.0f}"
                    f" MB, host {watch.host_mb:+.0f} MB"
                )
                print(report.said[:2000])
                for cell in report.run.cells:
                    if cell.error:
                        print(f"cell {cell.number}: {cell.error.name}: {cell.error.message[:200]}")
                for path in report.files:
                    if path.name == "runner.log":
                        print(path.read_text()[-2500:])
                print("HOLES", list(holes(attack, report, bait, watch)))


if __name__ == "__main__":
    main(sys.argv[1:])
