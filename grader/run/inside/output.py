"""Text beyond what the host keeps of one cell is dropped here: a loop that prints for ever must not send
hundreds of megabytes."""

from __future__ import annotations

import functools

from ipykernel.iostream import OutStream


def limit(most):
    """Let each cell write so many characters to each of its two streams; returns what to call before a
    cell."""
    original, written = OutStream.write, {}

    @functools.wraps(original)
    def write(self, string):
        used = written.get(id(self), 0)
        if used > most:
            return len(string)
        written[id(self)] = used + len(string)
        return original(self, string)

    OutStream.write = write
    return written.clear
