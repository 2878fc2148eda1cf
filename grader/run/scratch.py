"""Temporary folders that say whose they are, so that those of a killed process can be cleared away by the next."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

NAME = re.compile(r"gr-(\d+)-")


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A private folder (0700) that is gone afterwards. Its name is short: sockets in it have at most 108 characters."""
    folder = Path(tempfile.mkdtemp(prefix=f"gr-{os.getpid()}-"))
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


def sweep() -> None:
    """Remove folders of ours whose process has ended."""
    for folder in Path(tempfile.gettempdir()).glob("gr-*"):
        match = NAME.match(folder.name)
        with contextlib.suppress(OSError):
            if match and not psutil.pid_exists(int(match[1])) and folder.stat().st_uid == _own_user():
                clear(folder)


def _own_user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
