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
import time
from collections.abc import Callable
from typing import NoReturn

from . import groups, landlock, limits, namespaces, seccomp
from .box import MOST_ADDRESS_MB, Box, without
from .calls import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, die_with_parent, prctl

READY = b"ready"
POLL_MS = 500  # orphans wait so long to be buried
BURIAL_MS = 1000  # process 1 may take so long to end everybody in order, before it is ended with all of them
FAILED = 70  # exit code of a process that could not be shut in
WRITABLE = ("/dev/null", "/dev/zero", "/dev/full")  # no terminal: it may be the one of the person who grades
READABLE = (
    "/dev/random",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/self",
)

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
        _end(box, ward, control)
        os._exit(FAILED)
    tell(connection, pid=ward, supervised=box.level == "namespaces", groups=bool(joined))
    code = _watch(box, ward, control, connection)
    tell(connection, exit=code, out_of_memory=groups.ran_out_of_memory(joined))
    os._exit(0)


def tell(connection: socket.socket, **word: object) -> None:
    """One message to whoever ordered the kernel; they may be gone."""
    with contextlib.suppress(OSError):
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
        signal.signal(signal.SIGTERM, lambda *_: (_end(box, ward, ours), os._exit(0)))
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
            with contextlib.suppress(OSError, ValueError):
                os.kill(kernel, int(word))
        code = _bury(kernel)
    _end_all_others()
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


def die_first_when_memory_ends() -> None:
    """Of all that belongs to this run the kernel of the machine shall end the notebook, not its guard: see
    proc(5)."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("900")


def shut_in(box: Box, folder: str) -> None:
    """The part of a box that a process puts on itself; there is no way back.

    Raises:
        OSError: the machine does not offer it.
    """
    if box.level == "none":
        limits.limit(file_mb=0, open_files=0, processes=0, cpu_seconds=0, address_mb=0)
        return
    inside = box.level == "namespaces"
    if box.user and not inside:
        limits.become(box.user)
    if not inside:
        die_with_parent(signal.SIGKILL)
    # nobody else counts where it has a user of its own
    others = 0 if inside or box.user else limits.tasks_of_this_user()
    limits.limit(
        file_mb=box.file_mb,
        open_files=box.open_files,
        processes=others + box.processes,
        cpu_seconds=box.cpu_seconds,
        address_mb=MOST_ADDRESS_MB,
    )
    limits.drop_capabilities()
    if inside and landlock.version():
        landlock.restrict(("/tmp", "/home", "/dev", "/proc"), ("/",), network=True)
    if not inside:
        landlock.restrict((folder, *WRITABLE), (*without(box.show, box.hide), *READABLE), network=False)
    seccomp.restrict(sockets=inside)


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
            _bury_orphans(ward)
    status = _end(box, ward, control)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code > 128 else code  # process 1 tells a signal as 128 + its number


def _pass_on(box: Box, ward: int, control: socket.socket, word: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        if box.level == "namespaces":
            control.send(word)
        else:
            os.kill(ward, int(word))


def _end_all_others() -> None:
    """As process 1: end everybody in the name space and bury them, so that what they computed is known to
    whoever buries us. The system, which ends them when we are killed, forgets it."""
    with contextlib.suppress(ChildProcessError):
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            os.waitpid(-1, 0)


def _bury(kernel: int) -> int | None:
    """Reap whoever has ended; the kernel's exit code, 128 + the number for a signal, when it is among
    them."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == kernel:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if pid == 0:
                break
    return None


def _bury_orphans(ward: int) -> None:
    """Reap adopted children, not the kernel itself."""
    for child in _children(os.getpid()):
        if child != ward:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)


def _end(box: Box, ward: int, control: socket.socket) -> int:
    """End the kernel and all it started; returns the kernel's wait status."""
    if box.level == "namespaces":
        control.close()
        select.select([os.pidfd_open(ward)], [], [], BURIAL_MS / 1000)
        with contextlib.suppress(ProcessLookupError):
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
            with contextlib.suppress(BaseException):
                os.setresuid(box.user, box.user, box.user)
                os.kill(-1, signal.SIGKILL)
            os._exit(0)
        os.waitpid(helper, 0)
        return
    todo = [os.getpid()]
    while todo:
        for child in _children(todo.pop()):
            todo.append(child)
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
