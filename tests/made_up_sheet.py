"""The roles of the first homework, and a small sheet that asks everything about them, for tests that make up
what was answered."""

from __future__ import annotations

from pathlib import Path

from grader.assignment import Assignment, Probe, load_sheet
from grader.assignment.load import beside
from grader.model import Basis
from grader.model.verdict import passed

ROOT = Path(__file__).resolve().parents[1]
# its roles: SHEET.cell, SHEET.model
SHEET = beside(str(ROOT / "assignments" / "integration_task" / "sheet.py"), "sum_sequence")
PROBES: dict[str, Probe] = {probe.answered_by: probe for probe in SHEET.hw.probes()}


def small(**more: object) -> Assignment:
    """A sheet with these roles and one check, which asks everything. Keywords: its parameters, steps and so
    on."""
    sheet = Assignment("small", title="A small sheet", roles=list(SHEET.hw.roles), **more)  # type: ignore[arg-type]
    sheet.task("1", "All.").own_check("All.", points=1, basis=Basis.READ, uses=tuple(PROBES.values()))(
        everything
    )
    return sheet


def everything(seen: object) -> object:
    """A check that always holds."""
    return passed("It holds.")


def sheet_of(homework: str) -> Assignment:
    """A sheet of the course, loaded anew."""
    return load_sheet(ROOT / "assignments" / homework)
