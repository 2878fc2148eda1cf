"""Which workers of a cluster may have a run: those of this very version, as well isolated as asked, that were
heard of lately."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from grader.cluster.hands import different
from grader.cluster.order import Terms
from grader.run.host.levels import LEVELS

SILENT_SECONDS = 30.0  # without a sign of life, after which a worker counts as lost
REST_SECONDS = 60.0  # for a worker that has just lost or failed a run: others come first


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorker:
    """A worker as the scheduler knows it."""

    address: str
    name: str  # of its machine
    slots: int
    said: Mapping[str, object] | None  # of itself; None: it is none of ours
    heard: float  # monotonic time at which its last sign of life came


def unfit(said: Mapping[str, object] | None, terms: Terms) -> str:
    """Why a worker gets nothing, as far as it has told; "" when it may get runs."""
    if said is None:
        return "it was not started by `grade worker`"
    level, versions = str(said.get("level", "none")), said.get("versions")
    if level not in LEVELS or LEVELS.index(level) > LEVELS.index(terms.level):
        return f"it isolates notebooks by {level}, and {terms.level} is asked for"
    if said.get("engine") != terms.engine:
        return "it has another version of the grader"
    have = (
        {str(name): str(version) for name, version in versions.items()}
        if isinstance(versions, Mapping)
        else {}
    )
    return different({name: version for name, version in terms.versions.items() if name in have}, have)


@dataclass(slots=True, kw_only=True)
class Workers:
    """The workers of one session, and what is known against some. Its methods may be called from several
    threads."""

    terms: Terms
    seen: Callable[[], Mapping[str, SeenWorker]]  # those of this moment
    tell: Callable[[str], None] = lambda line: None  # for the person who grades
    silent: float = SILENT_SECONDS
    refused: dict[str, str] = field(default_factory=dict)  # address -> why
    resting: dict[str, float] = field(default_factory=dict)  # address -> until when (monotonic)
    # address -> name of its machine, of those that were fit
    _known: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """Tell who came, who is gone and who gets nothing."""
        with self._lock:
            for worker in self.seen().values():
                if worker.address not in self.refused and (why := unfit(worker.said, self.terms)):
                    self.refuse(worker.address, why)
            fit = {address: self.seen()[address].name for address in self._alive()}
            for address in fit.keys() - self._known.keys():
                self.tell(f"worker {fit[address]} ({address}) is here")
            for address in self._known.keys() - fit.keys():
                self.tell(f"worker {self._known[address]} ({address}) is gone: its runs are made elsewhere")
            self._known = fit

    def refuse(self, address: str, why: str) -> None:
        """Give it nothing more in this session."""
        if address not in self.refused:
            self.refused[address] = why
            self.tell(f"worker {address} gets no work: {why}")

    def rest(self, address: str) -> None:
        """Let others come first for a while: what fails at once would else draw one run after the other."""
        self.resting[address] = time.monotonic() + REST_SECONDS

    def is_known(self, address: str) -> bool:
        """Whether it is connected to the scheduler."""
        return address in self.seen()

    def is_alive(self, address: str) -> bool:
        """Whether it was heard of lately."""
        worker = self.seen().get(address)
        return worker is not None and time.monotonic() - worker.heard < self.silent

    def fit(self, used: Collection[str] = (), only: Collection[str] | None = None) -> list[str]:
        """Who may have a run that was tried at those in `used`: somebody else; where there is nobody else,
        whoever there is."""
        alive = [address for address in self._alive() if only is None or address in only]
        now = time.monotonic()
        others = [address for address in alive if address not in used]
        rested = [address for address in others if self.resting.get(address, 0.0) <= now]
        return rested or others or (alive if only is None else [])

    def slots(self) -> int:
        """Of all that may have runs."""
        seen = self.seen()
        return sum(seen[address].slots for address in self._alive() if address in seen)

    def words(self, busy: int) -> str:
        """ "3 workers, 5 of 6 slots busy"."""
        alive, slots = len(self._alive()), self.slots()
        return (
            f"{alive} worker{'s' * (alive != 1)}, {min(busy, slots)} of {slots} slots busy"
            if alive
            else "no worker at the moment"
        )

    def _alive(self) -> list[str]:
        return [
            address for address in list(self.seen()) if address not in self.refused and self.is_alive(address)
        ]
