"""Run a command and say what it cost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one command, and the largest process it waited for. CPU time is not among it: kernels are the
    children of another process."""

    seconds: float
    peak_mb: float


def cost_of(
    command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run it to its end.

    Raises:
        subprocess.CalledProcessError: it ended with another code than 0.
    """
    began = time.perf_counter()
    env = {**os.environ, **(environment or {})}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True
    )
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace")[-2000:])
        done.check_returncode()
    return Cost(
        seconds=time.perf_counter() - began,
        peak_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)
