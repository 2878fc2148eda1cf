"""Temporary folders that are held open while they are used, so that those of a killed process can be cleared
away by the next.

Whoever uses one has locked it: a lock ends with its process, however that ended, is seen from every PID name
space, and is not fooled by a number that was given out again. systemd-tmpfiles leaves locked folders alone,
too. Where there are no such locks (Windows), the number and the age have to do.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import psutil

from grader.errors import GraderError

NAME = re.compile(r"gr-(\d+)-")
SHORT = ("/tmp", "/var/tmp") if os.name == "posix" else ()
# bytes of a place for sockets, whose paths have 107: "/gr-4194304-abcdefgh/10/k-4" comes behind it
LONGEST_PATH = 64
# after which an unlocked folder is nobody's, although a process has the number in its name
OLD_SECONDS = 3600.0
MOST_TRIES = 20  # another grader's sweep may take a new folder before it is locked
NOT_HELD = -1
PROBE_BYTES = 1 << 20  # what must fit into the temporary folder at the least


@contextlib.contextmanager
def scratch(*, sockets: bool = False) -> Iterator[Path]:
    """A private folder (0700) that is gone afterwards; those of killed processes are cleared away first.

    `sockets`: its path is short enough for them, if need be by lying elsewhere than TMPDIR says.

    Raises:
        OSError: the temporary folder of the system cannot be written.
    """
    _sweep_once()
    folder, held = _new_folder(_short_place() if sockets else _place())
    try:
        yield folder
    finally:
        clear(folder)
        if held != NOT_HELD:
            os.close(held)


def nameless_file() -> BinaryIO:
    """A temporary file without a name: nobody can delete it under our feet."""
    return tempfile.TemporaryFile(dir=_place())


def check_scratch() -> None:
    """See that temporary files can be written.

    Raises:
        GraderError: they cannot; one line that says why.
    """
    try:
        with nameless_file() as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as problem:
        why = (problem.strerror or str(problem)).lower()
        raise GraderError(
            f"the temporary folder {tempfile.gettempdir()} cannot be written: {why}"
        ) from problem


def _place() -> str:
    """The system's folder for temporary files, made again when somebody has cleared it away."""
    place = tempfile.gettempdir()
    if not os.path.isdir(place):
        # others may pass: kernels may work below it as users of their own
        os.makedirs(place, mode=0o711, exist_ok=True)
    return place


def _short_place() -> str:
    """Where sockets lie: the folder for temporary files, unless its path leaves them no room."""
    places: tuple[str, ...] = (_place(), *SHORT)
    return next(
        (place for place in places if len(os.fsencode(place)) <= LONGEST_PATH and os.access(place, os.W_OK)),
        places[0],
    )


def _new_folder(place: str) -> tuple[Path, int]:
    """(a new folder, the descriptor that holds its lock)."""
    for _ in range(MOST_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=f"gr-{os.getpid()}-", dir=place))
        with contextlib.suppress(OSError):  # somebody swept it away before it was held: the next try
            if (held := _open(folder)) == NOT_HELD:
                return folder, held
            if _lock(held, wait=True) and os.path.samestat(folder.stat(), os.fstat(held)):
                return folder, held
            os.close(held)
    raise OSError(f"no folder below {place} stays: another program deletes it at once")


def _open(folder: Path) -> int:
    """Descriptor of a folder; NOT_HELD where folders cannot be opened."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW) if os.name == "posix" else NOT_HELD


def _lock(handle: int, *, wait: bool) -> bool:
    """Whether the lock is ours now; True also where the file system has none, if nobody may be harmed:
    `wait`."""
    import fcntl  # not on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return wait
    return True


def clear(folder: Path) -> None:
    """Remove a folder, whatever a notebook has left in it: trees too deep for shutil, folders closed to their
    owner."""
    with contextlib.suppress(RecursionError):  # a tree too deep for shutil: below
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists() and os.name == "posix":
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run(
                [*command, "--", str(folder)], stdin=subprocess.DEVNULL, capture_output=True, check=False
            )


@functools.cache
def _sweep_once() -> None:
    """At the first use in a process: a command that was killed at once is cleared away by the next, whichever
    that is."""
    sweep()


def sweep() -> None:
    """Remove folders of ours that nobody holds any more."""
    for folder in {path for place in (tempfile.gettempdir(), *SHORT) for path in Path(place).glob("gr-*")}:
        match = NAME.match(folder.name)
        with contextlib.suppress(OSError):  # gone meanwhile, or not ours: the next sweep
            about = folder.lstat()
            old = os.name == "posix" and time.time() - about.st_mtime > OLD_SECONDS
            if match and about.st_uid == _own_user() and (old or not psutil.pid_exists(int(match[1]))):
                _clear_if_left(folder)


def _clear_if_left(folder: Path) -> None:
    held = _open(folder)
    try:
        if held == NOT_HELD or _lock(held, wait=False):
            clear(folder)
    finally:
        if held != NOT_HELD:
            os.close(held)


def _own_user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
