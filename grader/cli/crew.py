"""Who runs notebooks elsewhere: `grade DIR --cluster` asks for workers, `grade worker` is one."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from grader.assignment import Assignment
from grader.cli.places import cores
from grader.errors import UsageError
from grader.report.neutral import visible
from grader.run import Engine, best_offer, offer
from grader.run.fingerprint import engine_digest, installed
from grader.run.levels import LEVELS
from grader.run.processes import end_below

if TYPE_CHECKING:
    from grader.cluster.host import Cluster

FIRST_WORKER_SECONDS = 60.0
TICK_SECONDS = 0.25
LOCAL = "local:"
MEMORY_MB = 2048  # of this machine for each slot: few notebooks need half of what they may have
NOBODY = "no worker of this version is at {}: `grade worker {}` starts one on each machine"


@contextlib.contextmanager
def hired(
    address: str,
    assignment: Assignment,
    tell: Callable[[str], None],
    *,
    keys: Path | None = None,
    no_tls: bool = False,
    no_isolation: bool = False,
    hide: Sequence[Path] = (),
) -> Iterator[Cluster]:
    """The cluster at an address, as soon as a worker is there that may be used.

    Raises:
        UsageError: the address is none or open to others, no worker comes, or none isolates notebooks.
        KernelUnavailable: no scheduler answers.
    """
    _need_dask()
    from grader.cluster.host import Cluster
    from grader.cluster.keys import check_address, load_security
    from grader.cluster.link import Link
    from grader.cluster.local import local_cluster
    from grader.cluster.order import Terms
    from grader.cluster.workers import Workers

    terms = Terms(level="none", engine=engine_digest(), versions=installed(tuple(assignment.packages)))
    with contextlib.ExitStack() as stack:
        if address.startswith(LOCAL):
            address, security = stack.enter_context(local_cluster(_number(address), hide))
        else:
            check_address(address, no_tls=no_tls)
            security = load_security(keys)
        link = Link(address, security)
        workers = Workers(terms=terms, seen=lambda: link.seen, tell=tell)
        link.look = lambda: workers.look()
        stack.enter_context(link)
        _wait_for(workers.fit, lambda: UsageError(_nobody(address, workers.refused)))
        said = [link.seen[one].said or {} for one in workers.fit() if one in link.seen]
        best = min((str(one.get("level", "none")) for one in said), key=LEVELS.index, default="none")
        if best == "none" and not no_isolation:
            raise UsageError(
                f"the workers at {address} cannot isolate notebooks; --no-isolation accepts that, where they can be spared"
            )
        workers.terms = replace(terms, level="none" if no_isolation else best)
        yield Cluster(link, workers)


def _wait_for(what: Callable[[], object], otherwise: Callable[[], UsageError]) -> None:
    deadline = time.monotonic() + FIRST_WORKER_SECONDS
    while not what():
        if time.monotonic() > deadline:
            raise otherwise()
        time.sleep(TICK_SECONDS)


def _nobody(address: str, refused: dict[str, str]) -> str:
    reasons = "; ".join(f"{one}: {why}" for one, why in list(refused.items())[:3])
    return NOBODY.format(address, address) + (f" ({reasons})" if reasons else "")


def _number(address: str) -> int:
    text = address.removeprefix(LOCAL)
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise UsageError(f"--cluster {address}: local:4 means four workers on this machine")
    return int(text)


def _need_dask() -> None:
    try:
        import cryptography  # noqa: F401
        import distributed  # noqa: F401
    except ModuleNotFoundError as problem:
        missing = "a cluster needs the extra of that name: python -m pip install 'rnn-grader[cluster]'"
        raise UsageError(f"{problem.name} is not installed; {missing}") from problem


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
    _need_dask()
    from grader.cluster.keys import check_address, load_security
    from grader.cluster.worker import serve

    check_address(address, no_tls=no_tls)
    security = load_security(keys)
    found = offer("none") if no_isolation else best_offer()
    if found.level == "none" and not no_isolation:
        raise UsageError(
            "notebooks cannot be isolated on this machine: `grade doctor` says what is missing, --no-isolation accepts it"
        )
    console = Console(quiet=quiet, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if with_parent:
        threading.Thread(target=_end_with_input, daemon=True).start()
    with Engine(found, hide=hide) as engine:
        serve(
            address,
            engine,
            slots=slots or max(1, min(cores(), _memory_mb() // MEMORY_MB)),
            security=security,
            say=lambda line: console.print(visible(line, newlines=False)),
        )
    return 0


def make_keys(folder: Path) -> int:
    """Write the keys of a new cluster."""
    _need_dask()
    from grader.cluster.keys import new_security, save_keys

    save_keys(new_security(), folder)
    print(f"ca.pem, cert.pem and key.pem are in {folder}: who has key.pem can run programs on every machine of the cluster")
    return 0


def _memory_mb() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    except (AttributeError, ValueError, OSError):  # not on Windows
        return 2 * MEMORY_MB


def _end_with_input() -> None:
    """End at once, with all below us, when whoever started us has ended."""
    while sys.stdin.buffer.read(1):
        pass
    with contextlib.suppress(Exception):
        end_below()
    os._exit(1)
