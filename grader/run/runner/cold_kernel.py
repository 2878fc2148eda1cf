"""A kernel that imports tensorflow itself: for systems that cannot fork, macOS and Windows among them.
Nothing here is POSIX's alone.

It listens on the loopback address, where others who use the machine could knock: every message is signed with
a key that only the two ends know (Jupyter's own, in a file of 0600).
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from grader.errors import KernelUnavailable
from grader.run.interpreter import interpreter
from grader.run.job import Job
from grader.run.processes import cpu_seconds
from grader.run.runner.connected import READY_SECONDS, Connected

LOOPBACK = "127.0.0.1"
START = Path(__file__).parents[1] / "inside" / "start.py"


class ColdKernel(Connected):
    """A new process that imports tensorflow itself, without isolation: for systems that cannot fork."""

    def __init__(self, job: Job, private: Path) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log."""
        questions, for_kernel = tempfile.mkstemp(dir=private, prefix="questions")
        answers, from_kernel = tempfile.mkstemp(dir=private, prefix="answers")
        super().__init__(job, private, questions, answers)
        self.manager = AsyncKernelManager(
            transport="tcp",
            ip=LOOPBACK,
            connection_file=str(private / "connection.json"),
            shutdown_wait_time=1.0,
        )
        arguments = ["--questions", for_kernel, "--answers", from_kernel]
        arguments += ["--steps", str(job.steps), "--seed", str(job.kernel_seed)]
        arguments += [
            "--characters",
            str(self.characters()),
            f"--file={job.file}",
            f"--package={job.package}",
        ]
        self.manager._kernel_spec = KernelSpec(
            argv=interpreter(str(START), "-f", "{connection_file}", *arguments),
            display_name="graded notebook",
            language="python",
        )

    async def start(self) -> None:
        """Start the process and wait until it answers."""
        with (self.private / "kernel.log").open("wb") as log:
            await self.manager.start_kernel(
                cwd=self.job.workspace,
                env=dict(self.job.environment),
                stdout=log,
                stderr=log,
            )
        self.connect()
        try:
            await self.client.wait_for_ready(timeout=READY_SECONDS)
        except RuntimeError as problem:
            await self.kill()
            raise KernelUnavailable(f"the kernel did not start: {self.last_words()}") from problem

    def kill_processes(self) -> None:
        """End the process and all its descendants at once; whoever talks to it sees it dead."""
        for process in self._family():
            with contextlib.suppress(psutil.Error):  # it has ended by itself
                process.kill()

    async def kill(self) -> None:
        """End the process and all its descendants, and close what connects us."""
        self.kill_processes()
        await self.disconnect()

    def memory_mb(self) -> float:
        """Resident memory of the process and its children; 0 when it is gone."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):  # it has ended: it has no memory any more
                total += process.memory_info().rss
        return total / 2**20

    def at_its_limits(self) -> bool:
        """Never: only the watcher limits it."""
        return False

    def cpu_seconds(self) -> float:
        """Processor time that the process and its children have used; 0 when it is gone."""
        return cpu_seconds(self._family())

    def ran_out_of_memory(self) -> bool:
        """Never: only the watcher limits it."""
        return False

    def abandoned(self) -> bool:
        """Never: there is nobody between it and us."""
        return False

    def _family(self) -> list[Any]:
        provisioner = self.manager.provisioner
        if provisioner is None or getattr(provisioner, "pid", None) is None:
            return []
        with contextlib.suppress(psutil.Error):  # it has ended, and nothing is left to end
            parent = psutil.Process(provisioner.pid)
            return [*parent.children(recursive=True), parent]
        return []
