"""Temporary folders that say whose they are, so that those of a killed process can be cleared away by the next."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

NAME = re.compile(r"gr-(\d+)-")
SHORT = ("/tmp", "/var/tmp") if os.name == "posix" else ()
LONGEST = 64  # bytes of a place for sockets, whose paths have 107: "/gr-4194304-abcdefgh/10/k-4" comes behind it


@contextlib.contextmanager
def scratch(*, sockets: bool = False) -> Iterator[Path]:
    """A private folder (0700) that is gone afterwards; those of killed processes are cleared away first.

    `sockets`: its path is short enough for them, if need be by lying elsewhere than TMPDIR says.
    """
    _sweep_once()
    folder = Path(tempfile.mkdtemp(prefix=f"gr-{os.getpid()}-", dir=_short_place() if sockets else None))
    try:
        yield folder
    finally:
        clear(folder)


def clear(folder: Path) -> None:
    """Remove a folder, whatever a notebook has left in it: trees too deep for shutil, folders closed to their owner."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists() and os.name == "posix":
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(folder)], stdin=subprocess.DEVNULL, capture_output=True, check=False)


@functools.cache
def _sweep_once() -> None:
    """At the first use in a process: a command that was killed at once is cleared away by the next, whichever that is."""
    sweep()


def _short_place() -> str:
    """Where sockets lie: the folder for temporary files, unless its path leaves them no room."""
    places: tuple[str, ...] = (tempfile.gettempdir(), *SHORT)
    return next((place for place in places if len(os.fsencode(place)) <= LONGEST and os.access(place, os.W_OK)), places[0])


def sweep() -> None:
    """Remove folders of ours whose process has ended."""
    for folder in {path for place in (tempfile.gettempdir(), *SHORT) for path in Path(place).glob("gr-*")}:
        match = NAME.match(folder.name)
        with contextlib.suppress(OSError):
            if match and not psutil.pid_exists(int(match[1])) and folder.stat().st_uid == _own_user():
                clear(folder)


def _own_user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
