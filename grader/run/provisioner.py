"""Jupyter's way to get a kernel, for kernels that a fork server makes: an entry point of the group
`jupyter_client.kernel_provisioners`."""

from __future__ import annotations

import array
import asyncio
import contextlib
import json
import os
import select
import signal
import socket
from typing import Any

from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Dict, List, Unicode

from grader.errors import KernelUnavailable

NAME = "grader-forked"
MESSAGE_BYTES = 1 << 16
START_SECONDS = 60.0


class ForkedKernelProvisioner(KernelProvisionerBase):  # type: ignore[misc]
    """A kernel whose guard talks to us over one connection: {"pid"}, later {"exit"}; what we send are signals
    to pass on, and when we close it the kernel and all it started are ended."""

    server = Unicode(help="path of the fork server's socket").tag(config=True)
    order = Dict(help="what the server shall do").tag(config=True)
    descriptors: Any = List(help="files and sockets of the kernel, in the order of inside/zygote.py").tag(
        config=True
    )

    connection: socket.socket | None = None
    pid: int | None = None
    exit_code: int | None = None
    supervised = False  # `pid` is process 1 of a name space, ours; the kernel is below it
    groups = False  # memory is limited by the machine
    out_of_memory = False
    abandoned = False  # the guard ended without a word: a fault of ours, not the notebook's

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet cleaned up."""
        return self.connection is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """There is no command: the server forks."""
        prepared: dict[str, Any] = await super().pre_launch(cmd=[], **kwargs)
        return prepared

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Order a kernel; returns how to connect to it.

        Raises:
            KernelUnavailable: the server is gone, or could not shut the kernel in.
        """
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.connection.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            self.connection.connect(self.server)
            numbers = array.array("i", self.descriptors)
            self.connection.sendmsg(
                [json.dumps(dict(self.order)).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)]
            )
            word = json.loads(
                await asyncio.wait_for(loop.sock_recv(self.connection, MESSAGE_BYTES), START_SECONDS) or b"{}"
            )
        except (OSError, ValueError, TimeoutError) as problem:
            raise KernelUnavailable(
                f"the fork server does not answer: {type(problem).__name__} {problem}"
            ) from problem
        if "pid" not in word:
            raise KernelUnavailable(
                f"the kernel could not be shut in: {word.get('error', 'the fork server ended')}"
            )
        self.pid = int(word["pid"])
        self.supervised = bool(word["supervised"])
        self.groups = bool(word["groups"])
        manager = self.parent
        self.connection_info = manager.get_connection_info(session=False)
        return dict(self.connection_info)

    async def poll(self) -> int | None:
        """The exit code; None while it runs."""
        if self.connection is None or self.exit_code is not None:
            return 0 if self.exit_code is None else self.exit_code
        if select.select([self.connection], [], [], 0)[0]:
            self._hear(self._receive())
        return self.exit_code

    def _receive(self) -> bytes:
        try:
            return self.connection.recv(MESSAGE_BYTES) if self.connection else b""
        except OSError:
            return b""

    def _hear(self, message: bytes) -> None:
        try:
            word = json.loads(message)
            self.exit_code, self.out_of_memory = int(word["exit"]), bool(word["out_of_memory"])
        except (ValueError, KeyError):
            self.exit_code, self.abandoned = -int(signal.SIGKILL), True

    async def wait(self) -> int | None:
        """Wait for the end; the exit code."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return self.exit_code

    async def send_signal(self, signum: int) -> None:
        """Have the guard pass a signal on."""
        if self.connection is not None:
            with contextlib.suppress(OSError):  # the guard has gone, and the kernel with it
                self.connection.send(str(int(signum)).encode())

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and all it started."""
        self.end()

    async def terminate(self, restart: bool = False) -> None:
        """The same: there is nothing to save in it."""
        self.end()

    def end(self) -> None:
        """Close our side: the guard ends everything and leaves."""
        if self.connection is not None and self.exit_code is None:
            with contextlib.suppress(OSError):  # the guard has gone, and the kernel with it
                self.connection.shutdown(socket.SHUT_WR)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        for handle in self.descriptors:
            with contextlib.suppress(OSError):  # closed already
                os.close(handle)
        self.descriptors = []
