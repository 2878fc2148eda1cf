"""A kernel forked from a server that has imported tensorflow already."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from grader.errors import KernelUnavailable
from grader.run import provisioner
from grader.run.isolation.box import MOST_ADDRESS_MB
from grader.run.job import Job
from grader.run.processes import cpu_seconds
from grader.run.runner.connected import READY_SECONDS, Connected, is_reply
from grader.run.runner.memory import mapped_mb, memory_mb
from grader.run.sockets import short_name

ASK_AGAIN_SECONDS = 0.05
NEARLY_FULL = 0.9
PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4}


class ForkedKernel(Connected):
    """A child of a fork server, shut into a box. Its sockets were opened by us and listen before it
    exists."""

    def __init__(self, job: Job, private: Path) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log."""
        questions, for_kernel = _file_for(private / "questions", os.O_RDONLY)
        answers, from_kernel = _file_for(private / "answers", os.O_RDWR)
        super().__init__(job, private, questions, answers)
        self._family: list[psutil.Process] = []  # when its memory was last looked at
        self._names = contextlib.ExitStack()
        sockets = f"{self._names.enter_context(short_name(private))}/k"
        self.manager = AsyncKernelManager(
            transport="ipc", ip=sockets, shutdown_wait_time=1.0, cache_ports=False,
            connection_file=str(private / "connection.json"),
            **{f"{name}_port": port for name, port in PORTS.items()}, hb_port=len(PORTS) + 1,
        )  # fmt: skip
        log = os.open(private / "kernel.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        listening = [_listener(f"{sockets}-{port}") for port in PORTS.values()]
        order = {
            "box": job.box,
            "folder": job.workspace,
            "environment": dict(job.environment),
            "steps": job.steps,
            "seed": job.kernel_seed,
            "characters": self.characters(),
            "file": job.file,
            "package": job.package,
            "key": self.manager.session.key.decode(),
        }
        handles = [log, for_kernel, from_kernel, *listening]
        if job.files:
            handles.append(os.open(job.files, os.O_RDONLY | os.O_DIRECTORY))
        choice = {
            "provisioner_name": provisioner.NAME,
            "config": {"server": job.server, "order": order, "descriptors": handles},
        }
        self.manager._kernel_spec = KernelSpec(
            argv=[],
            display_name="graded notebook",
            language="python",
            metadata={"kernel_provisioner": choice},
        )

    async def start(self) -> None:
        """Have it forked, and wait until it answers."""
        await self.manager.start_kernel()
        for handle in self._provisioner.descriptors:
            os.close(handle)
        self._provisioner.descriptors = []
        self.connect()
        if not await self._ready():
            words = self.last_words()
            await self.kill()
            raise KernelUnavailable(f"the kernel did not start: {words}")

    async def _ready(self) -> bool:
        """Ask until both channels have answered: a subscriber misses what is said before it is known."""
        deadline, heard = time.monotonic() + READY_SECONDS, set()
        while time.monotonic() < deadline and await self.manager.is_alive():
            asked = self.client.kernel_info()
            wait = READY_SECONDS if "shell" not in heard else ASK_AGAIN_SECONDS
            heard |= await _answers_to(asked, self.client.get_shell_msg, "shell", min(wait, 1.0))
            if "shell" in heard:
                heard |= await _answers_to(asked, self.client.get_iopub_msg, "iopub", ASK_AGAIN_SECONDS)
            if heard == {"shell", "iopub"}:
                return True
        return False

    @property
    def _provisioner(self) -> Any:
        return self.manager.provisioner

    def kill_processes(self) -> None:
        """Have the guard end the kernel and all it started, at once."""
        if self._provisioner is not None:
            self._provisioner.end()

    async def kill(self) -> None:
        """End the kernel and all it started, and close what connects us."""
        self.kill_processes()
        await self.disconnect()
        self._names.close()

    def memory_mb(self) -> float:
        """Memory of the kernel and its children that is not backed by files; 0 when it is gone. Asked all the
        time, and at each time for all that there are."""
        self._family = self._look()
        return memory_mb(process.pid for process in self._family)

    def at_its_limits(self) -> bool:
        """Whether a process of it has mapped about all that it may: it gets no more, and may not be able to
        say so."""
        return mapped_mb(process.pid for process in self._family) > NEARLY_FULL * MOST_ADDRESS_MB

    def cpu_seconds(self) -> float:
        """Processor time that the kernel and its children have used; 0 when it is gone."""
        self._family = self._family or self._look()
        return cpu_seconds(self._family)

    def _look(self) -> list[psutil.Process]:
        """The kernel and its children. It takes milliseconds: every process of the machine is asked whose
        child it is."""
        if self._provisioner is None or self._provisioner.pid is None:
            return []
        with contextlib.suppress(psutil.Error):  # it has ended
            top = psutil.Process(self._provisioner.pid)
            return (
                top.children(recursive=True)
                if self._provisioner.supervised
                else [top, *top.children(recursive=True)]
            )
        return []

    def ran_out_of_memory(self) -> bool:
        """Whether the machine's limit on its group ended it."""
        return self._provisioner is not None and self._provisioner.out_of_memory

    def abandoned(self) -> bool:
        """Whether its guard ended without a word."""
        return self._provisioner is not None and self._provisioner.abandoned


async def _answers_to(asked: str, receive: Any, channel: str, seconds: float) -> set[str]:
    """{channel} when an answer to the message `asked` arrives there in time."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(Empty, TimeoutError):  # nothing yet: until the deadline
            message = await receive(timeout=left)
            if is_reply(message, asked):
                return {channel}
    return set()


def _listener(path: str) -> int:
    """Descriptor of a new listening socket at `path`."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(path)
    listening.listen(8)
    return listening.detach()


def _file_for(path: Path, flags: int) -> tuple[int, int]:
    """(our descriptor, the kernel's) of a new file without a name: opened by us before any student code
    runs."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    theirs = os.open(name, flags)
    os.unlink(name)
    os.set_inheritable(theirs, True)
    return handle, theirs
