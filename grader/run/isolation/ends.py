"""The end of a kernel: it and all that it started are ended and buried, so that nothing stays behind."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time

from .box import Box

BURIAL_MS = 1000  # process 1 may take so long to end everybody in order, before it is ended with all of them


def end_all_others() -> None:
    """As process 1: end everybody in the name space and bury them, so that what they computed is known to
    whoever buries us. The system, which ends them when we are killed, forgets it."""
    with contextlib.suppress(ChildProcessError):  # nobody is left
        while True:
            with contextlib.suppress(ProcessLookupError):  # all dead, some not yet buried
                os.kill(-1, signal.SIGKILL)
            os.waitpid(-1, 0)


def bury(kernel: int) -> int | None:
    """Reap whoever has ended; the kernel's exit code, 128 + the number for a signal, when it is among
    them."""
    with contextlib.suppress(ChildProcessError):  # nobody to bury
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == kernel:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if pid == 0:
                break
    return None


def bury_orphans(ward: int) -> None:
    """Reap adopted children, not the kernel itself."""
    for child in _children(os.getpid()):
        if child != ward:
            with contextlib.suppress(ChildProcessError):  # buried already
                os.waitpid(child, os.WNOHANG)


def end(box: Box, ward: int, control: socket.socket) -> int:
    """End the kernel and all it started; returns the kernel's wait status."""
    if box.level == "namespaces":
        control.close()
        select.select([os.pidfd_open(ward)], [], [], BURIAL_MS / 1000)
        with contextlib.suppress(ProcessLookupError):  # it ended in time
            os.kill(ward, signal.SIGKILL)
        return os.waitpid(ward, 0)[1]
    status = 0
    while True:
        _kill_everything(box)
        try:
            pid, found = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if pid == ward:
            status = found
        elif pid == 0:
            time.sleep(0.002)


def _kill_everything(box: Box) -> None:
    """Kill our descendants; a user of their own can be killed at one stroke, whatever they fork meanwhile."""
    if box.user and os.geteuid() == 0:
        if (helper := os.fork()) == 0:
            with contextlib.suppress(BaseException):  # it ends in any case, and with it all of its user
                os.setresuid(box.user, box.user, box.user)
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
        os.waitpid(helper, 0)
        return
    todo = [os.getpid()]
    while todo:
        for child in _children(todo.pop()):
            todo.append(child)
            with contextlib.suppress(OSError):  # it has ended by itself
                os.kill(child, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
