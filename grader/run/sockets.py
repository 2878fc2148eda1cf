"""Unix sockets that need no path: it may be too long for their 108 characters, or be deleted by whoever
clears away."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def short_name(folder: Path) -> Iterator[str]:
    """A name of few characters for a folder, good inside this process and in this block, however long its
    path is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def bind_nameless(listener: socket.socket, folder: Path) -> int:
    """Bind a socket and take its name away again: a descriptor through which it can still be found, see
    `path_of`.

    Nobody can delete the socket, and who may not look at our descriptors cannot reach it.
    """
    with short_name(folder) as place:
        listener.bind(f"{place}/s")
        try:
            return os.open(f"{place}/s", os.O_PATH)
        finally:
            os.unlink(f"{place}/s")


def path_of(handle: int) -> str:
    """Where processes of our own user connect to a socket that is open here, as long as it is."""
    return f"/proc/{os.getpid()}/fd/{handle}"
