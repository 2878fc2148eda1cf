"""A kernel and the two files between it and us, behind the interface that every kind of kernel offers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any, Protocol

import psutil
import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from grader.errors import KernelUnavailable
from grader.run import provisioner
from grader.run.job import Job

START = Path(__file__).parent / "inside" / "start.py"
READY_SECONDS = 90.0  # importing tensorflow on a slow, busy machine
ASK_AGAIN_SECONDS = 0.05
LOG_TAIL = 4000
MESSAGE_BYTES = 32 << 20  # of one message from a kernel; a longer one is refused by the socket itself
MESSAGES_WAITING = 50  # on one socket
SEND_MS = 2000
PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4}


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
        """Memory of it and its children."""

    def ran_out_of_memory(self) -> bool:
        """Whether the machine ended it because of memory."""

    def abandoned(self) -> bool:
        """Whether it was lost through a fault of ours."""


class _Wired:
    """What both kinds share: the wire's two files, the client, the log."""

    manager: Any

    def __init__(self, job: Job, private: Path) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log."""
        self.job = job
        self.private = private
        self.questions, self._questions_for_kernel = _file_for(private / "questions", os.O_RDONLY)
        self.answers, self._answers_for_kernel = _file_for(private / "answers", os.O_RDWR)
        self.client: Any = None

    def _connect(self) -> None:
        """Open the client's channels, with limits on what may wait in them."""
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        context.setsockopt(zmq.RCVHWM, MESSAGES_WAITING)
        context.setsockopt(zmq.SNDTIMEO, SEND_MS)  # after a message that is too long the socket has nobody to send to
        self.client = self.manager.client(context=context)
        self.client.start_channels(hb=False, stdin=False)

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

    async def _shut_down(self) -> None:
        with contextlib.suppress(Exception):  # a kernel that never started cannot be shut down
            await asyncio.wait_for(self.manager.shutdown_kernel(now=True), 10)
        if self.client is not None:
            self.client.stop_channels()
            self.client.context.destroy(linger=0)
        for handle in (self.questions, self.answers):
            with contextlib.suppress(OSError):
                os.close(handle)


class ColdKernel(_Wired):
    """A new process that imports tensorflow itself, without isolation: for systems that cannot fork."""

    def __init__(self, job: Job, private: Path) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log."""
        super().__init__(job, private)
        self.manager = AsyncKernelManager(
            transport="ipc", ip=str(private / "k"), connection_file=str(private / "connection.json"), shutdown_wait_time=1.0
        )
        arguments = ["--questions", str(self._questions_for_kernel), "--answers", str(self._answers_for_kernel)]
        arguments += ["--steps", str(job.steps), "--seed", str(job.kernel_seed)]
        arguments += ["--characters", str(_characters(job))]
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
        self._connect()
        try:
            await self.client.wait_for_ready(timeout=READY_SECONDS)
        except RuntimeError as problem:
            await self.kill()
            raise KernelUnavailable(f"the kernel did not start: {self.last_words()}") from problem

    def kill_processes(self) -> None:
        """End the process and all its descendants at once; whoever talks to it sees it dead."""
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                process.kill()

    async def kill(self) -> None:
        """End the process and all its descendants, and close what connects us."""
        self.kill_processes()
        await self._shut_down()

    def memory_mb(self) -> float:
        """Resident memory of the process and its children; 0 when it is gone."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 2**20

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
        with contextlib.suppress(psutil.Error):
            parent = psutil.Process(provisioner.pid)
            return [*parent.children(recursive=True), parent]
        return []


class ForkedKernel(_Wired):
    """A child of a fork server, shut into a box. Its sockets were opened by us and listen before it exists."""

    def __init__(self, job: Job, private: Path) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log."""
        super().__init__(job, private)
        self.manager = AsyncKernelManager(
            transport="ipc", ip=str(private / "k"), shutdown_wait_time=1.0, cache_ports=False,
            connection_file=str(private / "connection.json"),
            **{f"{name}_port": port for name, port in PORTS.items()}, hb_port=len(PORTS) + 1,
        )  # fmt: skip
        log = os.open(private / "kernel.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        listening = [_listener(f"{private / 'k'}-{port}") for port in PORTS.values()]
        order = {
            "box": job.box,
            "folder": job.workspace,
            "environment": dict(job.environment),
            "steps": job.steps,
            "seed": job.kernel_seed,
            "characters": _characters(job),
            "key": self.manager.session.key.decode(),
        }
        handles = [log, self._questions_for_kernel, self._answers_for_kernel, *listening]
        if job.files:
            handles.append(os.open(job.files, os.O_RDONLY | os.O_DIRECTORY))
        choice = {"provisioner_name": provisioner.NAME, "config": {"server": job.server, "order": order, "descriptors": handles}}
        self.manager._kernel_spec = KernelSpec(
            argv=[], display_name="graded notebook", language="python", metadata={"kernel_provisioner": choice}
        )

    async def start(self) -> None:
        """Have it forked, and wait until it answers."""
        await self.manager.start_kernel()
        for handle in self._provisioner.descriptors:
            os.close(handle)
        self._provisioner.descriptors = []
        self._connect()
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
        await self._shut_down()

    def memory_mb(self) -> float:
        """Memory of the kernel and its children that is not backed by files; 0 when it is gone."""
        if self._provisioner is None or self._provisioner.pid is None:
            return 0.0
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(self._provisioner.pid)
            watched = top.children(recursive=True) if self._provisioner.supervised else [top, *top.children(recursive=True)]
            return sum(_own_memory(process.pid) for process in watched)
        return 0.0

    def ran_out_of_memory(self) -> bool:
        """Whether the machine's limit on its group ended it."""
        return self._provisioner is not None and self._provisioner.out_of_memory

    def abandoned(self) -> bool:
        """Whether its guard ended without a word."""
        return self._provisioner is not None and self._provisioner.abandoned


def make_kernel(job: Job, private: Path) -> Kernel:
    """The kind of kernel that a job asks for."""
    return ForkedKernel(job, private) if job.server else ColdKernel(job, private)


def _characters(job: Job) -> int:
    """How much of a cell's output leaves the kernel: more than is kept, so that the cut is noticed."""
    return 2 * job.limits.output_kb * 1024


async def _answers_to(asked: str, receive: Any, channel: str, seconds: float) -> set[str]:
    """{channel} when an answer to the message `asked` arrives there in time."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(Empty, TimeoutError):
            message = await receive(timeout=left)
            if is_reply(message, asked):
                return {channel}
    return set()


def is_reply(message: Any, asked: str) -> bool:
    """Whether a message, which may be anything, answers the one with this id."""
    above = message.get("parent_header") if isinstance(message, dict) else None
    return isinstance(above, dict) and above.get("msg_id") == asked


def _own_memory(pid: int) -> float:
    """MB of a process that no file backs: what it wrote to, and memory shared without a file."""
    total = 0
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith(("RssAnon:", "RssShmem:")):
                total += int(line.split()[1])
    return total / 1024


def _listener(path: str) -> int:
    """Descriptor of a new listening socket at `path`."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(path)
    listening.listen(8)
    return listening.detach()


def _file_for(path: Path, flags: int) -> tuple[int, int]:
    """(our descriptor, the kernel's) of a new file without a name: opened by us before any student code runs."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    theirs = os.open(name, flags)
    os.unlink(name)
    os.set_inheritable(theirs, True)
    return handle, theirs
