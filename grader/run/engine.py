"""What runs notebooks for one session: a level of isolation, and the fork servers behind it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from grader.assignment import Assignment
from grader.model import Outcome, Run, Submission
from grader.run.apart import answer
from grader.run.job import Job
from grader.run.launch import Plan, environment, run_submission
from grader.run.levels import Offer, best_offer
from grader.run.place import NO_PLACE, Place
from grader.run.runners import OnEvent, Runners
from grader.run.zygotes import Zygotes

PACKAGE = Path(__file__).parent.parent
INSIDE = Path(__file__).parent / "inside"
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

    def run(
        self, submission: Submission, assignment: Assignment, plan: Plan, folder: Path, on_event: OnEvent, stop: threading.Event
    ) -> Run:
        """Run one submission once: a Runner of the pipeline.

        Raises:
            KernelUnavailable: no fork server could be started.
        """
        run = run_submission(submission, assignment, plan, folder, on_event, stop, self._place(plan), self.runners)
        if run.outcome is Outcome.UNAVAILABLE and self.zygotes is not None and not stop.is_set():
            self.zygotes.doubt(plan.runtime)
        return run

    def answer(self, folder: Path, stop: threading.Event) -> None:
        """Run what was drawn elsewhere into `folder`, and leave there what was answered: see apart.py.

        Raises:
            KernelUnavailable: no fork server could be started.
        """
        answer(folder, self._place, self.runners, stop)

    def _place(self, plan: Plan | Job) -> Place:
        """Where a run happens."""
        if self.zygotes is None:
            return NO_PLACE
        from grader.run.isolation.box import SYSTEM, Box, python_paths

        zygote = self.zygotes.get(plan.runtime)
        shown = (*SYSTEM, *python_paths(), *(() if zygote.warm else (str(INSIDE),)))
        box = Box(
            level=self.offer.level,
            show=shown,
            hide=self.hide,
            user=self._next_user(),
            file_mb=plan.limits.file_mb,
            memory_mb=plan.limits.memory_mb,
            cpu_seconds=int(2 * plan.limits.wall_seconds) + 600,
        )
        return Place(level=self.offer.level, server=zygote.path, box=box.to_json(), user=box.user)

    def _next_user(self) -> int:
        """Whom the next kernel becomes; 0: who we are, when we are not root and cannot become anybody else."""
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
