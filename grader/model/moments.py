"""Moments as they are written down: ISO 8601, UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This one."""
    return datetime.now(UTC).isoformat(timespec="seconds")
