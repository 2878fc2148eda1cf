"""What there is to look at of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.assignment import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A sheet, with the tutor's notebook and what students would get."""

    assignment: Assignment
    text: str = ""  # of sheet.py
    solution: Mapping[str, Any] | None = None  # the tutor's notebook; None where there is none
    # path -> text of what students read: README and notebook
    words: Mapping[str, str] = field(default_factory=dict)
