"""System calls that Python does not offer, through the C library."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Any

MACHINE = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}.get(
    platform.machine().lower(), ""
)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

_c = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """The result of a call.

    Raises:
        OSError: the call failed; the message says which call it was.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(what: str, number: int, *arguments: Any) -> int:
    """A system call by number.

    Raises:
        OSError: it failed.
    """
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return checked(_c.syscall(ctypes.c_long(number), *words), what)


def prctl(option: int, value: int = 0) -> None:
    """prctl(2).

    Raises:
        OSError: it failed.
    """
    words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    checked(_c.prctl(ctypes.c_int(option), *words), f"prctl {option}")


def unshare(flags: int) -> None:
    """unshare(2).

    Raises:
        OSError: it failed; user namespaces may be closed on this machine.
    """
    checked(_c.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2).

    Raises:
        OSError: it failed.
    """
    words = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    result = _c.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])
    checked(result, f"mount {kind or source} on {target}")


def unmount(target: str, flags: int) -> None:
    """umount2(2).

    Raises:
        OSError: it failed.
    """
    checked(_c.umount2(os.fsencode(target), ctypes.c_int(flags)), f"unmount {target}")


def die_with_parent(signal_number: int) -> None:
    """Be sent a signal when the process that made this one ends. A change of user id clears it: call it after
    that."""
    prctl(PR_SET_PDEATHSIG, signal_number)
