"""`grade worker`: be one until somebody ends us."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil
from rich.console import Console

from grader.cli.places import cores
from grader.cluster import need_dask
from grader.errors import UsageError
from grader.report.neutral import visible
from grader.run import Engine, best_offer, offer
from grader.run.processes import end_below

MEMORY_MB = 2048  # of this machine for each slot: few notebooks need half of what they may have


def work_for(
    address: str,
    *,
    slots: int | None,
    keys: Path | None,
    no_tls: bool,
    no_isolation: bool,
    hide: Sequence[Path],
    with_parent: bool,
    quiet: bool,
) -> int:
    """Be a worker until somebody ends us.

    Raises:
        UsageError: it cannot be done as typed.
    """
    need_dask()
    from grader.cluster.keys import check_address, load_security
    from grader.cluster.worker import serve

    check_address(address, no_tls=no_tls)
    security = load_security(keys)
    found = offer("none") if no_isolation else best_offer()
    if found.level == "none" and not no_isolation:
        raise UsageError(
            "notebooks cannot be isolated on this machine: `grade doctor` says what is missing,"
            " --no-isolation accepts it"
        )
    console = Console(quiet=quiet, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if with_parent:
        threading.Thread(target=_end_with_input, daemon=True).start()
    with Engine(found, hide=hide) as engine:
        serve(
            address,
            engine,
            slots=slots or max(1, min(cores(), (psutil.virtual_memory().total >> 20) // MEMORY_MB)),
            security=security,
            say=lambda line: console.print(visible(line, newlines=False)),
        )
    return 0


def make_keys(folder: Path) -> int:
    """Write the keys of a new cluster."""
    need_dask()
    from grader.cluster.keys import new_security, save_keys

    save_keys(new_security(), folder)
    print(
        f"ca.pem, cert.pem and key.pem are in {folder}: who has key.pem can run programs on every machine of"
        " the cluster"
    )
    return 0


def _end_with_input() -> None:
    """End at once, with all below us, when whoever started us has ended."""
    while sys.stdin.buffer.read(1):
        pass
    with contextlib.suppress(Exception):  # whatever is in the way, we end
        end_below()
    os._exit(1)
