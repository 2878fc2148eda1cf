"""Refuse system calls that no notebook needs: a filter of classic BPF, see seccomp(2) and the kernel's
seccomp_filter.rst."""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
from collections.abc import Iterable

from .calls import MACHINE, syscall
from .numbers import (
    AUDIT_ARCH,
    DENIED,
    FCHMODAT2,
    MEMFD_SECRET,
    OWN_ONLY,
    PRETENDED,
    REFUSED_WITHOUT_NAMESPACES,
    REMOVEXATTRAT,
    SETXATTRAT,
    USED,
)

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, ALU_AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
X32 = 0x40000000  # the second table of x86-64
NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW* flag of clone(2)
THREAD, SHARED_FILES = 0x10000, 0x400  # CLONE_THREAD, CLONE_FILES
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # put characters into a terminal
SET_MODE_FILTER = 1
TYPE_MASK = 0xF  # of a socket's second argument: the rest are flags
# 16: netlink; each has its own in a name space
FAMILIES = (int(socket.AF_UNIX), int(socket.AF_INET), int(socket.AF_INET6), 16)

FilterInstruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand

REFUSE: FilterInstruction = (RETURN, 0, 0, ERROR | errno.EPERM)
UNKNOWN: FilterInstruction = (RETURN, 0, 0, ERROR | errno.ENOSYS)
# error number 0: nothing happens, and the caller is told that it did
PRETEND: FilterInstruction = (RETURN, 0, 0, ERROR)
ALLOWED: FilterInstruction = (RETURN, 0, 0, ALLOW)
# no new name spaces; threads share their open files, or else those of all but the first would not be counted
_NEW_PROCESSES = [
    (JUMP_ANY_BIT, 2, 0, NEW_NAMESPACES),
    (JUMP_ANY_BIT, 0, 2, THREAD),
    (JUMP_ANY_BIT, 1, 0, SHARED_FILES),
    REFUSE,
]
THE_NUMBER: FilterInstruction = (LOAD, 0, 0, NUMBER)


def program(machine: str, *, sockets: bool) -> list[FilterInstruction]:
    """The filter for a machine. `sockets` False: for levels without name spaces. Then no socket can be made
    but connected pairs, and what Landlock does not guard is refused, or answered as if it were done."""
    used = USED[machine]
    lines: list[FilterInstruction] = [
        (LOAD, 0, 0, ARCHITECTURE), (JUMP_EQUAL, 1, 0, AUDIT_ARCH[machine]), (RETURN, 0, 0, KILL),
        THE_NUMBER, (JUMP_AT_LEAST, 0, 1, X32), UNKNOWN,
    ]  # fmt: skip
    lines += _always((*DENIED[machine].values(), MEMFD_SECRET), REFUSE)
    # clone3 hides its flags in memory: the C library falls back to clone, whose flags can be read
    lines += _always([used["clone3"]], UNKNOWN)
    lines += _if_argument(used["clone"], FIRST_ARGUMENT, _NEW_PROCESSES)
    lines += _if_argument(
        used["ioctl"], SECOND_ARGUMENT, [(JUMP_EQUAL, 1, 0, TIOCSTI), (JUMP_EQUAL, 0, 1, TIOCLINUX), REFUSE]
    )
    for call in OWN_ONLY[machine].values():
        lines += _if_argument(call, FIRST_ARGUMENT, [(JUMP_EQUAL, 1, 0, 0), REFUSE])
    if sockets:
        known = [(JUMP_EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
        return [*lines, *_if_argument(used["socket"], FIRST_ARGUMENT, [*known, REFUSE]), ALLOWED]
    lines += _always(
        (*REFUSED_WITHOUT_NAMESPACES[machine].values(), FCHMODAT2, SETXATTRAT, REMOVEXATTRAT), REFUSE
    )
    lines += _always(PRETENDED[machine].values(), PRETEND)
    # other kinds of pairs can send to any address
    streams = [
        (ALU_AND, 0, 0, TYPE_MASK),
        (JUMP_EQUAL, 2, 0, int(socket.SOCK_STREAM)),
        (JUMP_EQUAL, 1, 0, int(socket.SOCK_SEQPACKET)),
    ]
    return [*lines, *_if_argument(used["socketpair"], SECOND_ARGUMENT, [*streams, REFUSE]), ALLOWED]


def _always(calls: Iterable[int], answer: FilterInstruction) -> list[FilterInstruction]:
    """Answer these calls, whatever their arguments are."""
    return [line for call in sorted(calls) for line in ((JUMP_EQUAL, 0, 1, call), answer)]


def _if_argument(call: int, argument: int, decide: list[FilterInstruction]) -> list[FilterInstruction]:
    """For one call look at an argument: allowed unless `decide`, which jumps over its last line to allow,
    refuses."""
    return [(JUMP_EQUAL, 0, len(decide) + 2, call), (LOAD, 0, 0, argument), *decide, ALLOWED]


def restrict(*, sockets: bool) -> None:
    """Put the filter on this process and all it will start; it cannot be taken off. Needs no_new_privs.

    Raises:
        OSError: the kernel refuses filters, or the machine is none we have a table for.
    """
    if MACHINE not in USED:
        raise OSError(errno.ENOSYS, "no table of system calls for this machine")
    lines = program(MACHINE, sockets=sockets)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    header = struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code))
    syscall("seccomp", USED[MACHINE]["seccomp"], SET_MODE_FILTER, 0, ctypes.create_string_buffer(header))
