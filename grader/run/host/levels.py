"""Levels of isolation: which one this machine offers, and what each does not cover."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.run.interpreter import interpreter

ISOLATION = Path(__file__).parents[1] / "isolation"
LEVELS = ("namespaces", "landlock", "none")  # the best first
TRY_SECONDS = 30.0

NOT_COVERED = {
    "namespaces": (
        "faults of the Linux kernel itself",
        "time and processor load shared with other notebooks",
    ),
    "landlock": (
        "what it could see of other processes' names and numbers",
        "disk space: one file is limited, the number of files is not",
        "names, sizes and times of files whose path it guesses",
        "the machine's clock and host name can be read",
    ),
    "none": ("your files", "the network", "other processes of yours", "other students' submissions"),
}
SCOPES_SINCE = 6  # version of Landlock from which signals and abstract sockets are covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One level as this machine has it."""

    level: str
    works: bool
    why: str = ""  # what failed first
    groups: bool = False  # the machine itself limits memory and processes; else the runner watches
    landlock: int = 0  # version; 0: none

    @property
    def not_covered(self) -> tuple[str, ...]:
        """What a hostile notebook could still reach."""
        extra = (
            ("signals to your other processes", "abstract Unix sockets")
            if self.landlock < SCOPES_SINCE
            else ()
        )
        return (*NOT_COVERED[self.level], *(extra if self.level == "landlock" else ()))


def offer(level: str) -> Offer:
    """Try a level in full, in a process of its own."""
    if level == "none":
        return Offer(level=level, works=True)
    if sys.platform != "linux":
        return Offer(level=level, works=False, why="only Linux has it")
    command = interpreter(str(ISOLATION / "dry_run.py"), level)
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TRY_SECONDS, check=False
        )
        return Offer(level=level, **json.loads(done.stdout.splitlines()[-1]))
    except (subprocess.TimeoutExpired, ValueError, IndexError, TypeError) as problem:
        return Offer(level=level, works=False, why=f"the trial did not end well ({type(problem).__name__})")


def best_offer() -> Offer:
    """The first level that works here; `none` always does."""
    return next((found for level in LEVELS if (found := offer(level)).works), Offer(level="none", works=True))
