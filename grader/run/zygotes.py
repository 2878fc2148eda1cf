"""The fork servers of one session: one per runtime, started when first needed, started again when one has died."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.errors import KernelUnavailable
from grader.run.scratch import scratch, sweep

PROGRAM = Path(__file__).parent / "inside" / "zygote.py"
WARM_SECONDS = 120.0  # importing tensorflow on a slow, busy machine
END_SECONDS = 2.0


@dataclass(slots=True, kw_only=True)
class Zygote:
    """A running fork server."""

    process: subprocess.Popen[bytes]
    path: str  # of its socket
    warm: bool
    reason: str = ""  # why it is not warm


class Zygotes:
    """Fork servers by runtime. A context manager; its methods may be called from several threads."""

    def __init__(
        self, environments: Mapping[str, Mapping[str, str]], modules: Sequence[str] = (), program: Path = PROGRAM
    ) -> None:
        """`environments`: of the server, by runtime. `modules`: to import besides tensorflow, where they exist."""
        self.environments, self.modules, self.program = environments, tuple(modules), program
        self.notices: list[str] = []  # for the instructor
        self._running: dict[str, Zygote] = {}
        self._cold: set[str] = set()  # runtimes that could not be warmed up
        self._lock = threading.Lock()
        sweep()
        self._stack = contextlib.ExitStack()
        self._folder = str(self._stack.enter_context(scratch(sockets=True)))
        self._count = 0

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

    def close(self) -> None:
        """End the servers and every kernel below them."""
        with self._lock:
            for zygote in self._running.values():
                if zygote.process.stdin:
                    zygote.process.stdin.close()
            for zygote in self._running.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    zygote.process.wait(END_SECONDS)
                _bury(zygote.process)
            self._running.clear()
            self._stack.close()

    def _start(self, runtime: str) -> Zygote:
        if runtime not in self._cold:
            zygote = self._launch(runtime, "warm")
            if zygote.warm:
                return zygote
            _bury(zygote.process)
            self._cold.add(runtime)
            self.notices.append(f"kernels of {runtime} start cold, which takes longer: {zygote.reason}")
        zygote = self._launch(runtime, "cold")
        if zygote.process.poll() is not None:
            raise KernelUnavailable(f"the fork server for {runtime} does not start: {zygote.reason}")
        return zygote

    def _launch(self, runtime: str, how: str) -> Zygote:
        self._count += 1
        path = os.path.join(self._folder, f"z{self._count}")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with listener, open(os.path.join(self._folder, f"{runtime}.log"), "ab") as log:
            listener.bind(path)
            listener.listen(64)
            command = [sys.executable, "-I", str(self.program), str(listener.fileno()), how, *self.modules]
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, pass_fds=[listener.fileno()],
                env=dict(self.environments[runtime]), cwd="/", start_new_session=True,
            )  # fmt: skip
        word = _first_line(process)
        return Zygote(process=process, path=path, warm=bool(word.get("warm")), reason=str(word.get("reason", "it did not start")))


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
