"""The processes below another one."""

from __future__ import annotations

import contextlib

import psutil


def end_below(pid: int | None = None) -> None:
    """End every process that a process (ours, when none is named) started, and whatever these started."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
