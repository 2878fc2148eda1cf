"""Landlock: allow a process certain folders and nothing else. See landlock(7); needs no privilege, Linux 5.13
or newer."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from .calls import PR_SET_NO_NEW_PRIVS, _c, prctl, syscall
from .numbers import LANDLOCK_ADD_RULE, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF

EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER, TRUNCATE, IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
READ = EXECUTE | READ_FILE | READ_FOLDER
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL
FIRST_VERSION = (1 << 13) - 1  # every right that Linux 5.13 knows
BIND_AND_CONNECT_TCP = 3  # since version 4
ABSTRACT_SOCKETS_AND_SIGNALS = 3  # scopes since version 6
VERSION_FLAG = 1
PATH_BENEATH = 1


def version() -> int:
    """The version of Landlock that the kernel offers; 0 for none."""
    return max(0, int(_c.syscall(LANDLOCK_CREATE_RULESET, None, 0, VERSION_FLAG)))


def handled(abi: int) -> tuple[int, int, int]:
    """(rights on files, rights on the network, scopes) that a version knows."""
    files = (
        FIRST_VERSION
        | (1 << 13 if abi >= 2 else 0)
        | (TRUNCATE if abi >= 3 else 0)
        | (IOCTL if abi >= 5 else 0)
    )
    return files, BIND_AND_CONNECT_TCP if abi >= 4 else 0, ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0


def restrict(write: Iterable[str], read: Iterable[str], *, network: bool) -> None:
    """Leave this process, and all it will start, reading and writing below `write`, reading and running below
    `read`, and nothing else on disk. `network` True: TCP stays as it is (there is a network namespace
    already). Paths that do not exist are passed over.

    Raises:
        OSError: the kernel has no Landlock, or refuses.
    """
    abi = version()
    files, tcp, scopes = handled(abi)
    attributes = struct.pack("QQQ", files, 0 if network else tcp, scopes)[
        : 8 if abi < 4 else 16 if abi < 6 else 24
    ]
    rules = syscall(
        "landlock_create_ruleset", LANDLOCK_CREATE_RULESET, _buffer(attributes), len(attributes), 0
    )
    try:
        for paths, rights in ((read, READ), (write, files)):
            for path in paths:
                _allow(rules, path, rights)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        syscall("landlock_restrict_self", LANDLOCK_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = rights if os.path.isdir(path) else rights & ON_FILES & handled(version())[0]
        rule = struct.pack("=Qi", rights, place)
        syscall(f"landlock_add_rule {path}", LANDLOCK_ADD_RULE, rules, PATH_BENEATH, _buffer(rule), 0)
    finally:
        os.close(place)


def _buffer(data: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, len(data))
