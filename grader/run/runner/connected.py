"""What every kind of kernel shares: two files between it and us, a client with limits, a log."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio

from grader.run.job import Job

READY_SECONDS = 90.0  # importing tensorflow on a slow, busy machine
LOG_TAIL = 4000
MESSAGE_BYTES = 32 << 20  # of one message from a kernel; a longer one is refused by the socket itself
MESSAGES_WAITING = 50  # on one socket
SEND_MS = 2000


class Connected:
    """The host's end of a kernel, whoever started it."""

    manager: Any

    def __init__(self, job: Job, private: Path, questions: int, answers: int) -> None:
        """`private` is a folder of the host's own (0700) for sockets and the log; the two descriptors are
        ours, of files that the kernel reads and writes."""
        self.job, self.private = job, private
        self.questions, self.answers = questions, answers
        self.client: Any = None

    def connect(self) -> None:
        """Open the client's channels, with limits on what may wait in them."""
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        context.setsockopt(zmq.RCVHWM, MESSAGES_WAITING)
        # after a message that is too long the socket has nobody to send to
        context.setsockopt(zmq.SNDTIMEO, SEND_MS)
        self.client = self.manager.client(context=context)
        self.client.start_channels(hb=False, stdin=False)

    def last_words(self) -> str:
        """The last line of the kernel's own log, for the instructor."""
        with contextlib.suppress(OSError):  # no log: then there are no words
            lines = (
                (self.private / "kernel.log")
                .read_bytes()[-LOG_TAIL:]
                .decode(errors="replace")
                .strip()
                .splitlines()
            )
            if lines:
                return lines[-1][:300]
        return "it said nothing"

    async def interrupt(self) -> None:
        """Send SIGINT."""
        with contextlib.suppress(Exception):  # already gone
            await self.manager.interrupt_kernel()

    async def disconnect(self) -> None:
        with contextlib.suppress(Exception):  # a kernel that never started cannot be shut down
            await asyncio.wait_for(self.manager.shutdown_kernel(now=True), 10)
        if self.client is not None:
            self.client.stop_channels()
            self.client.context.destroy(linger=0)
        for handle in (self.questions, self.answers):
            with contextlib.suppress(OSError):  # closed already
                os.close(handle)

    def characters(self) -> int:
        """How much of a cell's output leaves the kernel: more than is kept, so that the cut is noticed."""
        return 2 * self.job.limits.output_kb * 1024


def is_reply(message: Any, asked: str) -> bool:
    """Whether a message, which may be anything, answers the one with this id."""
    above = message.get("parent_header") if isinstance(message, dict) else None
    return isinstance(above, dict) and above.get("msg_id") == asked
