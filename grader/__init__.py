"""An autograder for homework about recurrent networks.

A sheet imports from here and from nowhere else: how an assignment is declared, its roles, the probes, the
checks, and what a check of its own is written with.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from grader import probes
    from grader.assignment import (
        Assignment,
        Budget,
        Criterion,
        Epochs,
        Probe,
        Question,
        Range,
        Seen,
        beside,
        roles,
    )
    from grader.judge import checks
    from grader.model import Basis, Evidence, Level, Mistake, Status, Verdict
    from grader.model.verdict import failed, needs_review, partial, passed, skipped
    from grader.rnn import family as families

_HOMES = {
    **dict.fromkeys(
        ("Assignment", "Budget", "Criterion", "Epochs", "Probe", "Question", "Range", "Seen", "beside"),
        "grader.assignment",
    ),
    **dict.fromkeys(("Basis", "Evidence", "Level", "Mistake", "Status", "Verdict"), "grader.model"),
    **dict.fromkeys(("failed", "needs_review", "partial", "passed", "skipped"), "grader.model.verdict"),
}
_MODULES = {
    "checks": "grader.judge.checks",
    "families": "grader.rnn.family",
    "probes": "grader.probes",
    "roles": "grader.assignment.roles",
}

__all__ = [
    "Assignment",
    "Basis",
    "Budget",
    "Criterion",
    "Epochs",
    "Evidence",
    "Level",
    "Mistake",
    "Probe",
    "Question",
    "Range",
    "Seen",
    "Status",
    "Verdict",
    "beside",
    "checks",
    "failed",
    "families",
    "needs_review",
    "partial",
    "passed",
    "probes",
    "roles",
    "skipped",
]


def __getattr__(name: str) -> Any:
    """Load what a sheet names, when it names it: `grade --help` must not wait for NumPy."""
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
