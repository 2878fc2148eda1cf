"""Pages that are generated agree with what they are generated from."""

import importlib.util
from pathlib import Path

from grader.assignment import load_all
from grader.model import Basis

ROOT = Path(__file__).resolve().parents[1]


def test_the_page_of_checks_is_what_the_sheets_say():
    spec = importlib.util.spec_from_file_location("make_checks", ROOT / "docs" / "make_checks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == module.page(), "run: make docs"


def test_every_check_says_what_a_forger_gains_and_reported_points_are_few():
    for sheet in load_all(ROOT / "assignments").values():
        assert all(check.forger_gains for check in sheet.checks)
        reported = sum(check.points for check in sheet.checks if check.basis is Basis.REPORTED)
        assert reported <= 0.2 * sheet.points_max
