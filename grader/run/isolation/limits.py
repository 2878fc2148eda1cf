"""What a process may be and use: user, capabilities, resource limits."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import pwd
import random
import resource
import struct
from collections.abc import Iterator

from .calls import (
    MACHINE,
    PR_CAP_AMBIENT,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    prctl,
    syscall,
)
from .numbers import USED

# the range of systemd's DynamicUser=: meant for users that live as long as a process
SLOT_USERS = range(61184, 65520)
CAPABILITY_VERSION_3 = 0x20080522
CLEAR_ALL = 4
LAST_CAPABILITY = 63
MB = 1 << 20


def slot_users() -> Iterator[int]:
    """User ids that nobody on this machine has, one after the other from a random one on, so that two slots
    never share one."""
    start = random.randrange(len(SLOT_USERS))
    for step in itertools.count():
        user = SLOT_USERS[(start + step) % len(SLOT_USERS)]
        try:
            pwd.getpwuid(user)
        except KeyError:
            yield user


def become(user: int) -> None:
    """Stop being root, for good.

    Raises:
        OSError: we were not root.
    """
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    prctl(PR_SET_DUMPABLE, 1)  # or else /proc/self would stay root's


def drop_capabilities() -> None:
    """Give up every capability, and the way to get any back.

    Raises:
        OSError: the kernel refuses.
    """
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # the first that this kernel does not know, or we have none to drop
    prctl(PR_CAP_AMBIENT, CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("Ii", CAPABILITY_VERSION_3, 0))
    syscall("capset", USED[MACHINE]["capset"], header, ctypes.create_string_buffer(24))
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def tasks_of_this_user() -> int:
    """How many processes and threads run under our user id: a limit of processes counts them all."""
    found = 0
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):  # a process that has just ended
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                found += len(os.listdir(f"/proc/{name}/task"))
    return found


def limit(*, file_mb: int, open_files: int, processes: int, cpu_seconds: int, address_mb: int) -> None:
    """Resource limits of this process and, for `processes`, of its user. 0 leaves a limit as it is; that of
    address space is lifted. It is no limit of memory, since TensorFlow maps far more than it uses: it bounds
    what is kept for a process that only maps.

    Raises:
        ValueError, OSError: a limit is above what this process may have.
    """
    _set(resource.RLIMIT_CORE, 0)
    for kind, value in (
        (resource.RLIMIT_FSIZE, file_mb * MB),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_CPU, cpu_seconds),
    ):
        if value:
            _set(kind, value)
    _lift(resource.RLIMIT_AS)  # ours was lower
    if address_mb:
        _set(resource.RLIMIT_AS, address_mb * MB)


def _set(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard < 0 else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _lift(kind: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (hard, hard))
