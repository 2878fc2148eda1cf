"""What runs notebooks for one session: a level of isolation, and the fork servers behind it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from grader.model import Limits, Outcome, Run
from grader.run.host.apart import answer
from grader.run.host.carry_out import Prepared, Went, carry_out, environment
from grader.run.host.launch import run_submission
from grader.run.host.levels import Offer, best_offer
from grader.run.host.place import NO_PLACE, Place
from grader.run.host.runners import Runners
from grader.run.host.wanted import Wanted
from grader.run.host.zygotes import Zygotes

PACKAGE = Path(__file__).parents[2]
INSIDE = Path(__file__).parents[1] / "inside"
MODULES = ("matplotlib.pyplot", "pandas", "tqdm.auto")  # what many notebooks import


class Engine:
    """Runs submissions at one level of isolation. A context manager: on leaving, every kernel has ended.

    `hide`: folders that no notebook may see (submissions, grades, sheets), wherever they lie.
    """

    def __init__(self, offer: Offer, *, hide: Sequence[Path] = (), modules: Sequence[str] = MODULES) -> None:
        self.offer, self.hide = offer, tuple(str(path.resolve()) for path in (*hide, *our_folders()))
        self.zygotes = Zygotes(environment, modules) if can_fork() else None
        self.runners = Runners()
        self._users: Iterator[int] | None = None
        self._lock = threading.Lock()

    @classmethod
    def best(cls, *, hide: Sequence[Path] = ()) -> Engine:
        """At the best level that this machine offers."""
        return cls(best_offer(), hide=hide)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.runners.__exit__()
        if self.zygotes is not None:
            self.zygotes.close()

    @property
    def level(self) -> str:
        """The level of isolation that runs will have."""
        return self.offer.level if self.zygotes is not None else NO_PLACE.level

    @property
    def notices(self) -> tuple[str, ...]:
        """What the instructor should know about how notebooks ran."""
        return tuple(self.zygotes.notices) if self.zygotes is not None else ()

    def spent(self) -> Mapping[str, float]:
        """CPU seconds of the fork servers that have ended, "own", and of all that they forked, "kernels"."""
        return dict(self.zygotes.spent) if self.zygotes is not None else {}

    def run(self, wanted: Wanted) -> Run:
        """Run one submission once: a Runner of the pipeline.

        Raises:
            KernelUnavailable: no fork server could be started.
        """
        place = self._place(wanted.plan.runtime, wanted.plan.limits)
        run = run_submission(wanted, place, self.runners)
        self._heed(run.outcome, wanted.plan.runtime, wanted.stop)
        return run

    def answer(self, folder: Path, stop: threading.Event) -> None:
        """Run what was drawn elsewhere into `folder`, and leave there what was answered: see apart.py.

        Raises:
            KernelUnavailable: no fork server could be started.
        """
        answer(folder, self.carry_out, stop)

    def carry_out(self, ready: Prepared) -> Went:
        """Do a job that was drawn elsewhere.

        Raises:
            KernelUnavailable: no fork server could be started.
        """
        job = ready.job
        went = carry_out(ready, self._place(job.runtime, job.limits), self.runners)
        self._heed(Outcome(went.result["outcome"]), job.runtime, ready.stop)
        return went

    def warm_up(self, runtime: str = "keras3") -> None:
        """Start the fork server of a runtime before it is needed.

        Raises:
            KernelUnavailable: it cannot be started.
        """
        if self.zygotes is not None:
            self.zygotes.get(runtime)

    def _heed(self, outcome: Outcome, runtime: str, stop: threading.Event) -> None:
        """Look after the fork server where a run could not be made."""
        if outcome is Outcome.UNAVAILABLE and self.zygotes is not None and not stop.is_set():
            self.zygotes.doubt(runtime)

    def _place(self, runtime: str, limits: Limits) -> Place:
        """Where a run with this runtime and these limits happens."""
        if self.zygotes is None:
            return NO_PLACE
        from grader.run.isolation.box import SYSTEM, Box, python_paths

        zygote = self.zygotes.get(runtime)
        shown = (*SYSTEM, *python_paths(), *(() if zygote.warm else (str(INSIDE),)))
        box = Box(
            level=self.offer.level,
            show=shown,
            hide=self.hide,
            user=self._next_user(),
            file_mb=limits.file_mb,
            memory_mb=limits.memory_mb,
            cpu_seconds=int(2 * limits.wall_seconds) + 600,
        )
        return Place(level=self.offer.level, server=zygote.path, box=box.to_json(), user=box.user)

    def _next_user(self) -> int:
        """Whom the next kernel becomes; 0: who we are, when we are not root and cannot become anybody
        else."""
        from grader.run.isolation.limits import slot_users

        if os.geteuid() != 0 or self.offer.level == "none":
            return 0
        with self._lock:
            self._users = self._users or slot_users()
            return next(self._users)


def can_fork() -> bool:
    """Whether fork servers work on this system."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def our_folders() -> tuple[Path, ...]:
    """The grader itself, and the repository it lies in when it was not installed as a package."""
    repository = PACKAGE.parent
    return (PACKAGE, repository) if (repository / "pyproject.toml").is_file() else (PACKAGE,)
