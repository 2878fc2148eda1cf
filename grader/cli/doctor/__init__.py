"""`grade doctor`: what can be typed."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Say what this machine offers for running notebooks. And what is missing, and how to get it."""
    from grader.cli.doctor.work import examine_machine

    raise typer.Exit(examine_machine())
