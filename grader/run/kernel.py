"""A kernel and the two files between it and us, behind the interface that every kind of kernel offers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from grader.errors import KernelUnavailable
from grader.run.job import Job

START = Path(__file__).parent / "inside" / "start.py"
READY_SECONDS = 90.0  # importing tensorflow on a slow, busy machine
LOG_TAIL = 4000


class Kernel(Protocol):
    """What the driver needs of a kernel."""

    manager: Any  # jupyter_client's AsyncKernelManager
    client: Any  # its client
    questions: int  # descriptor, host writes
    answers: int  # descriptor, host reads

    async def start(self) -> None:
        """Make it ready for the first cell.

        Raises:
            KernelUnavailable: it did not come up.
        """

    async def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the student's code."""

    async def kill(self) -> None:
        """End it and everything it started."""

    def kill_processes(self) -> None:
        """End it at once; whoever talks to it sees it dead."""

    def memory_mb(self) -> float:
        """Resident memory of it and its children."""


class ColdKernel:
    """A new process that imports tensorflow itself, without isolation."""

    def __init__(self, job: Job, private: Path) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log."""
        self.job = job
        self.private = private
        self.questions, self._questions_for_kernel = _file_for(private / "questions", os.O_RDONLY)
        self.answers, self._answers_for_kernel = _file_for(private / "answers", os.O_RDWR)
        self.client: Any = None
        self.manager: Any = AsyncKernelManager(
            transport="ipc", ip=str(private / "k"), connection_file=str(private / "connection.json"), shutdown_wait_time=1.0
        )
        arguments = ["--questions", str(self._questions_for_kernel), "--answers", str(self._answers_for_kernel)]
        arguments += ["--steps", str(job.steps), "--seed", str(job.kernel_seed)]
        self.manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-I", str(START), "-f", "{connection_file}", *arguments],
            display_name="graded notebook",
            language="python",
        )

    async def start(self) -> None:
        """Start the process and wait until it answers."""
        with (self.private / "kernel.log").open("wb") as log:
            await self.manager.start_kernel(
                cwd=self.job.workspace,
                env=dict(self.job.environment),
                pass_fds=(self._questions_for_kernel, self._answers_for_kernel),
                stdout=log,
                stderr=log,
            )
        os.close(self._questions_for_kernel)
        os.close(self._answers_for_kernel)
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            await self.client.wait_for_ready(timeout=READY_SECONDS)
        except RuntimeError as problem:
            await self.kill()
            raise KernelUnavailable(f"the kernel did not start: {self.last_words()}") from problem

    def last_words(self) -> str:
        """The last line of the kernel's own log, for the instructor."""
        with contextlib.suppress(OSError):
            lines = (self.private / "kernel.log").read_bytes()[-LOG_TAIL:].decode(errors="replace").strip().splitlines()
            if lines:
                return lines[-1][:300]
        return "it said nothing"

    async def interrupt(self) -> None:
        """Send SIGINT."""
        with contextlib.suppress(Exception):  # already gone
            await self.manager.interrupt_kernel()

    def kill_processes(self) -> None:
        """End the process and all its descendants at once; whoever talks to it sees it dead."""
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                process.kill()

    async def kill(self) -> None:
        """End the process and all its descendants, and close what connects us."""
        self.kill_processes()
        with contextlib.suppress(Exception):  # a kernel that never started cannot be shut down
            await asyncio.wait_for(self.manager.shutdown_kernel(now=True), 10)
        if self.client is not None:
            self.client.stop_channels()

    def memory_mb(self) -> float:
        """Resident memory of the process and its children; 0 when it is gone."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 2**20

    def _family(self) -> list[Any]:
        provisioner = self.manager.provisioner
        if provisioner is None or getattr(provisioner, "pid", None) is None:
            return []
        with contextlib.suppress(psutil.Error):
            parent = psutil.Process(provisioner.pid)
            return [*parent.children(recursive=True), parent]
        return []


def _file_for(path: Path, flags: int) -> tuple[int, int]:
    """(our descriptor, the kernel's) of a new file without a name: opened by us before any student code runs."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    theirs = os.open(name, flags)
    os.unlink(name)
    os.set_inheritable(theirs, True)
    return handle, theirs
