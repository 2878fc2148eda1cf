"""A worker's hands: its engine, and when it refuses. Knows nothing of Dask."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from grader.cluster.order import OrderEnd, Terms, lay_out, other_bytes, ran_bytes, read_order
from grader.run.host.carry_out import Prepared, Went
from grader.run.host.fingerprint import engine_digest, installed
from grader.run.host.levels import LEVELS
from grader.run.host.runners import OnEvent
from grader.run.job import Folder
from grader.run.scratch import check_scratch, scratch


class Carrier(Protocol):
    """What carries out a job: grader.run.Engine."""

    @property
    def level(self) -> str:
        """Of isolation."""

    def carry_out(self, ready: Prepared) -> Went:
        """Do a job that was drawn elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Carries out orders, several at a time."""

    engine: Carrier

    def describe(self) -> dict[str, Any]:
        """What a host wants to know before it sends anything."""
        return {
            "level": self.engine.level,
            "engine": engine_digest(),
            "versions": installed(),
            "pid": os.getpid(),
        }

    def do(self, data: bytes, on_event: OnEvent, stop: threading.Event) -> bytes:
        """Carry out an order; what goes wrong is told in the reply, never raised."""
        try:
            job, terms, parcel = read_order(data)
            if why := unmet(terms, self.engine.level):
                return other_bytes(OrderEnd.REFUSED, why)
            check_scratch()
            with scratch() as private:
                where, workspace = Folder(path=private / "run"), private / "files"
                where.path.mkdir()
                lay_out(parcel, where, workspace)
                ready = Prepared(job=job, where=where, workspace=workspace, on_event=on_event, stop=stop)
                return ran_bytes(self.engine.carry_out(ready), where)
        except Exception as problem:
            return other_bytes(OrderEnd.FAILED, f"{type(problem).__name__}: {problem}")


def unmet(terms: Terms, level: str) -> str:
    """Why a run is refused on these terms; "" when it is not."""
    if LEVELS.index(level) > LEVELS.index(terms.level):
        return f"it isolates notebooks by {level}, and {terms.level} is asked for"
    if terms.engine != engine_digest():
        return "it has another version of the grader"
    packages = tuple(name for name in terms.versions if name not in installed())
    return different(terms.versions, installed(packages))


def different(wanted: Mapping[str, str], have: Mapping[str, str]) -> str:
    """The first package of another version, in words; "" when there is none."""
    for name in wanted:
        if wanted[name] != have.get(name, ""):
            return (
                f"it has {name} {have.get(name) or 'not at all'}, and here it is"
                f" {wanted[name] or 'not installed'}"
            )
    return ""
