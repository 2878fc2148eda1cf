"""How much training a first run may spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of a run, counted in steps and minutes.

    A first run trains at most `steps` steps. That can only ever show early that the homework passes: when
    anything fails, the notebook runs again with the student's own numbers and only `wall_minutes` and
    `cell_minutes` as limits.
    """

    steps: int = 600
    wall_minutes: float = 20.0
    cell_minutes: float = 15.0
    memory_mb: int = 4096
