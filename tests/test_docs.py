"""Pages that are generated agree with what they are generated from."""

import importlib.util
import sys
from pathlib import Path

import pytest

from grader.assignment import load_all
from grader.model import Basis

ROOT = Path(__file__).resolve().parents[1]


def maker(name):
    """The program that writes a page."""
    spec = importlib.util.spec_from_file_location(f"make_{name}", ROOT / "docs" / f"make_{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["checks", "commands", "course", "reference", "results", "runtimes"])
def test_a_generated_page_is_what_its_source_says(name):
    module = maker(name)
    assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == module.page(), "run: make docs"


def test_every_check_probe_role_family_and_question_has_an_example():
    assert maker("reference").without_example() == [], "put one into tests/sheets/examples/sheet.py"


def test_every_check_says_what_a_forger_gains_and_reported_points_are_few():
    for sheet in load_all(ROOT / "assignments").values():
        assert all(check.forger_gains for check in sheet.checks)
        reported = sum(check.points for check in sheet.checks if check.basis is Basis.REPORTED)
        assert reported <= 0.2 * sheet.points_max
