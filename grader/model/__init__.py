"""Frozen values, one noun per file."""

from grader.model.grade import CheckResult, Decision, Grade, Level
from grader.model.repair import Repair, RepairKind
from grader.model.run import (
    CellError,
    CellRun,
    Extent,
    Fingerprint,
    Limits,
    Observation,
    Outcome,
    Reply,
    Run,
    Versions,
)
from grader.model.runtime import ChosenBy, RuntimeChoice, RuntimeSign
from grader.model.submission import (
    Answer,
    CellSource,
    FunctionFacts,
    Misplaced,
    Person,
    ProblemKind,
    SourceFacts,
    Submission,
    TimeSource,
    UseBeforeDefinition,
)
from grader.model.verdict import Basis, Evidence, Key, Mistake, Status, Verdict

__all__ = [
    "Answer",
    "Basis",
    "CellError",
    "CellRun",
    "CellSource",
    "CheckResult",
    "ChosenBy",
    "Decision",
    "Evidence",
    "Extent",
    "Fingerprint",
    "FunctionFacts",
    "Grade",
    "Key",
    "Level",
    "Limits",
    "Misplaced",
    "Mistake",
    "Observation",
    "Outcome",
    "Person",
    "ProblemKind",
    "Repair",
    "RepairKind",
    "Reply",
    "Run",
    "RuntimeChoice",
    "RuntimeSign",
    "SourceFacts",
    "Status",
    "Submission",
    "TimeSource",
    "UseBeforeDefinition",
    "Verdict",
    "Versions",
]
