"""Numbers of things and lengths of time in words."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 step", "2 steps", "64,000 samples"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def lasting(seconds: float) -> str:
    """ "60 s", "10 minutes": a limit of time."""
    odd = seconds <= 120 or (seconds % 60 and seconds < 600)
    return f"{seconds:.3g} s" if odd else f"{seconds / 60:.3g} minutes"
