"""Read and write a whole file by its descriptor, with what every system has: there is no pread on Windows."""

from __future__ import annotations

import os

_lseek, _read, _write, _ftruncate = os.lseek, os.read, os.write, os.ftruncate


def read_all(descriptor: int, size: int) -> bytes:
    """The first `size` bytes, or as many as there are."""
    _lseek(descriptor, 0, 0)
    pieces, left = [], size
    while left > 0:
        piece = _read(descriptor, left)
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def write_all(descriptor: int, data: bytes) -> None:
    """Make these bytes all that the file holds."""
    _ftruncate(descriptor, 0)
    _lseek(descriptor, 0, 0)
    view = memoryview(data)
    while view:
        view = view[_write(descriptor, view) :]
