"""What a process puts on itself before it becomes the kernel: there is no way back."""

from __future__ import annotations

import contextlib
import signal

from . import landlock, limits, seccomp
from .box import MOST_ADDRESS_MB, Box, without
from .calls import die_with_parent

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


def die_first_when_memory_ends() -> None:
    """Of all that belongs to this run the kernel of the machine shall end the notebook, not its guard: see
    proc(5)."""
    # a wish: without it the guard may end first, which is told as our fault
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
