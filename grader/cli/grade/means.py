"""With what a class is run: this machine, or the workers of a cluster."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment import Assignment
from grader.cli.grade.opening import isolation_line
from grader.cli.places import cores
from grader.cluster import need_dask
from grader.errors import UsageError
from grader.judging import CHILDREN, Children, RunJudge
from grader.pipeline import RunWanted
from grader.run import Offer
from grader.run.host.fingerprint import engine_digest, installed
from grader.run.host.levels import LEVELS

if TYPE_CHECKING:
    from grader.cluster.host import Cluster

FIRST_WORKER_SECONDS = 60.0
TICK_SECONDS = 0.25
LOCAL = "local:"
NOBODY = "no worker of this version is at {}: `grade worker {}` starts one on each machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what notebooks are run."""

    runner: RunWanted
    level: str = "none"
    notes: tuple[str, ...] = ()  # to be said at the start
    judge: RunJudge = CHILDREN
    slots: Callable[[], int] | None = None  # how many to have under way just now; None: `--jobs`
    crew: Callable[[], str] = lambda: ""  # who works elsewhere, in words
    around: Callable[[str], contextlib.AbstractContextManager[object]] = (
        contextlib.nullcontext
    )  # what is done for a student
    spent: Callable[[], Mapping[str, float]] = (
        dict  # CPU seconds of fork servers and of their kernels, once they have ended
    )
    check: Callable[[], None] = lambda: None  # raises GraderError when nobody can work any more


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterCall:
    """Which cluster, as it was typed."""

    address: str  # of a scheduler, or "local:4"
    keys: Path | None = None
    no_tls: bool = False
    no_isolation: bool = False


def elsewhere(
    stack: contextlib.ExitStack,
    call: ClusterCall,
    assignment: Assignment,
    tell: Callable[[str], None],
    hide: Sequence[Path],
) -> Means:
    """The workers of a cluster, as soon as one is there that may be used.

    Raises:
        UsageError: the address is none or open to others, no worker comes, or none isolates notebooks.
        KernelUnavailable: no scheduler answers.
    """
    cluster, judge = stack.enter_context(_hired(call, assignment, tell, hide)), Children(most=cores())
    stack.callback(judge.close)
    return Means(
        runner=cluster.run,
        level=cluster.level,
        notes=(isolation_line(Offer(level=cluster.level, works=True)), f"Cluster: {cluster.words()}"),
        judge=judge,
        slots=cluster.slots,
        crew=cluster.words,
        check=cluster.check,
    )


@contextlib.contextmanager
def _hired(
    call: ClusterCall, assignment: Assignment, tell: Callable[[str], None], hide: Sequence[Path]
) -> Iterator[Cluster]:
    """The cluster that is called."""
    need_dask()
    from grader.cluster.host import Cluster
    from grader.cluster.keys import check_address, load_security
    from grader.cluster.link import Link
    from grader.cluster.local import local_cluster
    from grader.cluster.order import Terms
    from grader.cluster.workers import Workers

    terms = Terms(level="none", engine=engine_digest(), versions=installed(tuple(assignment.packages)))
    with contextlib.ExitStack() as stack:
        address = call.address
        if address.startswith(LOCAL):
            address, security = stack.enter_context(local_cluster(_number(address), hide))
        else:
            check_address(address, no_tls=call.no_tls)
            security = load_security(call.keys)
        link = Link(address, security)
        workers = Workers(terms=terms, seen=lambda: link.seen, tell=tell)
        link.look = lambda: workers.look()
        stack.enter_context(link)
        _wait_for(workers.fit, lambda: UsageError(_nobody(address, workers.refused)))
        said = [link.seen[one].said or {} for one in workers.fit() if one in link.seen]
        best = min((str(one.get("level", "none")) for one in said), key=LEVELS.index, default="none")
        if best == "none" and not call.no_isolation:
            raise UsageError(
                f"the workers at {address} cannot isolate notebooks; --no-isolation accepts that, where they"
                " can be spared"
            )
        workers.terms = replace(terms, level="none" if call.no_isolation else best)
        yield Cluster(link, workers)


def _wait_for(what: Callable[[], object], otherwise: Callable[[], UsageError]) -> None:
    deadline = time.monotonic() + FIRST_WORKER_SECONDS
    while not what():
        if time.monotonic() > deadline:
            raise otherwise()
        time.sleep(TICK_SECONDS)


def _nobody(address: str, refused: Mapping[str, str]) -> str:
    reasons = "; ".join(f"{one}: {why}" for one, why in list(refused.items())[:3])
    return NOBODY.format(address, address) + (f" ({reasons})" if reasons else "")


def _number(address: str) -> int:
    text = address.removeprefix(LOCAL)
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise UsageError(f"--cluster {address}: local:4 means four workers on this machine")
    return int(text)
