"""The fork servers of one session: one per runtime, started when first needed, replaced when one has died or
does not answer."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

import psutil

from grader.errors import KernelUnavailable
from grader.run.interpreter import interpreter
from grader.run.scratch import nameless_file, scratch, sweep
from grader.run.sockets import bind_nameless, path_of

PROGRAM = Path(__file__).parents[1] / "inside" / "zygote.py"
WARM_SECONDS = 120.0  # importing tensorflow on a slow, busy machine
END_SECONDS = 2.0
ANSWER_SECONDS = 10.0  # for a fork and a word, on a busy machine
LOG_TAIL = 4000


@dataclass(slots=True, kw_only=True)
class Zygote:
    """A running fork server."""

    process: subprocess.Popen[bytes]
    path: str  # where its socket is found
    serves: bool  # it has said that it does
    warm: bool
    reason: str = ""  # why it is not warm


class Zygotes:
    """Fork servers by runtime. A context manager; its methods may be called from several threads."""

    def __init__(
        self,
        environment: Callable[[str, str], Mapping[str, str]],
        modules: Sequence[str] = (),
        program: Path = PROGRAM,
    ) -> None:
        """`environment`: of a server, by its home and its runtime. `modules`: to import besides tensorflow,
        where they exist."""
        self.environment, self.modules, self.program = environment, tuple(modules), program
        self.notices: list[str] = []  # for the instructor
        self._running: dict[str, Zygote] = {}
        # by runtime, the same descriptor for every server that comes after another
        self._sockets: dict[str, int] = {}
        self._aside: list[Zygote] = []  # did not answer; what they forked may still be running
        self._cold: set[str] = set()  # runtimes that could not be warmed up
        self._lock = threading.Lock()
        self.spent = {
            "own": 0.0,
            "kernels": 0.0,
        }  # CPU seconds of servers that have ended, and of all that they forked
        sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, runtime: str) -> Zygote:
        """The server of a runtime, alive.

        Raises:
            KernelUnavailable: none could be started.
        """
        with self._lock:
            known = self._running.get(runtime)
            if known is None or known.process.poll() is not None:
                if known is not None:
                    _bury(known.process)
                known = self._running[runtime] = self._start(runtime)
            return known

    def doubt(self, runtime: str) -> None:
        """A run could not be made: if the server does not answer now, set it aside, and `get` starts another
        one."""
        with self._lock:
            known = self._running.get(runtime)
            if known is not None and known.process.poll() is None and not _answers(known):
                self._aside.append(self._running.pop(runtime))
            for idle in [zygote for zygote in self._aside if not _has_kernels(zygote)]:
                self._aside.remove(idle)
                _bury(idle.process)

    def close(self) -> None:
        """End the servers and every kernel below them."""
        with self._lock:
            for zygote in self._running.values():
                self._count(zygote)
                if zygote.process.stdin:
                    zygote.process.stdin.close()
            for zygote in self._running.values():
                with contextlib.suppress(subprocess.TimeoutExpired):  # then it is buried below
                    zygote.process.wait(END_SECONDS)
            for zygote in (*self._running.values(), *self._aside):
                _bury(zygote.process)
            self._running.clear()
            self._aside.clear()
            for handle in self._sockets.values():
                os.close(handle)
            self._sockets.clear()

    def _count(self, zygote: Zygote) -> None:
        with contextlib.suppress(psutil.Error):  # it has ended: its time is in a measurement only
            times = psutil.Process(zygote.process.pid).cpu_times()
            self.spent["own"] += times.user + times.system
            self.spent["kernels"] += times.children_user + times.children_system

    def _start(self, runtime: str) -> Zygote:
        if runtime not in self._cold:
            zygote = self._launch(runtime, "warm")
            if zygote.warm:
                return zygote
            _bury(zygote.process)
            self._cold.add(runtime)
            self.notices.append(f"kernels of {runtime} start cold, which takes longer: {zygote.reason}")
        zygote = self._launch(runtime, "cold")
        if not zygote.serves:
            _bury(zygote.process)
            raise KernelUnavailable(f"the fork server for {runtime} does not start: {zygote.reason}")
        return zygote

    def _launch(self, runtime: str, how: str) -> Zygote:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Libraries leave files with who imports them: home and temporary folder last as long as the start.
        with listener, nameless_file() as log, scratch() as folder:
            path = self._found_at(runtime, bind_nameless(listener, folder))
            listener.listen(64)
            command = interpreter(str(self.program), str(listener.fileno()), how, *self.modules)
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[listener.fileno()],
                env={**self.environment(str(folder), runtime), "TMPDIR": str(folder)},
                cwd="/",
                start_new_session=True,
            )
            word = _first_line(process)
            reason = str(word.get("reason") or _last_line(log) or "it did not start")
        return Zygote(
            process=process, path=path, serves=bool(word), warm=bool(word.get("warm")), reason=reason
        )

    def _found_at(self, runtime: str, handle: int) -> str:
        """The path of a new server's socket: that of the one before it, so that who still knows that one
        finds this one."""
        if runtime in self._sockets:
            os.dup2(handle, self._sockets[runtime], inheritable=False)
            os.close(handle)
        else:
            self._sockets[runtime] = handle
        return path_of(self._sockets[runtime])


def _answers(zygote: Zygote) -> bool:
    """Whether a server still forks."""
    # it does not
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(zygote.path)
        connection.send(b'{"ping": true}')
        return bool(connection.recv(64))
    return False


def _has_kernels(zygote: Zygote) -> bool:
    """Whether something that it forked is still running."""
    with contextlib.suppress(psutil.Error):  # it has ended, and its kernels with it
        return any(
            child.status() != psutil.STATUS_ZOMBIE for child in psutil.Process(zygote.process.pid).children()
        )
    return False


def _bury(process: subprocess.Popen[bytes]) -> None:
    """End a server that has not ended, and close what led to it."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


def _first_line(process: subprocess.Popen[bytes]) -> dict[str, object]:
    """What the server says of itself; {} when it ends or takes too long."""
    assert process.stdout is not None
    deadline, data = time.monotonic() + WARM_SECONDS, b""
    while not data.endswith(b"\n") and (left := deadline - time.monotonic()) > 0:
        if select.select([process.stdout], [], [], left)[0]:
            piece = os.read(process.stdout.fileno(), 4096)
            if not piece:
                break
            data += piece
    with contextlib.suppress(ValueError, IndexError):
        found = json.loads(data.splitlines()[-1])  # a library may have said something before
        return found if isinstance(found, dict) else {}
    return {}


def _last_line(log: BinaryIO) -> str:
    """The last thing that a server said before it ended."""
    handle = log.fileno()
    # it may still be writing: no seek
    said = os.pread(handle, LOG_TAIL, max(0, os.fstat(handle).st_size - LOG_TAIL))
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""
