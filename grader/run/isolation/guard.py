"""Start a process in its box and watch over it: whatever ends, nothing it started stays behind.

    server ─ guard ─ process 1 of the name space ─ the kernel      with name spaces
    server ─ guard ─ the kernel                                    without

The guard is an ordinary process of ours. It ends its ward when the connection to whoever ordered it closes,
and it is ended when its own parent is.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

from . import groups, limits, namespaces
from .box import Box
from .calls import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, die_with_parent, prctl
from .ends import bury, bury_orphans, end, end_all_others
from .shut_in import die_first_when_memory_ends, shut_in

READY = b"ready"
POLL_MS = 500  # orphans wait so long to be buried
FAILED = 70  # exit code of a process that could not be shut in

Main = Callable[[str], None]  # given the folder of the notebook


def guard(box: Box, connection: socket.socket, files: int, folder: str, group: str, main: Main) -> NoReturn:
    """Be the guard of one kernel until it has ended. Tells the connection {"pid"} once it is shut in, or
    {"error"}; later {"exit", "out_of_memory"}. What arrives are signals to pass on; when it closes, the
    kernel is ended.

    `files`: descriptor of a folder to copy in (-1: none; without name spaces `folder` is used as it is).
    """
    joined = groups.make(group, memory_mb=box.memory_mb, processes=box.processes) if group else ()
    try:
        groups.join(joined)
        ward, control = _start(box, connection, files, folder, main)
    except OSError as problem:
        tell(connection, error=str(problem))
        os._exit(FAILED)
    word = control.recv(4096)
    if word != READY:
        tell(
            connection, error=word.decode(errors="replace") or "the process ended while it was being shut in"
        )
        end(box, ward, control)
        os._exit(FAILED)
    tell(connection, pid=ward, supervised=box.level == "namespaces", groups=bool(joined))
    code = _watch(box, ward, control, connection)
    tell(connection, exit=code, out_of_memory=groups.ran_out_of_memory(joined))
    os._exit(0)


def tell(connection: socket.socket, **word: object) -> None:
    """One message to whoever ordered the kernel; they may be gone."""
    with contextlib.suppress(OSError):  # they have gone, and end us with the connection
        connection.send(json.dumps(word).encode())


def _start(
    box: Box, connection: socket.socket, files: int, folder: str, main: Main
) -> tuple[int, socket.socket]:
    """(process id, control socket) of the kernel or of process 1 above it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    parent = os.getppid()
    if box.level == "namespaces":
        if box.user:
            limits.become(box.user)
        die_with_parent(signal.SIGKILL)
        _orphan_check(parent)
        namespaces.leave_the_system()
        if (ward := os.fork()) == 0:
            connection.close()
            ours.close()
            _process_one(box, theirs, files, main)
    else:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        signal.signal(signal.SIGTERM, lambda *_: (end(box, ward, ours), os._exit(0)))
        die_with_parent(signal.SIGTERM)
        _orphan_check(parent)
        if (ward := os.fork()) == 0:
            connection.close()
            ours.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.setsid()
            _kernel(box, theirs, folder, main)
    theirs.close()
    return ward, ours


def _orphan_check(parent: int) -> None:
    """Our parent may have ended before it could be arranged that we end with it."""
    if os.getppid() != parent:
        os._exit(FAILED)


def _process_one(box: Box, control: socket.socket, files: int, main: Main) -> NoReturn:
    """Make the root folder, start the kernel, pass signals on to it, bury orphans; with us all of them end,
    at the latest when the control socket closes."""
    try:
        die_with_parent(signal.SIGKILL)
        namespaces.build(box, files)
        kernel = os.fork()
    except BaseException as problem:
        control.send(str(problem).encode()[:4000] or b"failed")
        os._exit(FAILED)
    if kernel == 0:
        _kernel(box, control, namespaces.FOLDER, main)
    prctl(PR_SET_DUMPABLE, 0)  # the kernel has the same user: it shall not look into us
    code = None
    while code is None:
        ready, _, _ = select.select([control], [], [], POLL_MS / 1000)
        if ready:
            word = control.recv(16)
            if not word:
                break
            # no signal's number, or nobody to get it: asked by a hostile kernel, too
            with contextlib.suppress(OSError, ValueError):
                os.kill(kernel, int(word))
        code = bury(kernel)
    end_all_others()
    os._exit(code if code is not None else FAILED)


def _kernel(box: Box, control: socket.socket, folder: str, main: Main) -> NoReturn:
    """Give up everything, say so, and become the kernel."""
    try:
        die_first_when_memory_ends()
        shut_in(box, folder)
        os.chdir(folder)
        control.send(READY)
    except BaseException as problem:
        control.send(str(problem).encode()[:4000] or b"failed")
        os._exit(FAILED)
    control.close()
    try:
        main(folder)
    finally:
        os._exit(0)


def _watch(box: Box, ward: int, control: socket.socket, connection: socket.socket) -> int:
    """Wait for the end of the kernel: its exit code, negative for a signal's number."""
    place = os.pidfd_open(ward)
    poll = select.poll()
    for handle in (place, connection.fileno()):
        poll.register(handle, select.POLLIN)
    while True:
        ready = {handle for handle, _ in poll.poll(POLL_MS)}
        if connection.fileno() in ready:
            word = connection.recv(64)
            if not word:
                break
            _pass_on(box, ward, control, word)
        if place in ready:
            break
        if box.level != "namespaces":
            bury_orphans(ward)
    status = end(box, ward, control)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code > 128 else code  # process 1 tells a signal as 128 + its number


def _pass_on(box: Box, ward: int, control: socket.socket, word: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):  # no signal's number, or nobody to get it any more
        if box.level == "namespaces":
            control.send(word)
        else:
            os.kill(ward, int(word))
