"""The processes below another one, and what processes used."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import psutil

# what a helper process of ours inherits: where things lie, and without which nothing starts on Windows
OF_A_USER = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "LANG", "SYSTEMROOT", "SYSTEMDRIVE")


def end_below(pid: int | None = None) -> None:
    """End every process that a process (ours, when none is named) started, and whatever these started."""
    with contextlib.suppress(psutil.Error):  # it has ended
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it has ended by itself
                child.kill()


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """Processor time of these processes and of their children that have ended; those that are gone count
    nothing."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):  # it has ended
            total += sum(process.cpu_times()[:4])
    return total
