"""How a run went whose runner did not say so: read from its journal, and whose fault it was as far as one run
tells."""

from __future__ import annotations

import json
from typing import Any

from grader.model import Limits, Outcome
from grader.run.host.runners import Ending
from grader.run.job import Folder
from grader.run.journal import JournalAccount, read_journal


def settle(folder: Folder, ending: Ending, limits: Limits) -> dict[str, Any]:
    """The content of outcome.json; where the runner left none it is made from what was noted, and written."""
    try:
        found: dict[str, Any] = json.loads(folder.outcome.read_text("utf-8"))
    except (OSError, ValueError):
        found = _from_journal(read_journal(folder.journal), ending, limits)
        folder.outcome.write_text(json.dumps(found), "utf-8")
    return found


def _from_journal(account: JournalAccount, ending: Ending, limits: Limits) -> dict[str, Any]:
    outcome, reason, lost_at = _ending(account, ending, limits)
    return {
        "outcome": outcome,
        "reason": reason,
        "lost_at": lost_at,
        "cells": list(account.cells),
        "observations": dict(account.observations),
        "versions": dict(account.versions),
    }


def _ending(account: JournalAccount, ending: Ending, limits: Limits) -> tuple[Outcome, str, str]:
    """(outcome, reason, what the runner was handling when it fell). The notebook is to blame for the time it
    took; for a runner that fell only if that happens again: see pipeline/blame.py."""
    if ending is Ending.LATE and account.doing:
        return (
            Outcome.TIMED_OUT,
            f"{account.doing} went on far beyond the limit of {limits.wall_seconds / 60:.3g} minutes",
            "",
        )
    if ending is Ending.FELL:
        return (
            Outcome.UNAVAILABLE,
            f"the runner ended by itself ({account.doing or 'at the start'})",
            account.doing,
        )
    return Outcome.UNAVAILABLE, "the runner ended without a result", ""
