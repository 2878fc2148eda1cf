"""What judging one run may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeLimits:
    """Of one run. Honest ones take a tenth of a second and 150 MB, the slowest seen a few seconds;
    `wall_seconds` is what a machine that is busy with other things may make of it."""

    cpu_seconds: float = 60.0
    wall_seconds: float = 300.0
    memory_mb: int = 1536
