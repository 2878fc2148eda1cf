"""An autograder for hand-written recurrent networks in TensorFlow homework.

A sheet imports from here and from nowhere else: how an assignment is declared, the probes, and the judges.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from grader.assignment import Assignment, Budget, Question, Range, Seen, probes
    from grader.judge.checks import (
        choices,
        counts,
        data,
        graph,
        layer,
        learning,
        lstm,
        own_loop,
        prediction,
        quiz,
        read_out,
        sizes,
        source,
        written,
    )
    from grader.model import Basis, Evidence, Level, Verdict

_JUDGES = (
    "choices",
    "counts",
    "data",
    "graph",
    "layer",
    "learning",
    "lstm",
    "own_loop",
    "prediction",
    "quiz",
    "read_out",
    "sizes",
    "source",
    "written",
)
_HOMES = {
    **dict.fromkeys(("Assignment", "Budget", "Question", "Range", "Seen"), "grader.assignment"),
    **dict.fromkeys(("Basis", "Evidence", "Level", "Verdict"), "grader.model"),
    **{name: f"grader.judge.checks.{name}" for name in _JUDGES},
    "probes": "grader.assignment.probes",
}
_MODULES = {*_JUDGES, "probes"}

__all__ = [
    "Assignment",
    "Basis",
    "Budget",
    "Evidence",
    "Level",
    "Question",
    "Range",
    "Seen",
    "Verdict",
    "choices",
    "counts",
    "data",
    "graph",
    "layer",
    "learning",
    "lstm",
    "own_loop",
    "prediction",
    "probes",
    "quiz",
    "read_out",
    "sizes",
    "source",
    "written",
]


def __getattr__(name: str) -> Any:
    """Load what a sheet names, when it names it: `grade --help` must not wait for NumPy."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    module = importlib.import_module(home)
    return module if name in _MODULES else getattr(module, name)
