"""Refuse system calls that no notebook needs: a filter of classic BPF, see seccomp(2) and the kernel's seccomp_filter.rst."""

from __future__ import annotations

import ctypes
import errno
import socket
import struct

from .calls import MACHINE, syscall
from .numbers import AUDIT_ARCH, DENIED, USED

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
X32 = 0x40000000  # the second table of x86-64
NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW* flag of clone(2)
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # put characters into a terminal
SET_MODE_FILTER = 1

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def program(machine: str, *, sockets: bool) -> list[Instruction]:
    """The filter for a machine. `sockets` False: only local (AF_UNIX) sockets may be made, for levels without a network
    namespace."""
    used = USED[machine]
    refuse = (RETURN, 0, 0, ERROR | errno.EPERM)
    unknown = (RETURN, 0, 0, ERROR | errno.ENOSYS)
    allow = (RETURN, 0, 0, ALLOW)
    number = (LOAD, 0, 0, NUMBER)
    lines: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE), (JUMP_EQUAL, 1, 0, AUDIT_ARCH[machine]), (RETURN, 0, 0, KILL),
        number, (JUMP_AT_LEAST, 0, 1, X32), unknown,
    ]  # fmt: skip
    for call in sorted(DENIED[machine].values()):
        lines += [(JUMP_EQUAL, 0, 1, call), refuse]
    # clone3 hides its flags in memory: the C library falls back to clone, whose flags can be read
    lines += [(JUMP_EQUAL, 0, 1, used["clone3"]), unknown]
    lines += [
        (JUMP_EQUAL, 0, 4, used["clone"]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES),
        refuse,
        allow,
    ]
    lines += [(JUMP_EQUAL, 0, 5, used["ioctl"]), (LOAD, 0, 0, SECOND_ARGUMENT)]
    lines += [(JUMP_EQUAL, 1, 0, TIOCSTI), (JUMP_EQUAL, 0, 1, TIOCLINUX), refuse, allow]
    if not sockets:
        lines += [(JUMP_EQUAL, 0, 4, used["socket"]), (LOAD, 0, 0, FIRST_ARGUMENT)]
        lines += [(JUMP_EQUAL, 1, 0, int(socket.AF_UNIX)), refuse, allow]
    return [*lines, allow]


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
